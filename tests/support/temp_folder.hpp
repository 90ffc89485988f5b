#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>

#include <stdlib.h>
#include <unistd.h>

namespace muster::test {

/// The temporary folders that still exist, with the process that made each. A database that cannot be closed
/// keeps the file system under it, and so its folder: such folders are removed when their process ends.
class TempFolders {
 public:
  static TempFolders& all() {
    static TempFolders folders;
    return folders;
  }
  void add(const std::filesystem::path& folder) {
    const std::lock_guard lock{mutex_};
    makers_.emplace(folder, ::getpid());
  }
  void remove(const std::filesystem::path& folder) {
    {
      const std::lock_guard lock{mutex_};
      makers_.erase(folder);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  /// Removes those that this process made.
  void remove_own() {
    const std::lock_guard lock{mutex_};
    std::error_code ignored;
    for (const auto& [folder, maker] : makers_)
      if (maker == ::getpid()) std::filesystem::remove_all(folder, ignored);
  }
  TempFolders(const TempFolders&) = delete;
  TempFolders& operator=(const TempFolders&) = delete;

 private:
  TempFolders() = default;
  ~TempFolders() { remove_own(); }
  std::mutex mutex_;
  std::map<std::filesystem::path, pid_t> makers_;
};

/// A fresh folder, which is removed with everything in it.
class TempFolder {
 public:
  explicit TempFolder(const std::filesystem::path& inside = std::filesystem::temp_directory_path()) {
    std::string name = (inside / "muster-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    TempFolders::all().add(path_);
  }
  ~TempFolder() { TempFolders::all().remove(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace muster::test
