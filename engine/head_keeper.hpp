#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <muster/eventstore/store.hpp>

namespace muster {

/// Records how far the log reaches once a second, on a thread of its own: no command waits for it. When that
/// fails it tries again, and gives up after a while.
/// Threads  start() and stop() by one, problem() any
class HeadKeeper {
 public:
  static constexpr std::chrono::milliseconds period{1000};

  /// lag_max  how long it may fail
  /// give_up  called once, when it has failed for longer
  HeadKeeper(Store& store, std::chrono::milliseconds lag_max, std::function<void(const StoreError&)> give_up)
      : store_(store), lag_max_(lag_max), give_up_(std::move(give_up)) {}
  ~HeadKeeper() { stop(); }
  HeadKeeper(const HeadKeeper&) = delete;
  HeadKeeper& operator=(const HeadKeeper&) = delete;

  void start();
  void stop();
  /// Why it failed the last time; empty when it did not.
  [[nodiscard]] std::string problem() const;

 private:
  void run();
  void try_once() noexcept;

  Store& store_;
  const std::chrono::milliseconds lag_max_;
  std::function<void(const StoreError&)> give_up_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string problem_;
  std::optional<std::chrono::steady_clock::time_point> failing_since_;  // the thread's own
  std::thread thread_;
};

}  // namespace muster
