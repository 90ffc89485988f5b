#include <random>

#include <muster/engine/writer.hpp>
#include <muster/projections/row_codec.hpp>

#include "support/engines.hpp"

// The writer's two stages, step by step: what is decided while a batch is being flushed rests on that batch.
namespace muster::test {
namespace {

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

class TwoStages : public testing::Test {
 protected:
  void decide(Request request) { writer.decide(request); }
  std::vector<Result> flush() {
    std::vector<Result> results;
    writer.flush([&](Result&& result) { results.push_back(std::move(result)); });
    writer.absorb_flushed();
    return results;
  }
  /// Ends the batch and stores it.
  std::vector<Result> finish() {
    writer.swap_batches();
    return flush();
  }
  static Position position_of(const Result& result) {
    const auto* answer = std::get_if<Answer>(&result);
    return answer == nullptr ? 0 : answer->position.value_or(0);
  }

  TempFolder folder;
  int writes = 0;
  int failing_write = -1;
  EngineOptions options = test_options();
  std::unique_ptr<Store> opened =
      open_store_as(folder.path() / "db", {.split = true, .between_writes = [this] {
                                             if (++writes == failing_write)
                                               throw std::runtime_error{"the disk is gone"};
                                           }});
  Writer writer{*opened, options, [] {}};
};

TEST_F(TwoStages, WhatIsDecidedMeanwhileSeesTheBatchThatIsBeingFlushed) {
  decide(request(olive, creation(BaseType::meeting)));
  writer.swap_batches();
  decide(request(mia, join));
  decide(request(mia, post));
  EXPECT_EQ(position_of(flush().at(0)), 1U);
  const auto second = finish();
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(position_of(second[0]), 2U);
  EXPECT_EQ(position_of(second[1]), 3U);
  expect_whole(*opened);
}

// No command makes so large a commit; a document of rules does that is larger than an engine takes.
TEST_F(TwoStages, ACommitThatIsTooLargeFailsItsCommandAlone) {
  EngineOptions large = test_options();
  for (int i = 0; i < 10'000; ++i) {
    TypeRules type = large.rules.types[1];
    type.name = TypeName{"Type" + std::to_string(i)};
    large.rules.types.push_back(type);
  }
  Writer other{*opened, large, [] {}};
  other.decide(*std::make_unique<Request>(request(olive, creation(BaseType::meeting))));
  other.swap_batches();
  std::optional<Result> result;
  other.flush([&](Result&& given) { result.emplace(std::move(given)); });
  ASSERT_TRUE(result && std::holds_alternative<Failure>(*result));
  EXPECT_EQ(std::get<Failure>(*result).kind, FailureKind::not_judged);
  EXPECT_EQ(std::get<Failure>(*result).code, StoreErrorCode::too_large);
  EXPECT_FALSE(other.stopped());
  EXPECT_EQ(opened->log().last(), 0U);
}

TEST_F(TwoStages, ARefusalMayRestOnTheBatchThatIsBeingFlushed) {
  decide(request(olive, creation(BaseType::meeting)));
  decide(request(mia, join));
  writer.swap_batches();
  decide(request(mia, join));
  flush();
  EXPECT_EQ(std::get<Refusal>(finish().at(0)).rule.slug(), "join.already");
}

TEST_F(TwoStages, ACommandIdOfTheBatchThatIsBeingFlushedIsAnsweredAgain) {
  Request create = request(olive, creation(BaseType::meeting));
  create.id = CommandId{"once"};
  decide(create);
  writer.swap_batches();
  decide(create);
  Request other = request(olive, creation(BaseType::public_));
  other.id = create.id;
  decide(other);
  flush();
  const auto again = finish();
  EXPECT_TRUE(std::get<Answer>(again.at(0)).replayed);
  EXPECT_EQ(position_of(again[0]), 1U);
  EXPECT_EQ(std::get<Refusal>(again.at(1)).rule.slug(), "repeat.differs");
}

TEST_F(TwoStages, WhenFlushingFailsSoDoesAllThatWasDecidedOnIt) {
  failing_write = 2;
  decide(request(olive, creation(BaseType::meeting)));
  finish();
  decide(request(mia, join));
  writer.swap_batches();
  decide(request(otto, join));
  decide(request(otto, post));
  decide(request(root, post));  // refused whatever becomes of the others
  const auto failed = flush();
  EXPECT_EQ(std::get<Failure>(failed.at(0)).kind, FailureKind::store_failed);
  EXPECT_TRUE(std::get<Failure>(failed.at(0)).outcome_unknown);
  EXPECT_TRUE(writer.stopped());
  for (const Result& result : finish())
    EXPECT_EQ(std::get<Failure>(result).kind, FailureKind::not_stored) << "never handed to the disk";
  decide(request(adam, join));
  EXPECT_EQ(std::get<Failure>(finish().at(0)).kind, FailureKind::not_stored);
  EXPECT_EQ(opened->log().last(), 1U) << "what is beyond is not known to be in";
  EXPECT_EQ(writes, 2);
}

TEST_F(TwoStages, ABatchIsFullByCommitsOrByBytesOrWhenToldSo) {
  EXPECT_FALSE(writer.is_full(1)) << "an empty one takes at least one";
  decide(request(olive, creation(BaseType::meeting)));
  EXPECT_FALSE(writer.is_full(100));
  EXPECT_TRUE(writer.is_full(1));
  options.batch_commits_max = 1;
  EXPECT_TRUE(writer.is_full(100));
  options.batch_commits_max = 100;
  options.batch_bytes_max = 1;
  EXPECT_TRUE(writer.is_full(100));
}

TEST_F(TwoStages, AnEmptyBatchIsNoWrite) {
  decide(request(mia, join));
  EXPECT_EQ(std::get<Refusal>(finish().at(0)).rule.slug(), "group.visible");
  EXPECT_TRUE(finish().empty());
  EXPECT_EQ(writes, 0);
}

// Mia's row is lost, and she is in no group that would tell. Her stream must not begin again at revision 1.
TEST(LostStream, DoesNotBeginASecondTime) {
  const auto store = make_memory_store();
  const EngineOptions options = test_options();
  const auto run = [&](std::initializer_list<Request> requests) {
    Writer writer{*store, options, [] {}};
    std::vector<Result> results;
    for (Request one : requests) {
      writer.decide(one);
      writer.swap_batches();
      writer.flush([&](Result&& result) { results.push_back(std::move(result)); });
      writer.absorb_flushed();
    }
    return results;
  };
  const Request read = request(mia, MarkMessagesRead{.group = g, .seq = {}});
  const auto sound = run({request(olive, creation(BaseType::public_)),
                          request(app_admin(), InviteUsers{.group = g, .users = {{mia}}, .message = {}}),
                          request(olive, post), read, request(mia, QuitGroup{.group = g})});
  for (const Result& result : sound) ASSERT_TRUE(std::holds_alternative<Answer>(result));
  RowBatch lose;
  lose.erase(row_key<AccountRow>(mia));
  store->rows().write(lose);
  const auto commits = stored_commits(store->log());
  const auto lost = run({request(app_admin(), InviteUsers{.group = g, .users = {{mia}}, .message = {}}),
                         request(olive, post), read});
  ASSERT_TRUE(std::holds_alternative<Answer>(lost[0]));
  const auto* failure = std::get_if<Failure>(&lost[2]);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::not_judged);
  EXPECT_EQ(failure->code, StoreErrorCode::corrupt);
  EXPECT_EQ(stored_commits(store->log()).size(), commits.size() + 2);
}

/// However deciding and flushing interleave, the answers and the store are those of one after the other.
TEST(Stages, InterleaveWithoutADifference) {
  const auto moves = generated_moves(71, 600);
  const auto run = [&](Store& store, std::size_t cached_rows, std::uint64_t seed) {
    EngineOptions options = test_options();
    options.cached_rows = cached_rows;
    Writer writer{store, options, [] {}};
    std::mt19937_64 random{seed};
    std::vector<Result> results;
    const auto finish = [&] {
      writer.flush([&](Result&& result) { results.push_back(std::move(result)); });
      writer.absorb_flushed();
    };
    bool flushing = false;
    for (const Move& move : moves) {
      Request one = request(move);
      writer.decide(one);
      if (seed != 0 && random() % 4 != 0) continue;
      if (flushing) finish();
      writer.swap_batches();
      flushing = true;
      if (seed != 0) continue;
      finish();
      flushing = false;
    }
    if (flushing) finish();
    writer.swap_batches();
    finish();
    return results;
  };
  const auto one_by_one = make_memory_store();
  const auto expected = run(*one_by_one, 100'000, 0);
  ASSERT_EQ(expected.size(), moves.size());
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto mixed = make_memory_store();
    const auto results = run(*mixed, seed % 2 == 0 ? 0 : 50, seed);
    ASSERT_EQ(results.size(), expected.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      ASSERT_EQ(results[i].index(), expected[i].index()) << i;
      if (const auto* answer = std::get_if<Answer>(&results[i]))
        EXPECT_EQ(*answer, std::get<Answer>(expected[i])) << i;
      else
        EXPECT_EQ(std::get<Refusal>(results[i]), std::get<Refusal>(expected[i])) << i;
    }
    EXPECT_EQ(stored_commits(mixed->log()), stored_commits(one_by_one->log()));
    EXPECT_EQ(stored_rows(mixed->rows()), stored_rows(one_by_one->rows()));
  }
}

}  // namespace
}  // namespace muster::test
