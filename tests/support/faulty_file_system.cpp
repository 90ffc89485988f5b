#include "support/faulty_file_system.hpp"

#include <filesystem>
#include <fstream>
#include <set>
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

namespace fs = std::filesystem;

constexpr std::uint64_t page_bytes = 4096;

bool is_wal(const std::string& name) { return name.ends_with(".log"); }

// Whether this one, after `sound` others, is among the `failing`.
bool fails(std::atomic<std::uint64_t>& sound, std::atomic<std::uint64_t>& failing) {
  if (sound == FaultyFileSystem::never) return false;
  std::uint64_t left = sound;
  while (left != 0)
    if (sound.compare_exchange_weak(left, left - 1)) return false;
  left = failing;
  while (left != 0)
    if (failing.compare_exchange_weak(left, left - 1)) return true;
  return false;
}

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

/// A file that is read, from anywhere.
class FaultyReader final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultyReader(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FaultyFileSystem& system)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), system_(system) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, rocksdb::Slice* result,
                char* scratch, IODebugContext* debug) const override {
    if (IOStatus status = system_.reading(); !status.ok()) return status;
    return target()->Read(offset, size, options, result, scratch, debug);
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    if (IOStatus status = system_.reading(); !status.ok()) return status;
    return target()->MultiRead(requests, count, options, debug);
  }

 private:
  FaultyFileSystem& system_;
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::string name, std::unique_ptr<rocksdb::FSDirectory>&& directory,
                  FaultyFileSystem& system)
      : FSDirectoryWrapper(std::move(directory)), name_(std::move(name)), system_(system) {}
  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return system_.sync_names(name_);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& /*options*/, IODebugContext* /*debug*/,
                               const rocksdb::DirFsyncOptions& /*more*/) override {
    return system_.sync_names(name_);
  }

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
    if (!fs::exists(name)) continue;
    if (extent.ever_synced || torn_bytes != 0) {
      fs::resize_file(name, std::min(extent.written, extent.synced + torn_bytes));
    } else {
      fs::remove(name);
    }
  }
  files_.clear();
  names_.clear();
}

void FaultyFileSystem::fail_openings(std::uint64_t sound, std::uint64_t count) {
  failing_openings_ = count;
  sound_openings_ = sound;
}
void FaultyFileSystem::fail_reads(std::uint64_t sound, std::uint64_t count) {
  failing_reads_ = count;
  sound_reads_ = sound;
}
void FaultyFileSystem::mend() {
  crash_at_ = never;
  wal_syncs_until_failure_ = never;
  syncs_until_failure_ = never;
  bytes_left_ = never;
  lying_ = false;
  sound_openings_ = never;
  sound_reads_ = never;
}

void FaultyFileSystem::lose_power(std::mt19937_64& random) {
  const std::scoped_lock lock{mutex_};
  for (const auto& [name, extent] : files_)
    if (fs::exists(name)) lose_pages(name, extent, random);
  lose_names(random);
  files_.clear();
  names_.clear();
}

void FaultyFileSystem::lose_pages(const std::string& name, const Extent& extent,
                                  std::mt19937_64& random) const {
  if (extent.synced >= extent.written) return;
  // The file may be as long as it was, or shorter; a page that was not written reads as zeros.
  const std::uint64_t unsynced = extent.written - extent.synced;
  const std::uint64_t kept = random() % 3 == 0 ? unsynced : random() % (unsynced + 1);
  fs::resize_file(name, extent.synced + kept);
  std::fstream file{name, std::ios::in | std::ios::out | std::ios::binary};
  for (std::uint64_t at = extent.synced; at < extent.synced + kept; at = (at / page_bytes + 1) * page_bytes) {
    if (random() % 4 != 0) continue;
    const std::uint64_t end = std::min((at / page_bytes + 1) * page_bytes, extent.synced + kept);
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(end - at, '\0');
  }
}

void FaultyFileSystem::lose_names(std::mt19937_64& random) {
  std::set<std::string> kept;  // names of which a later change is kept
  for (auto change = names_.rbegin(); change != names_.rend(); ++change) {
    if (kept.contains(change->name) || kept.contains(change->from) || random() % 2 == 0) {
      kept.insert(change->name);
      if (!change->from.empty()) kept.insert(change->from);
      continue;
    }
    std::error_code gone;  // a folder may have been emptied meanwhile
    if (!change->from.empty())
      fs::rename(change->name, change->from, gone);
    else if (change->created)
      fs::remove(change->name, gone);
    if (!change->stash.empty()) fs::rename(change->stash, change->name, gone);
  }
}

std::string FaultyFileSystem::stash(const std::string& name) {
  if (!fs::exists(name)) return {};
  std::string path = (stashed_.path() / std::to_string(++stashes_)).string();
  fs::create_hard_link(name, path);
  return path;
}

IOStatus FaultyFileSystem::sync_names(const std::string& folder) {
  if (IOStatus status = change(); !status.ok()) return status;
  if (due(syncs_until_failure_)) return IOStatus::IOError("a sync that fails");
  if (lying_) return IOStatus::OK();
  const std::scoped_lock lock{mutex_};
  const fs::path synced = fs::path{folder}.lexically_normal();
  std::erase_if(names_, [&](const NameChange& change) {
    const fs::path parent = fs::path{change.name}.lexically_normal().parent_path();
    const bool here = parent == synced || parent / "" == synced;
    if (here && !change.stash.empty()) fs::remove(change.stash);
    return here;
  });
  return IOStatus::OK();
}

IOStatus FaultyFileSystem::opening() {
  if (!fails(sound_openings_, failing_openings_)) return IOStatus::OK();
  return IOStatus::IOError("Too many open files");
}
IOStatus FaultyFileSystem::reading() {
  if (!fails(sound_reads_, failing_reads_)) return IOStatus::OK();
  return IOStatus::IOError("a read that fails");
}

IOStatus FaultyFileSystem::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                               IODebugContext* debug) {
  if (IOStatus status = opening(); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSRandomAccessFile> real;
  IOStatus status = target()->NewRandomAccessFile(name, options, &real, debug);
  if (status.ok()) *file = std::make_unique<FaultyReader>(std::move(real), *this);
  return status;
}

IOStatus FaultyFileSystem::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                             IODebugContext* debug) {
  if (IOStatus status = opening(); !status.ok()) return status;
  if (IOStatus status = reading(); !status.ok()) return status;
  return target()->NewSequentialFile(name, options, file, debug);
}

IOStatus FaultyFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                                        IODebugContext* debug) {
  if (IOStatus status = opening(); !status.ok()) return status;
  std::unique_ptr<rocksdb::FSDirectory> real;
  IOStatus status = target()->NewDirectory(name, options, &real, debug);
  if (status.ok()) *directory = std::make_unique<FaultyDirectory>(name, std::move(real), *this);
  return status;
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  if (IOStatus status = opening(); !status.ok()) return status;
  if (IOStatus status = change(); !status.ok()) return status;
  const std::scoped_lock lock{mutex_};
  // A file of that name loses its content as it loses its name: whole, or not.
  std::string stashed;
  if (fs::exists(name)) {
    stashed = stash(name);
    fs::remove(name);
  }
  std::unique_ptr<rocksdb::FSWritableFile> real;
  IOStatus status = target()->NewWritableFile(name, options, &real, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<FaultyFile>(name, std::move(real), *this);
  files_[name] = {};
  names_.push_back({.name = name, .from = {}, .stash = stashed, .created = true});
  return status;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                              std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("reopening");
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                      IODebugContext* debug) {
  if (IOStatus status = change(); !status.ok()) return status;
  const std::scoped_lock lock{mutex_};
  const std::string stashed = stash(name);
  IOStatus status = target()->DeleteFile(name, options, debug);
  if (!status.ok()) return status;
  files_.erase(name);
  names_.push_back({.name = name, .from = {}, .stash = stashed});
  return status;
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  if (IOStatus status = change(); !status.ok()) return status;
  const std::scoped_lock lock{mutex_};
  const std::string stashed = stash(to);
  IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  files_.erase(to);
  if (auto moved = files_.extract(from)) {
    moved.key() = to;
    files_.insert(std::move(moved));
  }
  names_.push_back({.name = to, .from = from, .stash = stashed});
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
  if (due(syncs_until_failure_)) return IOStatus::IOError("a sync that fails");
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
  if (lying_) return;
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
