#include <algorithm>
#include <filesystem>
#include <utility>

#include <muster/eventstore/rocksdb/checked_files.hpp>
#include <muster/eventstore/rocksdb/table_check.hpp>

namespace muster {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

std::string name_in(const std::string& path) { return std::filesystem::path{path}.filename().string(); }
bool is_log(const std::string& path) { return path.ends_with(".log"); }
bool is_manifest(const std::string& path) { return name_in(path).starts_with("MANIFEST-"); }
bool is_table(const std::string& path) { return path.ends_with(".sst"); }

/// A file that ends early.
class Prefix final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  Prefix(std::unique_ptr<rocksdb::FSSequentialFile>&& file, std::uint64_t bytes)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(bytes) {}

  IOStatus Read(std::size_t size, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                IODebugContext* debug) override {
    IOStatus status = FSSequentialFileOwnerWrapper::Read(std::min<std::uint64_t>(size, left_), options,
                                                         result, scratch, debug);
    if (status.ok()) left_ -= std::min<std::uint64_t>(left_, result->size());
    return status;
  }
  IOStatus Skip(std::uint64_t size) override {
    size = std::min(size, left_);
    left_ -= size;
    return FSSequentialFileOwnerWrapper::Skip(size);
  }

 private:
  std::uint64_t left_;
};

/// A manifest, which notes that it could not be written.
class Manifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile>&& file, std::atomic<bool>& failed)
      : FSWritableFileOwnerWrapper(std::move(file)), failed_(failed) {}
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& check, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, check, debug));
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Flush(options, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }

 private:
  IOStatus noted(IOStatus status) {
    if (!status.ok()) failed_ = true;
    return status;
  }
  std::atomic<bool>& failed_;
};

class EnvOnFiles final : public rocksdb::EnvWrapper {
 public:
  EnvOnFiles(rocksdb::Env& base, const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = base.GetSystemClock();
  }
  const char* Name() const override { return "muster.EnvOnFiles"; }
};

}  // namespace

std::unique_ptr<rocksdb::Env> env_with(rocksdb::Env& base,
                                       const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_unique<EnvOnFiles>(base, files);
}

void CheckedFiles::show(std::map<std::string, std::uint64_t> sound) {
  const std::scoped_lock lock{mutex_};
  sound_ = std::move(sound);
}

void CheckedFiles::release() {
  std::vector<std::string> deleted;
  {
    const std::scoped_lock lock{mutex_};
    released_ = true;
    deleted.swap(deleted_);
  }
  // One that cannot be deleted is only in the way: RocksDB looks for such files again.
  for (const std::string& path : deleted)
    target()->DeleteFile(path, IOOptions{}, nullptr).PermitUncheckedError();
}

std::optional<std::uint64_t> CheckedFiles::limit_of(const std::string& path) const {
  if (!is_log(path)) return std::nullopt;
  const std::scoped_lock lock{mutex_};
  if (!sound_) return 0;
  const auto found = sound_->find(name_in(path));
  return found == sound_->end() ? std::nullopt : std::optional{found->second};
}

void CheckedFiles::unlock() {
  if (auto* const lock = std::exchange(lock_, nullptr))
    target()->UnlockFile(lock, IOOptions{}, nullptr).PermitUncheckedError();
}

IOStatus CheckedFiles::LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                                IODebugContext* debug) {
  IOStatus status = target()->LockFile(path, options, lock, debug);
  if (status.ok()) lock_ = *lock;
  return status;
}

IOStatus CheckedFiles::UnlockFile(rocksdb::FileLock* lock, const IOOptions& options, IODebugContext* debug) {
  lock_ = nullptr;
  return target()->UnlockFile(lock, options, debug);
}

IOStatus CheckedFiles::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       IODebugContext* debug) {
  IOStatus status = target()->NewWritableFile(path, options, file, debug);
  if (!status.ok() && (is_log(path) || is_manifest(path))) switch_failed_ = true;
  if (status.ok() && is_manifest(path)) *file = std::make_unique<Manifest>(std::move(*file), switch_failed_);
  return status;
}

IOStatus CheckedFiles::NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                         IODebugContext* debug) {
  const auto limit = limit_of(path);
  std::unique_ptr<rocksdb::FSSequentialFile> whole;
  IOStatus status = target()->NewSequentialFile(path, options, &whole, debug);
  if (!status.ok()) return status;
  if (limit)
    *file = std::make_unique<Prefix>(std::move(whole), *limit);
  else
    *file = std::move(whole);
  return status;
}

IOStatus CheckedFiles::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                           IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> opened;
  IOStatus status = target()->NewRandomAccessFile(path, options, &opened, debug);
  std::uint64_t size = 0;
  if (status.ok() && is_table(path)) {
    status = target()->GetFileSize(path, options.io_options, &size, debug);
    if (status.ok()) status = check_table(*opened, size);
    if (status.IsCorruption())
      status = IOStatus::Corruption("the file `" + path + "` is damaged: " + status.getState());
  }
  if (status.ok()) *file = std::move(opened);
  return status;
}

IOStatus CheckedFiles::GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                                   IODebugContext* debug) {
  IOStatus status = target()->GetFileSize(path, options, size, debug);
  const std::scoped_lock lock{mutex_};
  if (!status.ok() || !sound_ || !is_log(path)) return status;
  const auto found = sound_->find(name_in(path));
  if (found != sound_->end()) *size = std::min(*size, found->second);
  return status;
}

IOStatus CheckedFiles::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                  IODebugContext* debug) {
  if (name_in(to) == "CURRENT") {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    const std::string path = std::filesystem::path{to}.parent_path().string();
    IOStatus status = target()->NewDirectory(path, options, &folder, debug);
    if (status.ok()) status = folder->Fsync(options, debug);
    if (!status.ok()) return status;
  }
  return target()->RenameFile(from, to, options, debug);
}

IOStatus CheckedFiles::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) {
  {
    const std::scoped_lock lock{mutex_};
    if (!released_ && sound_ && sound_->contains(name_in(path))) {
      deleted_.push_back(path);
      return IOStatus::OK();
    }
  }
  return target()->DeleteFile(path, options, debug);
}

IOStatus CheckedFiles::LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                                IODebugContext* debug) {
  if (!links_) return IOStatus::NotSupported("files are to be copied");
  return target()->LinkFile(from, to, options, debug);
}

}  // namespace muster
