#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <muster/eventstore/store.hpp>
#include <muster/projections/queries.hpp>
#include <muster/projections/row_view.hpp>

#include "support/engines.hpp"
#include "support/watched_rows.hpp"

// Snapshot::can, and who could give a command.
namespace muster::test {
namespace {

using testing::ElementsAre;

Request asked(const Caller& caller, Command command) { return {std::move(command), caller, {}, {}, {}, {}}; }

/// Rows of a world in a store, and how many of them a question reads.
class Stored {
 public:
  explicit Stored(const World& world) : rules_(world.rules()), now_{world.now().ms + 1} {
    store_->rows().write(batch_of(world.rows(), 1));
  }
  [[nodiscard]] Queries queries() const { return {rows_, rules_}; }
  [[nodiscard]] TimeMs now() const { return now_; }
  /// Rows read for the verdict alone.
  std::size_t reads(const Caller& caller, const Command& command) {
    rows_.asked = rows_.visited = 0;
    (void)queries().can(asked(caller, command), now_);
    return rows_.asked + rows_.visited;
  }

 private:
  std::unique_ptr<Store> store_ = make_memory_store();
  WatchedRows rows_{store_->rows()};
  Rules rules_;
  TimeMs now_;
};

TEST(CanQueries, AVerdictReadsAtMostFiveRows) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}});
  SetGroupInfo name{};
  name.group = g;
  name.name = GroupName{"Night readers"};
  SetMemberInfo card{};
  card.group = g;
  card.user = mia;
  card.name_card = NameCard{"M"};
  Stored stored{world};
  const std::vector<std::pair<Caller, Command>> commands{
      {user(olive), DismissGroup{g}},
      {user(olive), TransferGroup{g, mia}},
      {user(adam), name},
      {user(Account{"nina"}), JoinGroup{g, {}}},
      {user(adam), AcceptApplication{g, otto, {}}},
      {user(adam), RefuseApplication{g, otto, {}}},
      {app_admin(), InviteUsers{g, {Account{"nina"}}, {}}},
      {user(mia), QuitGroup{g}},
      {user(adam), KickMembers{g, {mia}, {}}},
      {user(olive), SetMemberRole{g, mia, Role::admin}},
      {user(adam), card},
      {user(mia), SetReceiveOption{g, MsgFlag::discard}},
      {user(mia), PostMessage{g, {}, {}}},
      {user(adam), MuteMember{g, mia, 60}},
      {user(mia), MarkMessagesRead{g, {}}},
      {user(otto), creation(BaseType::meeting)},
      {app_admin(), SetPlan{Edition::pro, {}, {}}},
      {app_admin(), DefineGroupField{CustomKey{"level"}, Level::anyone, Level::admin}},
      {the_system(), RecycleGroup{g}},
      {the_system(), SweepOfflineMembers{g, {mia}}}};
  for (const auto& [caller, command] : commands)
    EXPECT_LE(stored.reads(caller, command), 5U) << name_of(command);
}

TEST(CanQueries, ASnapshotSaysWhatTheEngineWouldAnswer) {
  const auto engine = open_engine(Backing::memory, {}, test_options());
  answered(*engine, request(olive, creation(BaseType::public_), t0.ms + 1));
  const Snapshot snapshot = engine->snapshot();
  EXPECT_EQ(snapshot.can(asked(user(olive), DismissGroup{g}), later(10)), std::nullopt);
  Trace trace;
  const auto refusal = snapshot.can(asked(user(otto), DismissGroup{g}), later(10), &trace);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->rule.slug(), "dismiss.member");
  EXPECT_THAT(trace, ElementsAre(TracedStep{Step::arguments, true}, TracedStep{Step::repeated, true},
                                 TracedStep{Step::visible, true}, TracedStep{Step::supported, true},
                                 TracedStep{Step::permitted, false}));
  EXPECT_EQ(snapshot.nearest_changes(asked(user(otto), DismissGroup{g}), later(10)).front().text,
            "if `otto` were the Owner");
  // The time is the question's, unless the command has its own.
  Request early = asked(user(olive), DismissGroup{g});
  early.at = TimeMs{-1};
  EXPECT_EQ(snapshot.can(early, later(10))->rule.slug(), "arguments.time");
}

TEST(CanQueries, CreationsThatLeaveTheGroupUnnamedCanBeAskedAbout) {
  const auto engine = open_engine(Backing::memory, {}, test_options());
  CreateGroup unnamed = creation(BaseType::community);
  unnamed.group.reset();
  EXPECT_EQ(engine->snapshot().can(asked(user(olive), unnamed), later(10)), std::nullopt);
}

TEST(CanQueries, WhoCouldComesInPages) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 5; ++i) {
    const Account helper{"helper" + std::to_string(i)};
    world.does(helper, JoinGroup{g, {}});
    world.does(olive, AcceptApplication{g, helper, {}});
    if (i < 3) world.does(olive, SetMemberRole{g, helper, Role::admin});
  }
  Stored stored{world};
  const Request kick = asked(user(otto), KickMembers{g, {mia}, {}});
  const auto page = [&](std::size_t limit, const std::string& after) {
    return std::get<AblePage>(stored.queries().who_can(kick, stored.now(), {.limit = limit, .after = after}));
  };
  const AblePage first = page(2, {});
  EXPECT_THAT(first.levels, ElementsAre(Level::admin, Level::owner, Level::app_admin));
  EXPECT_THAT(first.members, ElementsAre(olive, adam));
  ASSERT_FALSE(first.next.empty());
  const AblePage second = page(10, first.next);
  EXPECT_THAT(second.members, ElementsAre(Account{"helper0"}, Account{"helper1"}, Account{"helper2"}));
  EXPECT_EQ(second.next, "");
  const auto wrong = stored.queries().who_can(kick, stored.now(), {.limit = 2, .after = "zz"});
  EXPECT_EQ(std::get<Refusal>(wrong).rule.slug(), "show.cursor");
}

// A page that found few has looked at many, and says where to go on.
TEST(CanQueries, APageLooksAtABoundedNumberOfMembers) {
  World world = world_of(BaseType::community);
  for (int i = 0; i < 10'100; ++i) world.does(Account{"m" + std::to_string(i)}, JoinGroup{community_g, {}});
  Stored stored{world};
  const Request kick = asked(user(otto), KickMembers{community_g, {mia}, {}});
  const auto first = std::get<AblePage>(stored.queries().who_can(kick, stored.now()));
  EXPECT_THAT(first.members, ElementsAre(olive, adam));
  ASSERT_FALSE(first.next.empty());
  const auto second = std::get<AblePage>(stored.queries().who_can(kick, stored.now(), {.after = first.next}));
  EXPECT_TRUE(second.members.empty());
  EXPECT_EQ(second.next, "");
}

TEST(CanQueries, ACommandWithoutAGroupHasLevelsOnly) {
  const World world;
  Stored stored{world};
  const auto page = std::get<AblePage>(
      stored.queries().who_can(asked(user(otto), SetPlan{Edition::free, {}, {}}), stored.now()));
  EXPECT_THAT(page.levels, ElementsAre(Level::app_admin));
  EXPECT_TRUE(page.members.empty());
}

}  // namespace
}  // namespace muster::test
