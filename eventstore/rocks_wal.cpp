#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include <boost/crc.hpp>
#include <rocksdb/write_batch.h>

#include <muster/eventstore/posix_file.hpp>
#include <muster/eventstore/rocks_keys.hpp>
#include <muster/eventstore/rocks_wal.hpp>

// The format of RocksDB's (and LevelDB's) logs: blocks of 32 KiB, each a sequence of fragments
//   masked crc32c of type and data, 4 bytes | length, 2 bytes | type, 1 byte | data       numbers
//   little-endian
// A record is one fragment (full) or several (first, middle..., last). A block's last bytes are zero where no
// header fits.
namespace muster {
namespace {

constexpr std::size_t block_bytes = 32768;
constexpr std::size_t header_bytes = 7;

enum class FragmentType : std::uint8_t { full = 1, first = 2, middle = 3, last = 4 };

struct Fragment {
  FragmentType type;
  std::string_view data;
};

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = (number << 8) | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc32c;
  crc32c.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t crc = crc32c.checksum();
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

// The fragment that starts `bytes`, if a sound one does.
std::optional<Fragment> fragment_at(std::string_view bytes) {
  if (bytes.size() < header_bytes) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(bytes[6]);
  const std::size_t length = little_endian(bytes.substr(4, 2));
  if (type < 1 || type > 4 || header_bytes + length > bytes.size()) return std::nullopt;
  if (masked_crc(bytes.substr(6, 1 + length)) != little_endian(bytes.substr(0, 4))) return std::nullopt;
  return Fragment{static_cast<FragmentType>(type), bytes.substr(header_bytes, length)};
}

// Remembers the largest position among a batch's writes to the family `default`.
class CommitFinder : public rocksdb::WriteBatch::Handler {
 public:
  Position last = 0;
  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                        const rocksdb::Slice& /*value*/) override {
    if (family == 0 && key.size() == position_size)
      last = std::max(last, read_big_endian<Position>(key.ToStringView()));
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t /*family*/, const rocksdb::Slice& /*key*/) override {
    return rocksdb::Status::OK();
  }
};

Position last_commit_in_batch(std::string_view record) {
  constexpr std::size_t batch_header_bytes = 12;
  if (record.size() < batch_header_bytes) return 0;
  const rocksdb::WriteBatch batch{std::string{record}};
  CommitFinder finder;
  batch.Iterate(&finder).PermitUncheckedError();  // what it found until an oddity counts
  return finder.last;
}

// Puts records together from fragments.
class RecordReader {
 public:
  Position last = 0;

  void take(const Fragment& fragment) {
    const bool begins = fragment.type == FragmentType::full || fragment.type == FragmentType::first;
    if (begins) begin();
    if (!inside_) return;
    record_ += fragment.data;
    if (fragment.type == FragmentType::full || fragment.type == FragmentType::last) finish();
  }
  void lose() { inside_ = false; }

 private:
  void begin() {
    inside_ = true;
    record_.clear();
  }
  void finish() {
    inside_ = false;
    last = std::max(last, last_commit_in_batch(record_));
  }
  bool inside_ = false;
  std::string record_;
};

// After damage it tries at every byte, so that whatever is sound behind it is found.
void read_block(std::string_view block, RecordReader& reader) {
  while (block.size() >= header_bytes) {
    if (const auto fragment = fragment_at(block)) {
      reader.take(*fragment);
      block.remove_prefix(header_bytes + fragment->data.size());
    } else {
      reader.lose();
      block.remove_prefix(1);
    }
  }
}

Position last_commit_in_file(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  RecordReader reader;
  for (std::size_t start = 0; start < bytes.size(); start += block_bytes)
    read_block(std::string_view{bytes}.substr(start, block_bytes), reader);
  return reader.last;
}

}  // namespace

Position last_commit_in_wals(const std::string& database_path) {
  Position last = 0;
  for (const auto& entry : std::filesystem::directory_iterator{database_path})
    if (entry.path().extension() == ".log") last = std::max(last, last_commit_in_file(entry.path()));
  return last;
}

}  // namespace muster
