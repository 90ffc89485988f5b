#include <future>
#include <latch>
#include <thread>

#include <muster/engine/command_queue.hpp>

#include "support/engines.hpp"
#include "support/gate.hpp"

// Who waits for whom, and for how long at most.
namespace muster::test {
namespace {

using namespace std::chrono_literals;

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

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
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
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

TEST(Deadline, ThatIsLongPastIsNow) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  const Result result = engine->execute(request(mia, join), {.deadline = std::chrono::milliseconds::min()});
  gate.open();
  ASSERT_TRUE(std::holds_alternative<Failure>(result));
  EXPECT_EQ(std::get<Failure>(result).kind, FailureKind::timed_out);
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
  while (engine->health().queued_interactive == 0) std::this_thread::yield();
  // The gate opens in any case, so that a command that is not withdrawn gets an answer.
  std::promise<void> returned;
  std::thread opening{[&] {
    returned.get_future().wait_for(10s);
    gate.open();
  }};
  const Result result = engine->execute(request(adam, join), {.deadline = 10ms});
  returned.set_value();
  opening.join();
  waiting.join();
  ASSERT_TRUE(std::holds_alternative<Failure>(result));
  EXPECT_EQ(std::get<Failure>(result).kind, FailureKind::timed_out);
}

// Lanes.

TEST(Lanes, InteractiveCommandsComeFirstInAChunkAndBulkOnesHaveTheirShare) {
  EngineOptions options = test_options();
  options.bulk_share = 0.25;
  CommandQueue queue{options};
  const auto push = [&](Lane lane) {
    auto command = std::make_unique<InFlight>();
    command->lane = lane;
    queue.push(std::move(command));
  };
  for (int i = 0; i < 20; ++i) push(Lane::bulk);
  for (int i = 0; i < 20; ++i) push(Lane::interactive);
  const auto taken = [&](std::size_t most) {
    InFlightList chunk;
    queue.take(most, chunk);
    std::string lanes;
    while (!chunk.empty()) lanes += chunk.pop_front()->lane == Lane::interactive ? 'i' : 'b';
    return lanes;
  };
  EXPECT_EQ(taken(8), "iiiiiibb");
  EXPECT_EQ(taken(1), "b") << "a share is never nothing";
  EXPECT_EQ(taken(40), "iiiiiiiiiiiiii" + std::string(17, 'b')) << "what one lane leaves is the other's";
}

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

// What was taken from the queue is decided first, so little is taken.
TEST(Lanes, ALaterInteractiveCommandWaitsForFewBulkOnes) {
  Gate gate;
  EngineOptions options = test_options();
  options.interactive_batch_commits_max = 40;
  const auto engine = Engine::open(gate.store(), options);
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.close();
  EXPECT_FALSE(engine->submit(request(olive, post), {}, Lane::interactive));
  gate.wait_for_write(2);
  for (int i = 0; i < 2000; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
  gate.let_one_through();
  // A batch is being written, and the next one is full.
  while (engine->health().queued_bulk > 1944) std::this_thread::yield();
  std::atomic<Position> late{0};
  EXPECT_FALSE(engine->submit(
      request(olive, post), [&](const Result& result) { late = std::get<Answer>(result).position.value(); },
      Lane::interactive));
  gate.open();
  engine->close();
  EXPECT_LT(late, 150U);
}

}  // namespace
}  // namespace muster::test
