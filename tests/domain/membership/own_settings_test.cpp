#include "support/world.hpp"

// docs/rules.md sections 6, 9 and 10: SetMemberInfo, SetReceiveOption, MarkMessagesRead,
// MarkApplicationsRead.
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

// SetReceiveOption.

TEST(SetReceiveOption, AMemberChoosesWhereProfilesAreKept) {
  for (const BaseType type : profiled) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(user(mia), SetReceiveOption{id_of(type), MsgFlag::discard}),
                accepted_with({"ReceiveOptionChanged"}));
    EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(type), mia})->msg_flag, MsgFlag::discard);
    EXPECT_THAT(world.tries(user(mia), SetReceiveOption{id_of(type), MsgFlag::discard}),
                accepted_changing_nothing());
  }
}

// MarkMessagesRead.

TEST(MarkMessagesRead, MovesTheCallersMarkInTheAccountsStream) {
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::community}) {
    World world = world_of(type);
    const GroupId id = id_of(type);
    world.does(olive, PostMessage{id, {}, {}});
    const GroupRow before = world.group(id);
    const Tried tried = world.tries(user(mia), MarkMessagesRead{id, {}});
    EXPECT_THAT(tried, accepted_with({"MessagesRead"})) << name_of(type);
    EXPECT_EQ(tried.accepted()->head.stream, StreamId::of(mia));
    EXPECT_EQ(world.rows().find<ReadMarkRow>({mia, id})->seq, before.next_msg_seq - 1);
    EXPECT_EQ(world.group(id), before) << "the group's revision stays";
    EXPECT_EQ(world.rows().find<AccountRow>(mia)->head->revision, 1U);
  }
}

TEST(MarkMessagesRead, ALowerOrEqualNumberChangesNothing) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 5; ++i) world.does(olive, PostMessage{g, {}, {}});
  world.does(mia, MarkMessagesRead{g, 4});
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, 4}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, 2}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(olive), MarkMessagesRead{g, {}}), accepted_changing_nothing())
      << "own messages are read";
}

TEST(MarkMessagesRead, TheNumberMustHaveBeenTaken) {  // read.beyond
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.tries(user(mia), MarkMessagesRead{g, next});
  EXPECT_THAT(tried, refused(Error::invalid_argument, "read.beyond"));
  EXPECT_EQ(tried.refusal()->field, "seq");
  EXPECT_NE(world.tries(user(mia), MarkMessagesRead{g, next - 1}).accepted(), nullptr);
}

TEST(MarkMessagesRead, ExpectsNothing) {  // arguments.expect
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, {}}, {.expect = 1}),
              refused(Error::invalid_argument, "arguments.expect"));
}

TEST(MarkMessagesRead, ItsTimeIsTheAccountsStreams) {
  World world = world_of(BaseType::public_);
  world.does(olive, PostMessage{g, {}, {}}, {.at = later(9000)});
  EXPECT_EQ(world.does(mia, MarkMessagesRead{g, {}}, {.at = later(10)}).accepted()->head.time, later(10));
}

TEST(MarkMessagesRead, AnIdIsRememberedInTheAccountsStream) {
  World world = world_of(BaseType::public_);
  world.does(olive, PostMessage{g, {}, {}});
  const With once{.at = {}, .id = CommandId{"once"}, .expect = {}};
  world.does(mia, MarkMessagesRead{g, {}}, once);
  const Tried again = world.tries(user(mia), MarkMessagesRead{g, {}}, once);
  ASSERT_NE(again.repeated(), nullptr);
  EXPECT_EQ(again.repeated()->answer.revision, std::nullopt);
  EXPECT_EQ(again.repeated()->answer.group, g);
}

// MarkApplicationsRead.

TEST(MarkApplicationsRead, MarksWhatTheCallerMayDecide) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}}, {.at = later(100)});
  for (const Account& decider : {olive, adam}) {
    const Tried tried = world.tries(user(decider), MarkApplicationsRead{}, {.at = later(200)});
    EXPECT_THAT(tried, accepted_with({"ApplicationsRead"}));
    EXPECT_EQ(tried.accepted()->head.stream, StreamId::of(decider));
    EXPECT_EQ(world.rows().find<AccountRow>(decider)->applications_read, later(200));
    EXPECT_THAT(world.tries(user(decider), MarkApplicationsRead{}, {.at = later(300)}),
                accepted_changing_nothing());
  }
}

TEST(MarkApplicationsRead, NothingNewChangesNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing());
  world.does(otto, JoinGroup{g, {}});
  EXPECT_THAT(world.tries(user(mia), MarkApplicationsRead{}), accepted_changing_nothing())
      << "she does not decide";
  EXPECT_THAT(world.tries(app_admin(), MarkApplicationsRead{}), accepted_changing_nothing())
      << "by own memberships only";
  world.does(adam, AcceptApplication{g, otto, {}});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing()) << "answered";
  world.does(Account{"eve"}, JoinGroup{g, {}});
  world.does(olive, DismissGroup{g});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}), accepted_changing_nothing()) << "gone";
}

TEST(MarkApplicationsRead, TheMarkIsTheCommandsOwnTimeAndNeverFalls) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}}, {.at = later(100)});
  world.does(olive, MarkApplicationsRead{}, {.at = later(500)});
  world.does(Account{"eve"}, JoinGroup{g, {}}, {.at = later(600)});
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.at = later(400)}),
              accepted_changing_nothing());
  EXPECT_EQ(world.rows().find<AccountRow>(olive)->applications_read, later(500));
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.at = later(700)}),
              accepted_with({"ApplicationsRead"}));
}

TEST(MarkApplicationsRead, ExpectsNothing) {  // arguments.expect
  World world;
  EXPECT_THAT(world.tries(user(olive), MarkApplicationsRead{}, {.expect = 1}),
              refused(Error::invalid_argument, "arguments.expect"));
}

}  // namespace
}  // namespace muster::test
