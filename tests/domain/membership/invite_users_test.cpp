#include "support/world.hpp"

// docs/rules.md section 6: InviteUsers.
namespace muster::test {
namespace {

const Account eve{"eve"};
const Account zoe{"zoe"};
using Users = std::vector<Account>;
constexpr std::array inviting{BaseType::work, BaseType::public_, BaseType::meeting, BaseType::community};

InviteUsers invite(BaseType type, const Users& users, std::string message = {}) {
  return {.group = id_of(type),
          .users = {users.begin(), users.end()},
          .message = message.empty() ? std::nullopt : std::optional{FreeText{std::move(message)}}};
}
World with_option(BaseType type, InviteOption option) {
  World world = world_of(type);
  SetGroupInfo info;
  info.group = id_of(type);
  info.invite_option = option;
  world.does(olive, info);
  return world;
}
/// `ok`, `pending` or an error's name, item by item.
std::vector<std::string> verdicts(const Tried& tried) {
  std::vector<std::string> words;
  if (tried.accepted() == nullptr) return words;
  for (const ItemResult& item : tried.accepted()->reply.results)
    words.emplace_back(item.refused ? name_of(*item.refused) : name_of(item.verdict));
  return words;
}
using Words = std::vector<std::string>;

TEST(InviteUsers, WithFreeAccessEveryMemberBringsOthersInAtOnce) {
  for (const BaseType type : inviting) {
    World world = with_option(type, InviteOption::free_access);
    const Tried tried = world.tries(user(mia), invite(type, {otto, eve}));
    EXPECT_THAT(tried, accepted_with({"MembersJoined"})) << name_of(type);
    EXPECT_EQ(verdicts(tried), (Words{"ok", "ok"}));
    EXPECT_EQ(tried.event<MembersJoined>().via, JoinCause::invite);
    EXPECT_EQ(world.group(id_of(type)).member_num, 5U);
    EXPECT_EQ(world.rows().find<MembershipRow>({otto, id_of(type)})->role, Role::member);
  }
}

TEST(InviteUsers, TheirArrivalIsOneNoticeWithOneNumber) {
  World world = world_of(BaseType::work);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.does(mia, invite(BaseType::work, {otto, eve}));
  EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_member_invited});
  EXPECT_EQ(tried.notices[0].accounts, (Users{otto, eve}));
  EXPECT_EQ(tried.notices[0].by, mia);
  EXPECT_EQ(tried.notices[0].msg_seq, next);
  EXPECT_EQ(world.group(g).next_msg_seq, next + 1);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, otto})->msg_seq, next);
}

TEST(InviteUsers, AllMembersHearOfAnInvitationTheInviterAndTheInvitedIncluded) {
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::community}) {
    World world = with_option(type, InviteOption::free_access);
    const Tried tried = world.does(mia, invite(type, {otto, eve}));
    ASSERT_EQ(tried.notice_names(), std::vector{NoticeName::on_member_invited}) << name_of(type);
    EXPECT_EQ(tried.notices[0].audience, Audience::members) << name_of(type);
    EXPECT_THAT(tried.notices[0].except, testing::IsEmpty()) << name_of(type);
    EXPECT_THAT(tried.notices[0].to, testing::IsEmpty()) << name_of(type);
  }
  World meeting = with_option(BaseType::meeting, InviteOption::free_access);
  EXPECT_THAT(meeting.does(mia, invite(BaseType::meeting, {otto, eve})).notices, testing::IsEmpty())
      << "MemberChange is Off in a Meeting";
}

TEST(InviteUsers, WithNeedPermissionAMembersInvitationsWaitAndAnAdminsDoNot) {
  for (const BaseType type : {BaseType::public_, BaseType::meeting, BaseType::community}) {
    World world = with_option(type, InviteOption::need_permission);
    const Tried filed = world.tries(user(mia), invite(type, {otto}, "come"));
    EXPECT_THAT(filed, accepted_with({"InvitationsFiled"})) << name_of(type);
    EXPECT_EQ(verdicts(filed), Words{"pending"});
    const ApplicationRow& row = *world.rows().find<ApplicationRow>({id_of(type), otto});
    EXPECT_EQ(row.kind, ApplicationKind::invite);
    EXPECT_EQ(row.inviter, mia);
    EXPECT_EQ(row.message.value, "come");
    EXPECT_EQ(filed.notice_names(), std::vector{NoticeName::on_receive_join_application});
    for (const Caller& caller : {user(adam), user(olive), app_admin()}) {
      const Account guest{"guest-of-" + std::string{caller.account.view()}};
      EXPECT_EQ(verdicts(world.tries(caller, invite(type, {guest}))), Words{"ok"});
    }
    EXPECT_THAT(world.tries(user(adam), invite(type, {otto})), accepted_with({"MembersJoined"}));
    EXPECT_EQ(world.rows().find<ApplicationRow>({id_of(type), otto}), nullptr)
        << "coming in removes a pending application";
  }
}

TEST(InviteUsers, InAWorkGroupTheOwnerDecidesAndWithoutOneEverybodyBringsOthers) {
  World world = with_option(BaseType::work, InviteOption::need_permission);
  EXPECT_EQ(verdicts(world.tries(user(mia), invite(BaseType::work, {otto}))), Words{"pending"});
  EXPECT_EQ(verdicts(world.tries(user(olive), invite(BaseType::work, {eve}))), Words{"ok"});
  world.does(olive, QuitGroup{g});
  EXPECT_EQ(verdicts(world.tries(user(mia), invite(BaseType::work, {zoe}))), Words{"ok"});
}

TEST(InviteUsers, WithDisableInviteOnlyAppAdminsBringOthers) {  // invite.disabled
  for (const BaseType type : inviting) {
    World world = with_option(type, InviteOption::disable_invite);
    for (const Account& member : {olive, adam, mia})
      EXPECT_THAT(world.tries(user(member), invite(type, {otto})),
                  refused(Error::not_permitted, "invite.disabled"));
    EXPECT_THAT(world.tries(user(eve), invite(type, {otto})), refused(Error::not_member, "invite.member"));
    EXPECT_EQ(verdicts(world.tries(app_admin(), invite(type, {otto}))), Words{"ok"});
  }
}

TEST(InviteUsers, ABackendMayAskForMoreThanMembership) {  // invite.level
  Rules rules = default_rules();
  rules.types[0].invite_users.least = Level::owner;
  World world = world_of(BaseType::work, rules);
  EXPECT_THAT(world.tries(user(mia), invite(BaseType::work, {otto})),
              refused(Error::not_permitted, "invite.level"));
  EXPECT_NE(world.tries(user(olive), invite(BaseType::work, {otto})).accepted(), nullptr);
}

TEST(InviteUsers, VerdictsFoldItemByItemRepeatsIncluded) {  // join.already join.capacity
  World world;
  CreateGroup create = creation(BaseType::work);
  create.max_member_num = 3;
  world.does(olive, create);
  world.does(olive, PostMessage{g, {}, {}});
  const Tried tried = world.tries(user(olive), invite(BaseType::work, {otto, olive, otto, eve, zoe, eve}));
  EXPECT_EQ(verdicts(tried),
            (Words{"ok", "AlreadyMember", "AlreadyMember", "ok", "GroupFull", "AlreadyMember"}));
  EXPECT_EQ(tried.event<MembersJoined>().members.size(), 2U);
  EXPECT_EQ(world.group(g).member_num, 3U);
}

TEST(InviteUsers, ACommandWhoseItemsAreAllRefusedIsAcceptedAndChangesNothing) {
  World world = world_of(BaseType::work);
  const Tried tried = world.tries(user(mia), invite(BaseType::work, {olive}));
  EXPECT_THAT(tried, accepted_changing_nothing());
  EXPECT_EQ(verdicts(tried), Words{"AlreadyMember"});
}

TEST(InviteUsers, TheQuotaOfEveryInviteeIsJudged) {  // quota.joined
  World world = world_of(BaseType::work);
  world.rows().put<AccountRow>(otto, {.head = {}, .joined = 3000, .applications_read = {}});
  for (int i = 0; i < 3000; ++i) {
    const GroupId id{"other" + std::to_string(i)};
    GroupRow row;
    row.life = GroupState::active;
    world.rows().put<GroupRow>(id, row);
    world.rows().put<MembershipRow>({otto, id}, {});
  }
  EXPECT_EQ(verdicts(world.tries(user(mia), invite(BaseType::work, {otto, eve}))),
            (Words{"JoinedGroupQuotaExceeded", "ok"}));
}

TEST(InviteUsers, FilingAgainWhatIsPendingChangesNothingAndAnotherInviterReplacesIt) {
  World world = with_option(BaseType::public_, InviteOption::need_permission);
  world.does(mia, invite(BaseType::public_, {otto}, "come"));
  EXPECT_THAT(world.tries(user(mia), invite(BaseType::public_, {otto, otto}, "come")),
              accepted_changing_nothing());
  world.does(adam, invite(BaseType::public_, {eve}));
  EXPECT_THAT(world.tries(user(eve), invite(BaseType::public_, {otto}, "come")),
              accepted_with({"InvitationsFiled"}));
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->inviter, eve);
}

TEST(InviteUsers, AnInvitationReplacesAnApplicationToJoinAndTheOtherWayRound) {
  World world = with_option(BaseType::public_, InviteOption::need_permission);
  world.does(otto, JoinGroup{g, {}});
  EXPECT_EQ(verdicts(world.tries(user(mia), invite(BaseType::public_, {otto}))), Words{"pending"});
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->kind, ApplicationKind::invite);
  world.does(otto, JoinGroup{g, {}});
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->kind, ApplicationKind::join);
  EXPECT_TRUE(world.rows().find<ApplicationRow>({g, otto})->inviter.empty());
}

TEST(InviteUsers, AnInactiveGroupsArrivalsAreSilent) {
  World world;
  world.does(olive, creation(BaseType::work));
  const Tried tried = world.tries(user(olive), invite(BaseType::work, {mia}));
  EXPECT_THAT(tried, accepted_with({"MembersJoined"}));
  EXPECT_TRUE(tried.notices.empty());
}

TEST(InviteUsers, TheListHasItsBounds) {  // arguments.form arguments.list
  World world = world_of(BaseType::work);
  EXPECT_THAT(world.tries(user(mia), invite(BaseType::work, {})),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(user(mia), invite(BaseType::work, Users(301, otto))),
              refused(Error::too_many_accounts, "arguments.list"));
  EXPECT_NE(world.tries(user(mia), invite(BaseType::work, Users(300, otto))).accepted(), nullptr);
}

// RefuseApplication.

TEST(RefuseApplication, TheOwnerAnAdminAndAnAppAdminRefuseAndTheApplicantHears) {
  for (const Caller& caller : {user(olive), user(adam), app_admin()}) {
    World world = world_of(BaseType::public_);
    world.does(otto, JoinGroup{g, {}});
    const Tried tried = world.tries(caller, RefuseApplication{g, otto, FreeText{"no room"}});
    EXPECT_THAT(tried, accepted_with({"ApplicationRefused"}));
    EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->status, ApplicationStatus::refused);
    EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto})->handler, caller.account);
    EXPECT_EQ(world.rows().find<MembershipRow>({otto, g}), nullptr);
    EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_application_processed});
    EXPECT_EQ(tried.notices[0].to, Users{otto});
    EXPECT_EQ(tried.notices[0].status, ApplicationStatus::refused);
    EXPECT_EQ(tried.notices[0].text.value, "no room");
  }
}

TEST(RefuseApplication, AnInvitersInvitationIsRefusedToTheInviter) {
  World world = with_option(BaseType::public_, InviteOption::need_permission);
  world.does(mia, invite(BaseType::public_, {otto}));
  EXPECT_EQ(world.does(adam, RefuseApplication{g, otto, {}}).notices[0].to, Users{mia});
}

TEST(RefuseApplication, IsForWhoAppliedAndOnce) {  // applications.found applications.handled
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}});
  const RefuseApplication refuse{g, otto, {}};
  EXPECT_THAT(world.tries(user(adam), RefuseApplication{g, eve, {}}),
              refused(Error::application_not_found, "applications.found"));
  world.does(adam, refuse);
  const Tried again = world.tries(user(olive), AcceptApplication{g, otto, {}});
  EXPECT_THAT(again, refused(Error::application_handled, "applications.handled"));
  EXPECT_EQ(again.refusal()->facts.status, ApplicationStatus::refused);
  EXPECT_EQ(again.refusal()->facts.by, adam);
  EXPECT_THAT(world.tries(user(otto), JoinGroup{g, {}}), accepted_with({"JoinRequested"}))
      << "and may apply again";
}

}  // namespace
}  // namespace muster::test
