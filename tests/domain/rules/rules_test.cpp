#include "support/world.hpp"

// docs/rules.md section 2: the table as data. Every cell is typed here by hand, not derived.
namespace muster::test {
namespace {

std::string cell(const Permission& c) { return c.supported ? std::string{name_of(c.least)} : "-"; }
std::string flag(bool yes) { return yes ? "yes" : "-"; }
std::string option(const auto& rule) {
  return std::string{name_of(rule.initial)} + (rule.settable ? "/yes" : "/no");
}
std::string notice(const NoticeRule& rule) {
  return std::string{name_of(rule.initial)} + (rule.fixed ? ",fixed" : "") +
         (rule.at_most == Delivery::push_and_store || rule.fixed ? ""
                                                                 : "," + std::string{name_of(rule.at_most)});
}

struct Line {
  const char* name;
  std::string (*of)(const TypeRules&);
  std::array<const char*, 5> work_public_meeting_avchatroom_community;
};

// clang-format off
const std::vector<Line> table{
    {"admins", [](const TypeRules& t) { return flag(t.has_admins); }, {"-", "yes", "yes", "-", "yes"}},
    {"JoinGroup", [](const TypeRules& t) { return flag(t.join_group); }, {"-", "yes", "yes", "yes", "yes"}},
    {"apply_join_option", [](const TypeRules& t) { return option(t.apply_join_option); },
     {"DisableApply/no", "NeedPermission/yes", "FreeAccess/no", "FreeAccess/no", "FreeAccess/no"}},
    {"invite_option", [](const TypeRules& t) { return option(t.invite_option); },
     {"FreeAccess/yes", "DisableInvite/yes", "DisableInvite/yes", "DisableInvite/no", "FreeAccess/yes"}},
    {"initial members", [](const TypeRules& t) { return flag(t.initial_members); }, {"yes", "yes", "yes", "-", "yes"}},
    {"InviteUsers", [](const TypeRules& t) { return cell(t.invite_users); }, {"Member", "Member", "Member", "-", "Member"}},
    {"applications", [](const TypeRules& t) { return cell(t.applications); }, {"Owner", "Admin", "Admin", "-", "Admin"}},
    {"edit texts", [](const TypeRules& t) { return cell(t.edit_texts); }, {"Member", "Admin", "Admin", "Owner", "Admin"}},
    {"edit limits", [](const TypeRules& t) { return cell(t.edit_limits); }, {"Owner", "Admin", "Admin", "-", "Admin"}},
    {"edit apply_join_option", [](const TypeRules& t) { return cell(t.edit_join_option); }, {"-", "Admin", "-", "-", "-"}},
    {"edit mute_all", [](const TypeRules& t) { return cell(t.edit_mute_all); }, {"-", "Admin", "Admin", "Owner", "Admin"}},
    {"SetMemberRole", [](const TypeRules& t) { return cell(t.set_member_role); }, {"-", "Owner", "Owner", "-", "Owner"}},
    {"KickMembers", [](const TypeRules& t) { return cell(t.kick_members); }, {"Owner", "Admin", "Admin", "-", "Admin"}},
    {"MuteMember", [](const TypeRules& t) { return cell(t.mute_member); }, {"-", "Admin", "Admin", "Owner", "Admin"}},
    {"TransferGroup", [](const TypeRules& t) { return cell(t.transfer_group); }, {"Owner", "Owner", "Owner", "-", "Owner"}},
    {"DismissGroup", [](const TypeRules& t) { return cell(t.dismiss_group); }, {"AppAdmin", "Owner", "Owner", "Owner", "Owner"}},
    {"owner may quit", [](const TypeRules& t) { return flag(t.owner_may_quit); }, {"yes", "-", "-", "-", "-"}},
    {"member profiles", [](const TypeRules& t) { return flag(t.member_profiles); }, {"yes", "yes", "yes", "-", "yes"}},
    {"member custom fields", [](const TypeRules& t) { return flag(t.member_custom_fields); }, {"yes", "yes", "yes", "-", "yes"}},
    {"unread count", [](const TypeRules& t) { return flag(t.unread_count); }, {"yes", "yes", "-", "-", "yes"}},
    {"history", [](const TypeRules& t) { return flag(t.history); }, {"yes", "yes", "yes", "-", "yes"}},
    {"activation", [](const TypeRules& t) { return flag(t.activation); }, {"yes", "-", "-", "-", "-"}},
    {"exact search", [](const TypeRules& t) { return flag(t.exact_search); }, {"-", "yes", "yes", "yes", "yes"}},
    {"earlier history", [](const TypeRules& t) { return std::string{name_of(t.earlier_history)}; }, {"off", "off", "on", "none", "on"}},
    {"msg_flag", [](const TypeRules& t) { return std::string{name_of(t.msg_flag)}; },
     {"AcceptAndNotify", "AcceptAndNotify", "AcceptNotNotify", "AcceptNotNotify", "AcceptAndNotify"}},
    {"import", [](const TypeRules& t) { return flag(t.import); }, {"yes", "yes", "yes", "-", "yes"}},
    {"RecycleGroup", [](const TypeRules& t) { return flag(t.recycle_idle); }, {"yes", "yes", "yes", "-", "yes"}},
    {"SweepOfflineMembers", [](const TypeRules& t) { return flag(t.sweep_offline); }, {"yes", "yes", "yes", "-", "-"}},
    {"topics", [](const TypeRules& t) { return flag(t.topics); }, {"-", "-", "-", "-", "yes"}},
    {"joined list", [](const TypeRules& t) { return flag(t.joined_list); }, {"yes", "yes", "yes", "-", "yes"}},
    {"joined quota", [](const TypeRules& t) { return flag(t.joined_quota); }, {"yes", "yes", "yes", "-", "yes"}},
    {"quota", [](const TypeRules& t) { return std::string{name_of(t.quota)}; }, {"groups", "groups", "groups", "avchatrooms", "communities"}},
    {"PostMessage", [](const TypeRules& t) { return cell(t.post_message); }, {"Member", "Member", "Member", "Member", "Member"}},
    {"PostMessage while all are muted", [](const TypeRules& t) { return cell(t.post_when_muted); }, {"-", "Admin", "Admin", "Owner", "Admin"}},
    {"MarkMessagesRead", [](const TypeRules& t) { return cell(t.mark_read); }, {"Member", "Member", "-", "-", "Member"}},
    {"read members", [](const TypeRules& t) { return cell(t.read_members); }, {"Member", "Member", "Member", "-", "Member"}},
    {"SetMemberInfo, own", [](const TypeRules& t) { return cell(t.edit_own); }, {"Member", "Member", "Member", "-", "Member"}},
    {"SetMemberInfo, of others", [](const TypeRules& t) { return cell(t.edit_others); }, {"Owner", "Admin", "Admin", "-", "Admin"}},
    {"SetReceiveOption", [](const TypeRules& t) { return cell(t.set_receive_option); }, {"Member", "Member", "Member", "-", "Member"}},
    {"manage topics", [](const TypeRules& t) { return cell(t.manage_topics); }, {"-", "-", "-", "-", "Admin"}},
    {"MemberChange", [](const TypeRules& t) { return notice(t.notices.member_change); },
     {"PushAndStore", "PushAndStore", "Off", "PushOnly,fixed", "PushAndStore"}},
    {"ProfileChange", [](const TypeRules& t) { return notice(t.notices.profile_change); },
     {"PushAndStore", "PushAndStore", "PushAndStore", "PushOnly,fixed", "PushAndStore"}},
    {"OptionChange", [](const TypeRules& t) { return notice(t.notices.option_change); }, {"Off", "Off", "Off", "Off,fixed", "Off"}},
    {"MemberProfileChange", [](const TypeRules& t) { return notice(t.notices.member_profile_change); },
     {"PushAndStore", "PushAndStore", "Off", "Off,PushOnly", "PushAndStore"}},
};
// clang-format on

TEST(Rules, TheDefaultDocumentIsTheTableCellForCell) {
  const auto& types = default_rules().types;
  ASSERT_EQ(types.size(), 5U);
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(types[i].base, all_types[i]);
    EXPECT_EQ(types[i].name.view(), name_of(all_types[i]));
    for (const Line& line : table)
      EXPECT_EQ(line.of(types[i]), line.work_public_meeting_avchatroom_community[i])
          << line.name << ' ' << types[i].name;
  }
}

TEST(Rules, ThePlansAreTheTableOfSectionTwelve) {
  const std::vector<PlanRules> typed{
      {Edition::free, 20, 20, 0, 50, 100, 10, false, 0, 10'000, 7},
      {Edition::pro, 200, 2000, 0, 500, 0, 50, true, 0, 10'000, 7},
      {Edition::ultimate, 2000, 6000, 100'000, 3000, 0, 0, false, 100'000, 10'000, 30}};
  EXPECT_EQ(default_rules().plans, typed);
  EXPECT_EQ(AppRow{}.edition, Edition::ultimate);
  EXPECT_EQ(AppRow{}.member_cap, 2000U);
}

TEST(Rules, TheDefaultDocumentHasNoFault) {
  EXPECT_EQ(problems_of(default_rules()), std::vector<std::string>{});
}

TEST(Rules, AMissingCellIsARefusal) {
  EXPECT_FALSE(TypeRules{}.dismiss_group.supported);
  EXPECT_FALSE(TypeRules{}.join_group);
  EXPECT_FALSE(TypeRules{}.owner_may_quit);
}

TEST(Rules, AnOverrideMayCloseACellButNotOpenOneThatTheBaseDoesNotHave) {
  Rules closed = default_rules();
  for (TypeRules& type : closed.types) type.join_group = false;
  closed.types[1].applications = {};
  closed.types[1].apply_join_option.initial = JoinOption::free_access;
  EXPECT_TRUE(problems_of(closed).empty());

  Rules opened = default_rules();
  opened.types[0].join_group = true;
  EXPECT_EQ(problems_of(opened).size(), 1U);
  opened = default_rules();
  opened.types[3].applications = {.supported = true, .least = Level::owner};
  EXPECT_EQ(problems_of(opened).size(), 1U);
  opened = default_rules();
  opened.types[1].activation = true;
  EXPECT_EQ(problems_of(opened).size(), 1U);
}

TEST(Rules, MemberFieldsStayClosedForAVChatRoomsAndTypesDerivedFromThem) {
  Rules opened = default_rules();
  opened.types[3].member_custom_fields = true;
  EXPECT_THAT(problems_of(opened), testing::ElementsAre(testing::HasSubstr("`member_custom_fields`")));

  const auto problems_of_derived = [](std::size_t base) {
    Rules rules = default_rules();
    TypeRules derived = rules.types[base];
    derived.name = TypeName{"Derived"};
    derived.member_custom_fields = true;
    rules.types.push_back(derived);
    return problems_of(rules);
  };
  EXPECT_THAT(problems_of_derived(3), testing::ElementsAre(testing::HasSubstr("`member_custom_fields`")));
  EXPECT_THAT(problems_of_derived(2), testing::IsEmpty()) << "derived from Meeting";
}

TEST(Rules, ADocumentNeedsItsTypesAndPlansOnceEachAndGoodNames) {
  Rules rules = default_rules();
  rules.types.pop_back();
  EXPECT_FALSE(problems_of(rules).empty());
  rules = default_rules();
  rules.types.push_back(rules.types.front());
  EXPECT_FALSE(problems_of(rules).empty());
  rules = default_rules();
  rules.plans.pop_back();
  EXPECT_FALSE(problems_of(rules).empty());
  rules = default_rules();
  TypeRules odd = rules.types[1];
  odd.name = TypeName{"book club"};
  rules.types.push_back(odd);
  EXPECT_FALSE(problems_of(rules).empty());
}

TEST(Rules, ACustomTypeIsANameWithABuiltInBase) {
  Rules rules = default_rules();
  TypeRules club = rules.types[1];
  club.name = TypeName{"BookClub"};
  club.dismiss_group.least = Level::admin;
  rules.types.push_back(club);
  ASSERT_TRUE(problems_of(rules).empty());

  World world{rules};
  CreateGroup create = creation(BaseType::public_);
  create.type = TypeName{"BookClub"};
  create.members = {{InitialMember{adam, Role::admin}, InitialMember{mia, {}}}};
  const Tried created = world.does(olive, create);
  EXPECT_EQ(created.event<GroupCreated>().type, TypeName{"BookClub"});
  EXPECT_EQ(created.event<GroupCreated>().base, BaseType::public_);
  EXPECT_THAT(world.tries(user(mia), DismissGroup{g}), refused(Error::not_permitted, "dismiss.level"));
  EXPECT_THAT(world.tries(user(adam), DismissGroup{g}), accepted_with({"GroupDismissed"}));
}

TEST(Rules, AClosedCellRefusesEverybody) {  // join.type
  Rules rules = default_rules();
  rules.types[2].join_group = false;
  World world = world_of(BaseType::meeting, rules);
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}),
              refused(Error::not_supported, "join.type"));
}

TEST(Rules, AGroupWhoseTypeTheDocumentNoLongerHasFollowsItsBase) {
  Rules rules = default_rules();
  TypeRules club = rules.types[2];
  club.name = TypeName{"Club"};
  rules.types.push_back(club);
  World world{rules};
  CreateGroup create = creation(BaseType::meeting);
  create.type = TypeName{"Club"};
  world.does(olive, create);

  Overlay overlay{&world.rows()};
  EXPECT_THAT(
      try_on(overlay, default_rules(), user(mia), JoinGroup{.group = g, .message = {}}, {.at = later(99)}),
      accepted_with({"MembersJoined"}));
}

}  // namespace
}  // namespace muster::test
