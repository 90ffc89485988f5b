#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <muster/engine/callbacks.hpp>
#include <muster/engine/command_queue.hpp>
#include <muster/engine/stages.hpp>
#include <muster/engine/writer.hpp>

namespace muster {

/// What commands get from an engine that has been closed.
Failure engine_closed();

/// Takes commands and carries each through the two stages of the writer to its result: the queue, a chunk of
/// it, the batch being decided, the batch being flushed, and the caller.
/// Threads  any, but start() and stop() by one
class Pipeline {
 public:
  using Clock = std::chrono::steady_clock;

  /// Both must outlive the pipeline.
  Pipeline(Writer& writer, const EngineOptions& options);
  ~Pipeline() { stop(); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void start();
  /// Takes no more commands, and answers those that were taken.
  void stop();

  /// Takes the request; returns its result, or a failure once the deadline has passed.
  Result execute(Request& request, Lane lane, const std::optional<Clock::time_point>& deadline);
  /// Queues the command with its callback. Why not, when it cannot: both are then as they were.
  std::optional<Failure> submit(std::unique_ptr<InFlight>& command, Engine::Done&& done);

  /// Why no commands are taken, if none are.
  [[nodiscard]] std::optional<Failure> refusal() const;
  [[nodiscard]] bool in_callback() const { return callbacks_.on_this_thread(); }
  /// Adds what waits, and for how long.
  void describe(Health& health) const;

 private:
  // All but the loops are called with the lock.
  [[nodiscard]] std::optional<Failure> why_none_taken() const;
  [[nodiscard]] Stages::Work work() const;
  [[nodiscard]] bool interactive_lately() const;
  [[nodiscard]] std::size_t batch_commits_max() const;
  [[nodiscard]] std::size_t chunk_size() const;
  void enqueue(std::unique_ptr<InFlight> command);
  Result execute_here(Request& request, std::unique_lock<std::mutex>& lock);
  void decide_loop();
  void decide_some(std::unique_lock<std::mutex>& lock);
  void end_batch(std::unique_lock<std::mutex>& lock);
  void flush_loop();
  void flush_batch(std::unique_lock<std::mutex>& lock);

  Writer& writer_;
  const EngineOptions& options_;
  Callbacks callbacks_;

  mutable std::mutex mutex_;
  Stages stages_;
  std::condition_variable room_;  // for execute(): the queue has room
  CommandQueue queue_;
  InFlightList chunk_;     // taken from the queue, and not decided yet
  InFlightList decided_;   // in the batch that is being decided
  InFlightList in_flush_;  // in the batch that is being flushed
  std::size_t submitted_in_stages_ = 0;
  Clock::time_point last_interactive_;

  std::thread deciding_thread_;
  std::thread flushing_thread_;
};

}  // namespace muster
