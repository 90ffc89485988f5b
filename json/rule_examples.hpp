#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

/// For each rule of the catalogue: what it says, and a command or query that it refuses beside one that it
/// does not. Written in rule_examples.jsonl, which is compiled in.
namespace muster {

/// A command, as `muster apply` reads it.
struct ExampleCommand {
  std::string line;
  std::size_t times = 1;  // given so many times in a row
};

/// What a rule decides about: a command or a query. The other one is empty.
struct ExampleRequest {
  std::string command;             // a line for `muster apply`
  std::vector<std::string> query;  // arguments of the tool, without `--db DIR`: `show`, `members`, ...
};

/// Why a rule exists, shown in a small group of olive, its owner, adam, its admin, and mia, a member. otto is
/// outside, and root is an app admin.
struct RuleExample {
  std::string rule;  // the slug
  std::string says;  // what is needed and why, in a few sentences
  /// The cell of the rules document that decides, if one does; for a part of a cell as in `facts.cell`:
  /// `notices.member_change`.
  std::optional<std::string> cell;
  std::string test;  // the name of a test that pins the rule, as ctest prints it

  /// In a new store, all of `given` is accepted. Then the rule refuses `refused`; if `item` is set, it
  /// refuses the only item of its list.
  std::vector<ExampleCommand> given;
  ExampleRequest refused;
  bool item = false;
  std::string rules;  // the rules file for all this; empty: the built-in rules

  /// In another new store, `given`, `first` and `allowed` are accepted under `allowed_rules`. One thing
  /// differs from what was refused: a field of the command, what comes first, or the rules.
  std::vector<ExampleCommand> first;
  ExampleRequest allowed;
  std::string allowed_rules;  // those of `rules`, unless the rules are the difference
};
BOOST_DESCRIBE_STRUCT(RuleExample, (), (rule, says, cell, test))

/// Every example, by slug; one for each rule of all_rules().
/// Threads  any
const std::vector<RuleExample>& rule_examples();
/// Null when no rule has the slug.
const RuleExample* example_of(std::string_view slug);

/// Reads one line of rule_examples.jsonl. Throws std::runtime_error that says what is wrong with it.
RuleExample read_rule_example(std::string_view line);
/// The lines of the file. Defined in a source file that cmake/embed_lines.cmake writes.
extern const std::span<const std::string_view> rule_example_lines;

}  // namespace muster
