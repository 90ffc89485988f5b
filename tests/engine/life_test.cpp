#include <atomic>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"

// What an engine does when its caller does something unusual, and what it says of itself.
namespace muster::test {
namespace {

using namespace std::chrono_literals;

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

/// A store in memory whose writes wait while the gate is closed, and fail when told to.
class Gate {
 public:
  std::unique_ptr<Store> store() {
    return make_memory_store_that_fails([this]() -> std::optional<StoreError> {
      ++writes;
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return open_ || let_through_ > 0; });
      if (!open_) --let_through_;
      return failure;
    });
  }
  void close() { set(false); }
  void open() { set(true); }
  void let_one_through() {
    const std::scoped_lock lock{mutex_};
    ++let_through_;
    changed_.notify_all();
  }
  /// Waits until a write has begun.
  void wait_for_write(int number) const {
    while (writes < number) std::this_thread::yield();
  }
  std::atomic<int> writes{0};
  std::optional<StoreError> failure;

 private:
  void set(bool open) {
    const std::scoped_lock lock{mutex_};
    open_ = open;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int let_through_ = 0;
};

class AnyEngineEnds : public testing::TestWithParam<Backing> {
 protected:
  std::unique_ptr<Engine> open(const EngineOptions& options = test_options()) {
    return open_engine(GetParam(), folder.path(), options);
  }
  TempFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Backings, AnyEngineEnds,
                         testing::Values(Backing::memory, Backing::joined, Backing::split),
                         [](const auto& test) { return to_string(test.param); });

// Closing.

TEST_P(AnyEngineEnds, ASnapshotThatOutlivesItSaysThatItIsClosed) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  const Snapshot snapshot = engine->snapshot();
  EXPECT_TRUE(snapshot.group(g));
  engine->close();
  const auto code = [](const auto& read) {
    try {
      read();
    } catch (const StoreError& error) {
      return error.code();
    }
    return StoreErrorCode{};
  };
  EXPECT_EQ(code([&] { (void)snapshot.group(g); }), StoreErrorCode::closed);
  EXPECT_EQ(code([&] { (void)snapshot.members(g, Account{}, 10); }), StoreErrorCode::closed);
  EXPECT_EQ(code([&] { (void)snapshot.show_groups({g}, user(olive)); }), StoreErrorCode::closed);
  EXPECT_EQ(code([&] { (void)snapshot.show_joined(olive); }), StoreErrorCode::closed);
  engine.reset();
  EXPECT_EQ(code([&] { (void)snapshot.group(g); }), StoreErrorCode::closed);
  EXPECT_EQ(code([&] { (void)snapshot.search(g, user(olive)); }), StoreErrorCode::closed);
}

TEST_P(AnyEngineEnds, ClosingWaitsForReadersAndNothingCrashes) {
  for (int round = 0; round < 10; ++round) {
    auto engine = open();
    answered(*engine, request(app_admin(), creation(BaseType::meeting)));
    for (int i = 0; i < 50; ++i)
      static_cast<void>(engine->execute(request(Account{"u" + std::to_string(i)}, join)));
    std::latch reading{3};
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 3; ++reader) {
      readers.emplace_back([&reading, snapshot = engine->snapshot()] {
        bool begun = false;
        try {
          while (true) {
            EXPECT_EQ(snapshot.members(g, Account{}, 100).size(), 50U);
            EXPECT_TRUE(snapshot.membership(Account{"u7"}, g));
            if (!std::exchange(begun, true)) reading.count_down();
          }
        } catch (const StoreError& error) {
          EXPECT_EQ(error.code(), StoreErrorCode::closed);
        }
      });
    }
    reading.wait();
    engine->close();
    engine.reset();
    for (std::thread& reader : readers) reader.join();
    if (GetParam() != Backing::memory) std::filesystem::remove_all(folder.path() / "db");
  }
}

TEST(Closing, ReleasesTheStoreWhenItFailsAndThrowsAgain) {
  const TempFolder folder;
  const FaultyDisk disk;
  auto engine = open_engine(Backing::joined, folder.path(), test_options(), {.env = disk.env.get()});
  answered(*engine, request(olive, creation(BaseType::meeting)));
  disk.files->limit_bytes(0);
  EXPECT_THROW(engine->close(), StoreError);
  EXPECT_THROW(engine->close(), StoreError) << "it did not succeed the first time either";
  const auto again = open_engine(Backing::joined, folder.path(), test_options());
  EXPECT_EQ(again->snapshot().position(), 1U) << "the lock is free, and nothing is lost";
}

TEST(Closing, TwiceIsAllRight) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  engine->close();
  EXPECT_NO_THROW(engine->close());
}

// Callbacks and clocks of the caller.

TEST_P(AnyEngineEnds, AnEmptyCallbackIsForACommandThatNobodyWaitsFor) {
  auto engine = open();
  EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), {}, Lane::interactive));
  EXPECT_EQ(answered(*engine, request(mia, join)).position, 2U) << "it came after, in the same lane";
}

TEST_P(AnyEngineEnds, ACallbackThatThrowsIsCounted) {
  auto engine = open();
  const auto throwing = [](const Result&) { throw std::runtime_error{"from a callback"}; };
  EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), throwing));
  EXPECT_FALSE(engine->submit(request(mia, join), [](const Result&) { throw 42; }));
  std::promise<void> last;
  EXPECT_FALSE(engine->submit(request(adam, join), [&](const Result&) { last.set_value(); }));
  last.get_future().wait();
  EXPECT_EQ(engine->health().callbacks_thrown, 2U);
  EXPECT_EQ(engine->snapshot().position(), 3U);
}

TEST(Clock, FailsTheCommandAloneWhenItThrows) {
  EngineOptions options = test_options();
  std::atomic<int> calls{0};
  options.clock = [&]() -> TimeMs {
    switch (++calls) {
      case 1: throw std::runtime_error{"no time today"};
      case 2: throw 42;
      default: return t0;
    }
  };
  const auto engine = Engine::open(make_memory_store(), options);
  Request timeless = request(olive, creation(BaseType::meeting));
  timeless.at.reset();
  const Failure failure = std::get<Failure>(engine->execute(timeless));
  EXPECT_EQ(failure.kind, FailureKind::not_judged);
  EXPECT_NE(failure.message.find("no time today"), std::string::npos);
  std::promise<FailureKind> kind;
  Request copy = timeless;
  EXPECT_FALSE(engine->submit(std::move(copy),
                              [&](const Result& result) { kind.set_value(std::get<Failure>(result).kind); }));
  EXPECT_EQ(kind.get_future().get(), FailureKind::not_judged);
  EXPECT_EQ(answered(*engine, timeless).position, 1U);
}

TEST_P(AnyEngineEnds, AnEngineDestroyedInItsOwnCallbackFinishesElsewhere) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  const Snapshot snapshot = engine->snapshot();
  std::promise<void> destroyed;
  Engine& alive = *engine;
  EXPECT_FALSE(alive.submit(request(mia, join), [&, engine = std::make_shared<std::unique_ptr<Engine>>(
                                                        std::move(engine))](const Result& result) {
    EXPECT_TRUE(std::holds_alternative<Answer>(result));
    engine->reset();
    destroyed.set_value();
  }));
  destroyed.get_future().wait();
  // It closes in its own time.
  while (true) {
    try {
      (void)snapshot.group(g);
      std::this_thread::yield();
    } catch (const StoreError& error) {
      EXPECT_EQ(error.code(), StoreErrorCode::closed);
      break;
    }
  }
  if (GetParam() == Backing::memory) return;
  while (true) {
    try {
      EXPECT_EQ(open()->snapshot().position(), 2U);
      return;
    } catch (const StoreError& error) {
      EXPECT_EQ(error.code(), StoreErrorCode::locked);
    }
  }
}

// Options.

TEST(EngineOptionsChecked, NamesTheOneThatIsOutOfRange) {
  const std::vector<std::pair<std::string, std::function<void(EngineOptions&)>>> wrong{
      {"batch_commits_max", [](EngineOptions& o) { o.batch_commits_max = 0; }},
      {"batch_bytes_max", [](EngineOptions& o) { o.batch_bytes_max = 0; }},
      {"interactive_batch_commits_max", [](EngineOptions& o) { o.interactive_batch_commits_max = 0; }},
      {"bulk_share", [](EngineOptions& o) { o.bulk_share = 0; }},
      {"bulk_share", [](EngineOptions& o) { o.bulk_share = 1; }},
      {"queue_commands_max", [](EngineOptions& o) { o.queue_commands_max = 0; }},
      {"queue_bytes_max", [](EngineOptions& o) { o.queue_bytes_max = 0; }},
      {"head_lag_max", [](EngineOptions& o) { o.head_lag_max = 999ms; }},
  };
  for (const auto& [name, change] : wrong) {
    EngineOptions options = test_options();
    change(options);
    const TempFolder folder;
    try {
      Engine::open(folder.path() / "db", options);
      ADD_FAILURE() << name << " was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string{error.what()}.find(name), std::string::npos) << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "db")) << "nothing is made for wrong options";
  }
}

TEST(EngineOptionsChecked, TheSmallestQueueIsOfOne) {
  EngineOptions options = test_options();
  options.queue_commands_max = 1;
  options.queue_bytes_max = 1;
  const auto engine = Engine::open(make_memory_store(), options);
  answered(*engine, request(olive, creation(BaseType::meeting)));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&engine, t] {
      for (int i = 0; i < 50; ++i)
        answered(*engine, request(Account{"u" + std::to_string(100 * t + i)}, join));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 201U);
}

// Reading only.

TEST(ReadOnlyEngine, AnswersReadsAndRefusesCommandsAsReadOnly) {
  const TempFolder folder;
  {
    const auto engine = open_engine(Backing::joined, folder.path(), test_options());
    answered(*engine, request(olive, creation(BaseType::meeting)));
    answered(*engine, request(mia, join));
  }
  EngineOptions options = test_options();
  options.store = {.create = false, .read_only = true};
  const auto engine = Engine::open(folder.path() / "db", options);
  const auto second = Engine::open(folder.path() / "db", options);
  EXPECT_EQ(engine->snapshot().position(), 2U);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 2U);
  const Failure failure = std::get<Failure>(engine->execute(request(adam, join)));
  EXPECT_EQ(failure.kind, FailureKind::read_only);
  EXPECT_EQ(failure.code, StoreErrorCode::not_writable);
  EXPECT_EQ(engine->submit(request(adam, join), [](const Result&) {})->kind, FailureKind::read_only);
  const Health health = engine->health();
  EXPECT_FALSE(health.writable);
  EXPECT_NE(health.reason.find("read only"), std::string::npos);
  EXPECT_EQ(health.durable, 2U);
  EXPECT_EQ(health.applied, 2U);
  EXPECT_THROW(engine->checkpoint(folder.path() / "copy"), StoreError);
  engine->close();
  EXPECT_EQ(second->snapshot().position(), 2U);
}

// Forks.

TEST(ForkedEngine, ThrowsInTheChildAndLeavesTheStoreToTheParent) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer does not follow the threads of a forked child";
#endif
  const TempFolder folder;
  auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  const Snapshot snapshot = engine->snapshot();
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    int thrown = 0;
    const auto try_to = [&](const auto& call) {
      try {
        call();
      } catch (const std::exception&) {
        ++thrown;
      }
    };
    try_to([&] { (void)engine->execute(request(mia, join)); });
    try_to([&] { (void)engine->submit(request(mia, join), [](const Result&) {}); });
    try_to([&] { (void)engine->snapshot(); });
    try_to([&] { (void)engine->health(); });
    try_to([&] { (void)engine->checkpoint(folder.path() / "copy"); });
    try_to([&] { engine->close(); });
    try_to([&] { (void)engine->recovery_notes(); });
    try_to([&] { (void)snapshot.group(g); });
    { const Snapshot gone = snapshot; }
    try_to([&] { (void)open_store(folder.path() / "db"); });  // locked by the parent
    engine.reset();
    char byte = 0;
    ::close(pipe[1]);
    (void)!::read(pipe[0], &byte, 1);  // until the parent has closed and opened again
    ::_exit(thrown);
  }
  EXPECT_EQ(answered(*engine, request(mia, join)).position, 2U) << "the parent goes on";
  engine->close();
  // The child is still there, and does not hold the lock.
  EXPECT_EQ(open_engine(Backing::joined, folder.path(), test_options())->snapshot().position(), 2U);
  ::close(pipe[0]);
  ::close(pipe[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 9);
}

// Deadlines.

TEST(Deadline, ACommandThatIsStillQueuedIsWithdrawnAndChangesNothing) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  EXPECT_FALSE(engine->submit(request(adam, join), {}));
  gate.wait_for_write(2);
  // One batch is being written, and a second is full, so what comes now is not decided.
  EngineOptions unused;
  for (std::size_t i = 0; i < unused.batch_commits_max + 2 * 256; ++i)
    EXPECT_FALSE(engine->submit(request(Account{"u" + std::to_string(i)}, join), {}));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      const Failure failure = std::get<Failure>(
          engine->execute(request(Account{"late" + std::to_string(i)}, join), {.deadline = 50ms}));
      EXPECT_EQ(failure.kind, FailureKind::timed_out);
      EXPECT_FALSE(failure.outcome_unknown) << failure.message;
    });
  for (std::thread& thread : threads) thread.join();
  gate.open();
  answered(*engine, request(mia, join));
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(engine->snapshot().membership(Account{"late" + std::to_string(i)}, g)) << "it was withdrawn";
}

TEST(Deadline, ACommandThatIsBeingWrittenMayBeInOrNot) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  // While the first is written, many gather. Another thread writes those, and the next one is decided
  // meanwhile.
  EXPECT_FALSE(engine->submit(request(olive, post), {}));
  gate.wait_for_write(2);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
  gate.let_one_through();
  gate.wait_for_write(3);
  const Failure failure = std::get<Failure>(engine->execute(request(mia, join), {.deadline = 500ms}));
  EXPECT_EQ(failure.kind, FailureKind::timed_out);
  EXPECT_TRUE(failure.outcome_unknown);
  gate.open();
  answered(*engine, request(otto, join));
  EXPECT_TRUE(engine->snapshot().membership(mia, g)) << "it was decided before its caller gave up";
}

TEST(Deadline, HoldsWhenNothingElseIsUnderWay) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  const Failure failure = std::get<Failure>(engine->execute(request(mia, join), {.deadline = 10ms}));
  EXPECT_EQ(failure.kind, FailureKind::timed_out);
  gate.open();
}

TEST(Deadline, MayBeAsLongAsTimeItself) {
  const auto engine = Engine::open(make_memory_store(), test_options());
  const Result result = engine->execute(request(olive, creation(BaseType::meeting)),
                                        {.deadline = std::chrono::milliseconds::max()});
  EXPECT_TRUE(std::holds_alternative<Answer>(result));
}

TEST(Deadline, HasNoEffectWhenItIsMet) {
  const auto engine = Engine::open(make_memory_store(), test_options());
  EXPECT_TRUE(std::holds_alternative<Answer>(
      engine->execute(request(olive, creation(BaseType::meeting)), {.deadline = 1h})));
}

TEST(Deadline, HoldsAlsoWhileTheQueueIsFull) {
  Gate gate;
  EngineOptions options = test_options();
  options.queue_commands_max = 1;
  const auto engine = Engine::open(gate.store(), options);
  gate.close();
  EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), {}));
  gate.wait_for_write(1);
  std::thread waiting{
      [&] { EXPECT_TRUE(std::holds_alternative<Answer>(engine->execute(request(mia, join)))); }};
  while (engine->health().queued_interactive == 0 && engine->health().durable == 0) {
    const Result result = engine->execute(request(adam, join), {.deadline = 10ms});
    EXPECT_EQ(std::get<Failure>(result).kind, FailureKind::timed_out);
  }
  gate.open();
  waiting.join();
}

// Lanes.

TEST(Lanes, AnInteractiveCommandOvertakesBulkOnes) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  std::atomic<int> delivered{0};
  for (int i = 0; i < 20'000; ++i)
    EXPECT_FALSE(engine->submit(request(olive, post), [&](const Result&) { ++delivered; }));
  std::thread waiting{[&] {
    const Answer answer = answered(*engine, request(mia, join));
    EXPECT_LT(answer.position, 10'000U) << "not behind all of them";
  }};
  while (engine->health().queued_interactive == 0) std::this_thread::yield();
  gate.open();
  waiting.join();
  engine->close();
  EXPECT_EQ(delivered, 20'000);
}

TEST(Lanes, KeepOrderWithinEach) {
  const auto engine = Engine::open(make_memory_store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  std::array<std::vector<Position>, 2> positions;
  for (int i = 0; i < 4000; ++i) {
    const Lane lane = i % 3 == 0 ? Lane::interactive : Lane::bulk;
    std::vector<Position>& in_order = positions[lane == Lane::bulk ? 0 : 1];
    const auto note = [&in_order](const Result& result) {
      in_order.push_back(std::get<Answer>(result).position.value());
    };
    EXPECT_FALSE(engine->submit(request(olive, post), note, lane));
  }
  engine->close();
  for (const auto& in_order : positions) {
    EXPECT_TRUE(std::ranges::is_sorted(in_order));
    EXPECT_GT(in_order.size(), 1000U);
  }
}

TEST(Lanes, BulkCommandsKeepTheirShare) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  EXPECT_FALSE(engine->submit(request(olive, post), {}));
  gate.wait_for_write(2);
  std::atomic<Position> last_bulk{0};
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}, Lane::interactive));
  for (int i = 0; i < 500; ++i)
    EXPECT_FALSE(engine->submit(request(olive, post), [&](const Result& result) {
      last_bulk = std::get<Answer>(result).position.value();
    }));
  gate.open();
  engine->close();
  // Half of each batch: 500 are in long before the 1500th, though all came after the interactive ones.
  EXPECT_LT(last_bulk, 1450U);
}

TEST(Lanes, WhileInteractiveCommandsComeBatchesAreSmall) {
  for (const Lane lane : {Lane::bulk, Lane::interactive}) {
    Gate gate;
    EngineOptions options = test_options();
    options.interactive_batch_commits_max = 10;
    const auto engine = Engine::open(gate.store(), options);
    gate.close();
    EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), {}));
    gate.wait_for_write(1);
    EXPECT_FALSE(engine->submit(request(olive, post), {}, lane));
    for (int i = 0; i < 400; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
    gate.open();
    engine->close();
    if (lane == Lane::bulk) {
      EXPECT_LT(gate.writes, 20) << "few large ones";
    } else {
      EXPECT_GE(gate.writes, 40) << "ten at a time";
    }
  }
}

// Health.

TEST(EngineHealth, TellsHowFarItIsAndWhatWaits) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  answered(*engine, request(mia, join));
  const Health health = engine->health();
  EXPECT_TRUE(health.writable) << health.reason;
  EXPECT_EQ(health.durable, 2U);
  EXPECT_EQ(health.applied, 2U);
  EXPECT_LE(health.head, 2U);
  EXPECT_EQ(health.head_problem, "");
  EXPECT_EQ(health.queued_bulk + health.queued_interactive + health.queued_bytes, 0U);
  EXPECT_GT(health.last_write.count(), 0);
  EXPECT_EQ(health.recovery_notes, std::vector<std::string>{});
  EXPECT_TRUE(engine->opening().made);
  engine->close();
  EXPECT_EQ(engine->health().head, 2U);
  EXPECT_FALSE(engine->health().writable);
  EXPECT_EQ(engine->health().code, StoreErrorCode::closed);
}

TEST(EngineHealth, TellsHowLongTheOldestWaits) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  gate.close();
  EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), {}));
  gate.wait_for_write(1);
  for (int i = 0; i < 20'000; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
  while (engine->health().oldest_waits < 20ms) std::this_thread::yield();
  EXPECT_GT(engine->health().queued_bulk, 10'000U);
  EXPECT_GT(engine->health().queued_bytes, 10'000U * sizeof(Command));
  gate.open();
}

TEST(EngineHealth, SaysWhyItHasStopped) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.failure = StoreError{StoreErrorCode::full, "no room left"};
  const Failure failed = std::get<Failure>(engine->execute(request(mia, join)));
  EXPECT_EQ(failed.kind, FailureKind::store_failed);
  EXPECT_EQ(failed.code, StoreErrorCode::full);
  EXPECT_TRUE(failed.outcome_unknown);
  const Health health = engine->health();
  EXPECT_FALSE(health.writable);
  EXPECT_EQ(health.code, StoreErrorCode::full);
  EXPECT_NE(health.reason.find("no room left"), std::string::npos);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 1U) << "reading goes on";
}

/// `HEAD` cannot be replaced while a folder has the name of its successor.
class BlockedHead {
 public:
  explicit BlockedHead(const TempFolder& folder) : path_(folder.path() / "db" / "HEAD.new") {
    std::filesystem::create_directory(path_);
  }
  ~BlockedHead() { std::filesystem::remove(path_); }
  BlockedHead(const BlockedHead&) = delete;
  BlockedHead& operator=(const BlockedHead&) = delete;

 private:
  std::filesystem::path path_;
};

TEST(FailingHead, IsReportedAndTriedAgainWhileCommandsGoOn) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  {
    const BlockedHead blocked{folder};
    answered(*engine, request(mia, join));
    while (engine->health().head_problem.empty()) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(engine->health().writable);
    EXPECT_NE(engine->health().head_problem.find("HEAD"), std::string::npos) << engine->health().head_problem;
    answered(*engine, request(adam, join));
  }
  while (engine->health().head < 3) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(engine->health().head_problem, "");
}

TEST(FailingHead, StopsTheEngineInTheEnd) {
  const TempFolder folder;
  EngineOptions options = test_options();
  options.head_lag_max = 1s;
  {
    const auto engine = open_engine(Backing::joined, folder.path(), options);
    answered(*engine, request(olive, creation(BaseType::meeting)));
    const BlockedHead blocked{folder};
    answered(*engine, request(mia, join));
    while (engine->health().writable) std::this_thread::sleep_for(10ms);
    const Failure failure = std::get<Failure>(engine->execute(request(adam, join)));
    EXPECT_EQ(failure.kind, FailureKind::not_stored) << "it was not handed to the disk";
    EXPECT_NE(failure.message.find("HEAD"), std::string::npos) << failure.message;
    EXPECT_TRUE(failure.code.has_value());
  }
  EXPECT_EQ(open_engine(Backing::joined, folder.path(), test_options())->snapshot().position(), 2U);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// What needs no new file goes on. RocksDB itself stops when it wants to make one, and then nothing is lost.
TEST(NoDescriptors, ASecondWithoutThemIsSurvivedOrEndsTheEngine) {
  const TempFolder folder;
  auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  answered(*engine, request(mia, join));
  std::this_thread::sleep_for(200ms);  // RocksDB compacts its first tables, usually in a few milliseconds
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GT(open_descriptors(), 3U);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  Position acknowledged = 2;
  for (int i = 0; engine->health().writable && engine->health().head_problem.empty(); ++i)
    if (std::holds_alternative<Answer>(engine->execute(request(Account{"u" + std::to_string(i)}, join))))
      ++acknowledged;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  if (engine->health().writable) {
    while (engine->health().head < acknowledged) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(engine->health().head_problem, "");
  }
  engine.reset();
  engine = open_engine(Backing::joined, folder.path(), test_options());
  EXPECT_GE(engine->snapshot().position(), acknowledged);
  engine->close();
  expect_whole(folder.path() / "db");
}

}  // namespace
}  // namespace muster::test
