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

TEST(DismissGroup, NobodyInAWorkGroupDismissesIt) {  // dismiss.level
  World world = world_of(BaseType::work);
  for (const Account& member : {olive, adam, mia}) {
    const Tried tried = world.tries(user(member), DismissGroup{g});
    EXPECT_THAT(tried, refused(Error::not_permitted, "dismiss.level"));
    EXPECT_EQ(tried.refusal()->facts.level_needed, Level::app_admin);
  }
}

TEST(DismissGroup, AnAppAdminDismissesEveryType) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(app_admin(), DismissGroup{id_of(type)}), accepted_with({"GroupDismissed"}))
        << name_of(type);
  }
}

TEST(DismissGroup, AdminsAndMembersDoNotDismiss) {  // dismiss.level
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    for (const Account& member : {adam, mia})
      EXPECT_THAT(world.tries(user(member), DismissGroup{id_of(type)}),
                  refused(Error::not_permitted, "dismiss.level"));
  }
}

TEST(DismissGroup, AnOutsiderIsNoMemberFirstAlsoForWork) {  // dismiss.member
  for (const BaseType type : all_types) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(user(otto), DismissGroup{id_of(type)}),
                refused(Error::not_member, "dismiss.member"));
  }
}

TEST(DismissGroup, TheSystemDoesNotDismiss) {  // caller.system
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(the_system(), DismissGroup{g}), refused(Error::not_permitted, "caller.system"));
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

TEST(DismissGroup, GoneIsFinal) {  // group.gone
  for (const BaseType type : all_types) {
    World world = world_of(type);
    world.does(app_admin(), DismissGroup{id_of(type)});
    const GroupRow before = world.group(id_of(type));
    for (const Caller& caller : {user(olive), user(adam), user(mia), app_admin()}) {
      const std::vector<Command> commands{
          DismissGroup{id_of(type)}, QuitGroup{id_of(type)},
          PostMessage{.group = id_of(type), .message_id = {}, .topic = {}},
          JoinGroup{.group = id_of(type), .message = {}},
          AcceptApplication{.group = id_of(type), .user = otto, .message = {}}};
      for (const Command& command : commands)
        EXPECT_THAT(world.tries(caller, command), refused(Error::group_not_found, "group.gone"))
            << name_of(command);
    }
    EXPECT_EQ(world.group(id_of(type)), before);
    EXPECT_NE(world.rows().find<MembershipRow>({mia, id_of(type)}), nullptr)
        << "a gone group keeps its rows as they were";
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
