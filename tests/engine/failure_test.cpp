#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"

// What an engine answers when storage fails under it, and what is there afterwards.
namespace muster::test {
namespace {

Request joining(int number) {
  Request one = request(Account{"u" + std::to_string(number)}, JoinGroup{.group = g, .message = {}});
  one.id = CommandId{"join" + std::to_string(number)};
  return one;
}
Request creating() {
  Request one = request(olive, creation(BaseType::meeting));
  one.id = CommandId{"create"};
  return one;
}

std::unique_ptr<Engine> engine_on(const FaultyDisk& disk, Backing backing, const TempFolder& folder) {
  return open_engine(backing, folder.path(), test_options(), {.env = disk.env.get()});
}

/// Executes commands 0, 1, 2 … until one fails; the positions that were answered.
std::map<int, Position> work_until_failure(Engine& engine, int most) {
  std::map<int, Position> acknowledged;
  for (int i = 0; i < most; ++i) {
    const Result result = engine.execute(i == 0 ? creating() : joining(i));
    if (const auto* failure = std::get_if<Failure>(&result)) {
      EXPECT_EQ(failure->kind, FailureKind::store_failed);
      EXPECT_NE(failure->message.find("outcome unknown"), std::string::npos) << failure->message;
      EXPECT_TRUE(failure->outcome_unknown);
      EXPECT_TRUE(failure->code.has_value());
      // Nothing more is stored until the engine is reopened.
      const Failure later = std::get<Failure>(engine.execute(joining(i + 1)));
      EXPECT_EQ(later.kind, FailureKind::not_stored);
      EXPECT_EQ(later.code, failure->code);
      EXPECT_FALSE(later.outcome_unknown);
      return acknowledged;
    }
    acknowledged[i] = *std::get<Answer>(result).position;
  }
  return acknowledged;
}

/// Every acknowledged command is there, and one whose outcome is unknown can be repeated.
void expect_acknowledged(const std::filesystem::path& folder, const std::map<int, Position>& acknowledged) {
  {
    const auto engine = open_engine(Backing::joined, folder, test_options());
    for (const auto& [number, position] : acknowledged) {
      const Answer again = answered(*engine, number == 0 ? creating() : joining(number));
      EXPECT_TRUE(again.replayed) << number;
      EXPECT_EQ(again.position, position);
    }
    const int next = static_cast<int>(acknowledged.size());
    const Answer repeated = answered(*engine, next == 0 ? creating() : joining(next));
    EXPECT_EQ(repeated.position, acknowledged.size() + 1) << "committed once, then or now";
  }
  expect_whole(folder / "db");
}

class FailingStore : public testing::TestWithParam<Backing> {};
INSTANTIATE_TEST_SUITE_P(Backings, FailingStore, testing::Values(Backing::joined, Backing::split),
                         [](const auto& test) { return to_string(test.param); });

TEST_P(FailingStore, AFailedSyncIsAnOutcomeUnknownAndEndsTheEngine) {
  for (std::uint64_t n = 1; n <= 8; ++n) {
    const TempFolder folder;
    std::map<int, Position> acknowledged;
    {
      const FaultyDisk disk;
      const auto engine = engine_on(disk, GetParam(), folder);
      disk.files->fail_wal_sync(n);
      acknowledged = work_until_failure(*engine, 20);
      EXPECT_EQ(acknowledged.size(), n - 1);
    }
    expect_acknowledged(folder.path(), acknowledged);
  }
}

TEST_P(FailingStore, AfterACrashOfTheMachineEveryAcknowledgedCommandIsThere) {
  for (std::uint64_t n = 1; n <= 60; n += 3) {
    const TempFolder folder;
    std::map<int, Position> acknowledged;
    const FaultyDisk disk;
    {
      const auto engine = engine_on(disk, GetParam(), folder);
      disk.files->crash_at_change(n);
      acknowledged = work_until_failure(*engine, 20);
    }
    disk.files->forget_unsynced(n % 2 == 0 ? 7 : 0);
    expect_acknowledged(folder.path(), acknowledged);
  }
}

TEST_P(FailingStore, AFullDiskEndsTheEngineAndKeepsWhatWasAcknowledged) {
  const TempFolder folder;
  std::map<int, Position> acknowledged;
  {
    const FaultyDisk disk;
    const auto engine = engine_on(disk, GetParam(), folder);
    disk.files->limit_bytes(3000);
    acknowledged = work_until_failure(*engine, 100);
    EXPECT_GT(acknowledged.size(), 0U);
    EXPECT_LT(acknowledged.size(), 100U);
  }
  expect_acknowledged(folder.path(), acknowledged);
}

// Judged on one thread, stored on another, told on a third: a failure is told to all that rests on it, in
// order.

TEST(FailingUnderLoad, WhatWasJudgedOnAFailedBatchIsUnknownAndNothingComesAfterIt) {
  for (int failing = 1; failing <= 12; failing += 3) {
    const TempFolder folder;
    std::atomic<int> writes = 0;
    StoreSetup setup;
    setup.between_writes = [&] {
      if (++writes == failing) throw std::runtime_error{"ended here"};
    };
    EngineOptions options = test_options();
    options.batch_commits_max = 100;
    const auto engine = open_engine(Backing::split, folder.path(), options, setup);
    constexpr int commands = 3000;
    std::vector<int> order;
    std::vector<Result> results;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = thread; i < commands; i += 3) {
          Request one = i == 0 ? creating() : joining(i);
          const auto done = [&, i](Result result) {
            const std::scoped_lock lock{mutex};
            order.push_back(i);
            results.push_back(std::move(result));
          };
          while (engine->submit(std::move(one), done)) std::this_thread::yield();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    engine->close();
    ASSERT_EQ(results.size(), static_cast<std::size_t>(commands));
    // Each thread's in the order of taking.
    std::array<int, 3> last{-1, -1, -1};
    Position position = 0;
    bool failed = false;
    for (std::size_t i = 0; i < results.size(); ++i) {
      EXPECT_GT(order[i], last[static_cast<std::size_t>(order[i] % 3)]);
      last[static_cast<std::size_t>(order[i] % 3)] = order[i];
      if (const auto* answer = std::get_if<Answer>(&results[i])) {
        EXPECT_FALSE(failed) << "an answer after a failure";
        EXPECT_EQ(answer->position, ++position);
      }
      failed = failed || std::holds_alternative<Failure>(results[i]);
    }
    EXPECT_TRUE(failed);
  }
}

// Log and rows in two databases, ended between the two writes.

TEST(SplitStore, AnEndBetweenTheTwoWritesIsMendedByFolding) {
  const TempFolder folder;
  {
    StoreSetup setup;
    int writes = 0;
    setup.between_writes = [&writes] {
      if (++writes == 3) throw std::runtime_error{"ended here"};
    };
    const auto engine = open_engine(Backing::split, folder.path(), test_options(), setup);
    answered(*engine, creating());
    answered(*engine, joining(1));
    EXPECT_EQ(std::get<Failure>(engine->execute(joining(2))).kind, FailureKind::store_failed);
    EXPECT_EQ(engine->snapshot().position(), 2U);
  }
  const auto engine = open_engine(Backing::split, folder.path(), test_options());
  ASSERT_EQ(engine->recovery_notes().size(), 1U);
  EXPECT_NE(engine->recovery_notes()[0].find("1 commits behind"), std::string::npos);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 3U);
  const Answer again = answered(*engine, joining(2));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.position, 3U);
}

TEST(SplitStore, AKillBetweenTheTwoWritesIsMendedByFolding) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer does not follow the threads of a forked child";
#endif
  for (int end = 1; end <= 4; ++end) {
    const TempFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
      StoreSetup setup;
      int writes = 0;
      setup.between_writes = [&writes, end] {
        if (++writes == end) ::_exit(7);
      };
      const auto engine = open_engine(Backing::split, folder.path(), test_options(), setup);
      for (int i = 0; i < 10; ++i) static_cast<void>(engine->execute(i == 0 ? creating() : joining(i)));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 7);
    std::map<int, Position> acknowledged;
    for (int i = 0; i < end; ++i) acknowledged[i] = static_cast<Position>(i) + 1;
    expect_acknowledged(folder.path(), acknowledged);
  }
}

}  // namespace
}  // namespace muster::test
