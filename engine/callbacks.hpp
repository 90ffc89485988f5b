#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include <muster/engine/in_flight.hpp>

namespace muster {

/// Calls back for commands that were submitted, in their order, on a thread of its own.
/// Threads  any, but stop() by one, not from inside a callback
class Callbacks {
 public:
  Callbacks() = default;
  ~Callbacks() { stop(); }
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;

  void start();
  /// Takes commands that have their results.
  void deliver(InFlightList& commands);
  /// Returns when all that was taken is delivered.
  void stop();

  /// How many were taken and have not been delivered.
  [[nodiscard]] std::size_t pending() const { return pending_; }
  /// How many have thrown.
  [[nodiscard]] std::uint64_t thrown() const { return thrown_; }
  [[nodiscard]] bool on_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void run();
  void call(InFlight& command);

  std::mutex mutex_;
  std::condition_variable ready_;
  InFlightList waiting_;
  bool stopping_ = false;
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::uint64_t> thrown_{0};
  std::thread thread_;
};

}  // namespace muster
