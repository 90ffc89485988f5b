#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
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
/// How many commands are judged before anybody looks whether the last batch is stored.
constexpr std::size_t portion_min = 16;
constexpr std::size_t portion_max = 256;

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

/// A command on its way, and in the end its result. Large, so what is passed on is the pointer.
struct OnItsWay {
  std::optional<Request> request;  // until it is judged
  std::size_t weight = 0;
  Waiter* waiter = nullptr;  // else `done` is told
  Engine::Done done;
  std::optional<Result> result;  // set before it is judged: refused already, only told in its turn
};
using Pending = std::unique_ptr<OnItsWay>;

Pending on_its_way(Request&& request, Waiter* waiter, Engine::Done&& done,
                   std::optional<Result>&& refused = {}) {
  auto pending = std::make_unique<OnItsWay>();
  pending->weight = weight_of(request);
  pending->request.emplace(std::move(request));
  pending->waiter = waiter;
  pending->done = std::move(done);
  pending->result = std::move(refused);
  return pending;
}

}  // namespace

class Engine::Impl {
 public:
  Impl(std::unique_ptr<Store> opened, EngineOptions with)
      : options(std::move(with)),
        store(std::move(opened)),
        notes(recover()),
        writer_(*store, options, [this] { publish(); }) {
    publish();
    try {
      callback_thread_ = std::thread{[this] { callback_loop(); }};
      storing_thread_ = std::thread{[this] { store_loop(); }};
      judging_thread_ = std::thread{[this] { judge_loop(); }};
    } catch (...) {
      end_storing();
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
    if (at_rest() && asking_for_rest_ == 0 && queue_.empty()) return execute_here(std::move(request), lock);

    Waiter waiter;
    enqueue(on_its_way(std::move(request), &waiter, {}));
    lock.unlock();
    waiter.done.acquire();
    return *std::move(waiter.result);
  }

  std::optional<Failure> submit(Request&& request, Done&& done) {
    const std::optional<TimeMs> given = request.at;
    auto refused = stamp(request);
    Pending pending = on_its_way(std::move(request), nullptr, std::move(done), std::move(refused));
    const std::lock_guard lock{mutex_};
    if (!closing_ && has_room() && queue_.size() + undelivered_ < options.queue_commands_max) {
      enqueue(std::move(pending));
      return std::nullopt;
    }
    request = *std::move(pending->request);
    request.at = given;
    done = std::move(pending->done);
    if (closing_) return closed();
    return Failure{FailureKind::overloaded,
                   fmt::format("{} commands are waiting to be judged", queue_.size() + undelivered_)};
  }

  Snapshot snapshot() {
    const std::lock_guard lock{published_mutex_};
    if (!published_) throw std::logic_error{"the engine is closed: there is nothing to read"};
    return *published_;
  }

  Position checkpoint(const std::filesystem::path& folder) {
    std::unique_lock lock{mutex_};
    // While commands come there would never be rest.
    ++asking_for_rest_;
    rest_.wait(lock, [this] { return at_rest(); });
    --asking_for_rest_;
    if (closing_) {
      tell_of_rest();
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
      wake_judge();
      room_.notify_all();
    }
    judging_thread_.join();
    end_storing();
    end_callbacks();
    {
      const std::lock_guard lock{published_mutex_};
      published_.reset();
    }
    if (!writer_.failed()) store->record_head();
    store->close();
  }

  EngineOptions options;
  std::unique_ptr<Store> store;
  std::vector<std::string> notes;

 private:
  /// Both stages of the writer, had by whoever does what neither may be busy for; without the lock, which
  /// comes back after it.
  class Turn {
   public:
    Turn(Impl& engine, std::unique_lock<std::mutex>& lock) : engine_(engine), lock_(lock) {
      engine_.judging_ = true;
      engine_.storing_ = true;
      lock_.unlock();
    }
    ~Turn() {
      lock_.lock();
      engine_.judging_ = false;
      engine_.storing_ = false;
      engine_.tell_of_rest();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Impl& engine_;
    std::unique_lock<std::mutex>& lock_;
  };

  std::vector<std::string> recover() {
    std::vector<std::string> done = store->opening().notes;
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
    queue_bytes_ += pending->weight;
    queue_.push_back(std::move(pending));
    wake_judge();
  }
  /// Only for something to do: a wake costs a command that is alone more than its judgement.
  void wake_judge() {
    if (!judge_waits_ || !(may_judge() || may_end())) return;
    judge_waits_ = false;
    work_.notify_one();
  }

  /// Nothing is judged or stored, and nothing judged waits to be stored.
  [[nodiscard]] bool at_rest() const { return !judging_ && !storing_ && judged_.empty(); }
  void tell_of_rest() {
    if (asking_for_rest_ > 0 && at_rest()) rest_.notify_one();
    wake_judge();
  }

  /// Nobody is at work and nobody waits: the caller's thread does all of it for one command.
  Result execute_here(Request request, std::unique_lock<std::mutex>& lock) {
    settle_later_ = false;
    const Turn turn{*this, lock};
    writer_.settle();
    writer_.judge(request);
    writer_.hand_over();
    std::optional<Result> result;
    writer_.store([&](Result&& given) { result.emplace(std::move(given)); });
    writer_.settle();
    return *std::move(result);
  }

  // ---- the judging stage

  void judge_loop() {
    std::unique_lock lock{mutex_};
    while (true) {
      const bool any = work_.wait_for(lock, Writer::head_period, [this] {
        judge_waits_ = !may_judge() && !may_end();
        return !judge_waits_;
      });
      judge_waits_ = false;
      if (!any)
        keep_head(lock);
      else if (may_judge())
        judge_some(lock);
      else
        return;
    }
  }

  [[nodiscard]] bool may_judge() const {
    if (judging_) return false;
    const bool more = !queue_.empty() && asking_for_rest_ == 0 && !writer_.is_full();
    return more || (!judged_.empty() && !storing_);
  }
  [[nodiscard]] bool may_end() const { return closing_ && queue_.empty() && at_rest(); }

  /// Judges what waits, up to a portion, and passes the batch on when nothing else is being stored.
  void judge_some(std::unique_lock<std::mutex>& lock) {
    judging_ = true;
    std::vector<Pending> portion = take_portion();
    const bool settle = std::exchange(settle_later_, false);
    lock.unlock();
    room_.notify_all();
    if (settle) writer_.settle();
    std::size_t done = 0;
    for (; done < portion.size() && !writer_.is_full(); ++done) {
      if (!portion[done]->result) writer_.judge(*portion[done]->request);
      portion[done]->request.reset();  // the queue's bound is on what it holds: it is not to be held after it
    }
    lock.lock();
    give_back(portion, done);
    std::move(portion.begin(), portion.end(), std::back_inserter(judged_));
    if (!judged_.empty() && !storing_) pass_on(lock);
    judging_ = false;
    tell_of_rest();
  }

  /// Half of what waits when nothing is being stored, so that the other half is judged while the first is
  /// written.
  std::vector<Pending> take_portion() {
    std::vector<Pending> portion;
    if (asking_for_rest_ > 0) return portion;
    const std::size_t most = storing_ ? portion_max : std::clamp(queue_.size() / 2, portion_min, portion_max);
    while (!queue_.empty() && portion.size() < most) {
      Pending& pending = queue_.front();
      queue_bytes_ -= pending->weight;
      if (pending->waiter == nullptr) ++undelivered_;
      portion.push_back(std::move(pending));
      queue_.pop_front();
    }
    return portion;
  }
  /// What no longer went into the batch is first in the next.
  void give_back(std::vector<Pending>& portion, std::size_t from) {
    while (portion.size() > from) {
      Pending& pending = portion.back();
      queue_bytes_ += pending->weight;
      if (pending->waiter == nullptr) --undelivered_;
      queue_.push_front(std::move(pending));
      portion.pop_back();
    }
  }

  /// The batch is whole: it is stored by the other thread when there is more to be judged meanwhile, else
  /// here.
  void pass_on(std::unique_lock<std::mutex>& lock) {
    storing_ = true;
    const bool settle = std::exchange(settle_later_, false);
    passed_on_.swap(judged_);
    const bool elsewhere = !queue_.empty() || passed_on_.size() >= portion_min;
    lock.unlock();
    if (settle) writer_.settle();
    writer_.hand_over();
    lock.lock();
    if (!elsewhere) return store_passed_on(lock);
    to_store_ = true;
    store_work_.notify_one();
  }

  /// Nothing has come for a while: what the log has by now is recorded.
  void keep_head(std::unique_lock<std::mutex>& lock) {
    if (!at_rest()) return;
    const Turn turn{*this, lock};
    writer_.refresh_head();
  }

  // ---- the storing stage

  void store_loop() {
    std::unique_lock lock{mutex_};
    while (true) {
      store_work_.wait(lock, [this] { return to_store_ || no_more_batches_; });
      if (!to_store_) return;
      to_store_ = false;
      store_passed_on(lock);
    }
  }

  void store_passed_on(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    auto next = passed_on_.begin();
    writer_.store([&](Result&& result) {
      while ((*next)->result) ++next;
      (*next++)->result.emplace(std::move(result));
    });
    for (Pending& pending : passed_on_) {
      if (Waiter* waiter = pending->waiter) {
        waiter->result = std::move(pending->result);
        waiter->done.release();
      } else {
        stored_.push_back(std::move(pending));
      }
    }
    passed_on_.clear();
    lock.lock();
    std::move(stored_.begin(), stored_.end(), std::back_inserter(to_tell_));
    stored_.clear();
    if (!to_tell_.empty()) told_.notify_one();
    storing_ = false;
    settle_later_ = true;
    tell_of_rest();
  }

  void end_storing() {
    {
      const std::lock_guard lock{mutex_};
      no_more_batches_ = true;
      store_work_.notify_all();
    }
    if (storing_thread_.joinable()) storing_thread_.join();
  }

  // ---- callbacks

  void end_callbacks() {
    {
      const std::lock_guard lock{mutex_};
      no_more_results_ = true;
      told_.notify_all();
    }
    if (callback_thread_.joinable()) callback_thread_.join();
  }

  void callback_loop() {
    std::vector<Pending> batch;
    std::unique_lock lock{mutex_};
    while (true) {
      told_.wait(lock, [this] { return !to_tell_.empty() || no_more_results_; });
      if (to_tell_.empty()) return;
      batch.swap(to_tell_);
      lock.unlock();
      for (const Pending& one : batch) one->done(*std::move(one->result));
      const std::size_t told = batch.size();
      batch.clear();  // before the lock: what a callback holds may call the engine when it goes
      lock.lock();
      undelivered_ -= told;
    }
  }

  void publish() {
    Snapshot next{writer_.last(), store->rows().snapshot(), options.rules};
    const std::lock_guard lock{published_mutex_};
    published_ = std::move(next);
  }

  Writer writer_;
  std::mutex mutex_;
  std::condition_variable work_;        // for the judging thread
  std::condition_variable store_work_;  // for the storing thread
  std::condition_variable rest_;        // for checkpoint(): nobody is at work
  std::condition_variable room_;        // for execute(): the queue has room
  std::condition_variable told_;        // for callbacks: there are results
  std::deque<Pending> queue_;
  std::size_t queue_bytes_ = 0;
  std::vector<Pending> judged_;     // in the batch that is being judged
  std::vector<Pending> passed_on_;  // in the batch that is being stored
  std::vector<Pending> stored_;     // the storing stage's own
  std::vector<Pending> to_tell_;
  std::size_t undelivered_ = 0;  // taken from the queue, callback not yet returned
  bool judging_ = false;         // somebody has the judging stage
  bool storing_ = false;         // somebody has the storing stage, or is about to
  bool to_store_ = false;        // the storing thread is that somebody
  bool settle_later_ = false;    // what was stored last is not settled yet
  bool judge_waits_ = false;
  std::size_t asking_for_rest_ = 0;
  bool closing_ = false;
  bool no_more_batches_ = false;
  bool no_more_results_ = false;
  std::mutex published_mutex_;
  std::optional<Snapshot> published_;
  std::thread judging_thread_;
  std::thread storing_thread_;
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
