#include <gtest/gtest.h>

#include <muster/domain/step.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/queries.hpp>
#include <muster/projections/row_view.hpp>

#include "support/watched_rows.hpp"
#include "support/world.hpp"

// No account can make a command read more than a constant and a row for each living group that it is in.
namespace muster::test {
namespace {

struct Reads {
  std::size_t asked = 0;    // rows by key
  std::size_t visited = 0;  // rows in scans
};

/// What deciding a command, with its evolve, reads of stored rows that nobody has read before.
Reads reads_of(const World& world, const Caller& caller, const Command& command, const Rules& rules,
               bool accepted = true) {
  const auto store = make_memory_store();
  store->rows().write(batch_of(world.rows(), 1));
  const WatchedRows rows{store->rows()};
  const RowView view{rows, 1'000'000};
  Overlay overlay{&view};
  const Tried tried = try_on(overlay, rules, caller, command, {.at = later(1'000'000'000)}, 2);
  EXPECT_EQ(tried.accepted() != nullptr, accepted) << name_of(command);
  return {rows.asked, rows.visited};
}
Reads reads_of(const World& world, const Account& account, const Command& command) {
  return reads_of(world, user(account), command, world.rules());
}

CreateGroup named(BaseType type, const std::string& id) {
  CreateGroup create = creation(type);
  create.group = GroupId{id};
  return create;
}

constexpr std::size_t a_few = 16;

TEST(BoundedReads, AnsweredApplicationsAreNotLookedThrough) {
  World world = world_of(BaseType::public_);
  const auto apply = [&](int i) { world.does(Account{"u" + std::to_string(i)}, JoinGroup{g, {}}); };
  apply(0);  // pending since before the mark
  world.does(olive, MarkApplicationsRead{});
  for (int i = 1; i <= 1000; ++i) {
    apply(i);
    world.does(olive, RefuseApplication{g, Account{"u" + std::to_string(i)}, {}});
  }
  const Reads nothing_new = reads_of(world, olive, MarkApplicationsRead{});
  EXPECT_LE(nothing_new.asked + nothing_new.visited, a_few);
  apply(1001);
  const Reads something_new = reads_of(world, olive, MarkApplicationsRead{});
  EXPECT_LE(something_new.asked + something_new.visited, a_few);
}

TEST(BoundedReads, AnsweringAnyOfManyApplicationsReadsAFew) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 500; ++i) world.does(Account{"u" + std::to_string(i)}, JoinGroup{g, {}});
  for (const int i : {0, 250, 499}) {
    const Reads reads = reads_of(world, olive, RefuseApplication{g, Account{"u" + std::to_string(i)}, {}});
    EXPECT_LE(reads.asked + reads.visited, a_few) << i;
  }
}

// The owner, and whoever ends a group, keeps nothing of it among the living ones.
TEST(BoundedReads, GroupsThatSomebodyMadeAndEndedAreNotLookedThrough) {
  World world;
  for (int i = 0; i < 500; ++i) {
    world.does(olive, named(BaseType::public_, "g" + std::to_string(i)));
    if (i % 50 != 0) world.does(olive, DismissGroup{GroupId{"g" + std::to_string(i)}});
  }
  constexpr std::size_t living = 10;
  EXPECT_EQ(world.rows().find<AccountRow>(olive)->joined, living);
  const Reads marking = reads_of(world, olive, MarkApplicationsRead{});
  EXPECT_LE(marking.asked, a_few + living);
  EXPECT_LE(marking.visited, a_few + living);
  Rules few = default_rules();
  for (PlanRules& plan : few.plans) plan.joined_groups = living;
  const Reads refused_at_the_quota =
      reads_of(world, user(olive), named(BaseType::public_, "new"), few, false);
  EXPECT_LE(refused_at_the_quota.asked, a_few + living);
  EXPECT_LE(refused_at_the_quota.visited, a_few + living);
}

// Others end the groups that somebody is in. What they leave is swept while that account joins further ones.
TEST(BoundedReads, GroupsThatOthersEndedAreSweptAway) {
  World world;
  constexpr int groups = 400;
  const auto id = [](int i) { return GroupId{"g" + std::to_string(i)}; };
  for (int i = 0; i < groups; ++i)
    world.does(Account{"o" + std::to_string(i)}, named(BaseType::meeting, "g" + std::to_string(i)));
  for (int i = 0; i < groups; ++i) {
    world.does(mia, JoinGroup{id(i), {}});
    if (i % 10 != 0) world.does(Account{"o" + std::to_string(i)}, DismissGroup{id(i)});
  }
  constexpr std::size_t living = groups / 10;
  const std::uint32_t kept = world.rows().find<AccountRow>(mia)->memberships;
  EXPECT_LE(kept, 3 * living + a_few) << "living ones, and few that have ended";
  const Reads marking = reads_of(world, mia, MarkApplicationsRead{});
  EXPECT_LE(marking.asked, a_few + kept);
  EXPECT_LE(marking.visited, a_few + kept);
  for (int i = 0; i < groups; ++i)
    EXPECT_TRUE(world.rows().is_or_was_member(mia, id(i))) << "the last rows of ended groups stay";
}

// At the quota one group that has ended settles that there is room.
TEST(BoundedReads, TheQuotaIsSettledByTheFirstGroupThatHasEnded) {
  World world;
  constexpr std::uint32_t quota = 12;
  const auto id = [](std::uint32_t i) { return GroupId{"g" + std::to_string(i)}; };
  for (std::uint32_t i = 0; i < quota; ++i) {
    const Account owner{"o" + std::to_string(i)};
    world.does(owner, named(BaseType::meeting, "g" + std::to_string(i)));
    world.does(mia, JoinGroup{id(i), {}});
    world.does(owner, DismissGroup{id(i)});
  }
  world.does(olive, named(BaseType::meeting, "open"));
  Rules few = default_rules();
  for (PlanRules& plan : few.plans) plan.joined_groups = quota;
  const Reads reads = reads_of(world, user(mia), JoinGroup{GroupId{"open"}, {}}, few);
  EXPECT_LE(reads.asked, a_few);
}

TEST(BoundedReads, WhatACommandReadsDoesNotGrowWithTheGroup) {
  const auto reads = [](int members, const Caller& caller, const Command& command) {
    World world = world_of(BaseType::community);
    for (int i = 0; i < members; ++i)
      world.does(Account{"m" + std::to_string(i)}, JoinGroup{community_g, {}});
    const Reads found = reads_of(world, caller, command, world.rules());
    return found.asked + found.visited;
  };
  const std::vector<std::pair<Caller, Command>> commands{
      {user(otto), JoinGroup{community_g, {}}},       {user(mia), QuitGroup{community_g}},
      {user(mia), PostMessage{community_g, {}, {}}},  {user(olive), KickMembers{community_g, {mia}, {}}},
      {user(olive), TransferGroup{community_g, mia}}, {user(olive), DismissGroup{community_g}},
      {user(olive), MuteMember{community_g, mia, 60}}};
  for (const auto& [caller, command] : commands)
    EXPECT_EQ(reads(2, caller, command), reads(300, caller, command)) << name_of(command);
}

/// A list is read with few rows in memory, however long it is.
TEST(BoundedReads, QueriesReadAPageAtATime) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 2000; ++i) world.does(Account{"u" + std::to_string(i)}, JoinGroup{g, {}});
  const auto store = make_memory_store();
  store->rows().write(batch_of(world.rows(), 1));
  const WatchedRows rows{store->rows()};
  const auto page = std::get<ApplicationPage>(
      Queries{rows, world.rules()}.show_applications(olive, {.limit = 20, .after = {}}));
  EXPECT_EQ(page.applications.size(), 20U);
  EXPECT_LE(rows.asked + rows.visited, 2 * 20 + a_few);
}

// A list of any length does not gather its rows in memory: the first ones were let go of, and are read again.
TEST(BoundedReads, AListOfAnyLengthKeepsAFewThousandRows) {
  const auto store = make_memory_store();
  const WatchedRows rows{store->rows()};
  const Queries queries{rows, default_rules()};
  std::vector<GroupId> groups;
  const auto add = [&](int i) { groups.push_back(GroupId{"g" + std::to_string(i)}); };
  for (int i = 0; i < 20'000; ++i) add(i);
  for (int i = 0; i < 100; ++i) add(i);
  EXPECT_EQ(queries.show_groups(groups, user(olive), {}).size(), groups.size());
  EXPECT_EQ(rows.asked, 2 * groups.size()) << "the row of each group, and its profile";
}

}  // namespace
}  // namespace muster::test
