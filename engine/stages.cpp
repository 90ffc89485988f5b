#include <algorithm>
#include <cassert>
#include <utility>

#include <muster/engine/stages.hpp>

namespace muster {

bool Stages::may_decide() const {
  if (deciding_ != Deciding::free) return false;
  const Work work = work_();
  return work.commands || (work.batch && may_flush());
}

bool Stages::idle() const {
  if (deciding_ != Deciding::free || !may_flush()) return false;
  const Work work = work_();
  return !work.commands && !work.batch;
}

bool Stages::wait_to_decide(std::unique_lock<std::mutex>& lock) {
  bool may = false;
  decider_work_.wait(lock, [&] {
    may = may_decide();
    decider_sleeps_ = !may && !(draining() && idle());
    return !decider_sleeps_;
  });
  if (may) deciding_ = Deciding::owned;
  return may;
}

void Stages::end_deciding() {
  assert(deciding_ == Deciding::owned);
  deciding_ = Deciding::free;
  wake_decider();
}

void Stages::wake_decider() {
  if (!decider_sleeps_ || !(may_decide() || (draining() && idle()))) return;
  decider_sleeps_ = false;
  decider_work_.notify_one();
}

bool Stages::must_absorb() {
  if (flushing_ != Flushing::flushed) return false;
  flushing_ = Flushing::free;
  return true;
}

bool Stages::begin_swap() {
  assert(deciding_ == Deciding::owned && may_flush());
  return std::exchange(flushing_, Flushing::swapping) == Flushing::flushed;
}

void Stages::flush_elsewhere() {
  flushing_ = Flushing::ready;
  flusher_work_.notify_one();
}

bool Stages::wait_to_flush(std::unique_lock<std::mutex>& lock) {
  flusher_work_.wait(lock, [this] { return flushing_ == Flushing::ready || phase_ == Phase::drained; });
  if (flushing_ != Flushing::ready) return false;
  flushing_ = Flushing::flushing;
  return true;
}

void Stages::end_flush() {
  assert(flushing_ == Flushing::flushing);
  flushing_ = Flushing::flushed;
  wake_decider();
}

bool Stages::own_both() {
  assert(idle());
  deciding_ = Deciding::owned;
  return std::exchange(flushing_, Flushing::flushing) == Flushing::flushed;
}

void Stages::end_both() {
  deciding_ = Deciding::free;
  flushing_ = Flushing::free;
  wake_decider();
}

void Stages::drain() {
  phase_ = std::max(phase_, Phase::draining);
  wake_decider();
}

void Stages::finish() {
  phase_ = Phase::drained;
  flusher_work_.notify_all();
}

}  // namespace muster
