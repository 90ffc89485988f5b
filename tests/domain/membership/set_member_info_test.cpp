#include "support/world.hpp"

// docs/rules.md section 10: SetMemberInfo.
namespace muster::test {
namespace {

constexpr std::array profiled{BaseType::work, BaseType::public_, BaseType::meeting, BaseType::community};
SetMemberInfo card(BaseType type, std::optional<Account> account, std::string text) {
  return {
      .group = id_of(type), .user = std::move(account), .name_card = NameCard{std::move(text)}, .custom = {}};
}

TEST(SetMemberInfo, EveryMemberChangesItsOwnCard) {
  for (const BaseType type : profiled) {
    World world = world_of(type);
    for (const Account& member : {olive, adam, mia}) {
      EXPECT_THAT(world.tries(user(member), card(type, {}, "me")), accepted_with({"MemberInfoChanged"}));
      EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(type), member})->name_card.value, "me");
      EXPECT_THAT(world.tries(user(member), card(type, member, "me")), accepted_changing_nothing());
    }
  }
}

// Every rank on every rank: member-info.rank member-info.level member-info.member member-info.target
TEST(SetMemberInfo, OthersAreChangedFromAdminUpAndOnlyBelowOnesRank) {
  struct Row {
    Caller caller;
    Account target;
    const char* rule;
  };
  const std::vector<Row> table{{user(olive), adam, ""},
                               {user(olive), mia, ""},
                               {user(olive), otto, "member-info.target"},
                               {user(adam), olive, "member-info.rank"},
                               {user(adam), mia, ""},
                               {user(mia), adam, "member-info.level"},
                               {user(otto), otto, "member-info.member"},
                               {app_admin(), olive, ""},
                               {app_admin(), mia, ""},
                               {app_admin(), otto, "member-info.target"}};
  for (const BaseType type : {BaseType::public_, BaseType::meeting, BaseType::community})
    for (const Row& row : table) {
      World world = world_of(type);
      const Tried tried = world.tries(row.caller, card(type, row.target, "x"));
      EXPECT_EQ(refusing_rule(tried), row.rule)
          << name_of(type) << ' ' << row.caller.account << " on " << row.target;
    }
}

TEST(SetMemberInfo, NeedsAField) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(mia), SetMemberInfo{g, {}, {}, {}}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(user(mia), SetMemberInfo{g, {}, {}, CustomValues{}}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(user(mia), card(BaseType::public_, {}, std::string(51, 'x'))),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_NE(world.tries(user(mia), card(BaseType::public_, {}, std::string(50, 'x'))).accepted(), nullptr);
}

World with_fields() {
  World world = world_of(BaseType::public_);
  AppRow app;
  const TypeName type{"Public"};
  app.member_fields = {{type, CustomKey{"own"}, Level::admin, Level::admin, true, true},
                       {type, CustomKey{"badge"}, Level::member, Level::admin, true, false},
                       {TypeName{"Work"}, CustomKey{"desk"}, Level::member, Level::member, true, true}};
  world.rows().put<AppRow>({}, app);
  return world;
}
SetMemberInfo field(std::optional<Account> account, std::string_view key, std::string value) {
  return {g, std::move(account), {}, CustomValues{{CustomKey{key}, std::move(value)}}};
}

TEST(SetMemberInfo, CustomFieldsFollowTheirPermissions) {  // custom.write custom.known
  World world = with_fields();
  EXPECT_THAT(world.tries(user(mia), field({}, "own", "1")), accepted_with({"MemberInfoChanged"}));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->custom.at(CustomKey{"own"}), "1");
  EXPECT_THAT(world.tries(user(mia), field({}, "badge", "1")), refused(Error::not_permitted, "custom.write"));
  EXPECT_THAT(world.tries(user(adam), field(mia, "badge", "1")), accepted_with({"MemberInfoChanged"}));
  EXPECT_THAT(world.tries(user(adam), field({}, "badge", "1")), accepted_with({"MemberInfoChanged"}));
  EXPECT_THAT(world.tries(user(mia), field({}, "desk", "1")),
              refused(Error::unknown_custom_field, "custom.known"));
  world.does(mia, field({}, "own", ""));
  EXPECT_FALSE(world.rows().find<MemberProfileRow>({g, mia})->custom.contains(CustomKey{"own"}));
  EXPECT_THAT(world.tries(user(mia), field({}, "own", std::string(65, 'x'))),
              refused(Error::invalid_argument, "arguments.form"));
}

}  // namespace
}  // namespace muster::test
