#include "support/world.hpp"

// docs/rules.md section 6: MarkApplicationsRead.
namespace muster::test {
namespace {

TEST(MarkApplicationsRead, MarksWhatTheCallerMayDecide) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}}, {.at = later(100)});
  for (const Account& decider : {olive, adam}) {
    const Tried tried = world.tries(user(decider), MarkApplicationsRead{}, {.at = later(200)});
    EXPECT_THAT(tried, accepted_with({"ApplicationsRead"}));
    EXPECT_EQ(tried.accepted()->head.stream, StreamId::of(decider));
    EXPECT_EQ(world.rows().find<AccountRow>(decider)->applications_read, later(200));
    EXPECT_THAT(world.tries(user(decider), MarkApplicationsRead{}, {.at = later(300)}),
                accepted_changing_nothing());
  }
}

TEST(MarkApplicationsRead, NothingNewChangesNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing());
  world.does(otto, JoinGroup{g, {}});
  EXPECT_THAT(world.tries(user(mia), MarkApplicationsRead{}), accepted_changing_nothing())
      << "she does not decide";
  EXPECT_THAT(world.tries(app_admin(), MarkApplicationsRead{}), accepted_changing_nothing())
      << "by own memberships only";
  world.does(adam, AcceptApplication{g, otto, {}});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing()) << "answered";
  world.does(Account{"eve"}, JoinGroup{g, {}});
  world.does(olive, DismissGroup{g});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing()) << "gone";
}

TEST(MarkApplicationsRead, TheMarkIsTheCommandsOwnTimeAndNeverFalls) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}}, {.at = later(100)});
  world.does(olive, MarkApplicationsRead{}, {.at = later(500)});
  world.does(Account{"eve"}, JoinGroup{g, {}}, {.at = later(600)});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.at = later(400)}),
              accepted_changing_nothing());
  EXPECT_EQ(world.rows().find<AccountRow>(olive)->applications_read, later(500));
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.at = later(700)}),
              accepted_with({"ApplicationsRead"}));
}

TEST(MarkApplicationsRead, ExpectsNothing) {  // arguments.expect
  World world;
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.expect = 1}),
              refused(Error::invalid_argument, "arguments.expect"));
}

}  // namespace
}  // namespace muster::test
