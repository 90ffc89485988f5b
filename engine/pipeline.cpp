#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include <muster/engine/pipeline.hpp>

namespace muster {
namespace {

/// How many commands are decided before anybody looks whether the last batch is stored.
constexpr std::size_t chunk_min = 16;
constexpr std::size_t chunk_max = 256;
/// For so long after an interactive command, batches and chunks stay small.
constexpr std::chrono::seconds interactive_for{1};

Failure withdrawn() {
  return {.kind = FailureKind::timed_out,
          .message = "the deadline passed while the command was queued; it changed nothing",
          .code = {}};
}

Failure outcome_unknown() {
  Failure failure = out_of_memory(FailureKind::timed_out, true);
  try {
    failure.message =
        "the deadline passed while the command was being decided or written; outcome unknown: repeat it "
        "under its id";
  } catch (const std::bad_alloc&) {
    // The short message stays.
  }
  return failure;
}

}  // namespace

Failure engine_closed() {
  return {.kind = FailureKind::closed, .message = "the engine is closed", .code = StoreErrorCode::closed};
}

Pipeline::Pipeline(Writer& writer, const EngineOptions& options)
    : writer_(writer), options_(options), stages_([this] { return work(); }), queue_(options) {}

void Pipeline::start() {
  callbacks_.start();
  flushing_thread_ = std::thread{[this] { flush_loop(); }};
  deciding_thread_ = std::thread{[this] { decide_loop(); }};
}

void Pipeline::stop() {
  {
    const std::scoped_lock lock{mutex_};
    stages_.drain();
    room_.notify_all();
  }
  if (deciding_thread_.joinable()) deciding_thread_.join();
  {
    const std::scoped_lock lock{mutex_};
    stages_.finish();
  }
  if (flushing_thread_.joinable()) flushing_thread_.join();
  callbacks_.stop();
}

void Pipeline::describe(Health& health) const {
  health.callbacks_thrown = callbacks_.thrown();
  const std::scoped_lock lock{mutex_};
  health.queued_interactive = queue_.size(Lane::interactive);
  health.queued_bulk = queue_.size(Lane::bulk);
  health.queued_bytes = queue_.bytes();
  if (const auto oldest = queue_.oldest())
    health.oldest_waits = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *oldest);
}

// ---- taking commands

std::optional<Failure> Pipeline::refusal() const {
  const std::scoped_lock lock{mutex_};
  return why_none_taken();
}

std::optional<Failure> Pipeline::why_none_taken() const {
  if (stages_.draining()) return engine_closed();
  if (writer_.stopped()) return writer_.why_stopped();
  return std::nullopt;
}

void Pipeline::enqueue(std::unique_ptr<InFlight> command) {
  if (command->lane == Lane::interactive) last_interactive_ = command->taken;
  queue_.push(std::move(command));
  stages_.wake_decider();
}

Result Pipeline::execute(Request& request, Lane lane, const std::optional<Clock::time_point>& deadline) {
  std::unique_lock lock{mutex_};
  const auto may_go_on = [this] { return why_none_taken() || queue_.has_room(0); };
  // A callback must not wait for room, as only its return makes some.
  if (!in_callback()) {
    if (!deadline)
      room_.wait(lock, may_go_on);
    else if (!room_.wait_until(lock, *deadline, may_go_on))
      return withdrawn();
  }
  if (auto refused = why_none_taken()) return *std::move(refused);
  if (lane == Lane::interactive) last_interactive_ = Clock::now();
  // Not with a deadline: this thread could not give up while it writes.
  if (!deadline && stages_.idle()) return execute_here(request, lock);

  auto command = make_in_flight(request, lane);
  const auto waiter = std::make_shared<Waiter>();
  command->waiter = waiter;
  enqueue(std::move(command));
  lock.unlock();
  if (!deadline) return waiter->wait();
  if (auto result = waiter->wait_until(*deadline)) return *std::move(result);
  if (waiter->withdraw()) return withdrawn();
  return outcome_unknown();
}

/// Both stages are idle: the caller's thread decides and flushes its own command.
Result Pipeline::execute_here(Request& request, std::unique_lock<std::mutex>& lock) {
  const bool absorb = stages_.own_both();
  lock.unlock();
  if (absorb) writer_.absorb_flushed();
  writer_.decide(request);
  writer_.swap_batches();
  std::optional<Result> result;
  writer_.flush([&](Result&& given) { result.emplace(std::move(given)); });
  writer_.absorb_flushed();
  lock.lock();
  stages_.end_both();
  return *std::move(result);
}

std::optional<Failure> Pipeline::submit(std::unique_ptr<InFlight>& command, Engine::Done&& done) {
  const std::scoped_lock lock{mutex_};
  std::optional<Failure> failure = why_none_taken();
  // A failed engine still answers in order, through callbacks.
  if (failure && failure->kind == FailureKind::not_stored) failure.reset();
  const std::size_t undelivered = submitted_in_stages_ + callbacks_.pending();
  if (!failure && !queue_.has_room(undelivered))
    failure = Failure{
        .kind = FailureKind::overloaded,
        .message = fmt::format("{} commands are waiting; try again later", queue_.size() + undelivered),
        .code = {}};
  if (failure) return failure;
  command->done = std::move(done);
  enqueue(std::move(command));
  return std::nullopt;
}

// ---- the deciding stage

bool Pipeline::interactive_lately() const { return Clock::now() - last_interactive_ < interactive_for; }

/// While interactive commands come, batches are small, so that none waits for a large one.
std::size_t Pipeline::batch_commits_max() const {
  return interactive_lately() ? options_.interactive_batch_commits_max : options_.batch_commits_max;
}

/// What is in a chunk goes before an interactive command that comes now. Half of what waits when nothing is
/// being flushed, so that the other half is decided meanwhile.
std::size_t Pipeline::chunk_size() const {
  if (interactive_lately()) return chunk_min;
  return stages_.may_flush() ? std::clamp(queue_.size() / 2, chunk_min, chunk_max) : chunk_max;
}

Stages::Work Pipeline::work() const {
  const bool waiting = !queue_.empty() || !chunk_.empty();
  return {.commands = waiting && !writer_.is_full(batch_commits_max()), .batch = !decided_.empty()};
}

void Pipeline::decide_loop() {
  std::unique_lock lock{mutex_};
  while (stages_.wait_to_decide(lock)) decide_some(lock);
}

/// Decides some of what waits, and starts to flush the batch when nothing else is being flushed.
void Pipeline::decide_some(std::unique_lock<std::mutex>& lock) {
  if (chunk_.empty()) {
    queue_.take(chunk_size(), chunk_);
    for (const InFlight& command : chunk_)
      if (!command.waiter) ++submitted_in_stages_;
  }
  const bool absorb = stages_.must_absorb();
  const std::size_t commits_max = batch_commits_max();
  lock.unlock();
  room_.notify_all();
  if (absorb) writer_.absorb_flushed();
  InFlightList done;
  while (!chunk_.empty() && !writer_.is_full(commits_max)) {
    std::unique_ptr<InFlight> command = chunk_.pop_front();
    if (command->waiter && !command->waiter->begin()) continue;  // its caller has given up
    if (!command->result) writer_.decide(*command->request);
    command->request.reset();
    done.push_back(std::move(command));
  }
  lock.lock();
  decided_.append(done);
  if (!decided_.empty() && stages_.may_flush()) end_batch(lock);
  stages_.end_deciding();
}

/// The flushing thread flushes the batch if there is more to decide meanwhile, else this one does.
void Pipeline::end_batch(std::unique_lock<std::mutex>& lock) {
  const bool absorb = stages_.begin_swap();
  in_flush_.append(decided_);
  const bool elsewhere = !queue_.empty() || !chunk_.empty() || in_flush_.size() >= chunk_min;
  lock.unlock();
  if (absorb) writer_.absorb_flushed();
  writer_.swap_batches();
  lock.lock();
  if (elsewhere) return stages_.flush_elsewhere();
  stages_.flush_here();
  flush_batch(lock);
}

// ---- the flushing stage

void Pipeline::flush_loop() {
  std::unique_lock lock{mutex_};
  while (stages_.wait_to_flush(lock)) flush_batch(lock);
}

void Pipeline::flush_batch(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  auto next = in_flush_.begin();
  writer_.flush([&](Result&& result) {
    while (next->result) ++next;  // refused before it was decided
    (next++)->result.emplace(std::move(result));
  });
  InFlightList for_callbacks;
  while (!in_flush_.empty()) {
    std::unique_ptr<InFlight> command = in_flush_.pop_front();
    if (command->waiter)
      command->waiter->give(*std::move(command->result));
    else
      for_callbacks.push_back(std::move(command));
  }
  const std::size_t submitted = for_callbacks.size();
  callbacks_.deliver(for_callbacks);
  lock.lock();
  submitted_in_stages_ -= submitted;
  stages_.end_flush();
}

}  // namespace muster
