#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include <muster/engine/in_flight.hpp>

namespace muster {

/// What waits to be decided, in two lanes. Order holds within a lane.
/// Threads  one at a time
class CommandQueue {
 public:
  using Clock = std::chrono::steady_clock;
  explicit CommandQueue(const EngineOptions& options) : options_(options) {}

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return lane(Lane::interactive).size() + lane(Lane::bulk).size(); }
  [[nodiscard]] std::size_t size(Lane which) const { return lane(which).size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Whether one more command may be taken, beside `elsewhere` that were taken and are not delivered.
  [[nodiscard]] bool has_room(std::size_t elsewhere) const {
    return size() + elsewhere < options_.queue_commands_max && bytes_ < options_.queue_bytes_max;
  }
  /// When the command that has waited longest was taken; none for an empty queue.
  [[nodiscard]] std::optional<Clock::time_point> oldest() const;

  void push(std::unique_ptr<InFlight> command);
  /// Moves at most `most` commands to `chunk`. While interactive commands wait, they come first and bulk ones
  /// get their share.
  void take(std::size_t most, InFlightList& chunk);

 private:
  [[nodiscard]] const InFlightList& lane(Lane which) const {
    return lanes_[static_cast<std::size_t>(which) - 1];
  }
  [[nodiscard]] InFlightList& lane(Lane which) { return lanes_[static_cast<std::size_t>(which) - 1]; }
  void take_from(Lane which, std::size_t most, InFlightList& chunk);

  const EngineOptions& options_;
  std::array<InFlightList, 2> lanes_;
  std::size_t bytes_ = 0;
};

}  // namespace muster
