#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <semaphore>

#include <boost/intrusive/slist.hpp>

#include <muster/engine/engine.hpp>

namespace muster {

/// A thread in execute() that waits for its result. It may give up while its command is queued.
class Waiter {
 public:
  /// The engine begins to decide the command; false when its caller has given up, and it must be dropped.
  bool begin() { return claim(State::begun); }
  /// The caller gives up; false when the engine has begun, and the outcome will not be known.
  bool withdraw() { return claim(State::withdrawn); }

  void give(Result&& result) {
    result_.emplace(std::move(result));
    done_.release();
  }
  Result wait() {
    done_.acquire();
    return *std::move(result_);
  }
  /// None when there was no result by then.
  std::optional<Result> wait_until(std::chrono::steady_clock::time_point deadline) {
    if (!done_.try_acquire_until(deadline)) return std::nullopt;
    return std::move(result_);
  }

 private:
  enum class State { queued, begun, withdrawn };
  bool claim(State state) {
    State queued = State::queued;
    return state_.compare_exchange_strong(queued, state);
  }
  std::atomic<State> state_{State::queued};
  std::binary_semaphore done_{0};
  std::optional<Result> result_;
};

/// A command from when it is taken until its result is delivered. It is handed from list to list, which needs
/// no memory.
struct InFlight : boost::intrusive::slist_base_hook<> {
  std::optional<Request> request;  // until it is decided
  std::size_t bytes = 0;           // that it holds meanwhile
  Lane lane = Lane::bulk;
  std::chrono::steady_clock::time_point taken;
  std::shared_ptr<Waiter> waiter;  // of execute(); else `done` is called
  Engine::Done done;               // may be empty
  std::optional<Result> result;    // set before it is decided: refused already, and delivered in its turn
};
/// Takes the request out of where it is, unless it throws.
std::unique_ptr<InFlight> make_in_flight(Request& request, Lane lane);

/// Commands in order, owned.
class InFlightList {
 public:
  InFlightList() = default;
  InFlightList(const InFlightList&) = delete;
  InFlightList& operator=(const InFlightList&) = delete;
  ~InFlightList() {
    while (!empty()) pop_front();
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  [[nodiscard]] InFlight& front() { return list_.front(); }
  [[nodiscard]] const InFlight& front() const { return list_.front(); }
  void push_back(std::unique_ptr<InFlight> command) { list_.push_back(*command.release()); }
  std::unique_ptr<InFlight> pop_front() {
    std::unique_ptr<InFlight> command{&list_.front()};
    list_.pop_front();
    return command;
  }
  /// Takes everything of `other` to the end.
  void append(InFlightList& other) { list_.splice(list_.end(), other.list_); }
  [[nodiscard]] auto begin() { return list_.begin(); }
  [[nodiscard]] auto end() { return list_.end(); }

 private:
  boost::intrusive::slist<InFlight, boost::intrusive::cache_last<true>> list_;
};

}  // namespace muster
