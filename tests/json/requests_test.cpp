#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <muster/domain/rule_catalog.hpp>
#include <muster/json/base64.hpp>
#include <muster/json/parse.hpp>
#include <muster/json/requests.hpp>

#include "support/paths.hpp"

// docs/protocol.md: how a line becomes a request, and what is wrong with a line that does not.
namespace muster {
namespace {

JsonProblem problem_of(std::string_view line) {
  const ReadLine read = read_request(line);
  EXPECT_FALSE(read.request) << line;
  return read.problem.value_or(JsonProblem{});
}
void expect_field(std::string_view line, std::string_view field) {
  const JsonProblem problem = problem_of(line);
  EXPECT_EQ(problem.field, field) << line;
  EXPECT_FALSE(problem.message.empty());
}
void expect_message(std::string_view line, std::string_view message) {
  EXPECT_EQ(problem_of(line).message, message) << line;
}
template <class C>
C command_of(std::string_view line) {
  const ReadLine read = read_request(line);
  EXPECT_TRUE(read.request) << line << read.problem.value_or(JsonProblem{}).message;
  return read.request ? std::get<C>(read.request->command) : C{};
}

TEST(RequestJson, ReadsAWholeEnvelope) {
  const ReadLine read = read_request(
      R"({"command":"QuitGroup","caller":"bob","caller_kind":"app_admin","at":1700000000000,"id":"x","expect":3,"correlation":"c","group":"g1"})");
  ASSERT_TRUE(read.request);
  EXPECT_EQ(read.request->caller, (Caller{Account{"bob"}, CallerKind::app_admin}));
  EXPECT_EQ(read.request->at, TimeMs{1700000000000});
  EXPECT_EQ(read.request->id, CommandId{"x"});
  EXPECT_EQ(read.request->expect, 3U);
  EXPECT_EQ(read.request->correlation, Correlation{"c"});
  EXPECT_EQ(std::get<QuitGroup>(read.request->command).group, GroupId{"g1"});
  EXPECT_EQ(read.group, "g1");
}

TEST(RequestJson, WhatIsOptionalMayBeAbsent) {
  const ReadLine read = read_request(R"({"command":"QuitGroup","caller":"bob","group":"g1"})");
  ASSERT_TRUE(read.request);
  EXPECT_EQ(read.request->caller.kind, CallerKind::user);
  EXPECT_EQ(read.request->at, std::nullopt);
  EXPECT_EQ(read.request->id, std::nullopt);
}

TEST(RequestJson, ReadsEveryFieldOfACreation) {
  const auto create = command_of<CreateGroup>(
      R"({"command":"CreateGroup","caller":"a","type":"Public","group":"g","name":"n","introduction":"i","notification":"no","face_url":"f",)"
      R"("max_member_num":5,"apply_join_option":"FreeAccess","invite_option":"NeedPermission","custom":{"k":"v","b":{"base64":"/wA="}},)"
      R"("members":[{"user":"u","role":"Admin"},{"user":"w"}],"support_topic":false,"owner":"a"})");
  EXPECT_EQ(create.type, TypeName{"Public"});
  EXPECT_EQ(create.group, GroupId{"g"});
  EXPECT_EQ(create.name.value, "n");
  EXPECT_EQ(create.introduction->value, "i");
  EXPECT_EQ(create.notification->value, "no");
  EXPECT_EQ(create.face_url->value, "f");
  EXPECT_EQ(create.max_member_num, 5U);
  EXPECT_EQ(create.apply_join_option, JoinOption::free_access);
  EXPECT_EQ(create.invite_option, InviteOption::need_permission);
  EXPECT_EQ(create.custom->at(CustomKey{"k"}), "v");
  EXPECT_EQ(create.custom->at(CustomKey{"b"}), std::string("\xff\0", 2));
  ASSERT_EQ(create.members->size(), 2U);
  EXPECT_EQ((*create.members)[0], (InitialMember{Account{"u"}, Role::admin}));
  EXPECT_EQ((*create.members)[1], (InitialMember{Account{"w"}, {}}));
  EXPECT_EQ(create.support_topic, false);
  EXPECT_EQ(create.owner, Account{"a"});
}

TEST(RequestJson, OldTypeNamesAreTaken) {
  EXPECT_EQ(
      command_of<CreateGroup>(R"({"command":"CreateGroup","caller":"a","type":"ChatRoom","name":"n"})").type,
      TypeName{"Meeting"});
}

TEST(RequestJson, AMissingFieldIsNamed) {  // arguments.json
  expect_field(R"({"caller":"a","group":"g"})", "command");
  expect_field(R"({"command":"QuitGroup","group":"g"})", "caller");
  expect_field(R"({"command":"QuitGroup","caller":"a"})", "group");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public"})", "name");
  expect_field(R"({"command":"AcceptApplication","caller":"a","group":"g"})", "user");
  expect_field(
      R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":[{"user":"u"},{}]})",
      "members[1].user");
}

TEST(RequestJson, ACreationNeedsAType) {  // arguments.json
  for (const char* command : {"CreateGroup", "ImportGroup"}) {
    const std::string rest = std::string{R"({"command":")"} + command + R"(","caller":"a","group":"g")";
    EXPECT_EQ(refusal_line(read_request(rest + R"(,"name":"n"})"), 1),
              R"({"ok":false,"group":"g","error":"InvalidArgument","code":10004,"rule":"arguments.json",)"
              R"("field":"type","message":"missing field `type`"})")
        << command;
    EXPECT_TRUE(read_request(rest + R"(,"name":"n","type":"Public"})").request) << command;
  }
}

TEST(RequestJson, AnUnknownFieldIsNamedInsideListsToo) {  // arguments.json
  expect_field(R"({"command":"QuitGroup","caller":"a","group":"g","reason":"x"})", "reason");
  expect_field(
      R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":[{"user":"u","rank":1}]})",
      "members[0].rank");
  expect_field(R"({"command":"Quit","caller":"a","group":"g"})", "command");
}

TEST(RequestJson, AnIllTypedFieldIsNamed) {  // arguments.json
  expect_field(R"({"command":7,"caller":"a","group":"g"})", "command");
  expect_field(R"({"command":"QuitGroup","caller":1,"group":"g"})", "caller");
  expect_field(R"({"command":"QuitGroup","caller":"a","group":["g"]})", "group");
  expect_field(R"({"command":"QuitGroup","caller":"a","caller_kind":"root","group":"g"})", "caller_kind");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":5})", "name");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","support_topic":1})",
               "support_topic");
  expect_field(
      R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","apply_join_option":"Free"})",
      "apply_join_option");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":{}})",
               "members");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":["u"]})",
               "members[0]");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","custom":[]})", "custom");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","custom":{"k":1}})",
               "custom.k");
}

TEST(RequestJson, NullIsNoValue) {  // arguments.json
  expect_field(R"({"command":"QuitGroup","caller":null,"group":"g"})", "caller");
  expect_field(R"({"command":"QuitGroup","caller":"a","group":"g","id":null})", "id");
  expect_field(R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":null})",
               "members");
}

TEST(RequestJson, IntegersHaveNoFractionNoExponentAndNoSign) {  // arguments.json
  for (const char* bad : {"1.0", "1.5", "1e3", "-1", "true", "\"1\"", "9007199254740992", "1e400"})
    expect_field(std::string{R"({"command":"QuitGroup","caller":"a","group":"g","at":)"} + bad + "}", "at");
  for (const char* good : {"0", "9007199254740991"})
    EXPECT_TRUE(
        read_request(std::string{R"({"command":"QuitGroup","caller":"a","group":"g","at":)"} + good + "}")
            .request)
        << good;
}

TEST(RequestJson, ARepeatedKeyIsRefusedAtEveryDepth) {  // arguments.json
  for (
      const char* bad :
      {R"({"command":"QuitGroup","caller":"a","group":"g","group":"h"})",
       R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","custom":{"k":"1","k":"2"}})",
       R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":[{"user":"u","user":"v"}]})",
       R"({"command":"QuitGroup","caller":"a","group":"g","gro\u0075p":"h"})"}) {
    EXPECT_EQ(problem_of(bad).message.find("duplicate key `"), 0U) << bad;
    EXPECT_TRUE(read_request(bad).malformed) << bad;
  }
}

TEST(RequestJson, ANameThatIsNearlyRightIsSuggested) {  // arguments.json
  expect_message(R"({"command":"JoinGrop","caller":"a","group":"g"})",
                 "unknown command `JoinGrop`; did you mean `JoinGroup`?");
  expect_message(R"({"command":"joinGroup","caller":"a","group":"g"})",
                 "unknown command `joinGroup`; did you mean `JoinGroup`?");
  expect_message(R"({"command":"Fly","caller":"a","group":"g"})", "unknown command `Fly`");
  expect_message(R"({"command":"JoinGroup","caller":"a","group":"g","mesage":"x"})",
                 "unknown field `mesage`; did you mean `message`?");
  expect_message(R"({"command":"JoinGroup","caller":"a","group":"g","mesaseg":"x"})",
                 "unknown field `mesaseg`; did you mean `message`?");
  expect_message(R"({"command":"JoinGroup","caller":"a","group":"g","callerkind":"user"})",
                 "unknown field `callerkind`; did you mean `caller_kind`?");
  expect_message(R"({"command":"JoinGroup","caller":"a","group":"g","colour":"red"})",
                 "unknown field `colour`");
  expect_message(
      R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":[{"user":"u","rol":"Admin"}]})",
      "unknown field `members[0].rol`; did you mean `role`?");
}

TEST(RequestJson, ALongNameIsCutBetweenCharacters) {  // arguments.json
  const std::string name = std::string(63, 'x') + "é" + std::string(100, 'x');
  expect_message(R"({"command":")" + name + R"(","caller":"a"})",
                 "unknown command `" + std::string(63, 'x') + "…`");
}

TEST(RequestJson, MessagesSayWhatIsWrongAndWhatWouldBeRight) {  // arguments.json
  expect_message("not json", "invalid JSON at byte 1: syntax error");
  expect_message("{} {}", "invalid JSON at byte 4: unexpected data after the value");
  expect_message("[]", "expected a JSON object");
  expect_message(R"({"command":"QuitGroup","caller":"a","group":"g","group":"h"})", "duplicate key `group`");
  expect_message(R"({"caller":"a","group":"g"})", "missing field `command`");
  expect_message(R"({"command":"QuitGroup","caller":"a"})", "missing field `group`");
  expect_message(R"({"command":"QuitGroup","caller":1,"group":"g"})", "`caller` must be a string");
  expect_message(R"({"command":"QuitGroup","caller":"a","group":"g","expect":1.5})",
                 "`expect` must be an integer from 0 to 9007199254740991, without a fraction or exponent");
  expect_message(R"({"command":"SetMemberRole","caller":"a","group":"g","user":"u","role":"Boss"})",
                 "`role` must be one of `Member`, `Admin`, `Owner`");
}

TEST(RequestJson, OptionsHaveTheNamesOfTheServicesToo) {
  const auto join_option = [](const std::string& name) {
    const ReadLine read = read_request(
        R"({"command":"SetGroupInfo","caller":"a","group":"g","apply_join_option":")" + name + R"("})");
    return read.request ? std::get<SetGroupInfo>(read.request->command).apply_join_option : std::nullopt;
  };
  EXPECT_EQ(join_option("V2TIM_GROUP_ADD_ANY"), JoinOption::free_access);
  EXPECT_EQ(join_option("V2TIM_GROUP_ADD_AUTH"), JoinOption::need_permission);
  EXPECT_EQ(join_option("V2TIM_GROUP_ADD_FORBID"), JoinOption::disable_apply);
  EXPECT_EQ(join_option("JOIN_OPTIONS_FREE_ACCESS"), JoinOption::free_access);
  EXPECT_EQ(join_option("JOIN_OPTIONS_NEED_PERMISSION"), JoinOption::need_permission);
  EXPECT_EQ(join_option("JOIN_OPTIONS_DISABLE_APPLY"), JoinOption::disable_apply);
  EXPECT_EQ(join_option("INVITE_OPTIONS_FREE_ACCESS"), std::nullopt);
  const auto invite_option = [](const std::string& name) {
    const ReadLine read = read_request(
        R"({"command":"SetGroupInfo","caller":"a","group":"g","invite_option":")" + name + R"("})");
    return read.request ? std::get<SetGroupInfo>(read.request->command).invite_option : std::nullopt;
  };
  EXPECT_EQ(invite_option("INVITE_OPTIONS_FREE_ACCESS"), InviteOption::free_access);
  EXPECT_EQ(invite_option("INVITE_OPTIONS_NEED_PERMISSION"), InviteOption::need_permission);
  EXPECT_EQ(invite_option("INVITE_OPTIONS_DISABLE_INVITE"), InviteOption::disable_invite);
  EXPECT_EQ(invite_option("V2TIM_GROUP_ADD_ANY"), std::nullopt);
}

TEST(RequestJson, ReceiveOptionsHaveTheNamesOfTheSdkToo) {  // arguments.json
  const auto line = [](const std::string& name) {
    return R"({"command":"SetReceiveOption","caller":"a","group":"g","option":")" + name + R"("})";
  };
  const auto option = [&](const std::string& name) {
    return command_of<SetReceiveOption>(line(name)).option;
  };
  EXPECT_EQ(option("V2TIM_RECEIVE_MESSAGE"), MsgFlag::accept_and_notify);
  EXPECT_EQ(option("V2TIM_NOT_RECEIVE_MESSAGE"), MsgFlag::discard);
  EXPECT_EQ(option("V2TIM_RECEIVE_NOT_NOTIFY_MESSAGE"), MsgFlag::accept_not_notify);
  EXPECT_EQ(option("AcceptAndNotify"), MsgFlag::accept_and_notify);
  EXPECT_EQ(option("Discard"), MsgFlag::discard);
  EXPECT_EQ(option("AcceptNotNotify"), MsgFlag::accept_not_notify);
  for (const char* bad : {"V2TIM_GROUP_ADD_ANY", "JOIN_OPTIONS_FREE_ACCESS", "V2TIM_RECEIVE", "discard", ""})
    expect_field(line(bad), "option");
}

TEST(RequestJson, TheResultOfABadLineHasTheShapeOfTheProtocol) {  // arguments.json
  EXPECT_EQ(
      refusal_line(read_request(R"({"command":"JoinGroup","caller":"a","group":"g","mesage":"x"})"), 3),
      R"({"ok":false,"group":"g","error":"InvalidArgument","code":10004,"rule":"arguments.json","field":"mesage",)"
      R"("message":"unknown field `mesage`; did you mean `message`?"})");
  EXPECT_EQ(refusal_line(read_request("[]"), 3),
            R"({"ok":false,"error":"InvalidArgument","code":10004,"rule":"arguments.json","line":3,)"
            R"("message":"expected a JSON object"})");
  EXPECT_EQ(refusal_line(overlong_line(), 3),
            R"({"ok":false,"error":"InvalidArgument","code":10004,"rule":"arguments.json","line":3,)"
            R"("message":"the line is longer than 1 MiB"})");
}

TEST(RequestJson, WhatIsNoJsonObjectSaysSo) {  // arguments.json
  for (const char* bad : {"", " ", "nonsense", "{", "[]", "7", "\"x\"", "null", "{} {}", "{\"a\":1,}",
                          "{'a':1}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}", "{\"a\":01}"}) {
    const ReadLine read = read_request(bad);
    EXPECT_TRUE(read.malformed) << bad;
    EXPECT_NE(refusal_line(read, 7).find(R"("line":7)"), std::string::npos) << bad;
  }
}

TEST(RequestJson, DeepNestingIsRefusedNotCrashedOn) {  // arguments.json
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_TRUE(read_request(deep).malformed);
}

TEST(RequestJson, AnOverLongListIsNotLookedInto) {  // arguments.list
  std::string line = R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","members":[7)";
  for (int i = 0; i < 100; ++i) line += ",7";
  const auto create = command_of<CreateGroup>(line + "]}");
  EXPECT_GT(create.members->size(), create.members->items_max);
}

TEST(RequestJson, BadBase64IsRefused) {  // arguments.json
  for (const char* bad : {"/w", "/w=", "/x==", "####", "/w==\\n", "/w= =", "=w=="})
    expect_field(
        std::string{
            R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","custom":{"k":{"base64":")"} +
            bad + "\"}}}",
        "custom.k");
  expect_field(
      R"({"command":"CreateGroup","caller":"a","type":"Public","name":"n","custom":{"k":{"base64":"/w==","x":1}}})",
      "custom.k");
}

TEST(Base64, ComesBack) {
  for (const std::string& bytes : {std::string{}, std::string{"a"}, std::string{"ab"}, std::string{"abc"},
                                   std::string("\x00\xff\x80", 3)})
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  EXPECT_EQ(to_base64("Many hands"), "TWFueSBoYW5kcw==");
}

// Results.

std::string text_of(const boost::json::object& object) { return boost::json::serialize(object); }

TEST(ResultJson, AnAnswerHasTheShapeOfTheProtocol) {
  Answer answer;
  answer.group = GroupId{"g1"};
  answer.revision = 2;
  answer.position = 9;
  answer.events = {JoinRequested{}};
  answer.reply.result = ItemStatus::pending;
  EXPECT_EQ(
      text_of(answer_object(answer, false)),
      R"({"ok":true,"group":"g1","revision":2,"position":9,"events":["JoinRequested"],"result":"pending"})");
  answer = Answer{};
  answer.group = GroupId{"g1"};
  answer.revision = 5;
  answer.reply.results = {{Account{"bob"}, ItemStatus::ok, Error::already_member},
                          {Account{"eve"}, ItemStatus::pending, {}}};
  answer.replayed = true;
  const std::string line =
      R"({"ok":true,"group":"g1","revision":5,"events":[],)"
      R"("results":[{"user":"bob","result":"AlreadyMember"},{"user":"eve","result":"pending"}],"replayed":true})";
  EXPECT_EQ(text_of(answer_object(answer, false)), line);
}

TEST(ResultJson, WholeEventsAreShownWhenAskedFor) {
  Answer answer;
  answer.events = {MessagePosted{.seq = 3, .message_id = MessageId{"m"}, .topic = {}}};
  EXPECT_EQ(text_of(answer_object(answer, true)),
            R"({"ok":true,"events":[{"event":"MessagePosted","seq":3,"message_id":"m","topic":null}]})");
}

TEST(ResultJson, ARefusalHasTheShapeOfTheProtocol) {
  Facts facts;
  facts.type = TypeName{"Public"};
  facts.level = Level::member;
  facts.level_needed = Level::owner;
  facts.cell = "dismiss_group";
  const std::string refused =
      R"({"ok":false,"group":"g1","error":"NotPermitted","code":10007,"rule":"dismiss.level",)"
      R"x("message":"your level is too low to dismiss the group (type `Public`, level Member, level_needed Owner, )x"
      R"x(cell dismiss_group)",)x"
      R"("facts":{"type":"Public","level":"Member","level_needed":"Owner","cell":"dismiss_group"}})";
  EXPECT_EQ(text_of(refusal_object(refusal(*find_rule("dismiss.level"), facts), "g1")), refused);
  const std::string bad =
      R"({"ok":false,"error":"InvalidArgument","code":10004,"rule":"arguments.form","field":"name",)"
      R"("message":"`name` is 31 bytes long; must be 1 to 30"})";
  EXPECT_EQ(text_of(refusal_object(
                bad_argument(*find_rule("arguments.form"), "name", "is 31 bytes long; must be 1 to 30"), {})),
            bad);
}

}  // namespace
}  // namespace muster
