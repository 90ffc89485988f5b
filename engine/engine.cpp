#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <muster/engine/engine.hpp>
#include <muster/engine/writer.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {
namespace {

constexpr std::int64_t ahead_max_ms = 300'000;
constexpr std::chrono::seconds head_period{1};

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
std::size_t weight_of(const Request& request) {
  return sizeof(Request) +
         std::visit([](const auto& command) { return text_bytes(command); }, request.command);
}

/// Who waits for a result: a thread in execute(), or a callback.
struct Waiter {
  std::binary_semaphore done{0};
  std::optional<Result> result;
};

struct Pending {
  Request request;
  std::size_t weight = 0;
  Waiter* waiter = nullptr;  // else `done` is told
  Engine::Done done;
  std::optional<Result> result;  // already known; only told in its turn
};

}  // namespace

class Engine::Impl {
 public:
  Impl(std::unique_ptr<Store> opened, EngineOptions with)
      : options(std::move(with)),
        store(std::move(opened)),
        notes(recover()),
        writer_(*store, options, [this] { publish(); }) {
    publish();
    callback_thread_ = std::thread{[this] { callback_loop(); }};
    try {
      writer_thread_ = std::thread{[this] { write_loop(); }};
    } catch (...) {
      end_callbacks();
      throw;
    }
  }

  Result execute(Request request) {
    if (auto refused = stamp(request)) return *std::move(refused);
    std::unique_lock lock{mutex_};
    // A callback must not wait for room: only its return makes some.
    const bool may_wait = std::this_thread::get_id() != callback_thread_.get_id();
    if (may_wait) room_.wait(lock, [this] { return closing_ || has_room(); });
    if (closing_) return closed();
    if (has_turn_for_me() && queue_.empty()) return execute_here(std::move(request), lock);

    Waiter waiter;
    enqueue({std::move(request), 0, &waiter, {}, {}});
    lock.unlock();
    waiter.done.acquire();
    return *std::move(waiter.result);
  }

  std::optional<Failure> submit(Request&& request, Done&& done) {
    const std::optional<TimeMs> given = request.at;
    auto refused = stamp(request);
    const std::lock_guard lock{mutex_};
    const bool taken = !closing_ && has_room() && queue_.size() + undelivered_ < options.queue_commands_max;
    if (!taken) request.at = given;
    if (closing_) return closed();
    if (!taken)
      return Failure{FailureKind::overloaded,
                     fmt::format("{} commands are waiting to be judged", queue_.size() + undelivered_)};
    enqueue({std::move(request), 0, nullptr, std::move(done), std::move(refused)});
    return std::nullopt;
  }

  Snapshot snapshot() {
    const std::lock_guard lock{published_mutex_};
    if (!published_) throw std::logic_error{"the engine is closed: there is nothing to read"};
    return *published_;
  }

  Position checkpoint(const std::filesystem::path& folder) {
    std::unique_lock lock{mutex_};
    // The writer's turn would else never come while commands do.
    ++asking_for_turn_;
    turn_.wait(lock, [this] { return !writing_; });
    --asking_for_turn_;
    if (closing_) {
      work_.notify_all();
      throw std::logic_error{"the engine is closed: there is nothing to copy"};
    }
    const Turn turn{*this, lock};
    return writer_.checkpoint(folder);
  }

  void close() {
    if (std::this_thread::get_id() == callback_thread_.get_id())
      throw std::logic_error{"an engine cannot be closed from inside a callback"};
    {
      std::unique_lock lock{mutex_};
      if (closing_) return;
      closing_ = true;
      work_.notify_all();
      room_.notify_all();
    }
    writer_thread_.join();
    end_callbacks();
    {
      const std::lock_guard lock{published_mutex_};
      published_.reset();
    }
    if (!writer_.failed()) writer_.record_head();
    store->close();
  }

  EngineOptions options;
  std::unique_ptr<Store> store;
  std::vector<std::string> notes;

 private:
  struct Told {
    Done done;
    Result result;
  };

  /// The writer's turn, had by whoever judges, writes or copies; without the lock, which comes back after it.
  class Turn {
   public:
    Turn(Impl& engine, std::unique_lock<std::mutex>& lock) : engine_(engine), lock_(lock) {
      engine_.writing_ = true;
      lock_.unlock();
    }
    ~Turn() {
      lock_.lock();
      engine_.writing_ = false;
      if (engine_.asking_for_turn_ > 0)
        engine_.turn_.notify_one();
      else if (!engine_.queue_.empty() || engine_.closing_)
        engine_.work_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Impl& engine_;
    std::unique_lock<std::mutex>& lock_;
  };

  std::vector<std::string> recover() {
    std::vector<std::string> done = store->recovery_notes();
    for (std::string& note : catch_up(*store)) done.push_back(std::move(note));
    return done;
  }

  /// Gives the command its time, or refuses the one it has.
  std::optional<Result> stamp(Request& request) const {
    const TimeMs now = options.clock ? options.clock() : system_time();
    if (!request.at) request.at = now;
    // A time out of range is the domain's to refuse.
    const bool in_range = request.at->ms >= 0 && *request.at <= time_max;
    if (options.allow_future || !in_range || request.at->ms - ahead_max_ms <= now.ms) return std::nullopt;
    return bad_argument("arguments.time", "at",
                        fmt::format("is {}, more than five minutes ahead of the clock, which says {}",
                                    request.at->ms, now.ms));
  }

  [[nodiscard]] bool has_room() const {
    return queue_.size() < options.queue_commands_max && queue_bytes_ < options.queue_bytes_max;
  }
  static Failure closed() { return {FailureKind::closed, "the engine is closed"}; }

  void enqueue(Pending pending) {
    pending.weight = weight_of(pending.request);
    queue_bytes_ += pending.weight;
    queue_.push_back(std::move(pending));
    if (!writing_) work_.notify_one();
  }

  /// Nobody writes and nobody waits: the caller's thread is the writer for one command.
  Result execute_here(Request request, std::unique_lock<std::mutex>& lock) {
    const Turn turn{*this, lock};
    std::vector<Request> one;
    one.push_back(std::move(request));
    return std::move(writer_.run(one).front());
  }

  void write_loop() {
    std::vector<Pending> batch;
    std::vector<Request> requests;
    std::unique_lock lock{mutex_};
    while (true) {
      const auto wanted = [this] { return has_turn_for_me() && (!queue_.empty() || closing_); };
      if (!work_.wait_for(lock, head_period, wanted)) {
        keep_head(lock);
        continue;
      }
      if (queue_.empty()) return;
      take(batch, requests);
      std::vector<Result> results;
      {
        const Turn turn{*this, lock};
        room_.notify_all();
        results = writer_.run(requests);
      }
      deliver(batch, results);
      batch.clear();
      requests.clear();
    }
  }

  /// Nothing has come for a while: what the log has by now is recorded.
  void keep_head(std::unique_lock<std::mutex>& lock) {
    if (!has_turn_for_me()) return;
    const Turn turn{*this, lock};
    writer_.refresh_head();
  }

  /// Nobody writes, and nobody asked before to do what the writer cannot do meanwhile.
  [[nodiscard]] bool has_turn_for_me() const { return !writing_ && asking_for_turn_ == 0; }

  void end_callbacks() {
    {
      const std::lock_guard lock{mutex_};
      no_more_results_ = true;
      told_.notify_all();
    }
    callback_thread_.join();
  }

  void take(std::vector<Pending>& batch, std::vector<Request>& requests) {
    while (!queue_.empty() && batch.size() < options.batch_commits_max) {
      Pending pending = std::move(queue_.front());
      queue_.pop_front();
      queue_bytes_ -= pending.weight;
      if (pending.waiter == nullptr) ++undelivered_;
      if (!pending.result) requests.push_back(std::move(pending.request));
      batch.push_back(std::move(pending));
    }
  }

  /// Under the lock.
  void deliver(std::vector<Pending>& batch, std::vector<Result>& results) {
    auto next = results.begin();
    for (Pending& pending : batch) {
      Result result = pending.result ? *std::move(pending.result) : std::move(*next++);
      if (Waiter* waiter = pending.waiter) {
        waiter->result = std::move(result);
        waiter->done.release();
      } else {
        to_tell_.push_back({std::move(pending.done), std::move(result)});
      }
    }
    if (!to_tell_.empty()) told_.notify_one();
  }

  void callback_loop() {
    std::vector<Told> batch;
    std::unique_lock lock{mutex_};
    while (true) {
      told_.wait(lock, [this] { return !to_tell_.empty() || no_more_results_; });
      if (to_tell_.empty()) return;
      batch.swap(to_tell_);
      lock.unlock();
      for (Told& one : batch) one.done(std::move(one.result));
      lock.lock();
      undelivered_ -= batch.size();
      batch.clear();
    }
  }

  void publish() {
    Snapshot next{writer_.last(), store->rows().snapshot(), options.rules};
    const std::lock_guard lock{published_mutex_};
    published_ = std::move(next);
  }

  Writer writer_;
  std::mutex mutex_;
  std::condition_variable work_;  // for the writer: something waits and nobody writes
  std::condition_variable room_;  // for execute(): the queue has room
  std::condition_variable told_;  // for callbacks: there are results
  std::deque<Pending> queue_;
  std::size_t queue_bytes_ = 0;
  std::vector<Told> to_tell_;
  std::size_t undelivered_ = 0;  // taken from the queue, callback not yet returned
  bool writing_ = false;         // somebody has the writer's turn
  std::size_t asking_for_turn_ = 0;
  std::condition_variable turn_;  // for checkpoint(): nobody writes
  bool closing_ = false;
  bool no_more_results_ = false;
  std::mutex published_mutex_;
  std::optional<Snapshot> published_;
  std::thread writer_thread_;
  std::thread callback_thread_;
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() {
  try {
    impl_->close();
  } catch (const std::exception&) {
    // Everything answered is durable; what could not be flushed is recovered when the store is next opened.
  }
}

std::unique_ptr<Engine> Engine::open(const std::filesystem::path& folder, EngineOptions options) {
  auto store = open_store(folder, options.store);
  return open(std::move(store), std::move(options));
}

std::unique_ptr<Engine> Engine::open(std::unique_ptr<Store> store, EngineOptions options) {
  const auto problems = problems_of(options.rules);
  if (!problems.empty()) throw std::invalid_argument{"rules: " + problems.front()};
  const std::size_t document = encode_rules(options.rules).size();
  if (document > commit_bytes_max / 2)
    throw std::invalid_argument{fmt::format("rules: the document has {} bytes; at most {} go into the store",
                                            document, commit_bytes_max / 2)};
  return std::unique_ptr<Engine>{new Engine{std::make_unique<Impl>(std::move(store), std::move(options))}};
}

Result Engine::execute(Request request) { return impl_->execute(std::move(request)); }
std::optional<Failure> Engine::submit(Request&& request, Done&& done) {
  return impl_->submit(std::move(request), std::move(done));
}
Snapshot Engine::snapshot() const { return impl_->snapshot(); }
Position Engine::checkpoint(const std::filesystem::path& folder) { return impl_->checkpoint(folder); }
void Engine::close() { impl_->close(); }
const std::vector<std::string>& Engine::recovery_notes() const { return impl_->notes; }

}  // namespace muster
