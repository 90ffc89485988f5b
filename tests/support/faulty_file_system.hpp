#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "support/temp_folder.hpp"

namespace muster::test {

/// A real file system under a store that crashes, fails, lies and fills up on command.
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
  /// The n-th sync of any file from now fails, that one only.
  void fail_sync(std::uint64_t n) { syncs_until_failure_ = n; }
  /// Syncing says that it has been done, and does nothing.
  void lie_about_syncs() { lying_ = true; }
  /// The disk takes so many bytes more, and then says that it is full.
  void limit_bytes(std::uint64_t bytes);
  /// `count` openings of files fail, after `sound` ones that do not: there are too many.
  void fail_openings(std::uint64_t sound, std::uint64_t count);
  /// `count` reads fail, after `sound` ones that do not.
  void fail_reads(std::uint64_t sound, std::uint64_t count);
  /// None of the above any more.
  void mend();
  /// Called before each sync of a write-ahead log. Null: no more.
  void on_wal_sync(std::function<void()> hook);
  /// The number of changes up to now.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  [[nodiscard]] bool crashed() const { return changes_ >= crash_at_; }

  // What the disk has after a crash. Call one of them when the database is gone.

  /// Of each file what was synced, and at most `torn_bytes` of what was not. With 0, a file that never was
  /// synced is not there at all. Names are as they were.
  void forget_unsynced(std::uint64_t torn_bytes);
  /// Of each file what was synced, and any of the pages that were not; of the files that were created,
  /// renamed and deleted since their folder was synced, any, and in any order.
  void lose_power(std::mt19937_64& random);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultyFile;
  friend class FaultyReader;
  friend class FaultyDirectory;
  struct Extent {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    bool ever_synced = false;
  };
  /// A change of names that a crash may undo.
  struct NameChange {
    std::string name;   // created, deleted, or the new name
    std::string from;   // of a renamed file
    std::string stash;  // where what was deleted or replaced is kept; empty when there was nothing
    bool created = false;
  };

  // Counts a change; fails when the machine is gone.
  rocksdb::IOStatus change();
  rocksdb::IOStatus opening();
  rocksdb::IOStatus reading();
  rocksdb::IOStatus before_append(std::uint64_t bytes);
  rocksdb::IOStatus before_sync(const std::string& name);
  void appended(const std::string& name, std::uint64_t bytes);
  void synced(const std::string& name);
  void truncated(const std::string& name, std::uint64_t size);
  rocksdb::IOStatus sync_names(const std::string& folder);

  // With the mutex.
  std::string stash(const std::string& name);
  void lose_pages(const std::string& name, const Extent& extent, std::mt19937_64& random) const;
  void lose_names(std::mt19937_64& random);

  std::mutex mutex_;
  std::map<std::string, Extent> files_;  // those made here; older ones are durable
  std::vector<NameChange> names_;        // since the folder was synced
  TempFolder stashed_;
  std::uint64_t stashes_ = 0;
  std::function<void()> wal_sync_hook_;
  std::atomic<std::uint64_t> changes_ = 0;
  std::atomic<std::uint64_t> crash_at_ = never;
  std::atomic<std::uint64_t> wal_syncs_until_failure_ = never;
  std::atomic<std::uint64_t> syncs_until_failure_ = never;
  std::atomic<std::uint64_t> bytes_left_ = never;
  std::atomic<bool> lying_ = false;
  std::atomic<std::uint64_t> sound_openings_ = never;
  std::atomic<std::uint64_t> failing_openings_ = 0;
  std::atomic<std::uint64_t> sound_reads_ = never;
  std::atomic<std::uint64_t> failing_reads_ = 0;
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
