#include <muster/engine/callbacks.hpp>

namespace muster {

void Callbacks::start() {
  thread_ = std::thread{[this] { run(); }};
}

void Callbacks::deliver(InFlightList& commands) {
  if (commands.empty()) return;
  const std::scoped_lock lock{mutex_};
  pending_ += commands.size();
  waiting_.append(commands);
  ready_.notify_one();
}

void Callbacks::stop() {
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
    ready_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Callbacks::run() {
  InFlightList now;
  std::unique_lock lock{mutex_};
  while (true) {
    ready_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
    if (waiting_.empty()) return;
    now.append(waiting_);
    lock.unlock();
    while (!now.empty()) {
      call(now.front());
      // Without the lock: what a callback holds may call the engine when it is destroyed.
      now.pop_front();
      --pending_;
    }
    lock.lock();
  }
}

void Callbacks::call(InFlight& command) {
  if (!command.done) return;
  try {
    command.done(*std::move(command.result));
  } catch (...) {
    ++thrown_;
  }
}

}  // namespace muster
