#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

namespace muster {

/// Why a store takes no more writes: the first cause, from when there is one.
/// Threads  any
class WriteFailure {
 public:
  /// Does nothing after the first time.
  void happened(std::string_view cause) noexcept;
  /// In a handler: the exception that is being handled is the cause.
  void happened() noexcept;
  [[nodiscard]] explicit operator bool() const { return happened_; }
  /// Empty before it has happened, and where there was no memory to keep it.
  [[nodiscard]] std::string cause() const;

 private:
  std::atomic<bool> happened_ = false;
  mutable std::mutex mutex_;
  std::string cause_;
};

}  // namespace muster
