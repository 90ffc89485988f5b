#include "support/world.hpp"

// docs/rules.md section 6: JoinGroup.
namespace muster::test {
namespace {

const JoinGroup join{.group = g, .message = {}};
JoinGroup joining(BaseType type, std::string message = {}) {
  return {.group = id_of(type),
          .message = message.empty() ? std::nullopt : std::optional{FreeText{std::move(message)}}};
}

TEST(JoinGroup, APublicGroupAsksForPermissionByDefault) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(user(otto), joining(BaseType::public_, "hello"));
  EXPECT_THAT(tried, accepted_with({"JoinRequested"}));
  EXPECT_EQ(tried.result(), ItemStatus::pending);
  ASSERT_NE(world.rows().find<ApplicationRow>({g, otto}), nullptr);
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->status, ApplicationStatus::pending);
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->message.value, "hello");
  EXPECT_EQ(world.rows().find<MembershipRow>({otto, g}), nullptr);
  EXPECT_EQ(world.group(g).member_num, 3U);
}

TEST(JoinGroup, MeetingAvChatRoomAndCommunityLetEverybodyInAtOnce) {
  for (const BaseType type : {BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    const Tried tried = world.tries(user(otto), joining(type));
    EXPECT_THAT(tried, accepted_with({"MembersJoined"})) << name_of(type);
    EXPECT_EQ(tried.result(), ItemStatus::joined);
    EXPECT_EQ(tried.event<MembersJoined>().via, JoinCause::apply);
    ASSERT_NE(world.rows().find<MembershipRow>({otto, id_of(type)}), nullptr);
    EXPECT_EQ(world.rows().find<MembershipRow>({otto, id_of(type)})->role, Role::member);
    EXPECT_EQ(world.group(id_of(type)).member_num, 4U);
  }
}

TEST(JoinGroup, APublicGroupWithFreeAccessLetsEverybodyInAtOnce) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.apply_join_option = JoinOption::free_access;
  world.does(olive, create);
  EXPECT_THAT(world.tries(user(otto), join), accepted_with({"MembersJoined"}));
}

TEST(JoinGroup, APublicGroupWithDisabledApplyTakesNobody) {  // join.disabled
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.apply_join_option = JoinOption::disable_apply;
  world.does(olive, create);
  EXPECT_THAT(world.tries(user(otto), join), refused(Error::join_disabled, "join.disabled"));
  EXPECT_THAT(world.tries(app_admin(otto), join), refused(Error::join_disabled, "join.disabled"));
}

TEST(JoinGroup, AnAppAdminJoinsAsAnOrdinaryAccount) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(app_admin(), join);
  EXPECT_THAT(tried, accepted_with({"JoinRequested"}));
  EXPECT_EQ(tried.accepted()->head.level, Level::anyone);
}

TEST(JoinGroup, FilingAgainWhatIsPendingChangesNothing) {
  World world = world_of(BaseType::public_);
  world.does(otto, joining(BaseType::public_, "hello"));
  const Revision before = world.group(g).head.revision;
  const Tried again = world.tries(user(otto), joining(BaseType::public_, "hello"));
  EXPECT_THAT(again, accepted_changing_nothing());
  EXPECT_EQ(again.result(), ItemStatus::pending);
  EXPECT_EQ(world.group(g).head.revision, before);
}

TEST(JoinGroup, AnotherMessageReplacesTheApplicationAndNotifiesAnew) {
  World world = world_of(BaseType::public_);
  world.does(otto, joining(BaseType::public_, "hello"));
  const Tried again = world.tries(user(otto), joining(BaseType::public_, "please"));
  EXPECT_THAT(again, accepted_with({"JoinRequested"}));
  EXPECT_EQ(again.notice_names(), std::vector{NoticeName::on_receive_join_application});
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->message.value, "please");
}

TEST(JoinGroup, AnAnsweredApplicationIsReplacedByANewOne) {
  World world = world_of(BaseType::public_);
  world.does(otto, joining(BaseType::public_));
  world.does(adam, AcceptApplication{.group = g, .user = otto, .message = {}});
  world.does(otto, QuitGroup{g});
  EXPECT_THAT(world.tries(user(otto), joining(BaseType::public_)), accepted_with({"JoinRequested"}));
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->status, ApplicationStatus::pending);
  EXPECT_TRUE(world.rows().find<ApplicationRow>({g, otto})->handler.empty());
}

TEST(JoinGroup, AFullGroupTakesNobody) {  // join.capacity
  World world;
  CreateGroup create = creation(BaseType::meeting);
  create.max_member_num = 2;
  world.does(olive, create);
  world.does(mia, join);
  const Tried full = world.tries(user(otto), join);
  EXPECT_THAT(full, refused(Error::group_full, "join.capacity"));
  EXPECT_EQ(full.refusal()->facts.count, 2U);
  EXPECT_EQ(full.refusal()->facts.limit, 2U);
  world.does(mia, QuitGroup{g});
  EXPECT_THAT(world.tries(user(otto), join), accepted_with({"MembersJoined"}));
}

TEST(JoinGroup, AFullGroupStillTakesApplications) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.max_member_num = 1;
  world.does(olive, create);
  EXPECT_THAT(world.tries(user(otto), join), accepted_with({"JoinRequested"}));
}

TEST(JoinGroup, AnAvChatRoomIsNeverFull) {
  World world = world_of(BaseType::avchatroom);
  EXPECT_EQ(world.group(g).max_member_num, 0U);
  for (int i = 0; i < 3000; ++i) world.does(Account{"viewer" + std::to_string(i)}, join);
  EXPECT_EQ(world.group(g).member_num, 3003U);
}

TEST(JoinGroup, AnAvChatRoomKnowsItsViewersButKeepsNoProfileOfThem) {
  World world = world_of(BaseType::avchatroom);
  EXPECT_NE(world.rows().find<MembershipRow>({mia, g}), nullptr);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia}), nullptr);
  EXPECT_NE(world.rows().find<MemberProfileRow>({g, olive}), nullptr);
}

TEST(JoinGroup, ANewMemberHasNothingUnreadAndTheTypesMsgFlag) {
  World world = world_of(BaseType::meeting);
  for (int i = 0; i < 5; ++i) world.does(mia, PostMessage{.group = g, .message_id = {}, .topic = {}});
  world.does(otto, join);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, otto})->msg_seq, world.group(g).next_msg_seq - 1);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, otto})->msg_flag, MsgFlag::accept_not_notify);

  World community = world_of(BaseType::community);
  community.does(otto, joining(BaseType::community));
  EXPECT_EQ(community.rows().find<MemberProfileRow>({community_g, otto})->msg_seq,
            community.group(community_g).next_msg_seq - 1);
  EXPECT_EQ(community.rows().find<MemberProfileRow>({community_g, otto})->msg_flag,
            MsgFlag::accept_and_notify);
}

TEST(JoinGroup, AMuteSurvivesLeavingAndRejoining) {
  World world = world_of(BaseType::meeting);
  world.mute(g, mia, for_ever);
  world.does(mia, QuitGroup{g});
  world.does(mia, join);
  EXPECT_THAT(world.tries(user(mia), PostMessage{.group = g, .message_id = {}, .topic = {}}),
              refused(Error::muted, "post.muted"));
}

TEST(JoinGroup, ARejoiningMemberStartsAsMemberWithNothingKept) {
  World world = world_of(BaseType::meeting);
  world.does(adam, PostMessage{.group = g, .message_id = {}, .topic = {}});
  world.does(adam, QuitGroup{g});
  world.does(adam, join);
  EXPECT_EQ(world.rows().find<MembershipRow>({adam, g})->role, Role::member);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, adam})->last_send_msg_time, TimeMs{0});
}

// The quota of joined groups: section 12, 3000 on the plan that a store starts with.
class JoinedQuota : public testing::Test {
 protected:
  static constexpr std::uint32_t limit = 3000;
  void SetUp() override {
    world.rows().put<AccountRow>(otto, {.head = {}, .joined = limit, .applications_read = {}});
  }
  /// Otto in a group that stands there as given.
  void in_a_group(int number, GroupState life, bool counted = true, const Account& owner = olive) {
    const GroupId id{"other" + std::to_string(number)};
    GroupRow row;
    row.life = life;
    row.owner = owner;
    row.traits.counted = counted;
    world.rows().put<GroupRow>(id, row);
    world.rows().put<MembershipRow>({otto, id}, {});
    AccountRow account = *world.rows().find<AccountRow>(otto);
    ++account.memberships;
    world.rows().put<AccountRow>(otto, account);
  }
  World world = world_of(BaseType::meeting);
};

TEST_F(JoinedQuota, AnAccountInThreeThousandGroupsJoinsNoMore) {  // quota.joined
  for (int i = 0; i < static_cast<int>(limit); ++i) in_a_group(i, GroupState::active);
  const Tried tried = world.tries(user(otto), join);
  EXPECT_THAT(tried, refused(Error::joined_group_quota_exceeded, "quota.joined"));
  EXPECT_EQ(tried.refusal()->facts.limit, limit);
}

TEST_F(JoinedQuota, GroupsThatEndedDoNotCount) {
  for (int i = 0; i < static_cast<int>(limit) - 1; ++i) in_a_group(i, GroupState::active);
  in_a_group(limit, GroupState::dismissed);
  EXPECT_THAT(world.tries(user(otto), join), accepted_with({"MembersJoined"}));
}

TEST_F(JoinedQuota, AvChatRoomsDoNotCount) {
  for (int i = 0; i < static_cast<int>(limit) - 1; ++i) in_a_group(i, GroupState::active);
  in_a_group(limit, GroupState::active, false);
  EXPECT_THAT(world.tries(user(otto), join), accepted_with({"MembersJoined"}));
}

TEST_F(JoinedQuota, InactiveGroupsOfOthersDoNotCountButOnesOwnDo) {
  for (int i = 0; i < static_cast<int>(limit) - 1; ++i) in_a_group(i, GroupState::active);
  in_a_group(limit, GroupState::inactive);
  EXPECT_NE(world.tries(user(otto), join).accepted(), nullptr);
  world.does(otto, QuitGroup{g});
  AccountRow account = *world.rows().find<AccountRow>(otto);
  account.joined = limit + 1;
  world.rows().put<AccountRow>(otto, account);
  in_a_group(limit + 1, GroupState::inactive, true, otto);
  EXPECT_THAT(world.tries(user(otto), join), refused(Error::joined_group_quota_exceeded, "quota.joined"));
}

TEST_F(JoinedQuota, AnAvChatRoomIsJoinedBeyondTheQuota) {
  World room = world_of(BaseType::avchatroom);
  for (int i = 0; i < static_cast<int>(limit); ++i) {
    const GroupId id{"other" + std::to_string(i)};
    GroupRow row;
    row.life = GroupState::active;
    room.rows().put<GroupRow>(id, row);
    room.rows().put<MembershipRow>({otto, id}, {});
  }
  room.rows().put<AccountRow>(otto, {.head = {}, .joined = limit, .applications_read = {}});
  EXPECT_THAT(room.tries(user(otto), join), accepted_with({"MembersJoined"}));
}

}  // namespace
}  // namespace muster::test
