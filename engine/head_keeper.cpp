#include <algorithm>

#include <muster/engine/head_keeper.hpp>

namespace muster {

void HeadKeeper::start() {
  thread_ = std::thread{[this] { run(); }};
}

void HeadKeeper::stop() {
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::string HeadKeeper::problem() const {
  const std::scoped_lock lock{mutex_};
  return problem_;
}

void HeadKeeper::run() {
  std::unique_lock lock{mutex_};
  while (!wake_.wait_for(lock, std::min(period, lag_max_ / 4), [this] { return stopping_; })) {
    lock.unlock();
    try_once();
    lock.lock();
  }
}

void HeadKeeper::try_once() noexcept try {
  std::optional<StoreError> failed;
  try {
    store_.record_head();
  } catch (const StoreError& error) {
    // A store that has failed is the writer's to report.
    if (error.code() == StoreErrorCode::failed || error.code() == StoreErrorCode::closed) return;
    failed = error;
  }
  const auto now = std::chrono::steady_clock::now();
  {
    const std::scoped_lock lock{mutex_};
    problem_ = failed ? failed->what() : "";
  }
  // The folder is another one: trying again would not help.
  const bool at_once = failed && failed->code() == StoreErrorCode::not_found;
  if (!failed) {
    failing_since_.reset();
  } else if (!failing_since_ && !at_once) {
    failing_since_ = now;
  } else if (give_up_ && (at_once || now - *failing_since_ > lag_max_)) {
    give_up_(*failed);
    give_up_ = nullptr;
  }
} catch (const std::exception&) {
  // Out of memory: the next time.
}

}  // namespace muster
