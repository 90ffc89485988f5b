#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <muster/domain/core/arguments.hpp>
#include <muster/engine/head_keeper.hpp>
#include <muster/engine/pipeline.hpp>
#include <muster/engine/writer.hpp>
#include <muster/eventstore/fork_guard.hpp>
#include <muster/projections/catch_up.hpp>

namespace muster {
namespace {

using Clock = Pipeline::Clock;

constexpr std::int64_t ahead_max_ms = 300'000;
/// Longer deadlines count as this one: they would overflow the clock.
constexpr std::chrono::hours longest_wait{24 * 365};

TimeMs system_time() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
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

  Result execute(Request request, const ExecuteOptions& how);
  std::optional<Failure> submit(Request&& request, Done&& done, Lane lane);
  Snapshot snapshot();
  Health health();
  Position checkpoint(const std::filesystem::path& folder, CopyTables tables);
  void close();

  [[nodiscard]] bool in_callback() const { return pipeline_ && pipeline_->in_callback(); }
  /// Whether this process is a fork of the one that the engine belongs to.
  [[nodiscard]] bool forked() const { return forks_as_child() != forks_; }

  const EngineOptions options;
  const std::unique_ptr<Store> store;
  std::vector<std::string> notes;

 private:
  void publish();
  std::optional<Result> stamp(Request& request) const;
  [[nodiscard]] std::optional<Failure> refusal() const;

  const std::uint64_t forks_ = forks_as_child();
  const std::shared_ptr<const Rules> rules_;
  std::mutex published_mutex_;
  std::optional<Snapshot> published_;
  std::mutex checkpoint_mutex_;  // one copy at a time, and none while closing
  std::atomic<bool> closed_ = false;
  std::exception_ptr close_error_;

  std::unique_ptr<ReadableRows> readable_;  // of a read-only engine, which has none of those that follow
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<HeadKeeper> head_;
  std::unique_ptr<Pipeline> pipeline_;  // ends first: its threads use all of the above
};

// ---- beginning and end

Engine::Impl::Impl(std::unique_ptr<Store> opened, EngineOptions with)
    : options(std::move(with)),
      store(std::move(opened)),
      notes(store->opening().notes),
      rules_(std::make_shared<const Rules>(options.rules)) {
  if (store->read_only()) {
    readable_ = std::make_unique<ReadableRows>(*store);
    publish();
    return;
  }
  for (std::string& note : catch_up(*store)) notes.push_back(std::move(note));
  writer_ = std::make_unique<Writer>(*store, options, [this] { publish(); });
  head_ = std::make_unique<HeadKeeper>(*store, options.head_lag_max, [this](const StoreError& error) {
    writer_->stop(error.code(), fmt::format("`HEAD` could not be recorded: {}", error.what()));
  });
  pipeline_ = std::make_unique<Pipeline>(*writer_, options);
  publish();
  head_->start();
  pipeline_->start();
}

void Engine::Impl::close() {
  if (in_callback()) throw std::logic_error{"an engine cannot be closed from inside a callback"};
  if (!closed_) {
    if (pipeline_) pipeline_->stop();
    if (head_) head_->stop();
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
  if (const auto refused = refusal(); refused && refused->kind == FailureKind::closed)
    throw std::logic_error{"the engine is closed: there is nothing to copy"};
  if (writer_ && writer_->stopped())
    throw StoreError{StoreErrorCode::failed, "an earlier write failed; reopen the store and copy it then"};
  return store->checkpoint(folder, tables, [](Store& copy) { catch_up(copy); });
}

Health Engine::Impl::health() {
  Health health;
  health.recovery_notes = notes;
  health.head = store->recorded_head();
  if (pipeline_) pipeline_->describe(health);
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
  if (const auto failure = refusal()) {
    health.writable = false;
    health.reason = failure->message;
    health.code = failure->code;
  }
  return health;
}

// ---- taking commands

/// Why the engine takes no commands, if it takes none.
std::optional<Failure> Engine::Impl::refusal() const {
  if (pipeline_) return pipeline_->refusal();
  if (closed_) return engine_closed();
  return Failure{.kind = FailureKind::read_only,
                 .message = "the engine was opened to read only; open it to write",
                 .code = StoreErrorCode::not_writable};
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

Result Engine::Impl::execute(Request request, const ExecuteOptions& how) try {
  std::optional<Clock::time_point> deadline;
  if (how.deadline)
    deadline = Clock::now() + std::clamp<std::chrono::milliseconds>(*how.deadline, {}, longest_wait);
  if (auto refused = stamp(request)) return *std::move(refused);
  if (!pipeline_) return *refusal();
  return pipeline_->execute(request, how.lane, deadline);
} catch (const std::bad_alloc&) {
  return out_of_memory(FailureKind::not_judged, false);
}

std::optional<Failure> Engine::Impl::submit(Request&& request, Done&& done, Lane lane) {
  const std::optional<TimeMs> given = request.at;
  std::unique_ptr<InFlight> command;
  std::optional<Failure> failure;
  try {
    auto refused = stamp(request);
    command = make_in_flight(request, lane);
    command->result = std::move(refused);
    failure = pipeline_ ? pipeline_->submit(command, std::move(done)) : refusal();
  } catch (const std::bad_alloc&) {
    failure = out_of_memory(FailureKind::overloaded, false);
  }
  // What was not taken is the caller's again.
  if (failure && command) request = *std::move(command->request);
  if (failure) request.at = given;
  return failure;
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
