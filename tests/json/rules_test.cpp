#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <muster/json/rules.hpp>

// docs/rules.md, "Rules files".
namespace muster {
namespace {

std::string problem_of(std::string_view text) {
  try {
    read_rules(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(RulesFile, AnEmptyObjectIsTheRulebooksOwnDocument) { EXPECT_EQ(read_rules("{}"), default_rules()); }

TEST(RulesFile, OverridesTheCellsItNamesAndNoOthers) {
  const Rules rules = read_rules(
      R"({"types":[{"name":"Public","dismiss_group":"Admin","applications":false,"join_group":false,
      "apply_join_option":{"initial":"FreeAccess"},"notices":{"member_change":{"initial":"Off"}}}],
      "plans":[{"edition":"Free","joined_groups":10}]})");
  Rules expected = default_rules();
  expected.types[1].dismiss_group.least = Level::admin;
  expected.types[1].applications = {};
  expected.types[1].join_group = false;
  expected.types[1].apply_join_option.initial = JoinOption::free_access;
  expected.types[1].notices.member_change.initial = Delivery::off;
  expected.plans[0].joined_groups = 10;
  EXPECT_EQ(rules, expected);
}

TEST(RulesFile, AddsATypeThatStartsAsItsBase) {
  const Rules rules = read_rules(R"({"types":[{"name":"BookClub","base":"Public","has_admins":false}]})");
  TypeRules expected = default_rules().types[1];
  expected.name = TypeName{"BookClub"};
  expected.has_admins = false;
  ASSERT_EQ(rules.types.size(), 6U);
  EXPECT_EQ(rules.types[5], expected);
}

TEST(RulesFile, SaysWhatIsWrongAndWhere) {
  EXPECT_NE(problem_of("nonsense").find("invalid JSON"), std::string::npos);
  EXPECT_NE(problem_of("[]").find("expected a JSON object"), std::string::npos);
  EXPECT_NE(problem_of(R"({"kinds":[]})").find("`kinds`"), std::string::npos);
  EXPECT_NE(problem_of(R"({"types":{}})").find("`types`"), std::string::npos);
  EXPECT_NE(problem_of(R"({"types":[{}]})").find("`types[0].name`"), std::string::npos);
  EXPECT_NE(problem_of(R"({"types":[{"name":"Club"}]})").find("`types[0].base`"), std::string::npos);
  EXPECT_EQ(problem_of(R"({"types":[{"name":"Public","kick_member":"Owner"}]})"),
            "unknown field `types[0].kick_member`; did you mean `kick_members`?");
  EXPECT_NE(
      problem_of(R"({"types":[{"name":"Public","kick_members":"Boss"}]})").find("`types[0].kick_members`"),
      std::string::npos);
  EXPECT_NE(problem_of(R"({"types":[{"name":"Work","join_group":true}]})").find("`join_group`"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"types":[{"name":"AVChatRoom","kick_members":"Owner"}]})").find("`kick_members`"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"plans":[{"edition":"Gold"}]})").find("`plans[0].edition`"), std::string::npos);
}

TEST(RulesFile, AFileThatIsNotThereIsNamed) {
  try {
    read_rules_file("/nonexistent/rules.json");
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("/nonexistent/rules.json"), std::string::npos);
  }
}

}  // namespace
}  // namespace muster
