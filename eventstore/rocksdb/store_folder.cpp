#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <muster/eventstore/rocksdb/store_folder.hpp>
#include <muster/eventstore/rocksdb/whole_file.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error))
    found.insert(entry->path().filename().string());
  if (error) throw read_error(error.value(), "listing", folder);
  return found;
}

// Any of them shows that a store was here, so that a missing one of them is damage and not an empty folder.
bool of_a_database(const std::string& name) {
  static const std::set<std::string> exact{"CURRENT", "IDENTITY", "HEAD"};
  return exact.contains(name) || name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") ||
         name.ends_with(".sst") || name.ends_with(".log");
}

// What an interrupted making may have left, and nothing else.
bool of_the_making(const std::string& name) {
  static const std::set<std::string> exact{"LOCK", "log", "rows", "HEAD.new"};
  return exact.contains(name) || of_a_database(name) || name.starts_with("LOG") || name.ends_with(".dbtmp");
}

Descriptor open_lock(const fs::path& path, int flags) {
  return Descriptor{::open(path.c_str(), flags | O_CLOEXEC, 0644)};
}

void take(const Descriptor& file, int operation, const fs::path& folder, std::string_view cure) {
  while (::flock(file.get(), operation | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw read_error(errno, "locking", folder);
    throw StoreError{StoreErrorCode::locked, fmt::format("the store in `{}` {}", folder.string(), cure)};
  }
}

}  // namespace

fs::path whole_path(const fs::path& folder) {
  fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

FolderContent inspect_folder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return FolderContent::nothing;
  if (error) throw read_error(error.value(), "looking at", folder);
  if (!fs::is_directory(status))
    throw StoreError{StoreErrorCode::not_a_store,
                     fmt::format("`{}` is not a folder; give the folder of a store", folder.string())};
  std::set<std::string> found = names_in(folder);
  found.erase(std::string{lock_file_name});
  found.erase(std::string{making_file_name} + ".new");  // of a making that was interrupted before it began
  if (found.empty()) return FolderContent::nothing;
  if (found.contains(std::string{making_file_name})) return FolderContent::unmade;
  if (found.contains("log") && (found.contains("rows") || found.contains("HEAD")))
    return FolderContent::split;
  if (std::any_of(found.begin(), found.end(), of_a_database)) return FolderContent::joined;
  throw StoreError{StoreErrorCode::not_a_store,
                   fmt::format("`{}` contains other files (`{}`); give a store's folder or an empty one",
                               folder.string(), *found.begin())};
}

void begin_making(const fs::path& folder, rocksdb::Env* env) {
  const std::set<std::string> found = names_in(folder);
  if (!found.contains(std::string{making_file_name}))
    replace_file(env_or_default(env), folder / making_file_name, "");
  for (const std::string& name : found)
    if (of_the_making(name)) fs::remove_all(folder / name);
}

void finish_making(const fs::path& folder, rocksdb::Env* env) {
  remove_file(env_or_default(env), folder / making_file_name);
}

void require_writable(const fs::path& folder) {
  for (const fs::path& path :
       {folder, folder / lock_file_name, folder / "HEAD", folder / "CURRENT", folder / "log"}) {
    if (::access(path.c_str(), W_OK) == 0 || errno == ENOENT) continue;
    throw StoreError{StoreErrorCode::not_writable,
                     fmt::format("`{}` is not writable; change its owner or permissions, or open the store "
                                 "to read only",
                                 path.string())};
  }
}

StoreLock StoreLock::for_writing(const fs::path& folder) {
  const fs::path path = folder / lock_file_name;
  Descriptor file = open_lock(path, O_RDWR | O_CREAT);
  if (!file.open()) throw write_error(errno, "opening", path);
  take(file, LOCK_EX, folder, "is in use by another process; stop that process, or use it instead");
  return StoreLock{std::move(file)};
}

StoreLock StoreLock::for_reading(const fs::path& folder) {
  const fs::path path = folder / lock_file_name;
  Descriptor file = open_lock(path, O_RDONLY);
  if (!file.open() && errno == ENOENT) return {};
  if (!file.open()) throw read_error(errno, "opening", path);
  take(file, LOCK_SH, folder, "is being written by another process; stop that process, or use it instead");
  return StoreLock{std::move(file)};
}

bool StoreLock::guards(const fs::path& folder) const {
  struct stat locked {};
  struct stat there {};
  return ::fstat(file_.get(), &locked) == 0 && ::stat((folder / lock_file_name).c_str(), &there) == 0 &&
         locked.st_dev == there.st_dev && locked.st_ino == there.st_ino;
}

}  // namespace muster
