#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <muster/eventstore/store_error.hpp>

namespace muster {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// The StoreError of an errno value. Reading: not_found or io; writing: full, not_writable or io.
StoreError read_error(int error, std::string_view doing, const std::filesystem::path& path);
StoreError write_error(int error, std::string_view doing, const std::filesystem::path& path);

/// The whole file. Throws StoreError (io); not_found when there is no such file.
std::string read_file(const std::filesystem::path& path);

}  // namespace muster
