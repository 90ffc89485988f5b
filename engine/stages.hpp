#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

namespace muster {

/// Who owns the two stages of the writer. One thread at a time decides commands into a batch; one thread at a
/// time flushes the batch that was decided before. There is a thread for each stage, but whoever owns a stage
/// may be any thread, and works without the mutex.
///
///     deciding   free -> owned -> free
///     flushing   free -> swapping -> flushing -> flushed -> free
///                                 -> ready ---^               a batch for the flushing thread
///
/// Threads  any, with the mutex that guards the work; the waits release it meanwhile
class Stages {
 public:
  enum class Deciding : std::uint8_t { free, owned };
  enum class Flushing : std::uint8_t {
    free,      // not owned
    swapping,  // the owner of the deciding stage ends its batch
    ready,     // the batch waits for the flushing thread
    flushing,  // being flushed
    flushed    // not owned, and the last batch is not in the cache yet
  };
  enum class Phase : std::uint8_t {
    running,
    draining,  // nothing is taken any more; what was taken is decided and flushed
    drained    // there are no more batches
  };
  /// What there is to do in the deciding stage.
  struct Work {
    bool commands = false;  // some wait, and the batch has room for one
    bool batch = false;     // something is decided and could be flushed; so it is when the batch is full
  };

  /// work  called with the mutex, while the deciding stage is free
  explicit Stages(std::function<Work()> work) : work_(std::move(work)) {}

  // The deciding stage.

  /// The deciding thread waits until it may own the stage; false when all is drained.
  [[nodiscard]] bool wait_to_decide(std::unique_lock<std::mutex>& lock);
  void end_deciding();
  /// Wakes the deciding thread if it sleeps and has something to do: waking it costs a single command more
  /// than deciding it.
  void wake_decider();
  /// Whether the owner of the deciding stage has to take the last batch into the cache. Returns true once
  /// per batch, and so do begin_swap() and own_both().
  [[nodiscard]] bool must_absorb();

  // The flushing stage, which the owner of the deciding stage takes.

  [[nodiscard]] bool may_flush() const {
    return flushing_ == Flushing::free || flushing_ == Flushing::flushed;
  }
  /// The caller owns both stages until it goes on with flush_elsewhere() or flush_here(). Whether it must
  /// absorb first.
  [[nodiscard]] bool begin_swap();
  void flush_here() { flushing_ = Flushing::flushing; }
  void flush_elsewhere();
  /// The flushing thread waits for a batch, and owns the stage; false when there are no more.
  [[nodiscard]] bool wait_to_flush(std::unique_lock<std::mutex>& lock);
  void end_flush();

  // Both stages.

  /// Both stages are free, and there is nothing to do.
  [[nodiscard]] bool idle() const;
  /// The caller owns both, which are idle, until end_both(). Whether it must absorb first; it always absorbs
  /// what it flushes.
  [[nodiscard]] bool own_both();
  void end_both();

  // The end.

  [[nodiscard]] bool draining() const { return phase_ != Phase::running; }
  /// From now on wait_to_decide() returns false once the stages are idle.
  void drain();
  /// From now on wait_to_flush() returns false. Call it when the deciding thread has ended.
  void finish();

 private:
  [[nodiscard]] bool may_decide() const;

  const std::function<Work()> work_;
  std::condition_variable decider_work_;
  std::condition_variable flusher_work_;
  Deciding deciding_ = Deciding::free;
  Flushing flushing_ = Flushing::free;
  Phase phase_ = Phase::running;
  bool decider_sleeps_ = false;
};

}  // namespace muster
