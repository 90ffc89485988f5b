#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <muster/cli/rule_pages.hpp>

#include "support/paths.hpp"
#include "support/process.hpp"

// `muster rules`, and docs/rules/, which is made by the same code.
namespace muster::cli {
namespace {

using test::run_muster;
using testing::HasSubstr;
using testing::Not;

// When the rules change: ./dev docs
TEST(RulePages, AreThoseInTheDocs) {
  const std::filesystem::path folder = test::source_dir() / "docs" / "rules";
  const bool write = std::getenv("MUSTER_GOLDEN") != nullptr;
  std::set<std::string> names{"published.md"};  // written by hand
  for (const RulePage& page : rule_pages()) {
    names.insert(page.name);
    if (write) {
      std::filesystem::create_directories(folder);
      std::ofstream{folder / page.name, std::ios::binary} << page.text;
    }
    std::ifstream file{folder / page.name, std::ios::binary};
    const std::string stored{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(stored, page.text) << "docs/rules/" << page.name << " is stale: ./dev docs";
  }
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    EXPECT_TRUE(names.contains(entry.path().filename().string())) << entry.path() << " is nobody's";
}

// Typed by hand from docs/rules.md.
TEST(RulePages, SayWhatTheTableSays) {
  const std::string text = run_muster({"rules"}).output;
  EXPECT_THAT(text, HasSubstr("cell                  Work"));
  EXPECT_THAT(text, testing::ContainsRegex("kick_members +Owner +Admin +Admin +– +Admin\n"));
  EXPECT_THAT(
      text, testing::ContainsRegex("apply_join_option +DisableApply +NeedPermission, settable +FreeAccess"));
  EXPECT_THAT(text,
              testing::ContainsRegex("member_change +PushAndStore +PushAndStore +Off +PushOnly, fixed"));
  EXPECT_THAT(text, testing::ContainsRegex("joined_groups +50 +500 +3000\n"));
  EXPECT_THAT(text, testing::ContainsRegex("Work +inactive +the owner leaves +recycled\n"));
  EXPECT_THAT(text, testing::ContainsRegex("users +1 to 300 items +InviteUsers\n"));
  EXPECT_THAT(text, testing::ContainsRegex("SweepOfflineMembers +system +by role +group +sweep_offline "));
  EXPECT_THAT(text, testing::ContainsRegex("OwnerCannotQuit +10009 +quit.owner "));
}

TEST(RulePages, OfOneTypeLeaveOutTheOthers) {
  const std::string text = run_muster({"rules", "--type", "AVChatRoom"}).output;
  EXPECT_THAT(text, testing::ContainsRegex("mute_member +Owner\n"));
  EXPECT_THAT(text, Not(HasSubstr("Meeting")));
  EXPECT_THAT(text, Not(HasSubstr("Plans")));
  const auto wrong = run_muster({"rules", "--type", "Party"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.error, HasSubstr("Work, Public, Meeting, AVChatRoom, Community"));
}

TEST(RulePages, AreJsonForPrograms) {
  const std::string text = run_muster({"rules", "--format", "json"}).output;
  EXPECT_THAT(
      text,
      HasSubstr(
          R"({"cell":"has_admins","Work":"no","Public":"yes","Meeting":"yes","AVChatRoom":"no","Community":"yes"})"));
  for (const char* table : {"cells", "notices", "machines", "plans", "limits", "commands", "errors"})
    EXPECT_THAT(text, HasSubstr('"' + std::string{table} + "\":[{")) << table;
}

TEST(RulePages, DrawTheStateMachines) {
  const std::string work = run_muster({"rules", "--type", "Work", "--format", "mermaid"}).output;
  EXPECT_THAT(work, HasSubstr("stateDiagram-v2\n"));
  EXPECT_THAT(work, HasSubstr("  [*] --> inactive: CreateGroup\n"));
  EXPECT_THAT(work, HasSubstr("  inactive --> active: PostMessage\n"));
  EXPECT_THAT(work, HasSubstr("  active --> recycled: RecycleGroup, the last member leaves\n"));
  EXPECT_THAT(work, Not(HasSubstr("JoinGroup")));
  const std::string all = run_muster({"rules", "--format", "dot"}).output;
  EXPECT_THAT(all, HasSubstr("digraph Community {\n"));
  EXPECT_THAT(all, HasSubstr("  active -> dismissed [label=\"DismissGroup\"];\n"));
}

TEST(RulePages, OfARulesFileHaveItsTypes) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "muster-rule-pages.json";
  std::ofstream{file} << R"({"types":[{"name":"BookClub","base":"Public","kick_members":"Owner"}]})";
  const auto club = run_muster({"rules", "--rules", file.string(), "--type", "BookClub"});
  std::filesystem::remove(file);
  EXPECT_THAT(club.output, testing::ContainsRegex("kick_members +Owner\n"));
}

TEST(Explain, ShowsWhatIsRefusedAndWhatIsAccepted) {
  const auto ran = run_muster({"rules", "--explain", "kick.level"});
  EXPECT_EQ(ran.status, 0) << ran.error;
  EXPECT_THAT(ran.output, testing::StartsWith("kick.level: NotPermitted 10007, docs/rules.md section 2\n"));
  for (const char* part :
       {"\nCell of the rules document: kick_members\n", "\nTest: ", "\nGiven\n  {\"command\":\"CreateGroup\"",
        "\nthis is refused\n  {\"command\":\"KickMembers\"",
        "this is accepted\n  {\"command\":\"KickMembers\""})
    EXPECT_THAT(ran.output, HasSubstr(part)) << part;
  EXPECT_THAT(run_muster({"rules", "--explain", "kick.level", "--format", "json"}).output,
              HasSubstr(R"({"rule":"kick.level","error":"NotPermitted","code":10007,"section":"2")"));
}

TEST(Explain, ASlugThatIsNotThereIsWrongUsage) {
  EXPECT_EQ(run_muster({"rules", "--explain", ""}).status, 2);
  const auto ran = run_muster({"rules", "--explain", "kick.levels"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.error, HasSubstr("there is no rule `kick.levels`; did you mean `kick.level`?"));
}

}  // namespace
}  // namespace muster::cli
