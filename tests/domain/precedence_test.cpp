#include "support/world.hpp"

// docs/rules.md section 3: when several errors apply, the first of the order is returned. Each test has two
// at once.
namespace muster::test {
namespace {

const AcceptApplication accept_nobody{.group = g, .user = root, .message = {}};

TEST(Precedence, AnInvalidArgumentBeforeAnOverLongList) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.name = GroupName{};
  create.members.emplace().resize(101);
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::invalid_argument, "arguments.form"));
}

TEST(Precedence, AnOverLongListBeforeABadGroupId) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.group = GroupId{"@TGS#x"};
  create.members.emplace().resize(101);
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::too_many_accounts, "arguments.list"));
}

TEST(Precedence, AnInvalidArgumentBeforeABadGroupIdWhereverItStands) {
  World world;
  const AcceptApplication command{.group = GroupId{}, .user = Account{}, .message = {}};
  EXPECT_THAT(world.tries(user(olive), command), refused(Error::invalid_argument, "arguments.form"));
}

TEST(Precedence, ABadGroupIdBeforeGroupNotFound) {
  World world;
  EXPECT_THAT(world.tries(user(olive), QuitGroup{GroupId{}}),
              refused(Error::invalid_group_id, "arguments.group-id"));
}

TEST(Precedence, GroupNotFoundBeforeNotSupported) {
  World world;
  CreateGroup create = creation(BaseType::work);
  world.does(olive, create);
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}),
              refused(Error::group_not_found, "group.visible"));
  EXPECT_THAT(world.tries(user(olive), JoinGroup{.group = g, .message = {}}),
              refused(Error::not_supported, "join.type"));
}

TEST(Precedence, NotSupportedBeforeTheCaller) {
  World world = world_of(BaseType::avchatroom);
  EXPECT_THAT(world.tries(user(otto), accept_nobody), refused(Error::not_supported, "applications.type"));
  EXPECT_THAT(world.tries(the_system(), accept_nobody), refused(Error::not_supported, "applications.type"));
}

TEST(Precedence, NotSupportedBeforeUnknownCustomField) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.custom = CustomValues{{CustomKey{"x"}, "1"}};
  create.apply_join_option = JoinOption::free_access;
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::not_supported, "type.setting"));
}

TEST(Precedence, UnknownCustomFieldBeforeTheCaller) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.custom = CustomValues{{CustomKey{"x"}, "1"}};
  create.owner = mia;
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::unknown_custom_field, "custom.known"));
  EXPECT_THAT(world.tries(the_system(), create), refused(Error::unknown_custom_field, "custom.known"));
}

TEST(Precedence, AWrongKindBeforeNotMember) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(the_system(), accept_nobody), refused(Error::not_permitted, "caller.system"));
}

TEST(Precedence, TheCallerBeforeTheRevision) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(mia), accept_nobody, {.expect = 99}),
              refused(Error::not_permitted, "applications.level"));
  EXPECT_THAT(world.tries(user(otto), QuitGroup{g}, {.expect = 99}),
              refused(Error::not_member, "quit.member"));
  EXPECT_THAT(world.tries(user(mia), DismissGroup{g}, {.expect = 99}),
              refused(Error::not_permitted, "dismiss.level"));
}

TEST(Precedence, TheRevisionBeforeTheTargetAndTheState) {  // expect.revision
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(user(olive), accept_nobody, {.expect = 99});
  EXPECT_THAT(tried, refused(Error::wrong_revision, "expect.revision"));
  EXPECT_EQ(tried.refusal()->facts.revision, 1U);
  EXPECT_THAT(world.tries(user(olive), QuitGroup{g}, {.expect = 99}),
              refused(Error::wrong_revision, "expect.revision"));
  EXPECT_THAT(world.tries(user(mia), JoinGroup{.group = g, .message = {}}, {.expect = 99}),
              refused(Error::wrong_revision, "expect.revision"));
  world.mute(g, mia, for_ever);
  EXPECT_THAT(world.tries(user(mia), PostMessage{g, {}, {}}, {.expect = 99}),
              refused(Error::wrong_revision, "expect.revision"));
}

TEST(Precedence, TheExpectedRevisionLetsTheCommandThrough) {
  World world = world_of(BaseType::public_);
  EXPECT_NE(world.tries(user(mia), PostMessage{g, {}, {}}, {.expect = 1}).accepted(), nullptr);
  EXPECT_NE(world.tries(user(mia), PostMessage{g, {}, {}}, {.expect = 2}).accepted(), nullptr);
  EXPECT_NE(world.tries(user(olive), DismissGroup{g}, {.expect = 3}).accepted(), nullptr);
}

TEST(Precedence, AlreadyMemberBeforeJoinDisabledAndGroupFull) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.apply_join_option = JoinOption::disable_apply;
  create.max_member_num = 1;
  world.does(olive, create);
  const JoinGroup join{.group = g, .message = {}};
  EXPECT_THAT(world.tries(user(olive), join), refused(Error::already_member, "join.already"));
  EXPECT_THAT(world.tries(user(otto), join), refused(Error::join_disabled, "join.disabled"));
}

TEST(Precedence, ApplicationNotFoundBeforeGroupFull) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.max_member_num = 1;
  world.does(olive, create);
  EXPECT_THAT(world.tries(user(olive), accept_nobody),
              refused(Error::application_not_found, "applications.found"));
}

TEST(Precedence, GroupFullBeforeTheJoinedQuota) {
  World world;
  CreateGroup create = creation(BaseType::meeting);
  create.max_member_num = 1;
  world.does(olive, create);
  for (int i = 0; i < 3000; ++i) {
    const GroupId id{"other" + std::to_string(i)};
    GroupRow row;
    row.life = GroupState::active;
    world.rows().put<GroupRow>(id, row);
    world.rows().put<MembershipRow>({otto, id}, {});
  }
  world.rows().put<AccountRow>(otto, {.head = {}, .joined = 3000, .applications_read = {}});
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}),
              refused(Error::group_full, "join.capacity"));
}

TEST(Precedence, OfACreationPlanThenIdThenCeilingThenCapacity) {
  World world;
  CreateGroup create = creation(BaseType::community);
  world.does(olive, create);
  create.max_member_num = 100'001;
  create.members = {{InitialMember{mia, {}}}};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::group_id_in_use, "create.id"));
  create.group = GroupId{"@TGS#_h"};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::plan_member_limit, "create.ceiling"));
  create.max_member_num = 1;
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::group_full, "create.capacity"));

  AppRow app;
  app.edition = Edition::pro;
  world.rows().put<AppRow>({}, app);
  create.group = community_g;
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::type_not_in_plan, "create.plan"));
}

TEST(Precedence, MembershipBeforeTheTopicAndTheMute) {
  World world = world_of(BaseType::public_);
  world.mute(g, otto, for_ever);
  EXPECT_THAT(world.tries(user(otto), PostMessage{g, {}, {}}), refused(Error::not_member, "post.member"));
}

TEST(Precedence, TheTopicBeforeTheMute) {
  World world;
  CreateGroup create = creation(BaseType::community);
  create.support_topic = true;
  world.does(olive, create);
  world.mute(community_g, olive, for_ever);
  EXPECT_THAT(world.tries(user(olive), PostMessage{community_g, {}, TopicId{"@TGS#_g@TOPIC#_x"}}),
              refused(Error::topic_not_found, "post.topic"));
}

TEST(Precedence, ARepeatedIdIsAnsweredRightAfterTheArguments) {
  World world = world_of(BaseType::public_);
  world.does(mia, PostMessage{g, {}, {}}, {.id = CommandId{"once"}});
  world.does(olive, DismissGroup{g});
  EXPECT_NE(world.tries(user(mia), PostMessage{g, {}, {}}, {.id = CommandId{"once"}}).repeated(), nullptr);
  EXPECT_THAT(world.tries(user(mia), PostMessage{g, MessageId{""}, {}}, {.id = CommandId{"once"}}),
              refused(Error::invalid_argument, "arguments.form"));
}

// The everyday commands, two errors at once each.

TEST(Precedence, GroupNotFoundBeforeWhatTheTypeLacks) {
  World world = world_of(BaseType::avchatroom);
  world.does(olive, DismissGroup{g});
  EXPECT_THAT(world.tries(user(otto), KickMembers{g, {mia}, {}}),
              refused(Error::group_not_found, "group.visible"));
  EXPECT_THAT(world.tries(user(otto), SetReceiveOption{g, MsgFlag::discard}),
              refused(Error::group_not_found, "group.visible"));
}

TEST(Precedence, NotSupportedBeforeTheCallerInEveryCommandOfATypeThatLacksIt) {
  World room = world_of(BaseType::avchatroom);
  World work = world_of(BaseType::work);
  EXPECT_THAT(room.tries(user(otto), InviteUsers{g, {mia}, {}}),
              refused(Error::not_supported, "invite.type"));
  EXPECT_THAT(room.tries(user(otto), TransferGroup{g, mia}), refused(Error::not_supported, "transfer.type"));
  EXPECT_THAT(room.tries(the_system(), SetMemberRole{g, mia, Role::admin}),
              refused(Error::not_supported, "role.type"));
  EXPECT_THAT(work.tries(user(otto), MuteMember{g, mia, 1}), refused(Error::not_supported, "mute.type"));
  EXPECT_THAT(room.tries(user(otto), MarkMessagesRead{g, 99}), refused(Error::not_supported, "read.type"));
}

TEST(Precedence, AFieldThatTheTypeLacksBeforeAnUnknownOneAndBothBeforeTheCaller) {
  World world = world_of(BaseType::work);
  SetGroupInfo info;
  info.group = g;
  info.mute_all = true;
  info.custom = CustomValues{{CustomKey{"x"}, "1"}};
  EXPECT_THAT(world.tries(user(otto), info), refused(Error::not_supported, "info.type"));
  info.mute_all.reset();
  EXPECT_THAT(world.tries(user(otto), info), refused(Error::unknown_custom_field, "custom.known"));
  info.custom.reset();
  info.name = GroupName{"Other"};
  EXPECT_THAT(world.tries(user(otto), info), refused(Error::not_member, "info.member"));
}

TEST(Precedence, TheCallerBeforeTheRevisionAndTheTarget) {
  World world = world_of(BaseType::public_);
  const With wrong{.at = {}, .id = {}, .expect = 99};
  EXPECT_THAT(world.tries(user(mia), TransferGroup{g, otto}, wrong),
              refused(Error::not_permitted, "transfer.level"));
  EXPECT_THAT(world.tries(user(mia), SetMemberRole{g, otto, Role::admin}, wrong),
              refused(Error::not_permitted, "role.level"));
  EXPECT_THAT(world.tries(user(mia), MuteMember{g, otto, 1}, wrong),
              refused(Error::not_permitted, "mute.level"));
  EXPECT_THAT(world.tries(user(mia), KickMembers{g, {otto}, {}}, wrong),
              refused(Error::not_permitted, "kick.level"));
  EXPECT_THAT(world.tries(user(mia), InviteUsers{g, {otto}, {}}, wrong),
              refused(Error::not_permitted, "invite.disabled"));
  EXPECT_THAT(world.tries(user(mia), SetMemberInfo{g, otto, NameCard{"x"}, {}}, wrong),
              refused(Error::not_permitted, "member-info.level"));
  EXPECT_THAT(world.tries(user(otto), SetReceiveOption{g, MsgFlag::discard}, wrong),
              refused(Error::not_member, "receive-option.member"));
}

TEST(Precedence, TheRevisionBeforeTheTarget) {  // expect.revision
  World world = world_of(BaseType::public_);
  const With wrong{.at = {}, .id = {}, .expect = 99};
  const std::vector<Command> commands{TransferGroup{g, otto},
                                      SetMemberRole{g, otto, Role::admin},
                                      MuteMember{g, otto, 1},
                                      KickMembers{g, {otto}, {}},
                                      RefuseApplication{g, otto, {}},
                                      SetMemberInfo{g, otto, NameCard{"x"}, {}},
                                      SetReceiveOption{g, MsgFlag::accept_and_notify}};
  for (const Command& command : commands) {
    EXPECT_THAT(world.tries(user(olive), command, wrong), refused(Error::wrong_revision, "expect.revision"))
        << name_of(command);
    const Tried right =
        world.tries(user(olive), command, {.at = {}, .id = {}, .expect = world.group(g).head.revision});
    EXPECT_TRUE(right.refusal() == nullptr || right.refusal()->error != Error::wrong_revision)
        << name_of(command);
  }
}

TEST(Precedence, BelowTheMembersBeforeAboveThePlanIsNeverBothButBothComeAfterTheRevision) {
  World world = world_of(BaseType::public_);
  SetGroupInfo info;
  info.group = g;
  info.max_member_num = 1;
  EXPECT_THAT(world.tries(user(olive), info), refused(Error::invalid_argument, "info.below"));
  EXPECT_THAT(world.tries(user(olive), info, {.at = {}, .id = {}, .expect = 99}),
              refused(Error::wrong_revision, "expect.revision"));
  info.max_member_num = 5000;
  EXPECT_THAT(world.tries(user(olive), info, {.at = {}, .id = {}, .expect = 99}),
              refused(Error::wrong_revision, "expect.revision"));
}

}  // namespace
}  // namespace muster::test
