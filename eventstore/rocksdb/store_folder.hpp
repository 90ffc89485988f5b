#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include <muster/eventstore/fork_guard.hpp>
#include <muster/eventstore/posix_file.hpp>

namespace rocksdb {
class Env;
}

namespace muster {

/// Our own files in a store's folder, beside HEAD.
inline constexpr std::string_view lock_file_name = "LOCK.muster";
inline constexpr std::string_view making_file_name = "MAKING.muster";

/// The absolute path of a folder without a slash at its end: `store/` and `store` are one.
std::filesystem::path whole_path(const std::filesystem::path& folder);

/// What a folder has in it.
enum class FolderContent : std::uint8_t {
  nothing = 1,  // no folder, or an empty one: a store can be made there
  unmade = 2,   // a store whose making was interrupted: nothing was ever acknowledged in it
  joined = 3,   // a store with one database
  split = 4     // a store with two, `log/` and `rows/`
};

/// Looks, touches nothing. Throws StoreError: not_a_store for a folder of something else, or for a file; io.
FolderContent inspect_folder(const std::filesystem::path& folder);

/// Empties the folder of what an interrupted making left, and marks it as being made. Throws StoreError (io,
/// full).
/// env  whose file system the store is on; null: the default one
void begin_making(const std::filesystem::path& folder, rocksdb::Env* env);
/// The store is whole: takes the mark away, durably.
void finish_making(const std::filesystem::path& folder, rocksdb::Env* env);

/// Throws StoreError (not_writable) when the folder or the files that say what it is may not be written.
void require_writable(const std::filesystem::path& folder);

/// Our own lock, the file `LOCK.muster`: one writer, or any number of readers; also within one process.
/// Released by the destructor, and by the end of the process; a forked child does not have it.
class StoreLock {
 public:
  StoreLock() = default;
  /// Throws StoreError (locked, not_writable, io).
  static StoreLock for_writing(const std::filesystem::path& folder);
  /// Writes nothing: where there is no lock file (a copy, a read-only medium) there is nothing to lock.
  static StoreLock for_reading(const std::filesystem::path& folder);
  /// Whether the lock is still the one of the folder that has this path: not if the folder was moved, removed
  /// or replaced, for a lock stays with its file.
  [[nodiscard]] bool guards(const std::filesystem::path& folder) const;

 private:
  explicit StoreLock(Descriptor file) : file_(std::move(file)) {}
  UnsharedFile file_;
};

}  // namespace muster
