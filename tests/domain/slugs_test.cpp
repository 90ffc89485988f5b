#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rule_catalog.hpp>

#include "support/paths.hpp"
#include "support/world.hpp"

// One grep finds a rule in the catalogue, the refusal and the docs, and every rule refuses in a test.
namespace muster::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A rule that the refusal of a command never names, so that no test of commands can meet it as one.
struct MetElsewhere {
  std::string_view slug;
  std::string_view why;
  std::string_view test;  // the file of the test that meets it
};
constexpr std::array met_elsewhere{
    MetElsewhere{"arguments.json", "a line of JSON is refused before it is a command",
                 "json/requests_test.cpp"},
    MetElsewhere{"kick.rank", "it refuses items, whose results name the error only",
                 "domain/membership/kick_members_test.cpp"},
    MetElsewhere{"kick.target", "it refuses items, whose results name the error only",
                 "domain/membership/kick_members_test.cpp"},
    MetElsewhere{"sweep.target", "it refuses items, whose results name the error only",
                 "domain/membership/sweep_offline_members_test.cpp"},
    MetElsewhere{"sweep.owner", "it refuses items, whose results name the error only",
                 "domain/membership/sweep_offline_members_test.cpp"},
    MetElsewhere{"import.item", "it refuses items, whose results name the error only",
                 "domain/membership/import_members_test.cpp"},
    MetElsewhere{"show.level", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"show.target", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"topics.member", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"readable.type", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"readable.member", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"app.admin", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"show.member", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"show.type", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"show.cursor", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"mutes.type", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"mutes.member", "queries refuse by it", "projections/queries_test.cpp"},
    MetElsewhere{"mutes.level", "queries refuse by it", "projections/queries_test.cpp"}};
bool is_met_elsewhere(std::string_view slug) {
  return std::ranges::find(met_elsewhere, slug, &MetElsewhere::slug) != met_elsewhere.end();
}

/// After the last test: every rule has refused a command that a test expected it to refuse. Part of a suite
/// cannot tell, so a filtered run is not judged; ctest runs the whole executable once
/// (domain.every-rule-refuses).
class EveryRuleRefuses final : public testing::Environment {
 public:
  void TearDown() override {
    if (GTEST_FLAG_GET(filter) != "*") return;
    for (const Rule* rule : all_rules()) {
      const bool met = met_rules().contains(rule->slug);
      EXPECT_NE(met, is_met_elsewhere(rule->slug))
          << rule->slug
          << (met ? " is listed as met elsewhere, and a test here meets it" : " refuses nothing in any test");
    }
  }
};
// NOLINTNEXTLINE(cert-err58-cpp): gtest takes its environments before main
const testing::Environment* const every_rule_refuses =
    testing::AddGlobalTestEnvironment(new EveryRuleRefuses);

TEST(Slugs, WhatIsMetElsewhereIsMetThere) {
  for (const MetElsewhere& rule : met_elsewhere) {
    EXPECT_NE(find_rule(rule.slug), nullptr) << rule.slug << " is no rule";
    EXPECT_NE(text_of(source_dir() / "tests" / rule.test).find(concat('"', rule.slug, '"')),
              std::string::npos)
        << rule.slug << " (" << rule.why << ") is not in tests/" << rule.test;
  }
}

TEST(Slugs, EachIsInTheDocs) {
  const std::string docs = text_of(source_dir() / "docs" / "rules.md");
  ASSERT_FALSE(docs.empty());
  for (const Rule* rule : all_rules()) {
    const std::string slug{rule->slug};
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
                                                        {"TopicNotFound", 110003},
                                                        {"CustomFieldDefined", 10004},
                                                        {"NotIdle", 10007},
                                                        {"GroupQuotaExceeded", 10058},
                                                        {"AvChatRoomQuotaExceeded", 10036},
                                                        {"DailyGroupQuotaExceeded", 10058},
                                                        {"TopicIdInUse", 10021},
                                                        {"TopicLimit", 10036}};
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
