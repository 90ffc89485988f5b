#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rule_catalog.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/rule_examples.hpp>
#include <muster/json/rules.hpp>

#include "support/paths.hpp"
#include "support/world.hpp"

// Every rule has an example that runs. The examples of queries run in cli/rule_examples_test.cpp.
namespace muster::test {
namespace {

bool is_query(const RuleExample& example) { return !example.refused.query.empty(); }

Rules rules_of(const std::string& file) { return file.empty() ? default_rules() : read_rules(file); }

/// What an example's line came to: `problem` is set when it could not be read as a command.
struct Came {
  std::optional<JsonProblem> problem;
  Tried tried;

  [[nodiscard]] bool accepted() const { return !problem && tried.refusal() == nullptr; }
  [[nodiscard]] std::string_view rule() const {
    if (problem) return "arguments.json";
    return tried.refusal() == nullptr ? std::string_view{} : tried.refusal()->rule.slug();
  }
};
void PrintTo(const Came& came, std::ostream* out) {
  if (came.problem)
    *out << "not read: " << came.problem->message;
  else
    PrintTo(came.tried, out);
}

Came give(World& world, const std::string& line) {
  const ReadLine read = read_request(line);
  if (!read.request) return {read.problem, {}};
  const Request& request = *read.request;
  return {{},
          world.tries(request.caller, request.command,
                      {.at = request.at, .id = request.id, .expect = request.expect})};
}

void expect_accepted(World& world, const std::vector<ExampleCommand>& commands) {
  for (const ExampleCommand& command : commands) {
    for (std::size_t i = 0; i < command.times; ++i) {
      const Came came = give(world, command.line);
      EXPECT_TRUE(came.accepted()) << command.line << " is " << testing::PrintToString(came);
    }
  }
}

/// The result of the only item of a list, as the tool names it; empty when there is not exactly one.
std::string_view item_result(const Came& came) {
  const Commit* accepted = came.tried.accepted();
  if (accepted == nullptr || accepted->reply.results.size() != 1) return {};
  const ItemResult& item = accepted->reply.results[0];
  return item.refused ? name_of(*item.refused) : name_of(item.verdict);
}

/// Calls `check(example)` for each example of a command, so that a failure names the rule.
template <class Check>
void for_each_command(Check&& check) {
  for (const RuleExample& example : rule_examples()) {
    if (is_query(example)) continue;
    SCOPED_TRACE(example.rule);
    check(example);
  }
}

TEST(RuleExamples, EachRuleHasOne) {
  std::map<std::string_view, int> count;
  for (const RuleExample& example : rule_examples()) ++count[example.rule];
  for (const Rule* rule : all_rules()) {
    EXPECT_EQ(count[rule->slug], 1) << rule->slug << " has " << count[rule->slug] << " examples";
    EXPECT_NE(example_of(rule->slug), nullptr) << rule->slug;
  }
  for (const auto& [slug, times] : count) EXPECT_NE(find_rule(slug), nullptr) << slug << " is no rule";
  EXPECT_TRUE(std::ranges::is_sorted(rule_examples(), {}, &RuleExample::rule)) << "sort them by slug";
  EXPECT_EQ(example_of("kick.everybody"), nullptr);
}

TEST(RuleExamples, SayMoreThanTheRefusal) {
  for (const RuleExample& example : rule_examples()) {
    EXPECT_TRUE(example.says.ends_with('.')) << example.rule << " does not end its last sentence";
    const Rule* rule = find_rule(example.rule);
    ASSERT_NE(rule, nullptr) << example.rule;
    EXPECT_GT(example.says.size(), rule->message.size()) << example.rule << " says too little";
    EXPECT_LE(example.says.size(), 300U) << example.rule << " says too much";
  }
}

TEST(RuleExamples, AreRefusedByTheirRule) {
  for_each_command([](const RuleExample& example) {
    World world{rules_of(example.rules)};
    expect_accepted(world, example.given);
    const Came came = give(world, example.refused.command);
    if (example.item) {
      EXPECT_EQ(item_result(came), name_of(find_rule(example.rule)->error)) << testing::PrintToString(came);
    } else {
      EXPECT_EQ(came.rule(), example.rule) << testing::PrintToString(came);
    }
  });
}

TEST(RuleExamples, HaveATwinThatIsAccepted) {
  for_each_command([](const RuleExample& example) {
    World world{rules_of(example.allowed_rules)};
    expect_accepted(world, example.given);
    expect_accepted(world, example.first);
    const Came came = give(world, example.allowed.command);
    EXPECT_TRUE(came.accepted()) << testing::PrintToString(came);
    if (example.item) {
      EXPECT_EQ(item_result(came), "ok");
    }
  });
}

/// The fields in which two commands differ. A caller's kind belongs to the caller.
std::set<std::string> differences(const std::string& left, const std::string& right) {
  const auto fields_of = [](const std::string& line) { return boost::json::parse(line).as_object(); };
  const boost::json::object a = fields_of(left);
  const boost::json::object b = fields_of(right);
  std::set<std::string> different;
  const auto compare = [&](const boost::json::object& one, const boost::json::object& other) {
    for (const auto& field : one) {
      const auto* same = other.if_contains(field.key());
      if (same == nullptr || *same != field.value())
        different.insert(field.key() == "caller_kind" ? "caller" : std::string{field.key()});
    }
  };
  compare(a, b);
  compare(b, a);
  return different;
}

TEST(RuleExamples, DifferFromTheirTwinInOneThing) {
  for_each_command([](const RuleExample& example) {
    const std::set<std::string> fields = differences(example.refused.command, example.allowed.command);
    const std::size_t things = fields.size() + (example.first.empty() ? 0U : 1U) +
                               (example.allowed_rules != example.rules ? 1U : 0U);
    EXPECT_EQ(things, 1U) << "fields that differ: " << testing::PrintToString(fields);
  });
}

/// Whether a type's cell is closed; false for a cell that is neither a permission nor a bool.
bool is_closed(const TypeRules& type, std::string_view cell) {
  bool closed = false;
  for_each_member(type, [&](std::string_view name, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if (name != cell) return;
    if constexpr (std::is_same_v<T, Permission>)
      closed = !value.supported;
    else if constexpr (std::is_same_v<T, bool>)
      closed = !value;
    else if constexpr (requires { value.settable; })
      closed = !value.settable;
  });
  return closed;
}

TEST(RuleExamples, NameCellsOfTheRulesDocument) {
  std::set<std::string_view> cells;
  const TypeRules type;
  for_each_member(type, [&](std::string_view name, const auto&) { cells.insert(name); });
  for (const RuleExample& example : rule_examples()) {
    if (!example.cell) continue;
    const std::string_view cell{*example.cell};
    EXPECT_TRUE(cells.contains(cell.substr(0, cell.find('.')))) << example.rule << ": no cell " << cell;
  }
}

// A type whose machine does not have the command is refused without a cell. There the cell must be closed.
TEST(RuleExamples, NameTheCellThatRefused) {
  for_each_command([](const RuleExample& example) {
    const Rules rules = rules_of(example.rules);
    World world{rules};
    expect_accepted(world, example.given);
    const Came came = give(world, example.refused.command);
    if (came.tried.refusal() == nullptr) return;
    const Facts& facts = came.tried.refusal()->facts;
    if (facts.cell) {
      EXPECT_EQ(example.cell, facts.cell);
    } else if (example.cell) {
      EXPECT_EQ(came.tried.refusal()->error, Error::not_supported);
      ASSERT_TRUE(facts.type.has_value());
      EXPECT_TRUE(is_closed(*rules.find(*facts.type), *example.cell)) << *example.cell;
    }
  });
}

/// The text of every source of the tests.
std::vector<std::string> sources_of_the_tests() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{source_dir() / "tests"}) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file{entry.path()};
    texts.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return texts;
}

TEST(RuleExamples, NameATestThatExists) {
  const std::vector<std::string> sources = sources_of_the_tests();
  ASSERT_FALSE(sources.empty());
  for (const RuleExample& example : rule_examples()) {
    const auto dot = example.test.find('.');
    ASSERT_NE(dot, std::string::npos) << example.rule << ": " << example.test;
    const std::string in_brackets =
        concat('(', example.test.substr(0, dot), ", ", example.test.substr(dot + 1), ')');
    const auto found = std::ranges::find_if(sources, [&](const std::string& text) {
      return text.find("TEST" + in_brackets) != std::string::npos ||
             text.find("TEST_F" + in_brackets) != std::string::npos;
    });
    if (found == sources.end())
      ADD_FAILURE() << example.rule << ": there is no test " << example.test;
    else
      EXPECT_NE(found->find(example.rule), std::string::npos)
          << example.rule << " is not in the file of the test " << example.test;
  }
}

std::string problem_of(std::string_view line) {
  try {
    read_rule_example(line);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(RuleExamples, AreReadStrictly) {
  EXPECT_EQ(problem_of(R"({"rule":"a.b","says":"A.","given":[],"refused":{},"allowed":{},"test":"A.B"})"),
            "none");
  EXPECT_EQ(problem_of("[]"), "expected a JSON object");
  EXPECT_THAT(problem_of("{"), testing::HasSubstr("invalid JSON"));
  EXPECT_EQ(problem_of(R"({"rule":"a.b","given":[],"refused":{},"allowed":{},"test":"A.B"})"),
            "missing field `says`");
  EXPECT_EQ(
      problem_of(R"({"rule":"a.b","says":"A.","say":1,"given":[],"refused":{},"allowed":{},"test":"A.B"})"),
      "unknown field `say`; did you mean `says`?");
  EXPECT_EQ(problem_of(R"({"rule":"a.b","says":"A.","refused":{},"allowed":{},"test":"A.B"})"),
            "`given` must be an array");
  EXPECT_EQ(problem_of(R"({"rule":"a.b","says":"A.","given":[7],"refused":{},"allowed":{},"test":"A.B"})"),
            "`given[0]` must be an object");
  EXPECT_EQ(problem_of(
                R"({"rule":"a.b","says":"A.","given":[{"times":2}],"refused":{},"allowed":{},"test":"A.B"})"),
            "`given[0]` must have a command beside `times`, and nothing else");
  EXPECT_EQ(problem_of(R"({"rule":"a.b","says":"A.","given":[],"refused":"x","allowed":{},"test":"A.B"})"),
            "`refused` must be a command or an array of arguments");
}

TEST(RuleExamples, KeepCommandsAsLines) {
  const RuleExample example = read_rule_example(
      R"({"rule":"a.b","says":"A.","cell":"topics","item":true,"rules":{"types":[]},)"
      R"("given":[{"command":"A","caller":"olive"},{"times":3,"command":{"command":"B"}}],)"
      R"("refused":["show","app"],"first":[{"command":"C"}],"allowed":{"command":"D"},"test":"A.B"})");
  EXPECT_EQ(example.rule, "a.b");
  EXPECT_EQ(example.says, "A.");
  EXPECT_EQ(example.cell, "topics");
  EXPECT_TRUE(example.item);
  EXPECT_EQ(example.rules, R"({"types":[]})");
  EXPECT_EQ(example.allowed_rules, example.rules);
  ASSERT_EQ(example.given.size(), 2U);
  EXPECT_EQ(example.given[0].line, R"({"command":"A","caller":"olive"})");
  EXPECT_EQ(example.given[0].times, 1U);
  EXPECT_EQ(example.given[1].line, R"({"command":"B"})");
  EXPECT_EQ(example.given[1].times, 3U);
  EXPECT_EQ(example.refused.query, (std::vector<std::string>{"show", "app"}));
  EXPECT_EQ(example.refused.command, "");
  ASSERT_EQ(example.first.size(), 1U);
  EXPECT_EQ(example.allowed.command, R"({"command":"D"})");
}

}  // namespace
}  // namespace muster::test
