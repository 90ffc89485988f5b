#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace muster::cli {

/// Writes lines to a file descriptor in the order of their announcement, each as soon as it and all lines
/// before it are filled. Has a thread of its own.
/// Threads  any
class OrderedOutput {
 public:
  /// window  how many lines may be announced but not written yet
  /// file    is not closed
  OrderedOutput(int file, std::size_t window);
  /// Waits until everything announced is written.
  ~OrderedOutput();
  OrderedOutput(const OrderedOutput&) = delete;
  OrderedOutput& operator=(const OrderedOutput&) = delete;

  /// Announces the next line; waits while the window is full.
  std::size_t announce();
  /// Sets the text of an announced line, without its end.
  void fill(std::size_t number, std::string text);
  /// Waits until everything announced is written, or writing has failed.
  void drain();
  /// Whether writing has failed.
  [[nodiscard]] bool broken() const;
  /// Lines written so far.
  [[nodiscard]] std::size_t written() const;

 private:
  void write_loop();

  const int file_;
  const std::size_t window_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::deque<std::optional<std::string>> lines_;  // from number `first_` on
  std::size_t first_ = 0;
  bool closing_ = false;
  bool writing_ = false;
  bool broken_ = false;
  std::thread writer_;
};

}  // namespace muster::cli
