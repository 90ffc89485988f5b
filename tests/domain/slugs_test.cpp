#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rule_catalog.hpp>

#include "support/paths.hpp"

// One grep finds a rule in the catalogue, the refusal, a test and the docs.
namespace muster::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}
/// All the text below a folder, the files named apart.
std::string tree_of(const std::string& folder, const std::set<std::string>& apart = {}) {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{source_dir() / folder})
    if (entry.is_regular_file() && !apart.contains(entry.path().filename().string()))
      text += text_of(entry.path());
  return text;
}

TEST(Slugs, EachStandsInARefusalATestAndTheDocs) {
  const std::string code = tree_of("domain");
  const std::string tests = tree_of("tests", {"slugs_test.cpp"});
  const std::string docs = text_of(source_dir() / "docs" / "rules.md");
  ASSERT_FALSE(docs.empty());
  for (const Rule* rule : all_rules()) {
    const std::string slug{rule->slug};
    EXPECT_NE(code.find('"' + slug + '"'), std::string::npos) << slug << " refuses nothing";
    EXPECT_NE(tests.find(slug), std::string::npos) << slug << " has no test";
    EXPECT_NE(docs.find('`' + slug + '`'), std::string::npos) << slug << " is not in docs/rules.md";
  }
}

// | `slug` | `Error` | code | section | message | asked by |
TEST(Slugs, TheDocsSayWhatTheRulesSay) {
  const std::string docs = text_of(source_dir() / "docs" / "rules.md");
  for (const Rule* rule : all_rules()) {
    const std::string begin =
        concat("| `", rule->slug, "` | `", name_of(rule->error), "` | ", code_of(rule->error));
    const auto at = docs.find(begin);
    ASSERT_NE(at, std::string::npos) << "docs/rules.md has no row " << begin;
    const std::string row = docs.substr(at, docs.find('\n', at) - at);
    EXPECT_NE(row.find(concat(" | ", rule->section, " | ", rule->message, " | ")), std::string::npos) << row;
  }
}

TEST(Slugs, AreThereOnceEach) {
  std::set<std::string_view> seen;
  for (const Rule* rule : all_rules()) EXPECT_TRUE(seen.insert(rule->slug).second) << rule->slug;
}

// Typed by hand, from docs/rules.md section 3.
TEST(Slugs, EveryErrorHasTheServicesCode) {
  const std::map<std::string_view, std::uint32_t> codes{{"InvalidArgument", 10004},
                                                        {"TooManyAccounts", 10005},
                                                        {"InvalidGroupId", 10015},
                                                        {"GroupNotFound", 10010},
                                                        {"NotSupported", 10007},
                                                        {"UnknownCustomField", 10004},
                                                        {"NotMember", 10007},
                                                        {"NotPermitted", 10007},
                                                        {"WrongRevision", 10056},
                                                        {"JoinDisabled", 10007},
                                                        {"AlreadyMember", 10013},
                                                        {"TargetNotMember", 10004},
                                                        {"ApplicationNotFound", 10004},
                                                        {"ApplicationHandled", 10024},
                                                        {"OwnerCannotQuit", 10009},
                                                        {"Muted", 10017},
                                                        {"GroupFull", 10014},
                                                        {"PlanMemberLimit", 10038},
                                                        {"JoinedGroupQuotaExceeded", 10037},
                                                        {"TypeNotInPlan", 11000},
                                                        {"GroupIdInUse", 10021},
                                                        {"TopicNotFound", 110003}};
  EXPECT_EQ(codes.size(), names<Error>.size());
  for (const auto& [error, name] : names<Error>) {
    ASSERT_TRUE(codes.contains(name)) << name;
    EXPECT_EQ(code_of(error), codes.at(name)) << name;
  }
}

TEST(Slugs, EveryErrorHasANameAndACodeAndARule) {
  for (const auto& [error, name] : names<Error>) {
    EXPECT_NE(code_of(error), 0U) << name;
    EXPECT_TRUE(std::ranges::any_of(all_rules(), [e = error](const Rule* rule) { return rule->error == e; }))
        << name;
  }
}

}  // namespace
}  // namespace muster::test
