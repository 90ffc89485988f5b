#include "support/world.hpp"

// Groups and rules that were made under different documents.
namespace muster::test {
namespace {

TEST(ChangedRules, AGroupMadeWithoutMemberProfilesKeepsNoneUnderRulesThatHaveThem) {  // receive-option.type
  Rules bare = default_rules();
  bare.types[2].member_profiles = false;
  World world = world_of(BaseType::meeting, bare);
  ASSERT_EQ(world.rows().find<MemberProfileRow>({g, mia}), nullptr);
  Overlay overlay{&world.rows()};
  const auto tries = [&](const Command& command) {
    return try_on(overlay, default_rules(), user(mia), command, {.at = later(99)});
  };
  EXPECT_THAT(tries(SetReceiveOption{g, MsgFlag::discard}),
              refused(Error::not_supported, "receive-option.type"));
  EXPECT_THAT(tries(SetMemberInfo{g, {}, NameCard{"x"}, {}}),
              refused(Error::not_supported, "member-info.type"));
}

TEST(ChangedRules, WithoutACeilingTheLargestNumberIsKeptNotWrapped) {
  Rules open = default_rules();
  open.types[1].quota = QuotaClass::avchatrooms;
  World world = world_of(BaseType::public_, open);
  SetGroupInfo info;
  info.group = g;
  info.max_member_num = (std::uint64_t{1} << 32) + 1;
  world.does(olive, info);
  EXPECT_EQ(world.group(g).max_member_num, std::uint32_t(-1));
}

// The machine and the rules of a group follow its own base, whatever a later document calls by its type's
// name.
TEST(ChangedRules, ATypeThatGetsAnotherBaseDoesNotTakeItsOldGroupsAlong) {  // join.type
  const auto clubs = [](BaseType base) {
    Rules rules = default_rules();
    TypeRules club = *rules.find(TypeName{name_of(base)});
    club.name = TypeName{"Club"};
    rules.types.push_back(club);
    return rules;
  };
  World world{clubs(BaseType::work)};
  CreateGroup create = creation(BaseType::work);
  create.type = TypeName{"Club"};
  create.members = {{InitialMember{mia, {}}}};
  world.does(olive, create);
  ASSERT_EQ(world.group(g).life, GroupState::inactive);
  const auto tries = [&](BaseType base, const Caller& caller, const Command& command) {
    Overlay overlay{&world.rows()};
    return try_on(overlay, clubs(base), caller, command, {.at = later(99)});
  };
  const std::array others{BaseType::public_, BaseType::community, BaseType::avchatroom};
  for (const BaseType base : others)
    EXPECT_THAT(tries(base, user(olive), PostMessage{g, {}, {}}),
                accepted_with({"GroupActivated", "MessagePosted"}));
  world.does(olive, PostMessage{g, {}, {}});
  for (const BaseType base : others) {
    EXPECT_THAT(tries(base, user(otto), JoinGroup{g, {}}), refused(Error::not_supported, "join.type"));
    EXPECT_THAT(tries(base, user(mia), InviteUsers{g, {otto}, {}}), accepted_with({"MembersJoined"}));
  }
}

// Muting outsiders is an AVChatRoom's, and passing over the owner's decision a Work group's: closing other
// cells gives neither to other types.
TEST(ChangedRules, ClosingProfilesDoesNotLetAnybodyBeMuted) {  // mute.target
  Rules bare = default_rules();
  bare.types[1].member_profiles = false;
  World world = world_of(BaseType::public_, bare);
  EXPECT_THAT(world.tries(user(olive), MuteMember{g, otto, 60}),
              refused(Error::target_not_member, "mute.target"));
  EXPECT_THAT(world.tries(user(olive), MuteMember{g, mia, 60}), accepted_with({"MuteChanged"}));
}

TEST(ChangedRules, ClosingAdminsDoesNotLetMembersPassOverApproval) {
  Rules bare = default_rules();
  bare.types[1].has_admins = false;
  bare.types[1].invite_option.initial = InviteOption::need_permission;
  World world{bare};
  CreateGroup create = creation(BaseType::public_);
  create.members = {{InitialMember{mia, {}}}};
  ASSERT_NE(world.does(app_admin(), create).accepted(), nullptr);
  ASSERT_TRUE(world.group(g).owner.empty());
  const Tried tried = world.tries(user(mia), InviteUsers{g, {otto}, {}});
  ASSERT_NE(tried.accepted(), nullptr);
  ASSERT_EQ(tried.accepted()->reply.results.size(), 1U);
  EXPECT_EQ(tried.accepted()->reply.results[0].verdict, ItemStatus::pending);
}

// Closing a cell never widens a right: what would have to be approved is refused, not let through.
class ClosedApplications : public testing::TestWithParam<BaseType> {
 protected:
  [[nodiscard]] static Rules closed(JoinOption join, InviteOption invite) {
    Rules rules = default_rules();
    TypeRules& type = rules.types[static_cast<std::size_t>(GetParam()) - 1];
    type.applications = {};
    type.apply_join_option = {join, type.apply_join_option.settable};
    type.invite_option.initial = invite;
    return rules;
  }
  /// A group with both options at NeedPermission, by a document of rules that could be installed once.
  World world = world_of(GetParam(), closed(JoinOption::need_permission, InviteOption::need_permission));
  World open = world_of(GetParam(), closed(JoinOption::free_access, InviteOption::free_access));
  GroupId id = id_of(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Types, ClosedApplications,
                         testing::Values(BaseType::work, BaseType::public_, BaseType::meeting,
                                         BaseType::community),
                         [](const auto& test) { return std::string{name_of(test.param)}; });

TEST_P(ClosedApplications, NobodyFilesOneByJoining) {  // applications.type
  if (GetParam() == BaseType::work) return;            // nobody joins one by asking
  EXPECT_THAT(world.tries(user(otto), JoinGroup{id, {}}), refused(Error::not_supported, "applications.type"));
  EXPECT_THAT(open.tries(user(otto), JoinGroup{id, {}}), accepted_with({"MembersJoined"}));
}

TEST_P(ClosedApplications, AMembersInvitationsAreRefusedAndAnAppAdminsAreNot) {  // applications.type
  for (const Caller& caller : {user(mia), user(adam), user(olive)})
    EXPECT_THAT(world.tries(caller, InviteUsers{id, {otto}, {}}),
                refused(Error::not_supported, "applications.type"));
  EXPECT_THAT(world.tries(app_admin(), InviteUsers{id, {otto}, {}}), accepted_with({"MembersJoined"}));
  EXPECT_THAT(open.tries(user(mia), InviteUsers{id, {otto}, {}}), accepted_with({"MembersJoined"}));
}

TEST_P(ClosedApplications, WhoIsOutsideHearsThatFirst) {
  EXPECT_THAT(world.tries(user(otto), InviteUsers{id, {root}, {}}),
              refused(Error::not_member, "invite.member"));
}

TEST_P(ClosedApplications, NeedPermissionIsNotSet) {  // applications.type
  SetGroupInfo info;
  info.group = id;
  info.invite_option = InviteOption::need_permission;
  EXPECT_THAT(open.tries(user(olive), info), refused(Error::not_supported, "applications.type"));
  info.invite_option = InviteOption::disable_invite;
  EXPECT_THAT(open.tries(user(olive), info), accepted_with({"GroupInfoChanged"}));
  CreateGroup create = creation(GetParam());
  create.invite_option = InviteOption::need_permission;
  World fresh{open.rules()};
  EXPECT_THAT(fresh.tries(user(olive), create), refused(Error::not_supported, "applications.type"));
  create.invite_option = InviteOption::free_access;
  EXPECT_THAT(fresh.tries(user(olive), create), accepted_with({"GroupCreated"}));
  if (GetParam() != BaseType::public_) return;
  info = {};
  info.group = id;
  info.apply_join_option = JoinOption::need_permission;
  EXPECT_THAT(open.tries(user(olive), info), refused(Error::not_supported, "applications.type"));
  create.apply_join_option = JoinOption::need_permission;
  create.group = GroupId{"another"};
  EXPECT_THAT(fresh.tries(user(olive), create), refused(Error::not_supported, "applications.type"));
}

TEST_P(ClosedApplications, ADocumentThatAsksForApprovalsIsRefused) {
  EXPECT_TRUE(problems_of(closed(JoinOption::free_access, InviteOption::free_access)).empty());
  const auto inviting = problems_of(closed(JoinOption::free_access, InviteOption::need_permission));
  ASSERT_EQ(inviting.size(), 1U);
  EXPECT_NE(inviting[0].find("`invite_option.initial`"), std::string::npos) << inviting[0];
  const auto joining = problems_of(closed(JoinOption::need_permission, InviteOption::free_access));
  if (GetParam() == BaseType::work) {
    EXPECT_TRUE(joining.empty()) << "nobody joins one by asking";
  } else {
    ASSERT_EQ(joining.size(), 1U);
    EXPECT_NE(joining[0].find("`apply_join_option.initial`"), std::string::npos) << joining[0];
  }
}

TEST(ClosedWork, WithoutAnOwnerNothingWaits) {
  Rules closed = default_rules();
  closed.types[0].applications = {};
  closed.types[0].invite_option.initial = InviteOption::need_permission;
  World world = world_of(BaseType::work, closed);
  EXPECT_THAT(world.tries(user(mia), InviteUsers{g, {otto}, {}}),
              refused(Error::not_supported, "applications.type"));
  world.does(olive, QuitGroup{g});
  EXPECT_THAT(world.tries(user(mia), InviteUsers{g, {otto}, {}}), accepted_with({"MembersJoined"}));
}

}  // namespace
}  // namespace muster::test
