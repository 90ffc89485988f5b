#include "support/world.hpp"

// docs/rules.md sections 9, 12 and 15: the plan and the policies of the app.
namespace muster::test {
namespace {

const TypeName public_type{"Public"};
const TypeName room_type{"AVChatRoom"};

TEST(SetPlan, SaysWhatTheAppHas) {
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::free, {}, {}}), accepted_with({"PlanSet"}));
  EXPECT_EQ(world.rows().app().edition, Edition::free);
  EXPECT_EQ(world.rows().app().member_cap, 20U) << "the first figure, when it is not given";
  world.does(app_admin(), SetPlan{Edition::pro, 1000, true});
  EXPECT_EQ(world.rows().app().member_cap, 1000U);
  EXPECT_TRUE(world.rows().app().avchatrooms_unlimited);
  world.does(app_admin(), SetPlan{Edition::ultimate, 6000, {}});
  EXPECT_EQ(world.rows().app().member_cap, 6000U);
  EXPECT_FALSE(world.rows().app().avchatrooms_unlimited);
}

TEST(SetPlan, EqualToThePresentOneChangesNothing) {
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::ultimate, {}, {}}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::ultimate, 2000, false}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::ultimate, 2001, {}}), accepted_with({"PlanSet"}));
}

TEST(SetPlan, HasBoundsForEachEdition) {  // arguments.form
  World world;
  const auto tries = [&](Edition edition, std::uint32_t cap) {
    return world.tries(app_admin(), SetPlan{edition, cap, {}});
  };
  for (const auto& [edition, least, most] : {std::tuple{Edition::free, 20U, 20U},
                                             {Edition::pro, 200U, 2000U},
                                             {Edition::ultimate, 2000U, 6000U}}) {
    EXPECT_THAT(tries(edition, least - 1), refused(Error::invalid_argument, "arguments.form"));
    EXPECT_EQ(tries(edition, least).refusal(), nullptr);
    EXPECT_EQ(tries(edition, most).refusal(), nullptr);
    EXPECT_THAT(tries(edition, most + 1), refused(Error::invalid_argument, "arguments.form"));
  }
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::free, {}, true}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::ultimate, {}, true}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(world.tries(app_admin(), SetPlan{Edition::pro, {}, true}).refusal(), nullptr);
}

TEST(SetPlan, TouchesNoGroupThatExists) {
  World world = world_of(BaseType::public_);
  world.does(app_admin(), SetPlan{Edition::free, {}, {}});
  EXPECT_EQ(world.group(g).max_member_num, 2000U);
  CreateGroup create = creation(BaseType::public_);
  create.group = GroupId{"new"};
  world.does(olive, create);
  EXPECT_EQ(world.group(GroupId{"new"}).max_member_num, 20U);
}

TEST(SetPlan, WithoutCommunitiesRefusesNewOnesAndKeepsOldOnes) {  // create.plan
  World world = world_of(BaseType::community);
  world.does(app_admin(), SetPlan{Edition::pro, {}, {}});
  CreateGroup create = creation(BaseType::community);
  create.group = GroupId{"@TGS#_new"};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::type_not_in_plan, "create.plan"));
  SetGroupInfo info;
  info.group = community_g;
  info.max_member_num = 99'999;
  EXPECT_THAT(world.tries(user(olive), info), accepted_with({"GroupInfoChanged"}));
  info.max_member_num = 100'000;
  EXPECT_THAT(world.tries(user(olive), info), accepted_with({"GroupInfoChanged"}))
      << "one that exists keeps the ceiling";
}

TEST(SetPlan, TakesNoRevision) {  // arguments.expect
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetPlan{}, {.at = {}, .id = {}, .expect = 1}),
              refused(Error::invalid_argument, "arguments.expect"));
}

TEST(SetPlan, UnderAnIdIsRememberedInTheAppsStream) {  // repeat.differs
  World world;
  const With id{.at = {}, .id = CommandId{"plan"}, .expect = {}};
  world.does(app_admin(), SetPlan{Edition::free, {}, {}}, id);
  EXPECT_NE(world.tries(app_admin(), SetPlan{Edition::free, {}, {}}, id).repeated(), nullptr);
  EXPECT_THAT(world.tries(app_admin(), SetPlan{Edition::pro, {}, {}}, id),
              refused(Error::invalid_argument, "repeat.differs"));
}

TEST(SetNotificationPolicy, ChangesHowNoticesAreDelivered) {
  World world = world_of(BaseType::public_);
  const auto joins = [&](const Account& account) {
    return world.does(app_admin(), InviteUsers{g, {account}, {}})
        .event<MembersJoined>()
        .announcement.delivery;
  };
  EXPECT_EQ(joins(Account{"a"}), Delivery::push_and_store);
  world.does(app_admin(), SetNotificationPolicy{public_type, NoticeCategory::member_change, Delivery::off});
  EXPECT_EQ(joins(Account{"b"}), Delivery::off);
  EXPECT_EQ(world.rows().app().policies,
            (std::vector<NoticePolicy>{{public_type, NoticeCategory::member_change, Delivery::off}}));
}

TEST(SetNotificationPolicy, BackToTheDefaultKeepsNoPolicy) {
  World world;
  const auto sets = [&](Delivery delivery) {
    return world.tries(app_admin(),
                       SetNotificationPolicy{public_type, NoticeCategory::option_change, delivery});
  };
  EXPECT_THAT(sets(Delivery::off), accepted_changing_nothing());
  EXPECT_THAT(sets(Delivery::push_only), accepted_with({"NotificationPolicySet"}));
  EXPECT_THAT(sets(Delivery::push_only), accepted_changing_nothing());
  EXPECT_THAT(sets(Delivery::push_and_store), accepted_with({"NotificationPolicySet"}));
  EXPECT_EQ(world.rows().app().policies.size(), 1U);
  EXPECT_THAT(sets(Delivery::off), accepted_with({"NotificationPolicySet"}));
  EXPECT_TRUE(world.rows().app().policies.empty());
}

TEST(SetNotificationPolicy, CannotChangeWhatIsFixedOrGoAboveTheMost) {  // policy.notices
  World world;
  const auto sets = [&](NoticeCategory category, Delivery delivery) {
    return world.tries(app_admin(), SetNotificationPolicy{room_type, category, delivery});
  };
  for (const auto category :
       {NoticeCategory::member_change, NoticeCategory::profile_change, NoticeCategory::option_change})
    for (const auto& [delivery, name] : names<Delivery>)
      EXPECT_THAT(sets(category, delivery), refused(Error::not_supported, "policy.notices")) << name;
  EXPECT_EQ(sets(NoticeCategory::member_change, Delivery::off).refusal()->facts.cell,
            "notices.member_change");
  EXPECT_THAT(sets(NoticeCategory::member_profile_change, Delivery::push_and_store),
              refused(Error::not_supported, "policy.notices"));
  EXPECT_THAT(sets(NoticeCategory::member_profile_change, Delivery::push_only),
              accepted_with({"NotificationPolicySet"}));
}

TEST(SetRecyclePolicy, KeepsSecondsUntilTheyAreZero) {  // policy.recycle
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{public_type, 0}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{public_type, 60}),
              accepted_with({"RecyclePolicySet"}));
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{public_type, 60}), accepted_changing_nothing());
  EXPECT_EQ(world.rows().app().recycle, (std::vector<RecyclePolicy>{{public_type, 60}}));
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{public_type, 0}),
              accepted_with({"RecyclePolicySet"}));
  EXPECT_TRUE(world.rows().app().recycle.empty());
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{room_type, 60}),
              refused(Error::not_supported, "policy.recycle"));
}

TEST(SetSweepPolicy, IsOnOrOff) {  // policy.sweep
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetSweepPolicy{public_type, false}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetSweepPolicy{public_type, true}), accepted_with({"SweepPolicySet"}));
  EXPECT_THAT(world.tries(app_admin(), SetSweepPolicy{public_type, true}), accepted_changing_nothing());
  EXPECT_EQ(world.rows().app().sweep, std::vector{public_type});
  EXPECT_THAT(world.tries(app_admin(), SetSweepPolicy{public_type, false}),
              accepted_with({"SweepPolicySet"}));
  EXPECT_TRUE(world.rows().app().sweep.empty());
  for (const char* type : {"AVChatRoom", "Community"})
    EXPECT_THAT(world.tries(app_admin(), SetSweepPolicy{TypeName{type}, true}),
                refused(Error::not_supported, "policy.sweep"));
}

TEST(SetHistoryPolicy, IsKeptWhereItDiffersFromTheType) {  // policy.history
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{public_type, false}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{public_type, true}),
              accepted_with({"HistoryPolicySet"}));
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{public_type, true}), accepted_changing_nothing());
  EXPECT_EQ(world.rows().app().history, (std::vector<HistoryPolicy>{{public_type, true}}));
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{public_type, false}),
              accepted_with({"HistoryPolicySet"}));
  EXPECT_TRUE(world.rows().app().history.empty());
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{TypeName{"Meeting"}, true}),
              accepted_changing_nothing());
  EXPECT_THAT(world.tries(app_admin(), SetHistoryPolicy{room_type, true}),
              refused(Error::not_supported, "policy.history"));
}

TEST(Settings, OfUnknownTypesAreRefused) {  // arguments.form
  World world;
  EXPECT_THAT(world.tries(app_admin(), SetRecyclePolicy{TypeName{"Club"}, 60}),
              refused(Error::invalid_argument, "arguments.form"));
}

}  // namespace
}  // namespace muster::test
