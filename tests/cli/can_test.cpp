#include <string>

#include <gtest/gtest.h>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

// docs/protocol.md, "muster can".
namespace muster::test {
namespace {

constexpr const char* history =
    R"({"command":"CreateGroup","caller":"olive","at":1700000000000,"group":"g","type":"Public","name":"Readers","members":[{"user":"adam","role":"Admin"},{"user":"mia"}]}
)";

class CanTool : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run_muster({"apply", "--db", db()}, history).status, 0); }
  [[nodiscard]] std::string db() const { return (folder_.path() / "db").string(); }
  [[nodiscard]] Ran can(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"can", "--db", db()});
    return run_muster(std::move(arguments));
  }

 private:
  TempFolder folder_;
};

TEST_F(CanTool, SaysYes) {
  const Ran ran = can({"--as", "adam", "g", "KickMembers", R"(users=["mia"])"});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_EQ(ran.output, "{\"can\":true}\n");
}

TEST_F(CanTool, SaysNoWithTheRuleTheStepsAndTheNearestChange) {
  const Ran ran = can({"--as", "mia", "g", "KickMembers", R"(users=["adam"])"});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_EQ(
      ran.output,
      R"json({"can":false,"error":"NotPermitted","code":10007,"rule":"kick.level","message":"your level is too low to remove members (type `Public`, state active, level Member, level_needed Admin, cell kick_members)","facts":{"type":"Public","state":"active","level":"Member","level_needed":"Admin","cell":"kick_members"},"trace":[{"step":"arguments","passed":true},{"step":"repeated","passed":true},{"step":"visible","passed":true},{"step":"supported","passed":true},{"step":"permitted","passed":false}],"nearest":["if `mia` were an Admin","if the caller were an app admin","if the rules had `kick_members` of `Public` as Member"]})json"
      "\n");
  EXPECT_EQ(can({"--as", "mia", "--app-admin", "g", "KickMembers", R"(users=["adam"])"}).output,
            "{\"can\":true}\n");
}

TEST_F(CanTool, TextIsTypedAsItIsAndEverythingElseAsJson) {
  EXPECT_EQ(can({"--as", "adam", "g", "SetGroupInfo", "name=123", "mute_all=true"}).output,
            "{\"can\":true}\n");
  EXPECT_EQ(
      can({"--as", "adam", "g", "SetGroupInfo", "invite_option=FreeAccess", "max_member_num=100"}).output,
      "{\"can\":true}\n");
  const Ran ran = can({"--as", "adam", "g", "SetGroupInfo", "max_member_num=many"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.error.find("`max_member_num` must be JSON"), std::string::npos) << ran.error;
}

TEST_F(CanTool, ACommandThatNamesNoGroupHasADash) {
  EXPECT_EQ(can({"--as", "otto", "-", "CreateGroup", "type=Meeting", "name=Planning"}).output,
            "{\"can\":true}\n");
  EXPECT_EQ(can({"--as", "root", "--app-admin", "-", "SetPlan", "edition=Pro"}).output, "{\"can\":true}\n");
}

TEST_F(CanTool, WhatTheCommandLacksIsAnArgumentThatIsMissing) {
  const Ran ran = can({"--as", "adam", "g", "KickMembers"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.output.find(R"("rule":"arguments.json","field":"users","message":"missing field `users`")"),
            std::string::npos)
      << ran.output;
  EXPECT_NE(
      can({"--as", "adam", "g", "KickMember", R"(users=["mia"])"}).output.find("did you mean `KickMembers`"),
      std::string::npos);
}

TEST_F(CanTool, ListsWhoCould) {
  EXPECT_EQ(can({"--who", "g", "KickMembers", R"(users=["mia"])"}).output,
            R"({"levels":["Admin","Owner","AppAdmin"],"members":["olive","adam"]})"
            "\n");
  const Ran first = can({"--who", "--limit", "1", "g", "KickMembers", R"(users=["mia"])"});
  const std::string mark = R"({"next":")";
  const auto next = first.output.find(mark);
  ASSERT_NE(next, std::string::npos) << first.output;
  const std::string cursor = first.output.substr(
      next + mark.size(), first.output.find('"', next + mark.size()) - next - mark.size());
  EXPECT_EQ(can({"--who", "--after", cursor, "g", "KickMembers", R"(users=["mia"])"}).output,
            R"({"levels":["Admin","Owner","AppAdmin"],"members":["adam"]})"
            "\n");
}

TEST_F(CanTool, NobodyCouldWhatNobodyCan) {
  EXPECT_EQ(
      can({"--who", "none", "QuitGroup"}).output,
      R"({"can":false,"error":"GroupNotFound","code":10010,"rule":"group.visible","message":"there is no such group"})"
      "\n");
  EXPECT_NE(can({"--who", "g", "SetGroupInfo"}).output.find(R"("rule":"arguments.form")"), std::string::npos);
}

TEST_F(CanTool, WrongUsageIsStatusTwo) {
  EXPECT_EQ(can({"--as", "mia", "g", "QuitGroup", "caller_kind=system"}).status, 2);
  EXPECT_EQ(can({"--as", "mia", "g", "QuitGroup", "id=a"}).status, 2);
  EXPECT_EQ(can({"g", "QuitGroup"}).status, 2);                          // nobody
  EXPECT_EQ(can({"--who", "--as", "mia", "g", "QuitGroup"}).status, 2);  // both
  EXPECT_EQ(can({"--as", "mia", "--limit", "5", "g", "QuitGroup"}).status, 2);
  EXPECT_EQ(can({"--as", "mia", "g", "PostMessage", "message_id"}).status, 2);
  EXPECT_EQ(can({"--as", "mia", "g", "PostMessage", "message_id=a", "message_id=b"}).status, 2);
}

TEST_F(CanTool, AStoreThatIsNotThereIsStatusOne) {
  const Ran ran = run_muster({"can", "--db", db() + "-none", "--as", "mia", "g", "QuitGroup"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.output, "");
}

}  // namespace
}  // namespace muster::test
