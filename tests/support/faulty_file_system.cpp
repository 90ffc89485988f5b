#include "support/faulty_file_system.hpp"

#include <filesystem>
#include <thread>

#include <rocksdb/system_clock.h>

#ifdef __SANITIZE_ADDRESS__
// RocksDB 7.8.3 loses a memtable when the new write-ahead log that should go with it cannot be made.
extern "C" const char* __lsan_default_suppressions() { return "leak:rocksdb::DBImpl::SwitchMemtable\n"; }
#endif

namespace muster::test {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

namespace {

bool is_wal(const std::string& name) { return name.ends_with(".log"); }

// Counts down; whether this is the one.
bool due(std::atomic<std::uint64_t>& countdown) {
  if (countdown == FaultyFileSystem::never) return false;
  return --countdown == 0;
}

}  // namespace

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::string name, std::unique_ptr<rocksdb::FSWritableFile> file, FaultyFileSystem& system)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), system_(system) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.before_append(data.size()); !status.ok()) return status;
    IOStatus status = target()->Append(data, options, debug);
    if (status.ok()) system_.appended(name_, data.size());
    return status;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*verification*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus PositionedAppend(const rocksdb::Slice&, std::uint64_t, const IOOptions&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("positioned append");
  }
  IOStatus PositionedAppend(const rocksdb::Slice&, std::uint64_t, const IOOptions&,
                            const rocksdb::DataVerificationInfo&, IODebugContext*) override {
    return IOStatus::NotSupported("positioned append");
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.change(); !status.ok()) return status;
    IOStatus status = target()->Truncate(size, options, debug);
    if (status.ok()) system_.truncated(name_, size);
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus status = system_.before_sync(name_); !status.ok()) return status;
    // The bytes are in the page cache, which is all that a test needs of a disk.
    IOStatus status = target()->Flush(options, debug);
    if (status.ok()) system_.synced(name_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

 private:
  std::string name_;
  FaultyFileSystem& system_;
};

namespace {

class SleeplessClock final : public rocksdb::SystemClockWrapper {
 public:
  SleeplessClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "SleeplessClock"; }
  void SleepForMicroseconds(int /*duration*/) override { std::this_thread::yield(); }
};

}  // namespace

ImpatientEnv::ImpatientEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
    : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
  file_system_ = files;
  system_clock_ = std::make_shared<SleeplessClock>();
}

FaultyFileSystem::FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void FaultyFileSystem::crash_at_change(std::uint64_t n) { crash_at_ = n == never ? never : changes_ + n; }
void FaultyFileSystem::fail_wal_sync(std::uint64_t n) { wal_syncs_until_failure_ = n; }
void FaultyFileSystem::limit_bytes(std::uint64_t bytes) { bytes_left_ = bytes; }
void FaultyFileSystem::on_wal_sync(std::function<void()> hook) {
  const std::scoped_lock lock{mutex_};
  wal_sync_hook_ = std::move(hook);
}

void FaultyFileSystem::forget_unsynced(std::uint64_t torn_bytes) {
  const std::scoped_lock lock{mutex_};
  for (const auto& [name, extent] : files_) {
    if (!std::filesystem::exists(name)) continue;
    if (extent.ever_synced || torn_bytes != 0) {
      std::filesystem::resize_file(name, std::min(extent.written, extent.synced + torn_bytes));
    } else {
      std::filesystem::remove(name);
    }
  }
  files_.clear();
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  if (IOStatus status = change(); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> real;
  IOStatus status = target()->NewWritableFile(name, options, &real, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<FaultyFile>(name, std::move(real), *this);
  const std::scoped_lock lock{mutex_};
  files_[name] = {};
  return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                              std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("reopening");
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                      IODebugContext* debug) {
  if (IOStatus status = change(); !status.ok()) return status;
  IOStatus status = target()->DeleteFile(name, options, debug);
  const std::scoped_lock lock{mutex_};
  if (status.ok()) files_.erase(name);
  return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  if (IOStatus status = change(); !status.ok()) return status;
  IOStatus status = target()->RenameFile(from, to, options, debug);
  const std::scoped_lock lock{mutex_};
  if (!status.ok()) return status;
  files_.erase(to);
  if (auto moved = files_.extract(from)) {
    moved.key() = to;
    files_.insert(std::move(moved));
  }
  return status;
}

IOStatus FaultyFileSystem::change() {
  if (++changes_ >= crash_at_) return IOStatus::IOError("the machine is gone");
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::before_append(std::uint64_t bytes) {
  if (IOStatus status = change(); !status.ok()) return status;
  const std::scoped_lock lock{mutex_};
  if (bytes_left_ == never) return IOStatus::OK();
  if (bytes > bytes_left_) {
    bytes_left_ = 0;
    return IOStatus::NoSpace("the disk is full");
  }
  bytes_left_ -= bytes;
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::before_sync(const std::string& name) {
  if (IOStatus status = change(); !status.ok()) return status;
  if (!is_wal(name)) return IOStatus::OK();
  std::function<void()> hook;
  {
    const std::scoped_lock lock{mutex_};
    hook = wal_sync_hook_;
  }
  if (hook) hook();
  if (due(wal_syncs_until_failure_)) return IOStatus::IOError("a sync that fails");
  return IOStatus::OK();
}

void FaultyFileSystem::appended(const std::string& name, std::uint64_t bytes) {
  const std::scoped_lock lock{mutex_};
  if (const auto file = files_.find(name); file != files_.end()) file->second.written += bytes;
}

void FaultyFileSystem::synced(const std::string& name) {
  const std::scoped_lock lock{mutex_};
  const auto file = files_.find(name);
  if (file == files_.end()) return;
  file->second.synced = file->second.written;
  file->second.ever_synced = true;
}

void FaultyFileSystem::truncated(const std::string& name, std::uint64_t size) {
  const std::scoped_lock lock{mutex_};
  const auto file = files_.find(name);
  if (file == files_.end()) return;
  file->second.written = size;
  file->second.synced = std::min(file->second.synced, size);
}

}  // namespace muster::test
