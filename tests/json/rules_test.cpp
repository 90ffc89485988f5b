#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/serialize.hpp>
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

TEST(RulesFile, AWholeDocumentIsReadAsItWasWritten) {
  Rules rules = default_rules();
  TypeRules club = rules.types[1];
  club.name = TypeName{"Club"};
  club.kick_members = {};
  club.notices.member_change.fixed = true;
  rules.types.push_back(club);
  rules.plans[0].groups = 7;
  for (const Rules& document : {default_rules(), rules})
    EXPECT_EQ(read_rules(boost::json::serialize(rules_object(document))), document);
}

TEST(Doubts, OfTheBuiltInDocumentAreNone) {
  EXPECT_EQ(doubts_of(default_rules()), std::vector<std::string>{});
}

/// The doubts about a document with one change.
std::vector<std::string> doubts_with(const std::function<void(Rules&)>& change) {
  Rules rules = default_rules();
  change(rules);
  EXPECT_TRUE(problems_of(rules).empty());
  return doubts_of(rules);
}

TEST(Doubts, AreToldOneByOne) {
  using Sentences = std::vector<std::string>;
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[0].kick_members.least = Level::admin; }),
      Sentences{"type `Work`: `kick_members` is from Admin up, but the type has no admins, so it is the "
                "owner's; say `Owner`"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) {
        TypeRules& type = rules.types[0];
        type.invite_users = {};
        type.initial_members = false;
        type.import = false;
      }),
      Sentences{"type `Work`: nobody but the owner can ever be a member: joining, inviting, initial members "
                "and imports are closed"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[1].edit_join_option = {}; }),
      Sentences{"type `Public`: `apply_join_option` is settable, but `edit_join_option` is closed: it can be "
                "set in a creation only"});
  EXPECT_EQ(doubts_with([](Rules& rules) { rules.types[1].apply_join_option.settable = false; }),
            Sentences{"type `Public`: `edit_join_option` is open, but `apply_join_option` is not settable"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[1].edit_limits = {}; }),
      Sentences{"type `Public`: `invite_option` is settable, but `edit_limits` is closed: it can be set in a "
                "creation only"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[2].post_when_muted = {}; }),
      Sentences{"type `Meeting`: `mute_all` can be set, but `post_when_muted` is closed: only app admins "
                "speak then"});
  EXPECT_EQ(doubts_with([](Rules& rules) { rules.types[4].manage_topics = {}; }),
            Sentences{"type `Community`: only one of `topics` and `manage_topics` is open"});
  EXPECT_EQ(doubts_with([](Rules& rules) { rules.types[4].mark_read = {}; }),
            Sentences{"type `Community`: only one of `unread_count` and `mark_read` is open"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[0].post_message = {}; }),
      Sentences{"type `Work`: groups begin inactive, and `post_message` is closed: none is ever activated"});
  EXPECT_EQ(
      doubts_with([](Rules& rules) { rules.types[3].dismiss_group.least = Level::app_admin; }),
      Sentences{"type `AVChatRoom`: the owner can neither leave, nor hand the group over, nor dismiss it"});
  EXPECT_EQ(doubts_with([](Rules& rules) { rules.plans[0].member_cap_min = 21; }),
            Sentences{"plan `Free`: `member_cap_min` is above `member_cap_max`"});
  EXPECT_EQ(doubts_with([](Rules& rules) {
              rules.types[1].has_admins = false;
              for_each_member(rules.types[1], []<class Cell>(std::string_view, Cell& cell) {
                if constexpr (std::is_same_v<Cell, Permission>)
                  if (cell.least == Level::admin) cell.least = Level::owner;
              });
            }),
            Sentences{"type `Public`: `set_member_role` is open, but the type has no admins"});
}

}  // namespace
}  // namespace muster
