#include "support/world.hpp"

// docs/rules.md section 6: AcceptApplication.
namespace muster::test {
namespace {

AcceptApplication accept(const Account& account, std::string message = {}) {
  return {.group = g,
          .user = account,
          .message = message.empty() ? std::nullopt : std::optional{FreeText{std::move(message)}}};
}
World with_application(BaseType type = BaseType::public_) {
  World world = world_of(type);
  world.does(otto, JoinGroup{.group = id_of(type), .message = FreeText{"hello"}});
  return world;
}

TEST(AcceptApplication, TheOwnerAnAdminAndAnAppAdminAccept) {
  for (const Caller& caller : {user(olive), user(adam), app_admin()}) {
    World world = with_application();
    const Tried tried = world.tries(caller, accept(otto, "welcome"));
    EXPECT_THAT(tried, accepted_with({"ApplicationAccepted", "MembersJoined"}));
    EXPECT_EQ(tried.event<MembersJoined>().via, JoinCause::approval);
    const ApplicationRow& row = *world.rows().find<ApplicationRow>({g, otto});
    EXPECT_EQ(row.status, ApplicationStatus::accepted);
    EXPECT_EQ(row.handler, caller.account);
    EXPECT_EQ(row.handled_time, world.now());
    EXPECT_EQ(row.reply.value, "welcome");
    EXPECT_EQ(row.message.value, "hello");
    EXPECT_EQ(world.rows().find<MembershipRow>({otto, g})->role, Role::member);
    EXPECT_EQ(world.group(g).member_num, 4U);
  }
}

TEST(AcceptApplication, AMemberIsToldThatAnAdminIsNeeded) {  // applications.level
  World world = with_application();
  const Tried tried = world.tries(user(mia), accept(otto));
  EXPECT_THAT(tried, refused(Error::not_permitted, "applications.level"));
  EXPECT_EQ(tried.refusal()->facts.level, Level::member);
  EXPECT_EQ(tried.refusal()->facts.level_needed, Level::admin);
}

TEST(AcceptApplication, ApplicantsDoNotLetThemselvesIn) {  // applications.member
  World world = with_application();
  EXPECT_THAT(world.tries(user(otto), accept(otto)), refused(Error::not_member, "applications.member"));
}

TEST(AcceptApplication, AMeetingAndACommunityAnswerInvitationsThatWereFiled) {
  for (const BaseType type : {BaseType::meeting, BaseType::community}) {
    World world = world_of(type);
    world.rows().put<ApplicationRow>({id_of(type), otto}, {.kind = ApplicationKind::invite, .inviter = mia});
    EXPECT_THAT(world.tries(user(mia), AcceptApplication{.group = id_of(type), .user = otto, .message = {}}),
                refused(Error::not_permitted, "applications.level"));
    EXPECT_THAT(world.tries(user(adam), AcceptApplication{.group = id_of(type), .user = otto, .message = {}}),
                accepted_with({"ApplicationAccepted", "MembersJoined"}));
  }
}

TEST(AcceptApplication, AnAcceptedInvitationIsAnnouncedAsOneByItsInviter) {
  World world = world_of(BaseType::public_);
  SetGroupInfo by_approval{};
  by_approval.group = g;
  by_approval.invite_option = InviteOption::need_permission;
  world.does(olive, by_approval);
  world.does(mia, InviteUsers{g, {otto}, {}});
  ASSERT_NE(world.rows().find<ApplicationRow>({g, otto}), nullptr);
  const Tried tried = world.does(adam, accept(otto));
  EXPECT_EQ(tried.event<MembersJoined>().via, JoinCause::invite);
  EXPECT_EQ(tried.notice(NoticeName::on_member_invited).by, mia);
  EXPECT_EQ(tried.notice(NoticeName::on_application_processed).to, std::vector{mia});
}

TEST(AcceptApplication, WhoDidNotApplyIsNotAccepted) {  // applications.found
  World world = with_application();
  EXPECT_THAT(world.tries(user(adam), accept(root)),
              refused(Error::application_not_found, "applications.found"));
  EXPECT_THAT(world.tries(user(adam), accept(mia)),
              refused(Error::application_not_found, "applications.found"));
}

TEST(AcceptApplication, AnApplicationIsAnsweredOnceAndTheRefusalSaysByWhom) {  // applications.handled
  World world = with_application();
  world.does(adam, accept(otto));
  const TimeMs handled = world.now();
  const Tried tried = world.tries(user(olive), accept(otto));
  EXPECT_THAT(tried, refused(Error::application_handled, "applications.handled"));
  EXPECT_EQ(tried.refusal()->facts.by, adam);
  EXPECT_EQ(tried.refusal()->facts.time, handled);
  EXPECT_EQ(tried.refusal()->facts.status, ApplicationStatus::accepted);
}

TEST(AcceptApplication, CapacityIsJudgedWhenTheApplicationIsAccepted) {  // join.capacity
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.max_member_num = 2;
  create.members.emplace({InitialMember{mia, {}}});
  world.does(olive, create);
  world.does(otto, JoinGroup{.group = g, .message = {}});
  EXPECT_THAT(world.tries(user(olive), accept(otto)), refused(Error::group_full, "join.capacity"));
  world.does(mia, QuitGroup{g});
  EXPECT_THAT(world.tries(user(olive), accept(otto)),
              accepted_with({"ApplicationAccepted", "MembersJoined"}));
}

TEST(AcceptApplication, TheQuotaOfTheApplicantIsJudgedNotTheCallers) {  // quota.joined
  World world = with_application();
  for (int i = 0; i < 3000; ++i) {
    const GroupId id{"other" + std::to_string(i)};
    GroupRow row;
    row.life = GroupState::active;
    world.rows().put<GroupRow>(id, row);
    world.rows().put<MembershipRow>({otto, id}, {});
  }
  world.rows().put<AccountRow>(otto, {.head = {}, .joined = 3000, .applications_read = {}});
  const Tried tried = world.tries(user(adam), accept(otto));
  EXPECT_THAT(tried, refused(Error::joined_group_quota_exceeded, "quota.joined"));
  EXPECT_EQ(tried.refusal()->facts.user, otto);
  world.rows().put<AccountRow>(otto, {.head = {}, .joined = 2999, .applications_read = {}});
  EXPECT_NE(world.tries(user(adam), accept(otto)).accepted(), nullptr);
}

TEST(AcceptApplication, JoiningInAnotherWayRemovesAPendingApplication) {
  World world = world_of(BaseType::meeting);
  SetGroupInfo by_approval{};
  by_approval.group = g;
  by_approval.invite_option = InviteOption::need_permission;
  world.does(olive, by_approval);
  world.does(mia, InviteUsers{g, {otto}, {}});
  ASSERT_NE(world.rows().find<ApplicationRow>({g, otto}), nullptr);
  world.does(otto, JoinGroup{.group = g, .message = {}});
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto}), nullptr);
  EXPECT_THAT(world.tries(user(adam), accept(otto)),
              refused(Error::application_not_found, "applications.found"));
}

TEST(AcceptApplication, NobodyAcceptsIntoAGroupThatHasEnded) {  // group.gone
  World world = with_application();
  world.does(olive, DismissGroup{g});
  EXPECT_THAT(world.tries(user(adam), accept(otto)), refused(Error::group_not_found, "group.gone"));
  EXPECT_EQ(world.rows().find<MembershipRow>({otto, g}), nullptr);
}

}  // namespace
}  // namespace muster::test
