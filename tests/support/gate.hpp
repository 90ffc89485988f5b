#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <muster/eventstore/store_setup.hpp>

namespace muster::test {

/// A store in memory whose writes wait while the gate is closed, and fail when told to.
class Gate {
 public:
  std::unique_ptr<Store> store() {
    return make_memory_store_that_fails([this]() -> std::optional<StoreError> {
      ++writes;
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return open_ || let_through_ > 0; });
      if (!open_) --let_through_;
      return failure;
    });
  }
  void close() { set(false); }
  void open() { set(true); }
  void let_one_through() {
    const std::scoped_lock lock{mutex_};
    ++let_through_;
    changed_.notify_all();
  }
  /// Waits until a write has begun.
  void wait_for_write(int number) const {
    while (writes < number) std::this_thread::yield();
  }
  std::atomic<int> writes{0};
  std::optional<StoreError> failure;

 private:
  void set(bool open) {
    const std::scoped_lock lock{mutex_};
    open_ = open;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int let_through_ = 0;
};

}  // namespace muster::test
