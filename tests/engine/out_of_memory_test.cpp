#include <muster/engine/writer.hpp>

#include "support/allocations.hpp"
#include "support/engines.hpp"

// Each allocation on a command's way fails in turn. The command is then answered with a failure, and nothing
// of it is anywhere; or with what it would have been answered anyway.
namespace muster::test {
namespace {

std::vector<Result> flush(Writer& writer) {
  std::vector<Result> results;
  writer.swap_batches();
  writer.flush([&](Result&& result) { results.push_back(std::move(result)); });
  writer.absorb_flushed();
  return results;
}

/// Two histories must be one.
void expect_same(Store& store, Store& expected) {
  EXPECT_EQ(stored_commits(store.log()), stored_commits(expected.log()));
  EXPECT_EQ(stored_rows(store.rows()), stored_rows(expected.rows()));
  expect_whole(store);
}

std::string text_of(const Result& result) {
  if (const auto* answer = std::get_if<Answer>(&result))
    return "answer at " + std::to_string(answer->position.value_or(0));
  if (const auto* refusal = std::get_if<Refusal>(&result)) return message_of(*refusal);
  return std::get<Failure>(result).message;
}

TEST(OutOfMemory, WhileACommandIsDecidedItFailsWhole) {
  const EngineOptions options = test_options();
  const auto expected = make_memory_store();
  const auto store = make_memory_store();
  Writer undisturbed{*expected, options, [] {}};
  Writer writer{*store, options, [] {}};
  int failures = 0;
  std::set<std::size_t> kinds;
  for (const Move& move : generated_moves(42, 4000)) {
    Request once = request(move);
    undisturbed.decide(once);
    const auto right = flush(undisturbed);
    for (std::uint64_t n = 1;; ++n) {
      Request again = request(move);
      bool failed = false;
      {
        const FailingAllocation allocation{n};
        writer.decide(again);
        failed = allocation.failed();
      }
      const Position before = store->log().last();
      const auto results = flush(writer);
      ASSERT_EQ(results.size(), 1U);
      const auto* failure = std::get_if<Failure>(&results[0]);
      if (failure == nullptr) {
        ASSERT_EQ(text_of(results[0]), text_of(right.at(0)));
        break;
      }
      ASSERT_TRUE(failed) << failure->message;
      ++failures;
      kinds.insert(move.command.index());
      ASSERT_EQ(failure->kind, FailureKind::not_judged);
      ASSERT_FALSE(failure->outcome_unknown);
      // The first command installs the rules, and may then fail by itself.
      ASSERT_LE(store->log().last(), before + (before == 0 ? 1 : 0));
    }
  }
  EXPECT_GT(failures, 300);
  EXPECT_GE(kinds.size(), std::variant_size_v<Command> - 3) << "all but a few commands, which ask for no memory";
  expect_same(*store, *expected);
}

// A batch in which most commands have failed is what it would have been without them.
TEST(OutOfMemory, WhileACommandIsDecidedTheOthersOfItsBatchStay) {
  const EngineOptions options = test_options();
  const auto moves = generated_moves(7, 100);
  for (std::uint64_t first = 1; first <= 8; ++first) {
    const auto store = make_memory_store();
    Writer writer{*store, options, [] {}};
    std::vector<Move> tried;
    for (std::size_t i = 0; i < moves.size(); ++i) {
      for (std::uint64_t n = first; n < first + 80; n += 8) {
        tried.push_back(moves[i]);
        Request once = request(moves[i]);
        const FailingAllocation allocation{n};
        writer.decide(once);
        if (!allocation.failed()) break;
      }
    }
    const std::vector<Result> results = flush(writer);
    ASSERT_EQ(results.size(), tried.size());
    const auto expected = make_memory_store();
    Writer undisturbed{*expected, options, [] {}};
    std::size_t failures = 0;
    for (std::size_t i = 0; i < tried.size(); ++i) {
      if (std::holds_alternative<Failure>(results[i])) {
        ++failures;
        continue;
      }
      Request once = request(tried[i]);
      undisturbed.decide(once);
    }
    EXPECT_GT(failures, 5U);
    flush(undisturbed);
    expect_same(*store, *expected);
  }
}

// In the flushing stage nothing can be taken back: the engine stops. A store in memory that may hold half of
// a batch says that it is closed.
TEST(OutOfMemory, WhileABatchIsStoredTheWriterStops) {
  const auto moves = generated_moves(42, 60);
  int stopped = 0;
  for (std::uint64_t n = 1;; ++n) {
    const EngineOptions options = test_options();
    const auto store = make_memory_store();
    Writer writer{*store, options, [] {}};
    for (std::size_t i = 0; i < moves.size(); ++i) {
      if (i == 50) flush(writer);
      Request once = request(moves[i]);
      writer.decide(once);
    }
    const auto before = stored_commits(store->log());
    writer.swap_batches();
    bool failed = false;
    std::vector<Result> results;
    results.reserve(10);
    {
      const FailingAllocation allocation{n};
      writer.flush([&](Result&& result) { results.push_back(std::move(result)); });
      writer.absorb_flushed();
      failed = allocation.failed();
    }
    ASSERT_EQ(results.size(), 10U);
    if (writer.stopped()) {
      ++stopped;
      for (const Result& result : results) ASSERT_TRUE(std::holds_alternative<Failure>(result));
      Request more = request(moves[0]);
      writer.decide(more);
      ASSERT_EQ(std::get<Failure>(flush(writer).at(0)).kind, FailureKind::not_stored);
      try {
        ASSERT_EQ(stored_commits(store->log()), before);
        expect_whole(*store);
      } catch (const StoreError& error) {
        ASSERT_EQ(error.code(), StoreErrorCode::closed);
      }
    } else {
      ASSERT_GT(stored_commits(store->log()).size(), before.size());
      expect_whole(*store);
    }
    if (!failed) break;
  }
  EXPECT_GT(stopped, 10);
}

TEST(OutOfMemory, InACallOfTheEngineIsAFailureOrItsAnswer) {
  const auto moves = generated_moves(11, 30);
  int failures = 0;
  for (std::uint64_t n = 1;; ++n) {
    const auto engine = Engine::open(make_memory_store(), test_options());
    bool any = false;
    for (const Move& move : moves) {
      Request once = request(move);
      std::optional<Result> result;
      const Position before = engine->health().durable;
      {
        const FailingAllocation allocation{n};
        result.emplace(engine->execute(std::move(once)));
        any = any || allocation.failed();
      }
      const auto* failure = std::get_if<Failure>(&*result);
      if (failure == nullptr) continue;
      ++failures;
      if (!engine->health().writable) break;
      ASSERT_FALSE(failure->outcome_unknown) << failure->message;
      ASSERT_LE(engine->health().durable, before + (before == 0 ? 1 : 0));
    }
    if (!any) break;
  }
  EXPECT_GT(failures, 100);
}

}  // namespace
}  // namespace muster::test
