#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace muster::test {

/// A real file system under RocksDB that crashes, fails and fills up on command.
/// Threads  any
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  FaultyFileSystem();
  const char* Name() const override { return "FaultyFileSystem"; }

  /// The n-th change from now (creating, appending, syncing, renaming, deleting), counted from 1, and all
  /// after it fail and do nothing: the machine is gone.
  void crash_at_change(std::uint64_t n);
  /// The n-th sync of a write-ahead log from now fails, that one only.
  void fail_wal_sync(std::uint64_t n);
  /// The disk takes so many bytes more, and then says that it is full.
  void limit_bytes(std::uint64_t bytes);
  /// Called before each sync of a write-ahead log. Null: no more.
  void on_wal_sync(std::function<void()> hook);
  /// The number of changes up to now.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  [[nodiscard]] bool crashed() const { return changes_ >= crash_at_; }

  /// What the disk has after a crash: of each file what was synced, and at most `torn_bytes` of what was not.
  /// With 0, a file that never was synced is not there at all. Call it when the database is gone.
  void forget_unsynced(std::uint64_t torn_bytes);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultyFile;
  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    bool ever_synced = false;
  };

  // Counts a change; fails when the machine is gone.
  rocksdb::IOStatus change();
  rocksdb::IOStatus before_append(std::uint64_t bytes);
  rocksdb::IOStatus before_sync(const std::string& name);
  void appended(const std::string& name, std::uint64_t bytes);
  void synced(const std::string& name);
  void truncated(const std::string& name, std::uint64_t size);

  std::mutex mutex_;
  std::map<std::string, Extent> files_;  // those made here; older ones are durable
  std::function<void()> wal_sync_hook_;
  std::atomic<std::uint64_t> changes_ = 0;
  std::atomic<std::uint64_t> crash_at_ = never;
  std::atomic<std::uint64_t> wal_syncs_until_failure_ = never;
  std::atomic<std::uint64_t> bytes_left_ = never;
};

/// An environment on a file system, with a clock that does not sleep: RocksDB waits a second after a failed
/// flush.
class ImpatientEnv final : public rocksdb::EnvWrapper {
 public:
  explicit ImpatientEnv(const std::shared_ptr<rocksdb::FileSystem>& files);
  const char* Name() const override { return "ImpatientEnv"; }
};

/// A faulty file system with the environment to hand to a store.
struct FaultyDisk {
  std::shared_ptr<FaultyFileSystem> files = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env = std::make_unique<ImpatientEnv>(files);
};

}  // namespace muster::test
