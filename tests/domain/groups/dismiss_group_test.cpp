#include "support/world.hpp"

// docs/rules.md sections 2, 3 and 5: DismissGroup, and what is said of a group that is gone.
namespace muster::test {
namespace {

TEST(DismissGroup, TheOwnerDismissesEveryTypeButWork) {
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    const Tried tried = world.tries(user(olive), DismissGroup{id_of(type)});
    EXPECT_THAT(tried, accepted_with({"GroupDismissed"})) << name_of(type);
    EXPECT_EQ(world.group(id_of(type)).life, GroupState::dismissed);
    const Notice notice = tried.notice(NoticeName::on_group_dismissed);
    EXPECT_EQ(notice.audience, Audience::members);
    EXPECT_EQ(notice.delivery, Delivery::push_and_store);
    EXPECT_EQ(notice.msg_seq, 0U);
  }
}

TEST(DismissGroup, AWorkGroupsOwnerIsToldThatAnAppAdminIsNeeded) {  // dismiss.level
  World world = world_of(BaseType::work);
  const Tried tried = world.tries(user(olive), DismissGroup{g});
  EXPECT_THAT(tried, refused(Error::not_permitted, "dismiss.level"));
  EXPECT_EQ(tried.refusal()->facts.level_needed, Level::app_admin);
}

TEST(DismissGroup, AllMembersOfAnActiveWorkGroupHearIt) {  // dismiss.level
  World world = world_of(BaseType::work);
  EXPECT_THAT(world.tries(user(olive), DismissGroup{g}), refused(Error::not_permitted, "dismiss.level"));
  const Tried tried = world.tries(app_admin(), DismissGroup{g});
  EXPECT_THAT(tried, accepted_with({"GroupDismissed"}));
  ASSERT_EQ(tried.notice_names(), std::vector{NoticeName::on_group_dismissed});
  EXPECT_EQ(tried.notices[0].audience, Audience::members);
  EXPECT_THAT(tried.notices[0].except, testing::IsEmpty());
  EXPECT_EQ(tried.notices[0].delivery, Delivery::push_and_store);
  EXPECT_EQ(tried.notices[0].msg_seq, 0U);
  EXPECT_EQ(tried.notices[0].by, root);
}

TEST(DismissGroup, ATypeWhoseCellIsClosedIsNotDismissed) {  // dismiss.type
  Rules rules = default_rules();
  rules.types[1].dismiss_group = {};
  World world = world_of(BaseType::public_, rules);
  EXPECT_THAT(world.tries(user(olive), DismissGroup{g}), refused(Error::not_supported, "dismiss.type"));
  EXPECT_THAT(world.tries(app_admin(), DismissGroup{g}), refused(Error::not_supported, "dismiss.type"));
}

TEST(DismissGroup, AnInactiveGroupEndsWithoutANotice) {
  World world;
  world.does(olive, creation(BaseType::work));
  const Tried tried = world.tries(app_admin(), DismissGroup{g});
  EXPECT_THAT(tried, accepted_with({"GroupDismissed"}));
  EXPECT_TRUE(tried.notices.empty());
}

TEST(DismissGroup, AGoneGroupKeepsItsRows) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    world.does(app_admin(), DismissGroup{id_of(type)});
    EXPECT_NE(world.rows().find<MembershipRow>({mia, id_of(type)}), nullptr) << name_of(type);
  }
}

TEST(DismissGroup, WhenAndByWhomItEndedIsToldToAppAdminsAndItsLastMembers) {  // group.gone
  World world = world_of(BaseType::public_);
  world.does(olive, DismissGroup{g});
  for (const Caller& told : {user(olive), user(mia), app_admin()}) {
    const Tried tried = world.tries(told, QuitGroup{g});
    ASSERT_THAT(tried, refused(Error::group_not_found, "group.gone"));
    EXPECT_EQ(tried.refusal()->facts.by, olive);
    EXPECT_EQ(tried.refusal()->facts.state, GroupState::dismissed);
    EXPECT_TRUE(tried.refusal()->facts.time.has_value());
  }
}

TEST(DismissGroup, ToOthersAllGroupsThatAreNotThereLookAlike) {  // group.visible
  World world = world_of(BaseType::public_);
  world.does(mia, QuitGroup{g});
  world.does(olive, DismissGroup{g});
  const Tried never = world.tries(user(otto), QuitGroup{GroupId{"nothing"}});
  ASSERT_THAT(never, refused(Error::group_not_found, "group.visible"));
  for (const Caller& caller : {user(otto), user(mia), the_system(), Caller{olive, CallerKind::system}})
    EXPECT_EQ(*world.tries(caller, QuitGroup{g}).refusal(), *never.refusal());
}

}  // namespace
}  // namespace muster::test
