#include <algorithm>

#include <muster/engine/command_queue.hpp>

namespace muster {

std::optional<CommandQueue::Clock::time_point> CommandQueue::oldest() const {
  std::optional<Clock::time_point> oldest;
  for (const InFlightList& lane : lanes_)
    if (!lane.empty()) oldest = std::min(oldest.value_or(Clock::time_point::max()), lane.front().taken);
  return oldest;
}

void CommandQueue::push(std::unique_ptr<InFlight> command) {
  bytes_ += command->bytes;
  InFlightList& waiting = lane(command->lane);
  waiting.push_back(std::move(command));
}

void CommandQueue::take_from(Lane which, std::size_t most, InFlightList& chunk) {
  InFlightList& from = lane(which);
  for (; most > 0 && !from.empty(); --most) {
    bytes_ -= from.front().bytes;
    chunk.push_back(from.pop_front());
  }
}

void CommandQueue::take(std::size_t most, InFlightList& chunk) {
  // What a lane does not use of its share is the other's.
  const auto share = static_cast<std::size_t>(static_cast<double>(most) * options_.bulk_share);
  const std::size_t for_bulk = std::min({most, size(Lane::bulk), std::max<std::size_t>(1, share)});
  const std::size_t interactive = std::min(most - for_bulk, size(Lane::interactive));
  take_from(Lane::interactive, interactive, chunk);
  take_from(Lane::bulk, most - interactive, chunk);
}

}  // namespace muster
