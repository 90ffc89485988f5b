#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <muster/domain/rules/rules.hpp>

/// The rules as people read them: made of the rules document, the specifications of the commands, the
/// catalogue of rules and the state machines, so that nothing in it is written twice.
namespace muster::cli {

/// A table of texts: its name in JSON, a title, the heads of its columns, and rows of as many cells.
struct RuleTable {
  std::string name;
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The tables of a document, of one type or of all: what the types have and from which level, deliveries of
/// notices, state machines, plans, limits of fields, commands, errors.
/// type  one that the document has
std::vector<RuleTable> rule_tables(const Rules& rules, const TypeRules* type = nullptr);
/// As text in columns.
std::string to_text(const RuleTable& table);
/// As Markdown, without the title.
std::string to_markdown(const RuleTable& table);
/// All tables as one JSON object, a list of objects for each.
boost::json::object to_json(const std::vector<RuleTable>& tables);

/// How a machine moves groups of a built-in type, as a diagram.
enum class Diagram : unsigned char { mermaid = 1, dot = 2, svg = 3 };
std::string state_diagram(BaseType base, Diagram as);

/// A generated file of docs/rules/.
struct RulePage {
  std::string name;
  std::string text;
};
/// All of them, for the built-in document.
std::vector<RulePage> rule_pages();

}  // namespace muster::cli
