#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace muster {

/// A file system under a database that shows RocksDB only what has been checked: of each write-ahead log as
/// much as our own reader has found sound, and no table whose end is damaged.
/// Threads  any
class CheckedFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit CheckedFiles(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  const char* Name() const override { return "muster.CheckedFiles"; }

  /// From now on the named files end where told. Before that every write-ahead log looks empty, so that a
  /// database shows what its tables hold.
  /// sound  how many bytes of each, by file name; other files are shown as they are
  void show(std::map<std::string, std::uint64_t> sound);
  /// RocksDB may delete the files that were shown. Until release(), deletions are only recorded, so that the
  /// logs survive a failed comparison.
  void release();
  /// Whether files may be linked; otherwise RocksDB is told that it cannot be done, and copies them.
  void allow_links(bool allowed) { links_ = allowed; }

  /// Whether writing the manifest or creating a write-ahead log has failed. RocksDB may then have lost count
  /// of the users of its families.
  [[nodiscard]] bool switch_failed() const { return switch_failed_; }
  /// Gives RocksDB's own lock back, of a database that is not going to be closed.
  void unlock();

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus UnlockFile(rocksdb::FileLock* lock, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options,
                                std::uint64_t* size, rocksdb::IODebugContext* debug) override;
  /// Makes all names in the folder durable before `CURRENT` gets its own: RocksDB leaves it to the file
  /// system that the manifest and its tables are there when `CURRENT` is.
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;

 private:
  /// How many bytes of a file to show; none: all.
  std::optional<std::uint64_t> limit_of(const std::string& path) const;

  mutable std::mutex mutex_;
  std::optional<std::map<std::string, std::uint64_t>> sound_;
  bool released_ = false;
  std::atomic<bool> links_ = true;
  std::atomic<bool> switch_failed_ = false;
  rocksdb::FileLock* lock_ = nullptr;
  std::vector<std::string> deleted_;  // only seemingly
};

/// An environment on another file system, with the clock of `base`.
std::unique_ptr<rocksdb::Env> env_with(rocksdb::Env& base, const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace muster
