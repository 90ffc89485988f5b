#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <muster/cli/line_reader.hpp>
#include <muster/cli/streams.hpp>

namespace muster::cli {

bool LineReader::fill() {
  const ssize_t got = read_some(file_, buffer_.data(), buffer_.size());
  if (got < 0) throw std::system_error{errno, std::generic_category(), "cannot read the input"};
  at_ = 0;
  end_ = static_cast<std::size_t>(got);
  return got > 0;
}

std::optional<std::string_view> LineReader::next() {
  line_.clear();
  overlong_ = false;
  bool any = false;
  while (at_ < end_ || fill()) {
    any = true;
    const char* from = buffer_.data() + at_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - at_));
    const std::size_t size = newline == nullptr ? end_ - at_ : static_cast<std::size_t>(newline - from);
    at_ += size + (newline == nullptr ? 0 : 1);
    overlong_ = overlong_ || line_.size() + size > bytes_max_;
    // Usually the whole line is in the buffer and need not be copied.
    if (newline != nullptr && line_.empty() && !overlong_) return std::string_view{from, size};
    if (!overlong_) line_.append(from, size);
    if (newline != nullptr) return line_;
  }
  return any ? std::optional<std::string_view>{line_} : std::nullopt;
}

}  // namespace muster::cli
