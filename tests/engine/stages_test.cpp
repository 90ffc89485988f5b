#include <atomic>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <muster/engine/stages.hpp>

// Who owns the two stages of the writer. Numbers are the commands here.
namespace muster::test {
namespace {

class StagesTest : public testing::Test {
 protected:
  using Lock = std::unique_lock<std::mutex>;

  /// Puts the flushing stage to work, as the owner of the deciding stage does.
  void start_flush(Lock& lock) {
    commands = 1;
    ASSERT_TRUE(stages.wait_to_decide(lock));
    ASSERT_FALSE(stages.begin_swap());
    stages.flush_here();
    commands = 0;
    stages.end_deciding();
  }

  /// Until another thread has asked what there is to do, and has either gone to sleep or returned.
  void wait_until_asked(Lock& lock) {
    for (const int before = asked; asked == before;) {
      lock.unlock();
      std::this_thread::yield();
      lock.lock();
    }
  }

  std::mutex mutex;
  int commands = 0;
  int batch = 0;
  int asked = 0;
  Stages stages{[this] {
    ++asked;
    return Stages::Work{.commands = commands > 0, .batch = batch > 0};
  }};
};

TEST_F(StagesTest, AreIdleWhenNobodyOwnsThemAndNothingWaits) {
  Lock lock{mutex};
  EXPECT_TRUE(stages.idle());
  commands = 1;
  EXPECT_FALSE(stages.idle());
  ASSERT_TRUE(stages.wait_to_decide(lock));
  commands = 0;
  EXPECT_FALSE(stages.idle()) << "somebody decides";
  EXPECT_FALSE(stages.begin_swap());
  EXPECT_FALSE(stages.may_flush());
  stages.flush_elsewhere();
  EXPECT_FALSE(stages.may_flush()) << "a batch waits for the flushing thread";
  stages.end_deciding();
  EXPECT_FALSE(stages.idle());
  ASSERT_TRUE(stages.wait_to_flush(lock));
  EXPECT_FALSE(stages.idle()) << "somebody flushes";
  stages.end_flush();
  EXPECT_TRUE(stages.idle());
  EXPECT_TRUE(stages.own_both());
  EXPECT_FALSE(stages.idle());
  EXPECT_FALSE(stages.may_flush());
  stages.end_both();
  EXPECT_TRUE(stages.idle());
}

TEST_F(StagesTest, ABatchIsAbsorbedOnceAfterItWasFlushed) {
  Lock lock{mutex};
  EXPECT_FALSE(stages.must_absorb());
  start_flush(lock);
  EXPECT_FALSE(stages.must_absorb()) << "it is being flushed";
  stages.end_flush();
  EXPECT_TRUE(stages.must_absorb());
  EXPECT_FALSE(stages.must_absorb());
  start_flush(lock);
  stages.end_flush();
  EXPECT_TRUE(stages.own_both());
  stages.end_both();
  EXPECT_FALSE(stages.must_absorb()) << "whoever owns both absorbs what it flushes";
  start_flush(lock);
  stages.end_flush();
  commands = 1;
  ASSERT_TRUE(stages.wait_to_decide(lock));
  EXPECT_TRUE(stages.begin_swap());
}

TEST_F(StagesTest, CommandsAreDecidedDuringAFlush) {
  Lock lock{mutex};
  start_flush(lock);
  commands = 1;
  EXPECT_TRUE(stages.wait_to_decide(lock));
  EXPECT_FALSE(stages.may_flush());
}

TEST_F(StagesTest, AFullBatchWaitsUntilTheOneBeforeIsFlushed) {
  Lock lock{mutex};
  start_flush(lock);
  batch = 1;
  bool flushed = false;
  auto decider = std::async(std::launch::async, [&] {
    Lock own{mutex};
    return stages.wait_to_decide(own) && flushed && stages.may_flush();
  });
  wait_until_asked(lock);
  flushed = true;
  stages.end_flush();
  lock.unlock();
  EXPECT_TRUE(decider.get());
}

TEST_F(StagesTest, TheDecidingThreadEndsWhenAllIsFlushed) {
  Lock lock{mutex};
  start_flush(lock);
  stages.drain();
  EXPECT_TRUE(stages.draining());
  bool flushed = false;
  auto decider = std::async(std::launch::async, [&] {
    Lock own{mutex};
    return !stages.wait_to_decide(own) && flushed;
  });
  wait_until_asked(lock);
  flushed = true;
  stages.end_flush();
  lock.unlock();
  EXPECT_TRUE(decider.get());
}

TEST_F(StagesTest, WhatWasTakenIsStillDecidedWhileDraining) {
  Lock lock{mutex};
  commands = 1;
  stages.drain();
  EXPECT_TRUE(stages.wait_to_decide(lock));
  commands = 0;
  stages.end_deciding();
  EXPECT_FALSE(stages.wait_to_decide(lock));
}

TEST_F(StagesTest, TheFlushingThreadTakesTheLastBatchBeforeItEnds) {
  Lock lock{mutex};
  commands = 1;
  ASSERT_TRUE(stages.wait_to_decide(lock));
  ASSERT_FALSE(stages.begin_swap());
  stages.flush_elsewhere();
  stages.finish();
  EXPECT_TRUE(stages.wait_to_flush(lock));
  stages.end_flush();
  EXPECT_FALSE(stages.wait_to_flush(lock));
}

// Both threads, and callers that do all of it themselves when they find the stages idle.
TEST_F(StagesTest, EachHasOneOwnerAtATimeAndNothingIsLeft) {
  constexpr int callers = 3;
  constexpr int commands_each = 2000;
  int flushing = 0;  // handed over
  int flushed = 0;   // in the end all
  int here = 0;      // of them, by callers
  std::atomic<int> deciders = 0;
  std::atomic<int> flushers = 0;
  const auto alone = [](std::atomic<int>& owners) {
    EXPECT_EQ(++owners, 1);
    std::this_thread::yield();
    --owners;
  };
  const auto flush = [&](Lock& lock) {
    lock.unlock();
    alone(flushers);
    lock.lock();
    flushed += std::exchange(flushing, 0);
    stages.end_flush();
  };
  std::thread decider{[&] {
    Lock lock{mutex};
    while (stages.wait_to_decide(lock)) {
      static_cast<void>(stages.must_absorb());
      batch += std::exchange(commands, 0);
      lock.unlock();
      alone(deciders);
      lock.lock();
      if (batch > 0 && stages.may_flush()) {
        static_cast<void>(stages.begin_swap());
        flushing = std::exchange(batch, 0);
        if (flushing % 2 == 0) {
          stages.flush_elsewhere();
        } else {
          stages.flush_here();
          flush(lock);
        }
      }
      stages.end_deciding();
    }
  }};
  std::thread flusher{[&] {
    Lock lock{mutex};
    while (stages.wait_to_flush(lock)) flush(lock);
  }};
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&] {
      for (int i = 0; i < commands_each; ++i) {
        Lock lock{mutex};
        if (!stages.idle()) {
          ++commands;
          stages.wake_decider();
          continue;
        }
        static_cast<void>(stages.own_both());
        lock.unlock();
        alone(deciders);
        alone(flushers);
        lock.lock();
        ++flushed;
        ++here;
        stages.end_both();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  {
    const Lock lock{mutex};
    stages.drain();
  }
  decider.join();
  {
    const Lock lock{mutex};
    stages.finish();
  }
  flusher.join();
  EXPECT_EQ(flushed, callers * commands_each);
  EXPECT_GT(here, 0);
  EXPECT_LT(here, flushed) << "the threads did nothing";
}

}  // namespace
}  // namespace muster::test
