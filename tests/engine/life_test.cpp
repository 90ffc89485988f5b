#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"

// What an engine does when its caller does something unusual.
namespace muster::test {
namespace {

using namespace std::chrono_literals;

const JoinGroup join{.group = g, .message = {}};

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
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "another thread may have locked the allocator of a sanitizer when the process forks";
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

}  // namespace
}  // namespace muster::test
