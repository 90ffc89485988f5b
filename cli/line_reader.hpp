#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::cli {

/// Reads lines from a file descriptor, each as soon as its end has arrived. Keeps only the beginning of a
/// line over the limit.
class LineReader {
 public:
  /// `file` is not closed.
  LineReader(int file, std::size_t bytes_max) : file_(file), bytes_max_(bytes_max), buffer_(64 * 1024) {}

  /// The next line without its end, valid until the next call; none at the end of the input. Throws
  /// std::system_error.
  std::optional<std::string_view> next();
  /// Whether the last line was over the limit.
  [[nodiscard]] bool overlong() const { return overlong_; }

 private:
  bool fill();

  int file_;
  std::size_t bytes_max_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::string line_;
  bool overlong_ = false;
};

}  // namespace muster::cli
