#include <random>

#include <muster/engine/writer.hpp>

#include "support/engines.hpp"

// The writer's two stages, step by step: what is judged while a batch is being stored stands on that batch.
namespace muster::test {
namespace {

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

class TwoStages : public testing::Test {
 protected:
  void judge(Request request) { writer.judge(request); }
  std::vector<Result> store() {
    std::vector<Result> results;
    writer.store([&](Result result) { results.push_back(std::move(result)); });
    writer.settle();
    return results;
  }
  /// Ends the batch and stores it.
  std::vector<Result> finish() {
    writer.hand_over();
    return store();
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

TEST_F(TwoStages, WhatIsJudgedMeanwhileSeesTheBatchThatIsBeingStored) {
  judge(request(olive, creation(BaseType::meeting)));
  writer.hand_over();
  judge(request(mia, join));
  judge(request(mia, post));
  EXPECT_EQ(position_of(store().at(0)), 1U);
  const auto second = finish();
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(position_of(second[0]), 2U);
  EXPECT_EQ(position_of(second[1]), 3U);
  expect_whole(*opened);
}

TEST_F(TwoStages, ARefusalMayRestOnTheBatchThatIsBeingStored) {
  judge(request(olive, creation(BaseType::meeting)));
  judge(request(mia, join));
  writer.hand_over();
  judge(request(mia, join));
  store();
  EXPECT_EQ(std::get<Refusal>(finish().at(0)).rule, Slug{"join.already"});
}

TEST_F(TwoStages, ACommandIdOfTheBatchThatIsBeingStoredIsAnsweredAgain) {
  Request create = request(olive, creation(BaseType::meeting));
  create.id = CommandId{"once"};
  judge(create);
  writer.hand_over();
  judge(create);
  Request other = request(olive, creation(BaseType::public_));
  other.id = create.id;
  judge(other);
  store();
  const auto again = finish();
  EXPECT_TRUE(std::get<Answer>(again.at(0)).replayed);
  EXPECT_EQ(position_of(again[0]), 1U);
  EXPECT_EQ(std::get<Refusal>(again.at(1)).rule, Slug{"repeat.differs"});
}

TEST_F(TwoStages, WhenStoringFailsSoDoesAllThatWasJudgedOnIt) {
  failing_write = 2;
  judge(request(olive, creation(BaseType::meeting)));
  finish();
  judge(request(mia, join));
  writer.hand_over();
  judge(request(otto, join));
  judge(request(otto, post));
  judge(request(root, post));  // refused whatever becomes of the others
  const auto failed = store();
  EXPECT_EQ(std::get<Failure>(failed.at(0)).kind, FailureKind::store_failed);
  EXPECT_TRUE(writer.failed());
  for (const Result& result : finish())
    EXPECT_EQ(std::get<Failure>(result).kind, FailureKind::store_failed) << "judged on what may not be in";
  judge(request(adam, join));
  EXPECT_EQ(std::get<Failure>(finish().at(0)).kind, FailureKind::store_failed);
  EXPECT_EQ(opened->log().last(), 1U) << "what is beyond is not known to be in";
  EXPECT_EQ(writes, 2);
}

TEST_F(TwoStages, AnEmptyBatchIsNoWrite) {
  judge(request(mia, join));
  EXPECT_EQ(std::get<Refusal>(finish().at(0)).rule, Slug{"group.visible"});
  EXPECT_TRUE(finish().empty());
  EXPECT_EQ(writes, 0);
}

/// However judging and storing fall between each other, the answers and the store are those of one after
/// another.
TEST(Stages, FallBetweenEachOtherWithoutADifference) {
  const auto moves = generated_moves(71, 600);
  const auto run = [&](Store& store, std::size_t cached_rows, std::uint64_t seed) {
    EngineOptions options = test_options();
    options.cached_rows = cached_rows;
    Writer writer{store, options, [] {}};
    std::mt19937_64 random{seed};
    std::vector<Result> results;
    const auto finish = [&] {
      writer.store([&](Result result) { results.push_back(std::move(result)); });
      writer.settle();
    };
    bool storing = false;
    for (const Move& move : moves) {
      Request one = request(move);
      writer.judge(one);
      if (seed != 0 && random() % 4 != 0) continue;
      if (storing) finish();
      writer.hand_over();
      storing = true;
      if (seed != 0) continue;
      finish();
      storing = false;
    }
    if (storing) finish();
    writer.hand_over();
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
