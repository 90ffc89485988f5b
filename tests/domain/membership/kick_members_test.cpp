#include <muster/domain/rule_catalog.hpp>

#include "support/world.hpp"

// docs/rules.md section 7: KickMembers and SetMemberRole.
namespace muster::test {
namespace {

const Account amy{"amy"};  // a second admin
using Words = std::vector<std::string>;
KickMembers kick(BaseType type, std::initializer_list<Account> users) {
  return {.group = id_of(type), .users = {users.begin(), users.end()}, .reason = {}};
}
Words verdicts(const Tried& tried) {
  Words words;
  if (tried.accepted() == nullptr) return words;
  for (const ItemResult& item : tried.accepted()->reply.results)
    words.emplace_back(item.refused ? name_of(*item.refused) : name_of(item.verdict));
  return words;
}
World with_two_admins(BaseType type) {
  World world = world_of(type);
  world.does(app_admin(), InviteUsers{.group = id_of(type), .users = {amy}, .message = {}});
  world.does(olive, SetMemberRole{id_of(type), amy, Role::admin});
  return world;
}
constexpr std::array with_admins{BaseType::public_, BaseType::meeting, BaseType::community};

// Every rank on every rank, typed by hand. An item's result is the error of the rule that refuses it.
TEST(KickMembers, RankDecidesWhoRemovesWhom) {
  struct Row {
    Caller caller;
    Account target;
    std::string_view rule;  // empty: removed
  };
  const std::vector<Row> table{{user(olive), olive, "kick.rank"},
                               {user(olive), adam, ""},
                               {user(olive), mia, ""},
                               {user(olive), otto, "kick.target"},
                               {user(adam), olive, "kick.rank"},
                               {user(adam), adam, "kick.rank"},
                               {user(adam), amy, "kick.rank"},
                               {user(adam), mia, ""},
                               {user(adam), otto, "kick.target"},
                               {app_admin(), olive, "kick.rank"},
                               {app_admin(), adam, ""},
                               {app_admin(), mia, ""},
                               {app_admin(), otto, "kick.target"}};
  for (const BaseType type : with_admins)
    for (const Row& row : table) {
      World world = with_two_admins(type);
      const std::string_view expected = row.rule.empty() ? "ok" : name_of(find_rule(row.rule)->error);
      EXPECT_EQ(verdicts(world.tries(row.caller, kick(type, {row.target}))), Words{std::string{expected}})
          << name_of(type) << ' ' << row.caller.account << " on " << row.target;
    }
}

TEST(KickMembers, VerdictsFoldItemByItem) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(user(olive), kick(BaseType::public_, {mia, mia, olive, adam, otto}));
  EXPECT_EQ(verdicts(tried), (Words{"ok", "TargetNotMember", "NotPermitted", "ok", "TargetNotMember"}));
  EXPECT_EQ(tried.event<MembersLeft>().how, LeaveCause::kicked);
  EXPECT_EQ(world.group(g).member_num, 1U);
}

TEST(KickMembers, AllWhoStayAndEachWhoWentHearIt) {
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.does(olive, KickMembers{g, {mia, adam}, FreeText{"spam"}});
  ASSERT_EQ(tried.notice_names(), (std::vector{NoticeName::on_member_kicked, NoticeName::on_member_kicked}));
  EXPECT_EQ(tried.notices[0].msg_seq, next);
  EXPECT_EQ(tried.notices[0].text.value, "spam");
  EXPECT_EQ(tried.notices[1].to, (std::vector{mia, adam}));
  EXPECT_EQ(tried.notices[1].msg_seq, 0U);
}

// MemberChange is Off in a Meeting. The copy of those who went does not follow it.
TEST(KickMembers, TheRemovedHearItInAMeetingTooWhereTheOthersDoNot) {
  World world = world_of(BaseType::meeting);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried quiet = world.does(olive, KickMembers{g, {mia}, FreeText{"spam"}});
  ASSERT_EQ(quiet.notice_names(), std::vector{NoticeName::on_member_kicked});
  EXPECT_EQ(quiet.notices[0].audience, Audience::accounts);
  EXPECT_EQ(quiet.notices[0].to, std::vector{mia});
  EXPECT_EQ(quiet.notices[0].delivery, Delivery::push_and_store);
  EXPECT_EQ(quiet.notices[0].msg_seq, 0U);
  EXPECT_EQ(quiet.notices[0].text.value, "spam");
  EXPECT_EQ(world.group(g).next_msg_seq, next);

  world.does(app_admin(), SetNotificationPolicy{TypeName{"Meeting"}, NoticeCategory::member_change,
                                                Delivery::push_and_store});
  const Tried told = world.does(olive, KickMembers{g, {adam}, {}});
  ASSERT_EQ(told.notice_names(), (std::vector{NoticeName::on_member_kicked, NoticeName::on_member_kicked}));
  EXPECT_EQ(told.notices[0].audience, Audience::members);
  EXPECT_EQ(told.notices[0].msg_seq, next);
  EXPECT_EQ(told.notices[1].to, std::vector{adam});
}

TEST(KickMembers, AllRefusedChangesNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), kick(BaseType::public_, {otto})), accepted_changing_nothing());
}

TEST(KickMembers, WhatTheMemberHadIsErasedButAMuteStays) {
  World world = world_of(BaseType::public_);
  world.does(olive, MuteMember{g, mia, seconds_for_ever});
  world.does(mia, SetMemberInfo{g, {}, NameCard{"Mia"}, {}});
  world.does(mia, MarkMessagesRead{g, {}});
  world.does(olive, kick(BaseType::public_, {mia}));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia}), nullptr);
  EXPECT_EQ(world.rows().find<ReadMarkRow>({mia, g}), nullptr);
  EXPECT_NE(world.rows().find<MuteRow>({g, mia}), nullptr);
}

TEST(KickMembers, TwoAdminsWhoRemoveEachOtherOneWins) {
  World world = world_of(BaseType::public_);
  world.does(olive, SetMemberRole{g, mia, Role::admin});
  // Admins do not outrank each other; the owner removes one, who then is nobody.
  EXPECT_EQ(verdicts(world.tries(user(adam), kick(BaseType::public_, {mia}))), Words{"NotPermitted"});
  world.does(olive, kick(BaseType::public_, {adam}));
  EXPECT_THAT(world.tries(user(adam), kick(BaseType::public_, {mia})),
              refused(Error::not_member, "kick.member"));
}

TEST(KickMembers, TheLastMemberRemovedRecyclesAnOwnerlessGroup) {
  World world = world_of(BaseType::work);
  world.does(olive, QuitGroup{g});
  EXPECT_THAT(world.tries(app_admin(), kick(BaseType::work, {mia, adam})),
              accepted_with({"MembersLeft", "GroupRecycled"}));
  EXPECT_EQ(world.group(g).life, GroupState::recycled);
}

TEST(KickMembers, TheListHasItsBounds) {  // arguments.form arguments.list
  World world = world_of(BaseType::public_);
  KickMembers many{.group = g, .users = {}, .reason = {}};
  EXPECT_THAT(world.tries(user(olive), many), refused(Error::invalid_argument, "arguments.form"));
  many.users.resize(101, otto);
  EXPECT_THAT(world.tries(user(olive), many), refused(Error::too_many_accounts, "arguments.list"));
  many.users.resize(100);
  EXPECT_NE(world.tries(user(olive), many).accepted(), nullptr);
}

// SetMemberRole.

SetMemberRole make(BaseType type, const Account& account, Role role) { return {id_of(type), account, role}; }

TEST(SetMemberRole, TheOwnerAppointsAndDismissesAdmins) {
  for (const BaseType type : with_admins) {
    World world = world_of(type);
    const Tried granted = world.tries(user(olive), make(type, mia, Role::admin));
    EXPECT_THAT(granted, accepted_with({"RoleChanged"})) << name_of(type);
    EXPECT_EQ(world.rows().find<MembershipRow>({mia, id_of(type)})->role, Role::admin);
    const Tried revoked = world.does(olive, make(type, mia, Role::member));
    EXPECT_EQ(world.rows().find<MembershipRow>({mia, id_of(type)})->role, Role::member);
    if (type == BaseType::meeting) {
      EXPECT_TRUE(granted.notices.empty());
    } else {
      EXPECT_EQ(granted.notice_names(), std::vector{NoticeName::on_grant_administrator});
      EXPECT_EQ(revoked.notice_names(), std::vector{NoticeName::on_revoke_administrator});
      EXPECT_NE(granted.notices[0].msg_seq, 0U);
    }
  }
}

TEST(SetMemberRole, NobodyBelowTheOwnerAppointsThemselves) {  // role.level
  World world = world_of(BaseType::public_);
  for (const Account& member : {adam, mia})
    EXPECT_THAT(world.tries(user(member), make(BaseType::public_, member, Role::admin)),
                refused(Error::not_permitted, "role.level"));
}

TEST(SetMemberRole, TheTargetMustBeInAndNotTheOwner) {  // role.target role.owner
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), make(BaseType::public_, otto, Role::admin)),
              refused(Error::target_not_member, "role.target"));
  EXPECT_THAT(world.tries(user(olive), make(BaseType::public_, olive, Role::member)),
              refused(Error::not_permitted, "role.owner"));
  EXPECT_THAT(world.tries(app_admin(), make(BaseType::public_, olive, Role::admin)),
              refused(Error::not_permitted, "role.owner"));
}

TEST(SetMemberRole, TheSameRoleChangesNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), make(BaseType::public_, mia, Role::member)),
              accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(olive), make(BaseType::public_, adam, Role::admin)),
              accepted_changing_nothing());
}

TEST(SetMemberRole, OwnerIsNoRoleToSet) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), make(BaseType::public_, mia, Role::owner)),
              refused(Error::invalid_argument, "arguments.form"));
}

}  // namespace
}  // namespace muster::test
