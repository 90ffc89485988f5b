#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

// docs/protocol.md, "muster rules".
namespace muster::test {
namespace {

class RulesTool : public testing::Test {
 protected:
  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    const std::string path = (folder_.path() / name).string();
    std::ofstream{path, std::ios::binary} << text;
    return path;
  }

 private:
  TempFolder folder_;
};

TEST_F(RulesTool, ExportsADocumentThatReadsTheSame) {
  const Ran whole = run_muster({"rules", "export"});
  EXPECT_EQ(whole.status, 0);
  EXPECT_NE(whole.output.find(R"("kick_members":"Owner")"), std::string::npos);
  EXPECT_NE(whole.output.find(R"("join_group":false)"), std::string::npos);
  const std::string exported = file("whole.json", whole.output);
  EXPECT_EQ(run_muster({"rules", "diff", "default", exported}).output, "");
  EXPECT_EQ(run_muster({"rules", "export", "--rules", exported}).output, whole.output);
}

TEST_F(RulesTool, ChecksAFileLineByLine) {
  EXPECT_EQ(run_muster({"rules", "check", file("good.json", "{}")}).output, "{\"problems\":0}\n");
  const Ran doubtful = run_muster(
      {"rules", "check", file("doubtful.json", R"({"types":[{"name":"Work","kick_members":"Admin"}]})")});
  EXPECT_EQ(doubtful.status, 3);
  EXPECT_EQ(doubtful.output,
            "{\"problem\":\"doubtful\",\"message\":\"type `Work`: `kick_members` is from Admin up, but the "
            "type has "
            "no admins, so it is the owner's; say `Owner`\"}\n{\"problems\":1}\n");
  const Ran refused =
      run_muster({"rules", "check", file("bad.json", R"({"types":[{"name":"Work","mute_member":"Owner",
                                       "join_group":true}]})")});
  EXPECT_EQ(refused.status, 3);
  EXPECT_EQ(refused.output,
            "{\"problem\":\"refused\",\"message\":\"type `Work`: `join_group` is open, but a Work group has "
            "no such "
            "operation\"}\n"
            "{\"problem\":\"refused\",\"message\":\"type `Work`: `mute_member` is open, but a Work group has "
            "no such "
            "operation\"}\n{\"problems\":2}\n");
  const Ran unknown =
      run_muster({"rules", "check", file("unknown.json", R"({"types":[{"name":"Work","kick":"Owner"}]})")});
  EXPECT_EQ(unknown.status, 3);
  EXPECT_NE(unknown.output.find("unknown field `types[0].kick`"), std::string::npos) << unknown.output;
  EXPECT_EQ(run_muster({"rules", "check", "/nowhere/rules.json"}).status, 1);
}

TEST_F(RulesTool, ComparesTwoFilesCellByCell) {
  const std::string changed = file("changed.json", R"({"types":[{"name":"Public","kick_members":"Owner",
      "edit_texts":"Member","invite_users":false,"apply_join_option":{"initial":"FreeAccess"}}],
      "plans":[{"edition":"Free","groups":5}]})");
  const Ran ran = run_muster({"rules", "diff", "default", changed});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.output,
            R"({"type":"Public","cell":"apply_join_option.initial","from":"NeedPermission","to":"FreeAccess"}
{"type":"Public","cell":"invite_users","from":"Member","to":false,"lose":["Member","Admin","Owner","AppAdmin"]}
{"type":"Public","cell":"edit_texts","from":"Admin","to":"Member","gain":["Member"]}
{"type":"Public","cell":"kick_members","from":"Admin","to":"Owner","lose":["Admin"]}
{"plan":"Free","cell":"groups","from":100,"to":5}
)");
}

TEST_F(RulesTool, TellsATypeThatOnlyOneFileHas) {
  const std::string club = file("club.json", R"({"types":[{"name":"Club","base":"Public"}]})");
  const Ran ran = run_muster({"rules", "diff", "default", club});
  EXPECT_NE(
      ran.output.find(
          R"({"type":"Club","cell":"kick_members","from":null,"to":"Admin","gain":["Admin","Owner","AppAdmin"]})"),
      std::string::npos)
      << ran.output;
}

TEST_F(RulesTool, NeedsToKnowWhatToDo) {
  EXPECT_EQ(run_muster({"rules", "dif"}).status, 2);
  // Options in front of a subcommand would be ignored.
  EXPECT_EQ(run_muster({"rules", "--rules", "rules.json", "export"}).status, 2);
  EXPECT_EQ(run_muster({"rules", "--explain", "kick.rank", "export"}).status, 2);
  EXPECT_EQ(run_muster({"rules", "--explain", "kick.rank", "--type", "Work"}).status, 2);
  EXPECT_EQ(run_muster({"rules", "--explain", "kick.rank", "--format", "dot"}).status, 2);
  EXPECT_EQ(run_muster({"rules", "diff", "default"}).status, 2);
}

}  // namespace
}  // namespace muster::test
