#include "reference/differential.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reference/moves.hpp"
#include "support/engines.hpp"

// The library decides as a plain model of docs/rules.md does.
namespace muster::reference {
namespace {

using test::Move;

/// Fails the test when the model and the library differ, with the moves that lead there.
void expect_same(const std::vector<Move>& moves, Tally& tally) {
  if (!first_difference(moves, 20, &tally)) return;
  const auto fewer = shortest(moves);
  const auto found = first_difference(fewer, 1);
  ASSERT_TRUE(found);
  FAIL() << to_string(*found, fewer);
}

RC_GTEST_PROP(Differential, EveryHistoryOfGeneratedMovesGoesAsInTheModel, ()) {
  const auto moves = *rc::gen::scale(4, rc::gen::arbitrary<std::vector<Move>>());
  Tally tally;
  const auto found = first_difference(moves, 20, &tally);
  if (found) RC_FAIL(to_string(*found, moves));
  RC_CLASSIFY(tally.accepted > 20, "more than twenty accepted");
}

TEST(Differential, RichHistoriesGoAsInTheModel) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 40 && !HasFatalFailure(); ++seed)
    expect_same(mixed_moves(seed, 400), tally);
  EXPECT_GT(tally.accepted, 3000U);
  EXPECT_GT(tally.unchanged, 300U);
  EXPECT_GT(tally.repeated, 30U);
  EXPECT_GT(tally.slugs.size(), 90U);
}

TEST(Differential, QuotasRefuseAsInTheModel) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 6 && !HasFatalFailure(); ++seed)
    expect_same(quota_moves(seed, 700), tally);
  for (const char* slug : {"quota.joined", "quota.groups", "quota.avchatrooms"})
    EXPECT_GT(tally.slugs[slug], 0U) << slug;
  EXPECT_GT(tally.items["JoinedGroupQuotaExceeded"], 0U);
}

TEST(Differential, ADayHasTenThousandGroupsAndADismissedOneMakesRoom) {
  std::vector<Move> moves;
  const auto create = [&](std::size_t number) {
    CreateGroup c = test::creation(BaseType::avchatroom);
    c.group = GroupId{fmt::format("g{}", number)};
    moves.push_back({test::user(test::olive), c, {.at = test::t0}});
  };
  for (std::size_t i = 0; i <= 10'000; ++i) create(i);
  moves.push_back({test::user(test::olive), DismissGroup{GroupId{"g7"}}, {.at = test::t0}});
  create(10'001);
  create(10'002);
  Tally tally;
  const auto found = first_difference(moves, moves.size(), &tally);
  ASSERT_FALSE(found) << found->what;
  EXPECT_EQ(tally.slugs["quota.day"], 2U);
}

TEST(Differential, ACommunityHasTwoHundredTopicsAndADeletedOneMakesRoom) {
  CreateGroup create = test::creation(BaseType::community);
  create.support_topic = true;
  std::vector<Move> moves{{test::user(test::olive), create, {.at = test::t0}}};
  for (int i = 0; i <= 200; ++i)
    moves.push_back({test::user(test::olive),
                     CreateTopic{.group = *create.group, .topic = {}, .name = GroupName{"Topic"}},
                     {.at = test::t0}});
  const TopicId named{"@TGS#_g@TOPIC#_named"};
  const CreateTopic create_named{.group = *create.group, .topic = named, .name = GroupName{"Topic"}};
  moves.push_back({test::app_admin(), create_named, {.at = test::t0}});
  Tally tally;
  expect_same(moves, tally);
  EXPECT_EQ(tally.slugs["topic.limit"], 2U);
}

// Each of these is one cell of the tables: what differs is found.
TEST(Differential, ALibraryUnderOtherRulesIsFoundOut) {
  const std::vector<std::pair<const char*, void (*)(TypeRules&)>> faults{
      {"kick_members", [](TypeRules& type) { type.kick_members.least = Level::member; }},
      {"msg_flag", [](TypeRules& type) { type.msg_flag = MsgFlag::discard; }},
      {"member_change", [](TypeRules& type) { type.notices.member_change.initial = Delivery::push_only; }},
      {"option_change",
       [](TypeRules& type) { type.notices.option_change.initial = Delivery::push_and_store; }},
      {"post_when_muted", [](TypeRules& type) { type.post_when_muted.least = Level::owner; }},
      {"edit_others", [](TypeRules& type) { type.edit_others.least = Level::owner; }},
      {"earlier_history", [](TypeRules& type) { type.earlier_history = EarlierHistory::on; }},
      {"sweep_offline", [](TypeRules& type) { type.sweep_offline = false; }},
  };
  for (const auto& [cell, change] : faults) {
    Rules rules = default_rules();
    for (TypeRules& type : rules.types)
      if (type.base == BaseType::public_) change(type);
    bool found = false;
    for (std::uint64_t seed = 1; seed <= 100 && !found; ++seed)
      found = first_difference(mixed_moves(seed, 400), 20, nullptr, rules).has_value();
    EXPECT_TRUE(found) << cell;
  }
}

TEST(Differential, AnEngineOverRocksDbAnswersAsTheModelDoes) {
  for (const auto& moves : {test::generated_moves(20'261'129, 3000), mixed_moves(20'261'129, 1500)}) {
    Tally tally;
    const auto found = first_difference_with_engine(moves, &tally);
    ASSERT_FALSE(found) << "move " << found->move << ", " << to_string(moves[found->move]) << ": "
                        << found->what;
    EXPECT_GT(tally.accepted, 300U);
  }
}

}  // namespace
}  // namespace muster::reference
