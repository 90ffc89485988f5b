#include <cerrno>

#include <poll.h>
#include <unistd.h>

#include <muster/cli/streams.hpp>

namespace muster::cli {
namespace {

// Whether to repeat the call: it was interrupted, or `file` is non-blocking and has become ready.
bool again(int file, short event) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  pollfd waited{.fd = file, .events = event, .revents = 0};
  return ::poll(&waited, 1, -1) >= 0 || errno == EINTR;
}

}  // namespace

ssize_t read_some(int file, char* buffer, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::read(file, buffer, size);
  } while (got < 0 && again(file, POLLIN));
  return got;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(file, text.data(), text.size());
    if (wrote >= 0)
      text.remove_prefix(static_cast<std::size_t>(wrote));
    else if (!again(file, POLLOUT))
      return false;
  }
  return true;
}

void tell_text(const std::string& text) noexcept { static_cast<void>(write_all(STDERR_FILENO, text)); }

}  // namespace muster::cli
