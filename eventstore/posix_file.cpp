#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <muster/eventstore/posix_file.hpp>

namespace muster {
namespace {

StoreErrorCode code_of_write(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return StoreErrorCode::full;
    case EACCES:
    case EPERM:
    case EROFS: return StoreErrorCode::not_writable;
    default: return StoreErrorCode::io;
  }
}

std::string describe(int error, std::string_view doing, const std::filesystem::path& path) {
  return fmt::format("{} `{}`: {}", doing, path.string(), std::generic_category().message(error));
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

StoreError read_error(int error, std::string_view doing, const std::filesystem::path& path) {
  return {error == ENOENT ? StoreErrorCode::not_found : StoreErrorCode::io, describe(error, doing, path)};
}
StoreError write_error(int error, std::string_view doing, const std::filesystem::path& path) {
  return {code_of_write(error), describe(error, doing, path)};
}

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.open()) throw read_error(errno, "reading", path);
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw read_error(errno, "reading", path);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace muster
