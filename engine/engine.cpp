#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <muster/domain/core/arguments.hpp>
#include <muster/engine/callbacks.hpp>
#include <muster/engine/command_queue.hpp>
#include <muster/engine/head_keeper.hpp>
#include <muster/engine/writer.hpp>
#include <muster/eventstore/fork_guard.hpp>
#include <muster/projections/catch_up.hpp>

namespace muster {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t ahead_max_ms = 300'000;
/// How many commands are decided before anybody looks whether the last batch is stored.
constexpr std::size_t chunk_min = 16;
constexpr std::size_t chunk_max = 256;
/// For so long after an interactive command, batches and chunks stay small.
constexpr std::chrono::seconds interactive_for{1};
/// Longer deadlines are none to speak of, and would overflow the clock.
constexpr std::chrono::hours longest_wait{24 * 365};

TimeMs system_time() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

/// The bytes that a command holds outside of itself.
std::size_t text_bytes(const std::string& text) { return text.size(); }
std::size_t text_bytes(const CustomValues& custom) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : custom) bytes += sizeof(key) + value.size();
  return bytes;
}
template <class T>
std::size_t text_bytes(const T& value) {
  if constexpr (requires { value.value.size(); })
    return text_bytes(value.value);
  else if constexpr (requires { value.has_value(); })
    return value ? text_bytes(*value) : 0;
  else if constexpr (requires { T::items_max; })
    return value.size() * sizeof(value[0]);
  else if constexpr (Described<T>) {
    std::size_t bytes = 0;
    for_each_member(value, [&](const char*, const auto& member) { bytes += text_bytes(member); });
    return bytes;
  } else
    return 0;
}
std::size_t bytes_of(const Request& request) {
  return sizeof(Request) +
         std::visit([](const auto& command) { return text_bytes(command); }, request.command);
}

Failure closed() {
  return {.kind = FailureKind::closed, .message = "the engine is closed", .code = StoreErrorCode::closed};
}

void check(const EngineOptions& options) {
  const auto require = [](bool holds, std::string_view what) {
    if (!holds) throw std::invalid_argument{fmt::format("engine options: {}", what)};
  };
  require(options.batch_commits_max > 0, "batch_commits_max must be at least 1");
  require(options.batch_bytes_max > 0, "batch_bytes_max must be at least 1");
  require(options.interactive_batch_commits_max > 0, "interactive_batch_commits_max must be at least 1");
  require(options.bulk_share > 0 && options.bulk_share < 1,
          "bulk_share must be between 0 and 1, without them");
  require(options.queue_commands_max > 0, "queue_commands_max must be at least 1");
  require(options.queue_bytes_max > 0, "queue_bytes_max must be at least 1");
  require(options.head_lag_max >= std::chrono::seconds{1}, "head_lag_max must be at least a second");
  const auto problems = problems_of(options.rules);
  if (!problems.empty()) throw std::invalid_argument{"rules: " + problems.front()};
  const std::size_t document = encode_rules(options.rules).size();
  if (document > commit_bytes_max / 2)
    throw std::invalid_argument{fmt::format("rules: the document has {} bytes; at most {} go into the store",
                                            document, commit_bytes_max / 2)};
}

}  // namespace

class Engine::Impl {
 public:
  Impl(std::unique_ptr<Store> opened, EngineOptions with);
  ~Impl() { stop_threads(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result execute(Request request, const ExecuteOptions& how);
  std::optional<Failure> submit(Request&& request, Done&& done, Lane lane);
  Snapshot snapshot();
  Health health();
  Position checkpoint(const std::filesystem::path& folder, CopyTables tables);
  void close();

  [[nodiscard]] bool in_callback() const { return callbacks_.on_this_thread(); }
  /// Whether this process is a fork of the one that the engine belongs to.
  [[nodiscard]] bool forked() const { return forks_as_child() != forks_; }

  const EngineOptions options;
  const std::unique_ptr<Store> store;
  std::vector<std::string> notes;

 private:
  void start_threads();
  void stop_threads();
  void publish();

  // Taking commands.
  std::optional<Result> stamp(Request& request) const;
  std::optional<Failure> refusal_to_take() const;
  std::unique_ptr<InFlight> in_flight(Request& request, Lane lane) const;
  std::optional<Failure> take(std::unique_ptr<InFlight>& command, Done&& done);
  void enqueue(std::unique_ptr<InFlight> command);
  Result execute_here(Request request, std::unique_lock<std::mutex>& lock);

  // The two stages. Each is one thread's at a time; the mutex guards whose. All of these are called with the
  // lock.
  [[nodiscard]] bool idle() const { return !deciding_ && !flushing_ && decided_.empty() && chunk_.empty(); }
  [[nodiscard]] bool may_decide() const;
  [[nodiscard]] bool may_end() const { return closing_ && queue_.empty() && idle(); }
  [[nodiscard]] bool interactive_lately() const { return Clock::now() - last_interactive_ < interactive_for; }
  [[nodiscard]] std::size_t batch_commits_max() const;
  [[nodiscard]] std::size_t chunk_size() const;
  void wake_decider();
  void decide_loop();
  void decide_some(std::unique_lock<std::mutex>& lock);
  void start_flush(std::unique_lock<std::mutex>& lock);
  void flush_loop();
  void flush_batch(std::unique_lock<std::mutex>& lock);

  const std::uint64_t forks_ = forks_as_child();
  const std::shared_ptr<const Rules> rules_;
  std::unique_ptr<ReadableRows> readable_;  // of a read-only engine, which has no writer
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<HeadKeeper> head_;
  Callbacks callbacks_;

  std::mutex mutex_;
  std::condition_variable decider_work_;
  std::condition_variable flusher_work_;
  std::condition_variable room_;  // for execute(): the queue has room
  CommandQueue queue_;
  InFlightList chunk_;     // taken from the queue, and not decided yet
  InFlightList decided_;   // in the batch that is being decided
  InFlightList in_flush_;  // in the batch that is being flushed
  std::size_t submitted_in_stages_ = 0;
  Clock::time_point last_interactive_;
  bool deciding_ = false;      // somebody has the deciding stage
  bool flushing_ = false;      // somebody has the flushing stage, or is about to
  bool flush_ready_ = false;   // the flushing thread is that somebody
  bool absorb_later_ = false;  // what was flushed last is not in the cache yet
  bool decider_waits_ = false;
  bool closing_ = false;
  bool no_more_batches_ = false;
  bool closed_ = false;
  std::exception_ptr close_error_;

  std::mutex published_mutex_;
  std::optional<Snapshot> published_;
  std::mutex checkpoint_mutex_;  // one copy at a time, and none while closing
  std::thread deciding_thread_;
  std::thread flushing_thread_;
};

// ---- beginning and end

Engine::Impl::Impl(std::unique_ptr<Store> opened, EngineOptions with)
    : options(std::move(with)),
      store(std::move(opened)),
      notes(store->opening().notes),
      rules_(std::make_shared<const Rules>(options.rules)),
      queue_(options) {
  if (store->read_only()) {
    readable_ = std::make_unique<ReadableRows>(*store);
  } else {
    for (std::string& note : catch_up(*store)) notes.push_back(std::move(note));
    writer_ = std::make_unique<Writer>(*store, options, [this] { publish(); });
    head_ = std::make_unique<HeadKeeper>(*store, options.head_lag_max, [this](const StoreError& error) {
      writer_->stop(error.code(), fmt::format("`HEAD` could not be recorded: {}", error.what()));
    });
  }
  publish();
  if (!writer_) return;
  try {
    start_threads();
  } catch (...) {
    stop_threads();
    throw;
  }
}

void Engine::Impl::start_threads() {
  callbacks_.start();
  head_->start();
  flushing_thread_ = std::thread{[this] { flush_loop(); }};
  deciding_thread_ = std::thread{[this] { decide_loop(); }};
}

/// Answers everything that was taken.
void Engine::Impl::stop_threads() {
  {
    const std::scoped_lock lock{mutex_};
    closing_ = true;
    wake_decider();
    room_.notify_all();
  }
  if (deciding_thread_.joinable()) deciding_thread_.join();
  {
    const std::scoped_lock lock{mutex_};
    no_more_batches_ = true;
    flusher_work_.notify_all();
  }
  if (flushing_thread_.joinable()) flushing_thread_.join();
  callbacks_.stop();
  if (head_) head_->stop();
}

void Engine::Impl::close() {
  if (in_callback()) throw std::logic_error{"an engine cannot be closed from inside a callback"};
  if (!closed_) {
    stop_threads();
    const std::scoped_lock copying{checkpoint_mutex_};
    {
      const std::scoped_lock lock{published_mutex_};
      published_.reset();
    }
    try {
      if (writer_ && !writer_->stopped()) store->record_head();
    } catch (...) {
      close_error_ = std::current_exception();
    }
    try {
      store->close();
    } catch (const std::logic_error&) {
      throw;  // from inside a read: nothing is closed yet
    } catch (...) {
      if (!close_error_) close_error_ = std::current_exception();
    }
    closed_ = true;
  }
  if (close_error_) std::rethrow_exception(close_error_);
}

void Engine::Impl::publish() {
  const RowStore& rows = readable_ ? readable_->rows() : store->rows();
  Snapshot next{readable_ ? store->log().last() : writer_->last(), rows.snapshot(), rules_};
  const std::scoped_lock lock{published_mutex_};
  published_ = std::move(next);
}

Snapshot Engine::Impl::snapshot() {
  const std::scoped_lock lock{published_mutex_};
  if (!published_) throw std::logic_error{"the engine is closed: there is nothing to read"};
  return *published_;
}

Position Engine::Impl::checkpoint(const std::filesystem::path& folder, CopyTables tables) {
  const std::scoped_lock copying{checkpoint_mutex_};
  {
    const std::scoped_lock lock{mutex_};
    if (closing_ || closed_) throw std::logic_error{"the engine is closed: there is nothing to copy"};
  }
  if (writer_ && writer_->stopped())
    throw StoreError{StoreErrorCode::failed, "an earlier write failed; reopen the store and copy it then"};
  return store->checkpoint(folder, tables, [](Store& copy) { catch_up(copy); });
}

Health Engine::Impl::health() {
  Health health;
  health.recovery_notes = notes;
  health.head = store->recorded_head();
  health.callbacks_thrown = callbacks_.thrown();
  if (head_) health.head_problem = head_->problem();
  if (writer_) {
    health.durable = writer_->last();
    health.last_write = writer_->last_write();
  } else {
    health.durable = store->opening().last;
  }
  {
    const std::scoped_lock lock{published_mutex_};
    if (published_) health.applied = published_->position();
  }
  const std::scoped_lock lock{mutex_};
  health.queued_interactive = queue_.size(Lane::interactive);
  health.queued_bulk = queue_.size(Lane::bulk);
  health.queued_bytes = queue_.bytes();
  if (const auto oldest = queue_.oldest())
    health.oldest_waits = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *oldest);
  if (const auto failure = refusal_to_take()) {
    health.writable = false;
    health.reason = failure->message;
    health.code = failure->code;
  }
  return health;
}

// ---- taking commands

/// Why the engine takes no commands, if it takes none.
std::optional<Failure> Engine::Impl::refusal_to_take() const {
  if (closing_) return closed();
  if (!writer_)
    return Failure{.kind = FailureKind::read_only,
                   .message = "the engine was opened to read only; open it to write",
                   .code = StoreErrorCode::not_writable};
  if (writer_->stopped()) return writer_->why_stopped();
  return std::nullopt;
}

/// Gives the command its time, or refuses the one it has.
std::optional<Result> Engine::Impl::stamp(Request& request) const {
  TimeMs now;
  try {
    now = options.clock ? options.clock() : system_time();
  } catch (const std::exception& error) {
    return Failure{.kind = FailureKind::not_judged,
                   .message = fmt::format("the clock failed: {}; the command changed nothing", error.what()),
                   .code = {}};
  } catch (...) {
    return Failure{.kind = FailureKind::not_judged,
                   .message = "the clock failed; the command changed nothing",
                   .code = {}};
  }
  if (!request.at) request.at = now;
  // A time out of range is the domain's to refuse.
  const bool in_range = request.at->ms >= 0 && *request.at <= time_max;
  if (options.allow_future || !in_range || request.at->ms - ahead_max_ms <= now.ms) return std::nullopt;
  return bad_argument(
      arguments_time, "at",
      fmt::format("is {}, more than five minutes ahead of the clock, which says {}", request.at->ms, now.ms));
}

/// Takes the request out of where it is, unless it throws.
std::unique_ptr<InFlight> Engine::Impl::in_flight(Request& request, Lane lane) const {
  auto command = std::make_unique<InFlight>();
  command->bytes = bytes_of(request);
  command->request.emplace(std::move(request));
  command->lane = lane;
  command->taken = Clock::now();
  return command;
}

void Engine::Impl::enqueue(std::unique_ptr<InFlight> command) {
  if (command->lane == Lane::interactive) last_interactive_ = command->taken;
  queue_.push(std::move(command));
  wake_decider();
}

Result Engine::Impl::execute(Request request, const ExecuteOptions& how) try {
  std::optional<Clock::time_point> deadline;
  if (how.deadline)
    deadline = Clock::now() + std::min<std::chrono::milliseconds>(*how.deadline, longest_wait);
  if (auto refused = stamp(request)) return *std::move(refused);
  std::unique_lock lock{mutex_};
  const auto may_go_on = [this] { return refusal_to_take() || queue_.has_room(0); };
  const auto withdrawn = [] {
    return Failure{.kind = FailureKind::timed_out,
                   .message = "the deadline passed while the command was queued; it changed nothing",
                   .code = {}};
  };
  // A callback must not wait for room, as only its return makes some.
  if (!in_callback()) {
    if (!deadline)
      room_.wait(lock, may_go_on);
    else if (!room_.wait_until(lock, *deadline, may_go_on))
      return withdrawn();
  }
  if (auto refused = refusal_to_take()) return *std::move(refused);
  if (how.lane == Lane::interactive) last_interactive_ = Clock::now();
  // Not with a deadline: this thread could not give up while it writes.
  if (!deadline && idle() && queue_.empty()) return execute_here(std::move(request), lock);

  auto command = in_flight(request, how.lane);
  const auto waiter = std::make_shared<Waiter>();
  command->waiter = waiter;
  enqueue(std::move(command));
  lock.unlock();
  if (!deadline) return waiter->wait();
  if (auto result = waiter->wait_until(*deadline)) return *std::move(result);
  if (waiter->withdraw()) return withdrawn();
  Failure failure = out_of_memory(FailureKind::timed_out, true);
  try {
    failure.message =
        "the deadline passed while the command was being decided or written; outcome unknown: repeat it "
        "under its id";
  } catch (const std::bad_alloc&) {
    // The short message stays.
  }
  return failure;
} catch (const std::bad_alloc&) {
  return out_of_memory(FailureKind::not_judged, false);
}

/// Nobody is at work and nothing waits: the caller's thread does all of it for one command.
Result Engine::Impl::execute_here(Request request, std::unique_lock<std::mutex>& lock) {
  deciding_ = flushing_ = true;
  const bool absorb = std::exchange(absorb_later_, false);
  lock.unlock();
  if (absorb) writer_->absorb_flushed();
  writer_->decide(request);
  writer_->swap_batches();
  std::optional<Result> result;
  writer_->flush([&](Result&& given) { result.emplace(std::move(given)); });
  writer_->absorb_flushed();
  lock.lock();
  deciding_ = flushing_ = false;
  wake_decider();
  return *std::move(result);
}

std::optional<Failure> Engine::Impl::submit(Request&& request, Done&& done, Lane lane) {
  const std::optional<TimeMs> given = request.at;
  std::unique_ptr<InFlight> command;
  std::optional<Failure> failure;
  try {
    auto refused = stamp(request);
    command = in_flight(request, lane);
    command->result = std::move(refused);
    failure = take(command, std::move(done));
  } catch (const std::bad_alloc&) {
    failure = out_of_memory(FailureKind::overloaded, false);
  }
  // What was not taken is the caller's again.
  if (failure && command) request = *std::move(command->request);
  if (failure) request.at = given;
  return failure;
}

/// Queues the command with its callback; why not, when it cannot: both are then as they were.
std::optional<Failure> Engine::Impl::take(std::unique_ptr<InFlight>& command, Done&& done) {
  const std::scoped_lock lock{mutex_};
  std::optional<Failure> failure = refusal_to_take();
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

/// While interactive commands come, batches are small, so that none waits for a large one.
std::size_t Engine::Impl::batch_commits_max() const {
  return interactive_lately() ? options.interactive_batch_commits_max : options.batch_commits_max;
}

/// What is in a chunk goes before an interactive command that comes now. Half of what waits when nothing is
/// being flushed, so that the other half is decided meanwhile.
std::size_t Engine::Impl::chunk_size() const {
  if (interactive_lately()) return chunk_min;
  return flushing_ ? chunk_max : std::clamp(queue_.size() / 2, chunk_min, chunk_max);
}

bool Engine::Impl::may_decide() const {
  if (deciding_) return false;
  const bool more = (!queue_.empty() || !chunk_.empty()) && !writer_->is_full(batch_commits_max());
  return more || (!decided_.empty() && !flushing_);
}

/// Only for something to do: waking a thread costs a single command more than deciding it.
void Engine::Impl::wake_decider() {
  if (!decider_waits_ || !(may_decide() || may_end())) return;
  decider_waits_ = false;
  decider_work_.notify_one();
}

void Engine::Impl::decide_loop() {
  std::unique_lock lock{mutex_};
  while (true) {
    decider_work_.wait(lock, [this] {
      decider_waits_ = !may_decide() && !may_end();
      return !decider_waits_;
    });
    if (!may_decide()) return;
    decide_some(lock);
  }
}

/// Decides some of what waits, and starts to flush the batch when nothing else is being flushed.
void Engine::Impl::decide_some(std::unique_lock<std::mutex>& lock) {
  deciding_ = true;
  if (chunk_.empty()) {
    queue_.take(chunk_size(), chunk_);
    for (const InFlight& command : chunk_)
      if (!command.waiter) ++submitted_in_stages_;
  }
  const bool absorb = std::exchange(absorb_later_, false);
  const std::size_t commits_max = batch_commits_max();
  lock.unlock();
  room_.notify_all();
  if (absorb) writer_->absorb_flushed();
  InFlightList done;
  while (!chunk_.empty() && !writer_->is_full(commits_max)) {
    std::unique_ptr<InFlight> command = chunk_.pop_front();
    if (command->waiter && !command->waiter->begin()) continue;  // its caller has given up
    if (!command->result) writer_->decide(*command->request);
    command->request.reset();
    done.push_back(std::move(command));
  }
  lock.lock();
  decided_.append(done);
  if (!decided_.empty() && !flushing_) start_flush(lock);
  deciding_ = false;
  wake_decider();
}

/// Ends the batch. The flushing thread flushes it if there is more to decide meanwhile, else this one does.
void Engine::Impl::start_flush(std::unique_lock<std::mutex>& lock) {
  flushing_ = true;
  const bool absorb = std::exchange(absorb_later_, false);
  in_flush_.append(decided_);
  const bool elsewhere = !queue_.empty() || !chunk_.empty() || in_flush_.size() >= chunk_min;
  lock.unlock();
  if (absorb) writer_->absorb_flushed();
  writer_->swap_batches();
  lock.lock();
  if (!elsewhere) return flush_batch(lock);
  flush_ready_ = true;
  flusher_work_.notify_one();
}

// ---- the flushing stage

void Engine::Impl::flush_loop() {
  std::unique_lock lock{mutex_};
  while (true) {
    flusher_work_.wait(lock, [this] { return flush_ready_ || no_more_batches_; });
    if (!flush_ready_) return;
    flush_ready_ = false;
    flush_batch(lock);
  }
}

void Engine::Impl::flush_batch(std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  auto next = in_flush_.begin();
  writer_->flush([&](Result&& result) {
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
  flushing_ = false;
  absorb_later_ = true;
  wake_decider();
}

// ---- the public face

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() {
  const auto end = [](Impl& engine) {
    try {
      engine.close();
    } catch (const std::exception&) {
      // Everything answered is durable; what could not be flushed is recovered when the store is next opened.
    }
  };
  if (impl_->forked()) {
    static_cast<void>(impl_.release());  // a child has neither the threads nor the store
  } else if (!impl_->in_callback()) {
    end(*impl_);
  } else {
    // The callback has to return first. Without memory for a thread the engine is left as it is.
    Impl* const engine = impl_.release();
    try {
      std::thread{[engine, end] {
        end(*engine);
        delete engine;
      }}.detach();
    } catch (const std::exception&) {
    }
  }
}

std::unique_ptr<Engine> Engine::open(const std::filesystem::path& folder, EngineOptions options) {
  check(options);
  auto store = open_store(folder, options.store);
  return open(std::move(store), std::move(options));
}

std::unique_ptr<Engine> Engine::open(std::unique_ptr<Store> store, EngineOptions options) {
  check(options);
  return std::unique_ptr<Engine>{new Engine{std::make_unique<Impl>(std::move(store), std::move(options))}};
}

Engine::Impl& Engine::impl() const {
  if (impl_->forked())
    throw std::logic_error{"this engine belongs to the parent of this process; open the store here instead"};
  return *impl_;
}

Result Engine::execute(Request request, const ExecuteOptions& options) {
  return impl().execute(std::move(request), options);
}
std::optional<Failure> Engine::submit(Request&& request, Done&& done, Lane lane) {
  return impl().submit(std::move(request), std::move(done), lane);
}
Snapshot Engine::snapshot() const { return impl().snapshot(); }
Health Engine::health() const { return impl().health(); }
Position Engine::checkpoint(const std::filesystem::path& folder, CopyTables tables) {
  return impl().checkpoint(folder, tables);
}
void Engine::close() { impl().close(); }
const std::vector<std::string>& Engine::recovery_notes() const { return impl().notes; }
const Opening& Engine::opening() const { return impl().store->opening(); }

}  // namespace muster
