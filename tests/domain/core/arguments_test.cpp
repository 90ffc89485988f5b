#include <functional>

#include "support/world.hpp"

// docs/rules.md sections 3 and 4: what can be judged without any state.
namespace muster::test {
namespace {

using Change = std::function<void(CreateGroup&)>;

Tried create_with(const Change& change) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  change(create);
  return world.tries(user(olive), create);
}
void expect_bad(const Change& change, std::string_view field) {
  const Tried tried = create_with(change);
  ASSERT_THAT(tried, refused(Error::invalid_argument, "arguments.form")) << field;
  EXPECT_EQ(tried.refusal()->field, field);
  EXPECT_FALSE(tried.refusal()->detail.empty());
}
void expect_good(const Change& change) { EXPECT_NE(create_with(change).accepted(), nullptr); }

TEST(Arguments, TextsKeepToTheirBytes) {  // arguments.form
  expect_bad([](CreateGroup& c) { c.name = GroupName{}; }, "name");
  expect_good([](CreateGroup& c) { c.name = GroupName{std::string(30, 'x')}; });
  expect_bad([](CreateGroup& c) { c.name = GroupName{std::string(31, 'x')}; }, "name");
  expect_good([](CreateGroup& c) { c.introduction = Introduction{std::string(240, 'x')}; });
  expect_bad([](CreateGroup& c) { c.introduction = Introduction{std::string(241, 'x')}; }, "introduction");
  expect_good([](CreateGroup& c) { c.notification = Notification{std::string(300, 'x')}; });
  expect_bad([](CreateGroup& c) { c.notification = Notification{std::string(301, 'x')}; }, "notification");
  expect_good([](CreateGroup& c) { c.face_url = FaceUrl{std::string(100, 'x')}; });
  expect_bad([](CreateGroup& c) { c.face_url = FaceUrl{std::string(101, 'x')}; }, "face_url");
}

TEST(Arguments, SizesAreBytesNotCharacters) {                                          // arguments.form
  expect_good([](CreateGroup& c) { c.name = GroupName{"ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ"}; });          // 15 x 2 bytes
  expect_bad([](CreateGroup& c) { c.name = GroupName{"ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄx"}; }, "name");  // 31 bytes
}

TEST(Arguments, TextsAreUtf8) {  // arguments.form
  for (const char* bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
    expect_bad([&](CreateGroup& c) { c.name = GroupName{bad}; }, "name");
  expect_good([](CreateGroup& c) { c.name = GroupName{"\xf0\x9f\x93\x9a"}; });
}

TEST(Arguments, AccountsArePrintableAsciiOfOneToThirtyTwoBytes) {  // arguments.form
  expect_good([](CreateGroup& c) { c.members = {{InitialMember{Account{std::string(32, 'a')}, {}}}}; });
  expect_good([](CreateGroup& c) { c.members = {{InitialMember{Account{" ~"}, {}}}}; });
  for (const std::string& bad :
       {std::string{}, std::string(33, 'a'), std::string{"a\x1f"}, std::string{"\x7f"}, std::string{"ä"}})
    expect_bad(
        [&](CreateGroup& c) {
          c.members = {{InitialMember{mia, {}}, InitialMember{Account{bad}, {}}}};
        },
        "members[1].user");
}

TEST(Arguments, TheCallerIsAnAccountToo) {  // arguments.form
  World world;
  const Tried tried = world.tries(user(Account{std::string(33, 'a')}), creation(BaseType::public_));
  EXPECT_THAT(tried, refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(tried.refusal()->field, "caller");
}

TEST(Arguments, NumbersStartAtOneForMaxMemberNum) {  // arguments.form
  expect_bad([](CreateGroup& c) { c.max_member_num = 0; }, "max_member_num");
  expect_good([](CreateGroup& c) { c.max_member_num = 1; });
  expect_bad([](CreateGroup& c) { c.max_member_num = integer_max + 1; }, "max_member_num");
}

TEST(Arguments, AnEnumerationHasItsValuesOnly) {  // arguments.form
  expect_bad([](CreateGroup& c) { c.apply_join_option = static_cast<JoinOption>(9); }, "apply_join_option");
}

TEST(Arguments, CustomKeysAndValuesKeepToTheirBytes) {  // arguments.form
  const auto custom = [](std::string key, std::size_t size) {
    return [=](CreateGroup& c) { c.custom = CustomValues{{CustomKey{key}, std::string(size, 'v')}}; };
  };
  expect_bad(custom("a-b", 1), "custom.a-b");
  expect_bad(custom(std::string(17, 'a'), 1), "custom.");
  expect_bad(custom("", 1), "custom.");
  expect_bad(custom("k", 513), "custom.k");
  EXPECT_THAT(create_with(custom(std::string(16, 'a'), 512)),
              refused(Error::unknown_custom_field, "custom.known"));
}

TEST(Arguments, AMessageIsAtMostThreeHundredBytes) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = FreeText{std::string(301, 'x')}}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_NE(
      world.tries(user(otto), JoinGroup{.group = g, .message = FreeText{std::string(300, 'x')}}).accepted(),
      nullptr);
}

TEST(Arguments, ACommandIdAndAMessageIdAreOneToSixtyFourBytes) {  // arguments.form
  World world = world_of(BaseType::public_);
  const PostMessage post{.group = g, .message_id = {}, .topic = {}};
  EXPECT_THAT(world.tries(user(mia), post, {.id = CommandId{""}}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(user(mia), post, {.id = CommandId{std::string(65, 'x')}}),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_NE(world.tries(user(mia), post, {.id = CommandId{std::string(64, 'x')}}).accepted(), nullptr);
  EXPECT_THAT(world.tries(user(mia), PostMessage{.group = g, .message_id = MessageId{""}, .topic = {}}),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST(Arguments, AListOverItsLimitIsNotLookedInto) {  // arguments.list
  const auto members = [](std::size_t count, const Account& account) {
    return [=](CreateGroup& c) { c.members.emplace().resize(count, InitialMember{account, {}}); };
  };
  EXPECT_THAT(create_with(members(101, Account{})), refused(Error::too_many_accounts, "arguments.list"));
  EXPECT_THAT(create_with(members(100, Account{})), refused(Error::invalid_argument, "arguments.form"));
  expect_good(members(100, mia));  // counted before repeats drop
}

TEST(Arguments, TimesRunFromTheEpochToTheYearTenThousand) {  // arguments.time
  World world;
  for (const std::int64_t bad : {std::int64_t{-1}, std::int64_t{253402300799000}}) {
    const Tried tried = world.tries(user(olive), creation(BaseType::public_), {.at = TimeMs{bad}});
    EXPECT_THAT(tried, refused(Error::invalid_argument, "arguments.time"));
    EXPECT_EQ(tried.refusal()->field, "at");
  }
  EXPECT_NE(world.tries(user(olive), creation(BaseType::public_), {.at = TimeMs{253402300798999}}).accepted(),
            nullptr);
}

TEST(Arguments, ACreationExpectsNothing) {  // arguments.expect
  World world;
  EXPECT_THAT(world.tries(user(olive), creation(BaseType::public_), {.expect = 0}),
              refused(Error::invalid_argument, "arguments.expect"));
}

// Ids of groups.

Tried create_named(BaseType type, std::string_view id) {
  World world;
  CreateGroup create = creation(type);
  create.group = GroupId{id};
  return world.tries(user(olive), create);
}

TEST(Arguments, AGroupIdIsPrintableAsciiOfOneToFortySevenBytes) {  // arguments.group-id
  for (const std::string& bad :
       {std::string{}, std::string(48, 'g'), std::string{"g\n"}, std::string{"ä"}, std::string{"a@TOPIC#_b"}})
    EXPECT_THAT(create_named(BaseType::public_, bad), refused(Error::invalid_group_id, "arguments.group-id"))
        << bad;
  for (const std::string& good : {std::string(47, 'g'), std::string{" "}, std::string{"~|!"}})
    EXPECT_NE(create_named(BaseType::public_, good).accepted(), nullptr) << good;
}

TEST(Arguments, OnlyACommunityIsNamedLikeAnAssignedIdAndMustBe) {  // arguments.group-id
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::meeting, BaseType::avchatroom}) {
    EXPECT_THAT(create_named(type, "@TGS#1"), refused(Error::invalid_group_id, "arguments.group-id"));
    EXPECT_THAT(create_named(type, "@TGS#_1"), refused(Error::invalid_group_id, "arguments.group-id"));
    EXPECT_NE(create_named(type, "@TGS").accepted(), nullptr);
  }
  for (const char* bad : {"g", "@TGS#1", "@TGS#_"})
    EXPECT_THAT(create_named(BaseType::community, bad),
                refused(Error::invalid_group_id, "arguments.group-id"))
        << bad;
  EXPECT_NE(create_named(BaseType::community, "@TGS#_1").accepted(), nullptr);
}

TEST(Arguments, EveryCommandChecksItsGroupId) {  // arguments.group-id
  World world;
  const GroupId bad{std::string(48, 'g')};
  const std::vector<Command> commands{JoinGroup{bad, {}}, AcceptApplication{bad, mia, {}}, QuitGroup{bad},
                                      PostMessage{bad, {}, {}}, DismissGroup{bad}};
  for (const Command& command : commands)
    EXPECT_THAT(world.tries(user(mia), command), refused(Error::invalid_group_id, "arguments.group-id"))
        << name_of(command);
}

TEST(Arguments, ATopicIdIsAGroupIdItsMarkAndACustomPart) {  // arguments.group-id
  World world = world_of(BaseType::community);
  const auto post = [&](std::string_view topic) {
    return world.tries(user(mia),
                       PostMessage{.group = community_g, .message_id = {}, .topic = TopicId{topic}});
  };
  for (const std::string& bad :
       {std::string{"x"}, std::string{"@TGS#_g@TOPIC#_"}, std::string{"@TOPIC#_x"},
        std::string{"@TGS#_g@TOPIC#_@TGS#_x"}, std::string{"@TGS#_g@TOPIC#_x@TOPIC#_@TOPIC#x"},
        "@TGS#_g@TOPIC#_" + std::string(82, 'x'), std::string{"@TGS#_g@TOPIC#_\x01"}})
    EXPECT_THAT(post(bad), refused(Error::invalid_group_id, "arguments.group-id")) << bad;
  for (const std::string& good :
       {"@TGS#_g@TOPIC#_" + std::string(81, 'x'), std::string{"@TGS#_g@TOPIC#_@TOPIC#x"}})
    EXPECT_THAT(post(good), refused(Error::not_supported, "type.topics")) << good;
}

// The published example of a topic id. The group's id in it has `@TGS#` twice.
TEST(Arguments, ThePublishedExampleOfATopicIdIsATopicOfItsGroup) {  // arguments.group-id
  const GroupId group{"@TGS#_@TGS#cQVLVHIM62CJ"};
  World world;
  CreateGroup create = creation(BaseType::community);
  create.group = group;
  create.support_topic = true;
  world.does(olive, create);
  const auto create_topic = [&](std::string_view topic) {
    return world.tries(app_admin(),
                       CreateTopic{.group = group, .topic = TopicId{topic}, .name = GroupName{"Test"}});
  };
  for (const char* bad : {"@TGS#_@TGS#cQVLVHIM62CJ@TOPIC#_@TGS#_TestTopic",  // `@TGS#_` in the custom part
                          "@TGS#cQVLVHIM62CJ@TOPIC#_TestTopic",  // of a group whose id has `@TGS#` once
                          "@TGS#_@TGS#cQVLVHIM62CK@TOPIC#_TestTopic"})  // of another group
    EXPECT_THAT(create_topic(bad), refused(Error::invalid_group_id, "arguments.group-id")) << bad;
  EXPECT_THAT(create_topic("@TGS#_@TGS#cQVLVHIM62CJ@TOPIC#_TestTopic"), accepted_with({"TopicCreated"}));
  const TopicId topic{"@TGS#_@TGS#cQVLVHIM62CJ@TOPIC#_TestTopic"};
  EXPECT_NE(world.rows().find<TopicRow>({group, topic}), nullptr);
  EXPECT_THAT(world.tries(user(olive), PostMessage{.group = group, .message_id = {}, .topic = topic}),
              accepted_with({"MessagePosted"}));
}

}  // namespace
}  // namespace muster::test
