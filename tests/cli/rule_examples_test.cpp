#include <fstream>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <muster/json/rule_examples.hpp>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

// The examples of rules that refuse queries, by the tool. Those of commands run in
// json/rule_examples_test.cpp.
namespace muster::test {
namespace {

/// A store in which what an example needs has happened.
class GivenStore {
 public:
  explicit GivenStore(const RuleExample& example) {
    std::vector<std::string> arguments{"apply", "--db", db(), "--durability", "os"};
    if (!example.rules.empty()) {
      const std::string rules = (folder_.path() / "rules.json").string();
      std::ofstream{rules, std::ios::binary} << example.rules;
      arguments.insert(arguments.end(), {"--rules", rules});
    }
    std::string input;
    for (const ExampleCommand& command : example.given)
      for (std::size_t i = 0; i < command.times; ++i) input += command.line + '\n';
    const Ran ran = run_muster(arguments, input);
    EXPECT_EQ(ran.status, 0) << ran.error;
    EXPECT_EQ(ran.output.find(R"("ok":false)"), std::string::npos) << ran.output;
  }

  /// The lines that the tool prints.
  [[nodiscard]] std::vector<boost::json::object> ask(std::vector<std::string> query) const {
    query.insert(query.end(), {"--db", db()});
    const Ran ran = run_muster(query);
    EXPECT_EQ(ran.status, 0) << ran.error;
    std::vector<boost::json::object> lines;
    for (const std::string& line : lines_of(ran.output))
      lines.push_back(boost::json::parse(line).as_object());
    return lines;
  }

 private:
  [[nodiscard]] std::string db() const { return (folder_.path() / "store").string(); }
  TempFolder folder_;
};

/// The text of a member; empty when there is none.
std::string text_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? std::string{} : std::string{std::string_view{value->as_string()}};
}

void expect_refused(const RuleExample& example, const std::vector<boost::json::object>& lines) {
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(text_in(lines[0], "rule"), example.rule) << boost::json::serialize(lines[0]);
  const auto* facts = lines[0].if_contains("facts");
  EXPECT_EQ(facts == nullptr ? "" : text_in(facts->as_object(), "cell"), example.cell.value_or(""));
}

TEST(RuleExamplesOfQueries, AreRefusedByTheirRuleAndHaveATwinThatIsAnswered) {
  std::size_t queries = 0;
  for (const RuleExample& example : rule_examples()) {
    if (example.refused.query.empty()) continue;
    ++queries;
    SCOPED_TRACE(example.rule);
    // A query changes nothing, so that the twin is asked of the same store.
    EXPECT_TRUE(example.first.empty());
    EXPECT_EQ(example.allowed_rules, example.rules);
    const GivenStore store{example};
    expect_refused(example, store.ask(example.refused.query));
    const auto answer = store.ask(example.allowed.query);
    EXPECT_FALSE(answer.empty()) << "shows nothing";
    for (const boost::json::object& line : answer)
      EXPECT_FALSE(line.contains("ok")) << boost::json::serialize(line);
  }
  EXPECT_NE(queries, 0U);
}

}  // namespace
}  // namespace muster::test
