#include <memory>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/domain/core/visibility.hpp>
#include <muster/projections/queries.hpp>

#include "support/engines.hpp"

// docs/rules.md section 8, "Reading": what outsiders, members and admins see.
namespace muster::test {
namespace {

class Shown : public testing::Test {
 protected:
  std::unique_ptr<Engine> engine = open_engine(Backing::memory, {}, test_options());
  std::int64_t at = t0.ms;

  void does(const Caller& caller, Command command) {
    answered(*engine, request(caller, std::move(command), ++at));
  }
  void does(const Account& account, Command command) { does(user(account), std::move(command)); }
  /// A group of the type with the cast in it, as world_of() has it.
  void make(BaseType type) {
    CreateGroup create = creation(type);
    const bool room = type == BaseType::avchatroom;
    if (!room)
      create.members = {
          {InitialMember{adam, type == BaseType::work ? Role::member : Role::admin}, InitialMember{mia, {}}}};
    does(olive, create);
    if (room) does(mia, JoinGroup{id_of(type), {}});
    if (type == BaseType::work) does(olive, PostMessage{id_of(type), {}, {}});
  }
  Disclosed<ShownProfile> profile(const Caller& caller, BaseType type) {
    return engine->snapshot().show_groups({id_of(type)}, caller).at(0);
  }
  /// The members of a profile that the caller gets.
  std::vector<std::string> shown_to(const Caller& caller, BaseType type) {
    std::vector<std::string> names;
    const auto shown = std::get<ShownProfile>(profile(caller, type));
    for_each_member(shown, [&]<class T>(const char* name, const T& value) {
      if constexpr (requires { value.has_value(); }) {
        if (value.has_value()) names.emplace_back(name);
      } else {
        names.emplace_back(name);
      }
    });
    return names;
  }
  ApplicationPage applications_of(const Account& account, const PageQuery& query = {}) {
    return std::get<ApplicationPage>(engine->snapshot().show_applications(account, query));
  }
  std::vector<ShownJoined> joined_by(const Account& account) {
    return std::get<JoinedPage>(engine->snapshot().show_joined(account)).groups;
  }
  static std::string_view rule_of(const auto& disclosed) {
    const auto* refusal = std::get_if<Refusal>(&disclosed);
    return refusal == nullptr ? "" : refusal->rule.slug();
  }
};

// Typed by hand from docs/rules.md section 8.
constexpr std::array seen_by_all{
    "group_id",    "type",       "name",           "introduction",      "face_url", "owner_account",
    "create_time", "member_num", "max_member_num", "apply_join_option", "custom"};
constexpr std::array seen_by_members{
    "group_id",      "type",          "name",           "introduction",      "face_url", "owner_account",
    "create_time",   "member_num",    "max_member_num", "apply_join_option", "custom",   "state",
    "notification",  "invite_option", "mute_all",       "support_topic",     "info_seq", "last_info_time",
    "last_msg_time", "next_msg_seq",  "revision"};

TEST_F(Shown, OutsidersSeeThePublicPartOfAProfileAndMembersTheWhole) {
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    make(type);
    const auto outside = std::get<ShownProfile>(profile(user(otto), type));
    EXPECT_EQ(outside.name.value, "Readers");
    EXPECT_EQ(outside.owner_account, olive);
    EXPECT_THAT(shown_to(user(otto), type), testing::UnorderedElementsAreArray(seen_by_all));
    for (const Caller& caller : {user(mia), user(olive), app_admin()}) {
      const auto inside = std::get<ShownProfile>(profile(caller, type));
      EXPECT_EQ(inside.state, GroupState::active);
      EXPECT_THAT(shown_to(caller, type), testing::UnorderedElementsAreArray(seen_by_members));
    }
    if (id_of(type) == g) {
      does(app_admin(), DismissGroup{g});
      engine = open_engine(Backing::memory, {}, test_options());
    }
  }
}

TEST_F(Shown, OutsidersHearNothingOfAWorkGroup) {  // group.visible
  make(BaseType::work);
  EXPECT_EQ(rule_of(profile(user(otto), BaseType::work)), "group.visible");
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(otto))), "group.visible");
  EXPECT_EQ(rule_of(profile(user(mia), BaseType::work)), "");
  EXPECT_EQ(rule_of(profile(app_admin(), BaseType::work)), "");
}

TEST_F(Shown, ABatchDegradesItemByItem) {
  make(BaseType::public_);
  const auto shown = engine->snapshot().show_groups({GroupId{"nothing"}, g, GroupId{"none"}}, user(otto));
  ASSERT_EQ(shown.size(), 3U);
  EXPECT_EQ(rule_of(shown[0]), "group.visible");
  EXPECT_EQ(rule_of(shown[1]), "");
  EXPECT_EQ(rule_of(shown[2]), "group.visible");
}

TEST_F(Shown, TheSystemAsksNothing) {  // caller.system
  make(BaseType::public_);
  EXPECT_EQ(rule_of(profile(the_system(), BaseType::public_)), "caller.system");
}

TEST_F(Shown, AnUndefinedFieldIsNamed) {  // custom.known
  make(BaseType::public_);
  EXPECT_EQ(rule_of(engine->snapshot().show_groups({g}, user(mia), {CustomKey{"x"}}).at(0)), "custom.known");
}

TEST_F(Shown, OnlyMembersSeeMembers) {  // show.member show.type
  make(BaseType::public_);
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(otto))), "show.member");
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(mia))), "");
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, app_admin())), "");
  engine = open_engine(Backing::memory, {}, test_options());
  make(BaseType::avchatroom);
  for (const Caller& caller : {user(olive), user(mia), app_admin()})
    EXPECT_EQ(rule_of(engine->snapshot().show_members(g, caller)), "show.type");
}

TEST_F(Shown, WhoMayMuteSeesWhoIsMuted) {  // mutes.type mutes.member mutes.level
  const auto rule_for = [&](const Caller& caller) {
    return rule_of(engine->snapshot().show_mutes(g, caller));
  };
  make(BaseType::public_);
  for (const Caller& caller : {user(olive), user(adam), app_admin()}) EXPECT_EQ(rule_for(caller), "");
  EXPECT_EQ(rule_for(user(mia)), "mutes.level");
  EXPECT_EQ(rule_for(user(otto)), "mutes.member");
  EXPECT_EQ(rule_for(the_system()), "caller.system");

  engine = open_engine(Backing::memory, {}, test_options());
  make(BaseType::avchatroom);
  EXPECT_EQ(rule_for(user(olive)), "");
  EXPECT_EQ(rule_for(user(mia)), "mutes.level");

  engine = open_engine(Backing::memory, {}, test_options());
  make(BaseType::work);
  EXPECT_EQ(rule_for(user(olive)), "mutes.type");
  EXPECT_EQ(rule_for(app_admin()), "mutes.type");
  EXPECT_EQ(rule_for(user(otto)), "group.visible");
}

TEST_F(Shown, MutesComeByAccountInPages) {  // show.cursor
  make(BaseType::avchatroom);
  does(olive, MuteMember{g, otto, 60});  // outside
  does(olive, MuteMember{g, mia, 4294967295});
  does(olive, MuteMember{g, adam, 60});
  does(olive, MuteMember{g, adam, 0});
  const auto mutes = [&](const PageQuery& query) {
    return std::get<RowPage<MuteRow>>(engine->snapshot().show_mutes(g, user(olive), query));
  };
  const auto all = mutes({});
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0].first.second, mia);
  EXPECT_EQ(all.rows[0].second.until, TimeMs{253402300799000});
  EXPECT_EQ(all.rows[1].first.second, otto);
  EXPECT_EQ(all.next, "");

  const auto first = mutes({.limit = 1, .after = {}});
  ASSERT_EQ(first.rows.size(), 1U);
  EXPECT_EQ(first.rows[0], all.rows[0]);
  const auto second = mutes({.limit = 1, .after = first.next});
  ASSERT_EQ(second.rows.size(), 1U);
  EXPECT_EQ(second.rows[0], all.rows[1]);
  EXPECT_EQ(second.next, "");
  for (const std::string& cursor : {std::string{"x"}, std::string{"0"}, std::string(66, 'a')})
    EXPECT_EQ(rule_of(engine->snapshot().show_mutes(g, user(olive), {.limit = 1, .after = cursor})),
              "show.cursor");
}

TEST_F(Shown, ACursorOfAnotherListIsRefused) {  // show.cursor
  make(BaseType::public_);
  make(BaseType::community);
  does(olive, MuteMember{g, adam, 60});
  does(olive, MuteMember{g, mia, 60});
  const auto snapshot = engine->snapshot();
  const auto joined = std::get<JoinedPage>(snapshot.show_joined(mia, {.limit = 1, .after = {}})).next;
  const auto mutes =
      std::get<RowPage<MuteRow>>(snapshot.show_mutes(g, user(olive), {.limit = 1, .after = {}})).next;
  ASSERT_NE(joined, "");
  ASSERT_NE(mutes, "");
  EXPECT_EQ(rule_of(snapshot.show_joined(mia, {.limit = 1, .after = joined})), "");
  EXPECT_EQ(rule_of(snapshot.show_joined(mia, {.limit = 1, .after = mutes})), "show.cursor");
  EXPECT_EQ(rule_of(snapshot.show_mutes(g, user(olive), {.limit = 1, .after = mutes})), "");
  EXPECT_EQ(rule_of(snapshot.show_mutes(g, user(olive), {.limit = 1, .after = joined})), "show.cursor");
}

TEST_F(Shown, ListsOfAnAccountNeedOne) {  // arguments.form
  make(BaseType::public_);
  const auto snapshot = engine->snapshot();
  for (const Account& account : {Account{}, Account{std::string(33, 'x')}, Account{"a\nb"}}) {
    EXPECT_EQ(rule_of(snapshot.show_joined(account)), "arguments.form");
    EXPECT_EQ(rule_of(snapshot.show_applications(account)), "arguments.form");
  }
  EXPECT_EQ(rule_of(snapshot.show_joined(Account{std::string(32, 'x')})), "");
  EXPECT_EQ(rule_of(snapshot.show_applications(Account{std::string(32, 'x')})), "");
}

TEST_F(Shown, MsgFlagAndMsgSeqAreOnesOwnAndAppAdmins) {
  make(BaseType::public_);
  does(olive, MuteMember{g, mia, 60});
  const auto page = std::get<MemberPage>(engine->snapshot().show_members(g, user(adam)));
  ASSERT_EQ(page.members.size(), 3U);
  for (const ShownMember& member : page.members) {
    EXPECT_EQ(member.msg_flag.has_value(), member.member_account == adam);
    EXPECT_EQ(member.msg_seq.has_value(), member.member_account == adam);
    EXPECT_EQ(member.mute_until.ms != 0, member.member_account == mia);
  }
  const auto seen = std::get<MemberPage>(engine->snapshot().show_members(g, app_admin()));
  for (const ShownMember& member : seen.members) EXPECT_TRUE(member.msg_flag && member.msg_seq);
}

TEST_F(Shown, MembersComeByRoleAndTimeOfJoiningInPages) {
  does(olive, creation(BaseType::meeting));
  for (const char* name : {"zoe", "amy", "bob", "cat"}) does(Account{name}, JoinGroup{g, {}});
  does(olive, SetMemberRole{g, Account{"cat"}, Role::admin});
  const std::vector<std::string> expected{"olive", "cat", "zoe", "amy", "bob"};
  for (std::size_t limit = 1; limit <= 6; ++limit) {
    std::vector<std::string> names;
    MemberQuery query{.role = {}, .limit = limit, .after = {}};
    do {
      const auto page = std::get<MemberPage>(engine->snapshot().show_members(g, user(olive), query));
      EXPECT_LE(page.members.size(), limit);
      for (const ShownMember& member : page.members) names.emplace_back(member.member_account.view());
      query.after = page.next;
    } while (!query.after.empty());
    EXPECT_EQ(names, expected) << limit;
  }
  const auto members = std::get<MemberPage>(
      engine->snapshot().show_members(g, user(olive), {.role = Role::member, .limit = 2, .after = {}}));
  ASSERT_EQ(members.members.size(), 2U);
  EXPECT_EQ(members.members[0].member_account.view(), "zoe");
  EXPECT_FALSE(members.next.empty());
}

TEST_F(Shown, ACursorOfAnotherListIsNamed) {  // show.cursor
  make(BaseType::public_);
  for (const char* bad : {"x", "zz", "0", "FF", "ffff", "00", "01", "0300000000000000"})
    EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(mia), {.role = {}, .limit = 1, .after = bad})),
              "show.cursor");
  const auto owners = std::get<MemberPage>(
      engine->snapshot().show_members(g, user(mia), {.role = {}, .limit = 1, .after = {}}));
  EXPECT_EQ(rule_of(engine->snapshot().show_members(
                g, user(mia), {.role = Role::member, .limit = 1, .after = owners.next})),
            "show.cursor");
}

TEST_F(Shown, ApplicationsAreForWhoDecidesThemWithAnUnreadCount) {
  make(BaseType::public_);
  does(otto, JoinGroup{g, FreeText{"hello"}});
  does(Account{"eve"}, JoinGroup{g, {}});
  for (const Account& decider : {olive, adam}) {
    const auto list = std::get<ApplicationPage>(engine->snapshot().show_applications(decider));
    ASSERT_EQ(list.applications.size(), 2U);
    EXPECT_EQ(list.applications[0].account, otto);
    EXPECT_EQ(list.applications[0].application.message.value, "hello");
    EXPECT_EQ(list.unread, 2U);
  }
  EXPECT_TRUE(applications_of(mia).applications.empty());
  does(olive, MarkApplicationsRead{});
  EXPECT_EQ(applications_of(olive).unread, 0U);
  EXPECT_EQ(applications_of(adam).unread, 2U);
  does(adam, RefuseApplication{g, otto, {}});
  EXPECT_EQ(applications_of(adam).unread, 1U);
  does(olive, DismissGroup{g});
  EXPECT_TRUE(applications_of(olive).applications.empty());
}

TEST_F(Shown, ApplicationsComeInPagesThatMissNothing) {
  for (const char* id : {"b", "a", "c"}) {
    CreateGroup create = creation(BaseType::public_);
    create.group = GroupId{id};
    does(olive, create);
    for (int i = 0; i < (*id == 'c' ? 0 : 5); ++i)
      does(Account{"u" + std::to_string(i)}, JoinGroup{GroupId{id}, {}});
  }
  does(olive, RefuseApplication{GroupId{"b"}, Account{"u1"}, {}});
  const ApplicationPage whole = applications_of(olive);
  ASSERT_EQ(whole.applications.size(), 10U);
  EXPECT_EQ(whole.unread, 9U);
  EXPECT_TRUE(whole.next.empty());
  for (std::size_t limit = 1; limit <= 11; ++limit) {
    std::vector<std::pair<GroupId, Account>> seen;
    std::size_t unread = 0;
    PageQuery query{.limit = limit, .after = {}};
    while (true) {
      const ApplicationPage page = applications_of(olive, query);
      EXPECT_LE(page.applications.size(), limit);
      for (const ShownApplication& shown : page.applications)
        seen.emplace_back(shown.group_id, shown.account);
      unread += page.unread;
      if (page.next.empty()) break;
      query.after = page.next;
    }
    EXPECT_EQ(unread, 9U);
    ASSERT_EQ(seen.size(), 10U);
    for (std::size_t i = 0; i < seen.size(); ++i)
      EXPECT_EQ(seen[i], std::pair(whole.applications[i].group_id, whole.applications[i].account));
  }
  // A cursor holds when its group is no longer there to be shown.
  const ApplicationPage first = applications_of(olive, {.limit = 2, .after = {}});
  does(olive, DismissGroup{GroupId{"a"}});
  EXPECT_EQ(applications_of(olive, {.limit = 100, .after = first.next}).applications.size(), 5U);
}

TEST_F(Shown, JoinedGroupsComeInPagesThatMissNothing) {
  for (int i = 0; i < 7; ++i) {
    CreateGroup create = creation(i % 2 == 0 ? BaseType::public_ : BaseType::meeting);
    create.group = GroupId{"g" + std::to_string(i)};
    does(olive, create);
  }
  does(olive, DismissGroup{GroupId{"g3"}});
  for (std::size_t limit = 1; limit <= 7; ++limit) {
    std::vector<std::string> seen;
    PageQuery query{.limit = limit, .after = {}};
    while (true) {
      const auto page = std::get<JoinedPage>(engine->snapshot().show_joined(olive, query));
      for (const ShownJoined& shown : page.groups) seen.emplace_back(shown.group_id.view());
      if (page.next.empty()) break;
      query.after = page.next;
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"g0", "g1", "g2", "g4", "g5", "g6"})) << limit;
  }
}

TEST_F(Shown, ACursorOfAnotherListIsNamedForThoseListsToo) {  // show.cursor
  make(BaseType::public_);
  for (const char* bad : {"x", "zz", "0", "00", "6700", "67000000000000000000"})
    EXPECT_EQ(rule_of(engine->snapshot().show_applications(olive, {.limit = 1, .after = bad})), "show.cursor")
        << bad;
  EXPECT_EQ(rule_of(engine->snapshot().show_joined(olive, {.limit = 1, .after = std::string(200, 'a')})),
            "show.cursor");
}

TEST_F(Shown, ApplicationsFollowTheRulesInForce) {
  EngineOptions options = test_options();
  options.rules.types[1].applications.least = Level::member;
  engine = open_engine(Backing::memory, {}, options);
  make(BaseType::public_);
  does(otto, JoinGroup{g, {}});
  EXPECT_EQ(applications_of(mia).unread, 1U);
}

TEST_F(Shown, TheLivingGroupsOfATypeAreListed) {
  make(BaseType::public_);
  CreateGroup other = creation(BaseType::public_);
  other.group = GroupId{"h"};
  does(olive, other);
  EXPECT_EQ(engine->snapshot().groups_of(TypeName{"Public"}, {}, 10), (std::vector{g, GroupId{"h"}}));
  EXPECT_EQ(engine->snapshot().groups_of(TypeName{"Public"}, g, 10), std::vector{GroupId{"h"}});
  does(olive, DismissGroup{g});
  EXPECT_EQ(engine->snapshot().groups_of(TypeName{"Public"}, {}, 10), std::vector{GroupId{"h"}});
  EXPECT_TRUE(engine->snapshot().groups_of(TypeName{"Work"}, {}, 10).empty());
}

TEST_F(Shown, TheJoinedListHasOnesOwnRoleOptionAndUnreadCount) {
  make(BaseType::public_);
  does(olive, PostMessage{g, {}, {}});
  does(olive, PostMessage{g, {}, {}});
  does(mia, SetReceiveOption{g, MsgFlag::discard});
  auto list = joined_by(mia);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].group_id, g);
  EXPECT_EQ(list[0].role, Role::member);
  EXPECT_EQ(list[0].msg_flag, MsgFlag::discard);
  EXPECT_EQ(list[0].unread, 2U);
  does(mia, MarkMessagesRead{g, {}});
  EXPECT_EQ(joined_by(mia)[0].unread, 0U);
  EXPECT_EQ(joined_by(olive)[0].unread, 0U);
  EXPECT_TRUE(joined_by(otto).empty());
  does(olive, DismissGroup{g});
  EXPECT_TRUE(joined_by(mia).empty());
}

TEST_F(Shown, TheJoinedListLeavesOutRoomsTopicCommunitiesAndInactiveGroupsOfOthers) {
  make(BaseType::avchatroom);
  CreateGroup topics = creation(BaseType::community);
  topics.support_topic = true;
  does(olive, topics);
  CreateGroup work = creation(BaseType::work);
  work.group = GroupId{"w"};
  work.members = {{InitialMember{mia, {}}}};
  does(olive, work);
  ASSERT_EQ(joined_by(olive).size(), 1U);
  EXPECT_EQ(joined_by(olive)[0].group_id, GroupId{"w"});
  EXPECT_TRUE(joined_by(mia).empty());
  CreateGroup meeting = creation(BaseType::meeting);
  meeting.group = GroupId{"m"};
  does(olive, meeting);
  EXPECT_EQ(joined_by(olive).at(0).unread, std::nullopt) << "a Meeting has no unread count";
}

TEST_F(Shown, AnExactSearchFindsAllTypesButWork) {  // group.visible
  for (const BaseType type : all_types) {
    engine = open_engine(Backing::memory, {}, test_options());
    make(type);
    for (const Caller& caller : {user(otto), user(mia), app_admin()}) {
      const auto found = engine->snapshot().search(id_of(type), caller);
      EXPECT_EQ(rule_of(found), type == BaseType::work ? "group.visible" : "") << name_of(type);
    }
  }
}

TEST_F(Shown, AGoneGroupIsShownToNobodyAndToldToWhoMayKnow) {  // group.gone
  make(BaseType::public_);
  does(olive, DismissGroup{g});
  EXPECT_EQ(rule_of(profile(user(mia), BaseType::public_)), "group.gone");
  EXPECT_EQ(rule_of(profile(user(otto), BaseType::public_)), "group.visible");
}

TEST_F(Shown, SingleMembersAreShownOrRefusedOneByOne) {  // "show.target", "show.member", "show.type"
  make(BaseType::public_);
  does(app_admin(),
       DefineMemberField{TypeName{"Public"}, CustomKey{"k"}, Level::admin, Level::admin, false, {}});
  does(mia, SetMemberInfo{g, {}, NameCard{"Mia"}, CustomValues{{CustomKey{"k"}, "v"}}});
  const auto shown = [&](const Caller& caller, const std::vector<Account>& accounts) {
    return engine->snapshot().show_member(g, accounts, caller);
  };
  const auto found = shown(user(adam), {mia, otto, olive, Account{}});
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(std::get<ShownMember>(found[0]).name_card, NameCard{"Mia"});
  EXPECT_EQ(std::get<ShownMember>(found[0]).custom.size(), 1U) << "an admin may read the field";
  EXPECT_EQ(rule_of(found[1]), "show.target");
  EXPECT_EQ(std::get<ShownMember>(found[2]).role, Role::owner);
  EXPECT_EQ(rule_of(found[3]), "arguments.form");
  EXPECT_TRUE(std::get<ShownMember>(shown(user(mia), {mia})[0]).custom.empty())
      << "members may not read their own value of this field";
  EXPECT_EQ(rule_of(shown(user(otto), {mia})[0]), "show.member");
}

TEST_F(Shown, MembersAreShownFromTheLevelOfTheCellOn) {  // "show.level"
  Rules rules = default_rules();
  rules.types[1].read_members.least = Level::admin;
  EngineOptions options = test_options();
  options.rules = rules;
  engine = open_engine(Backing::memory, {}, options);
  make(BaseType::public_);
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(mia))), "show.level");
  EXPECT_EQ(rule_of(engine->snapshot().show_member(g, {mia}, user(mia))[0]), "show.level");
  EXPECT_EQ(rule_of(engine->snapshot().show_members(g, user(adam))), "");
}

TEST_F(Shown, CustomFieldsOfAGroupAreShownFromTheirLevelOn) {
  make(BaseType::public_);
  const auto define = [&](const char* key, Level read) {
    does(app_admin(), DefineGroupField{CustomKey{key}, read, Level::member});
  };
  define("all", Level::anyone);
  define("members", Level::member);
  define("app", Level::app_admin);
  SetGroupInfo info;
  info.group = g;
  info.custom = CustomValues{{CustomKey{"all"}, "1"}, {CustomKey{"members"}, "2"}, {CustomKey{"app"}, "3"}};
  does(app_admin(), info);
  const auto seen = [&](const Caller& caller) {
    return std::get<ShownProfile>(profile(caller, BaseType::public_)).custom.size();
  };
  EXPECT_EQ(seen(user(otto)), 1U);
  EXPECT_EQ(seen(user(mia)), 2U);
  EXPECT_EQ(seen(user(olive)), 2U);
  EXPECT_EQ(seen(app_admin()), 3U);
}

TEST_F(Shown, ACustomFieldForTheOwnerIsNotShownToAdmins) {
  make(BaseType::public_);
  const CustomKey owners{"owners"};
  const CustomKey admins{"admins"};
  does(app_admin(), DefineGroupField{owners, Level::owner, Level::owner});
  does(app_admin(), DefineGroupField{admins, Level::admin, Level::owner});
  SetGroupInfo info;
  info.group = g;
  info.custom = CustomValues{{owners, "1"}, {admins, "2"}};
  does(olive, info);
  const auto seen = [&](const Caller& caller) {
    return std::get<ShownProfile>(profile(caller, BaseType::public_)).custom;
  };
  EXPECT_EQ(seen(user(olive)), (CustomValues{{owners, "1"}, {admins, "2"}}));
  EXPECT_EQ(seen(app_admin()), (CustomValues{{owners, "1"}, {admins, "2"}}));
  EXPECT_EQ(seen(user(adam)), (CustomValues{{admins, "2"}}));
  EXPECT_EQ(seen(user(mia)), CustomValues{});
  EXPECT_EQ(seen(user(otto)), CustomValues{});
}

TEST_F(Shown, AQueryThatNamesCustomFieldsGetsTheseAndNoOthers) {  // custom.known
  make(BaseType::public_);
  const CustomKey level{"level"};
  const CustomKey mood{"mood"};
  const CustomKey secret{"secret"};
  const CustomKey unset{"unset"};
  does(app_admin(), DefineGroupField{level, Level::member, Level::owner});
  does(app_admin(), DefineGroupField{mood, Level::anyone, Level::owner});
  does(app_admin(), DefineGroupField{secret, Level::app_admin, Level::owner});
  does(app_admin(), DefineGroupField{unset, Level::anyone, Level::owner});
  SetGroupInfo info;
  info.group = g;
  info.custom = CustomValues{{level, "3"}, {mood, "good"}, {secret, "x"}};
  does(olive, info);
  const auto ask = [&](const Caller& caller, const std::vector<CustomKey>& fields) {
    return engine->snapshot().show_groups({g}, caller, fields).at(0);
  };
  const auto seen = [&](const Caller& caller, const std::vector<CustomKey>& fields) {
    return std::get<ShownProfile>(ask(caller, fields)).custom;
  };
  EXPECT_EQ(seen(user(mia), {}), (CustomValues{{level, "3"}, {mood, "good"}}));
  EXPECT_EQ(seen(user(mia), {level}), (CustomValues{{level, "3"}}));
  EXPECT_EQ(seen(user(mia), {mood}), (CustomValues{{mood, "good"}}));
  EXPECT_EQ(seen(user(mia), {mood, level}), (CustomValues{{level, "3"}, {mood, "good"}}));
  EXPECT_EQ(seen(user(mia), {unset}), CustomValues{}) << "without a value";
  // Naming a field does not let a caller read it.
  EXPECT_EQ(seen(user(mia), {mood, secret}), (CustomValues{{mood, "good"}}));
  EXPECT_EQ(seen(user(otto), {level, mood}), (CustomValues{{mood, "good"}}));
  EXPECT_EQ(seen(app_admin(), {secret}), (CustomValues{{secret, "x"}}));
  EXPECT_EQ(rule_of(ask(user(mia), {mood, CustomKey{"undefined"}})), "custom.known");
}

TEST_F(Shown, TopicsAreForMembersAndAppAdmins) {  // "topics.member", "type.topics", "show.cursor"
  CreateGroup create = creation(BaseType::community);
  create.support_topic = true;
  create.members = {{InitialMember{mia, {}}}};
  does(olive, create);
  std::set<TopicId> made;
  for (const char* id : {"a", "b", "c"}) {
    const TopicId topic{"@TGS#_g@TOPIC#_" + std::string{id}};
    does(app_admin(), CreateTopic{.group = community_g, .topic = topic, .name = GroupName{id}});
    made.insert(topic);
  }
  does(olive, DeleteTopic{community_g, TopicId{"@TGS#_g@TOPIC#_b"}});
  made.erase(TopicId{"@TGS#_g@TOPIC#_b"});
  const auto topics = [&](const Caller& caller, const PageQuery& query = {}) {
    return engine->snapshot().show_topics(community_g, caller, query);
  };
  std::set<TopicId> listed;
  PageQuery query{.limit = 1, .after = {}};
  do {
    const auto page = std::get<RowPage<TopicRow>>(topics(user(mia), query));
    for (const auto& [key, topic] : page.rows) EXPECT_TRUE(listed.insert(key.second).second);
    query.after = page.next;
  } while (!query.after.empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(std::get<RowPage<TopicRow>>(topics(app_admin())).rows.size(), 2U);
  EXPECT_EQ(rule_of(topics(user(otto))), "topics.member");
  EXPECT_EQ(rule_of(topics(user(mia), {.limit = 1, .after = "00"})), "show.cursor");
  make(BaseType::public_);
  EXPECT_EQ(rule_of(engine->snapshot().show_topics(g, user(mia))), "type.topics");
}

TEST_F(Shown, MessagesAreReadableFromJoiningOnOrFromTheFirst) {  // "readable.member", "readable.type"
  const auto readable = [&](BaseType type, const Caller& caller) {
    return engine->snapshot().show_readable(id_of(type), caller);
  };
  const auto range = [&](BaseType type, const Caller& caller) {
    const auto shown = std::get<ShownReadable>(readable(type, caller));
    return std::pair{shown.first_seq, shown.last_seq};
  };
  using Range = std::pair<MsgSeq, MsgSeq>;
  make(BaseType::public_);  // its notice of the initial members has number 1
  for (int i = 0; i < 3; ++i) does(olive, PostMessage{g, {}, {}});  // 2 to 4
  EXPECT_EQ(range(BaseType::public_, user(olive)), (Range{2, 4}));
  EXPECT_EQ(range(BaseType::public_, user(mia)), (Range{2, 4}));
  does(app_admin(), InviteUsers{g, {otto}, {}});  // 5
  EXPECT_EQ(range(BaseType::public_, user(otto)), (Range{6, 5})) << "nothing to read yet";
  does(otto, PostMessage{g, {}, {}});
  EXPECT_EQ(range(BaseType::public_, user(otto)), (Range{6, 6}));
  EXPECT_EQ(range(BaseType::public_, app_admin()), (Range{1, 6}));
  does(otto, QuitGroup{g});  // 7
  EXPECT_EQ(rule_of(readable(BaseType::public_, user(otto))), "readable.member");
  does(app_admin(), InviteUsers{g, {otto}, {}});  // 8
  EXPECT_EQ(range(BaseType::public_, user(otto)), (Range{9, 8})) << "from the latest joining on";
  does(app_admin(), SetHistoryPolicy{TypeName{"Public"}, true});
  EXPECT_EQ(range(BaseType::public_, user(otto)), (Range{1, 8})) << "whoever asks from then on";
  EXPECT_EQ(std::get<ShownReadable>(readable(BaseType::public_, user(otto))).days, 30U);
  does(app_admin(), SetPlan{Edition::pro, {}, {}});
  EXPECT_EQ(std::get<ShownReadable>(readable(BaseType::public_, user(otto))).days, 7U);
  does(olive, DismissGroup{g});
  EXPECT_EQ(rule_of(readable(BaseType::public_, user(otto))), "group.gone");

  does(app_admin(), SetPlan{Edition::ultimate, {}, {}});
  make(BaseType::community);
  does(app_admin(), InviteUsers{community_g, {otto}, {}});
  EXPECT_EQ(range(BaseType::community, user(otto)).first, 1U) << "on by default";
}

TEST_F(Shown, MessagesOfAVChatRoomsAreNotStored) {  // "readable.type"
  make(BaseType::avchatroom);
  for (const Caller& caller : {user(olive), user(otto), app_admin()})
    EXPECT_EQ(rule_of(engine->snapshot().show_readable(g, caller)), "readable.type");
}

TEST_F(Shown, TheAppsSettingsAreForAppAdmins) {  // "app.admin"
  does(app_admin(), SetPlan{Edition::free, {}, {}});
  EXPECT_EQ(std::get<AppRow>(engine->snapshot().show_app(app_admin())).edition, Edition::free);
  for (const Caller& caller : {user(olive), the_system()})
    EXPECT_EQ(rule_of(engine->snapshot().show_app(caller)), "app.admin");
}

// Whatever happened, the lists are what the rows say.
RC_GTEST_PROP(Lists, AreWhatTheRowsSay, (const std::vector<Move>& moves)) {
  auto engine = open_engine(Backing::memory, {}, test_options());
  for (const Move& move : moves) static_cast<void>(engine->execute(request(move)));
  const Snapshot now = engine->snapshot();
  for (const char* id : {"a", "b", "@TGS#_a"}) {
    const GroupId group{id};
    const auto row = now.group(group);
    if (!row || has_ended(row->life) || !row->traits.member_profiles) continue;
    std::set<Account> listed;
    MemberQuery query{.role = {}, .limit = 2, .after = {}};
    do {
      const auto page = std::get<MemberPage>(now.show_members(group, app_admin(), query));
      for (const ShownMember& member : page.members) RC_ASSERT(listed.insert(member.member_account).second);
      query.after = page.next;
    } while (!query.after.empty());
    RC_ASSERT(listed.size() == row->member_num);
    for (const Account& account : listed) RC_ASSERT(now.membership(account, group).has_value());
  }
  for (const Account& account : {olive, adam, mia, otto}) {
    const auto page = std::get<JoinedPage>(now.show_joined(account, {.limit = 1000, .after = {}}));
    for (const ShownJoined& joined : page.groups) {
      RC_ASSERT(now.membership(account, joined.group_id).has_value());
      RC_ASSERT(is_listed(*now.group(joined.group_id), account));
      if (joined.unread) RC_ASSERT(*joined.unread < now.group(joined.group_id)->next_msg_seq);
    }
  }
}

}  // namespace
}  // namespace muster::test
