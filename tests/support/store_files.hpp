#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

/// The files of a store as bytes, to be damaged and put on a disk again and again.
namespace muster::test {

/// By path inside the folder.
using Files = std::map<std::string, std::string>;
Files files_in(const std::filesystem::path& folder);
/// Makes the folder hold these files and nothing else. Files that hold these bytes already are left alone.
void write_files(const std::filesystem::path& folder, const Files& files);

/// The names of the files that end or begin so, in order.
std::vector<std::string> named(const Files& files, std::string_view affix);

/// Where the fragments of one of RocksDB's log files begin: each has a header of 7 bytes. Only sound files.
std::vector<std::size_t> fragments_of(std::string_view log);
/// Where its records end.
std::vector<std::size_t> record_ends(std::string_view log);

/// One thing that a disk may do to the files of a store.
struct Damage {
  enum class Kind {
    flip_bit,       // one bit
    flip_header,    // one bit of a fragment's header
    garble,         // a run of random bytes
    zero_run,       // a run of zeros
    zero_page,      // an aligned 4 KiB page of zeros
    zero_file,      // nothing but zeros
    cut,            // shorter
    cut_at_record,  // shorter by whole records
    grow_by_zeros,  // zeros behind the end
    remove,         // gone
    duplicate,      // under another name as well
    swap,           // another file's bytes and its own exchanged
    older,          // as it was at an earlier moment
    misdirect       // an aligned block written over another one, of 32 KiB or, in small files, 4 KiB
  };
  Kind kind = Kind::flip_bit;
  std::string file;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string other;       // of duplicate and swap
  std::uint8_t bits = 0;   // of flips
  std::uint64_t seed = 0;  // of garbling
};
std::string to_string(const Damage& damage);
/// A damage of any kind to any file but RocksDB's diary, its options and empty files.
Damage random_damage(std::mt19937_64& random, const Files& files);
/// What the files are afterwards. `earlier` are the files of an earlier moment, for Damage::older.
Files damaged(Files files, const Damage& damage, const Files& earlier);

}  // namespace muster::test
