#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <muster/cli/rule_pages.hpp>
#include <muster/cli/rules.hpp>
#include <muster/cli/streams.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/domain/rule_catalog.hpp>
#include <muster/json/rule_examples.hpp>
#include <muster/json/rules.hpp>
#include <muster/json/suggestions.hpp>
#include <muster/json/writer.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

constexpr int has_problems = 3;

/// What the word `default` names is the built-in document.
Rules document_named(const std::string& name) {
  return name.empty() || name == "default" ? default_rules() : read_rules_file(name);
}

int export_rules(const std::string& file) {
  RowOutput output{Format::json};
  output.print(rules_object(document_named(file)));
  output.finish();
  return 0;
}

int check_rules(const std::string& file) {
  RowOutput output{Format::json};
  const RulesFile read = check_rules_file(file);
  for (const std::string& problem : read.problems)
    output.print({{"problem", "refused"}, {"message", problem}});
  const std::vector<std::string> doubts =
      read.problems.empty() ? doubts_of(read.rules) : std::vector<std::string>{};
  for (const std::string& doubt : doubts) output.print({{"problem", "doubtful"}, {"message", doubt}});
  const std::size_t found = read.problems.size() + doubts.size();
  output.print({{"problems", found}});
  output.finish();
  return found == 0 ? 0 : has_problems;
}

/// A cell of a document, as a rules file has it: what it is about, its name, its value.
struct Cell {
  std::string kind;  // `type` or `plan`
  std::string of;
  std::string name;
  json::value value;
};

void flatten(const json::object& object, const std::string& kind, const std::string& of,
             const std::string& prefix, std::vector<Cell>& cells) {
  for (const auto& member : object) {
    const std::string name = prefix + std::string{std::string_view{member.key()}};
    if (const auto* nested = member.value().if_object())
      flatten(*nested, kind, of, name + ".", cells);
    else
      cells.push_back({kind, of, name, member.value()});
  }
}

std::vector<Cell> cells_of(const Rules& rules) {
  std::vector<Cell> cells;
  const json::object document = rules_object(rules);
  for (const auto& [list, kind, key] : {std::tuple{"types", "type", "name"}, {"plans", "plan", "edition"}})
    for (const json::value& entry : document.at(list).as_array())
      flatten(entry.as_object(), kind, std::string{std::string_view{entry.at(key).as_string()}}, "", cells);
  return cells;
}

const Cell* find(const std::vector<Cell>& cells, const Cell& like) {
  const auto found = std::ranges::find_if(cells, [&](const Cell& cell) {
    return cell.kind == like.kind && cell.of == like.of && cell.name == like.name;
  });
  return found == cells.end() ? nullptr : &*found;
}

/// The levels that a permission lets do something; none for what is no permission.
std::vector<Level> allowed_by(const json::value& value) {
  std::vector<Level> levels;
  const auto* text = value.if_string();
  const auto least = text == nullptr ? std::nullopt : from_name<Level>(std::string_view{*text});
  for (const auto& [level, name] : names<Level>)
    if (least && level >= *least) levels.push_back(level);
  return levels;
}

json::array names_of_missing(const std::vector<Level>& levels, const std::vector<Level>& in) {
  json::array missing;
  for (const Level level : levels)
    if (std::ranges::find(in, level) == in.end()) missing.push_back(json::value(json_name(level)));
  return missing;
}

int diff_rules(const std::string& from, const std::string& to) {
  RowOutput output{Format::json};
  const std::vector<Cell> before = cells_of(document_named(from));
  const std::vector<Cell> after = cells_of(document_named(to));
  const auto print = [&](const Cell& cell, const Cell* old, const Cell* now) {
    json::object line{{cell.kind, cell.of},
                      {"cell", cell.name},
                      {"from", old == nullptr ? json::value(nullptr) : old->value},
                      {"to", now == nullptr ? json::value(nullptr) : now->value}};
    const auto allowed = old == nullptr ? std::vector<Level>{} : allowed_by(old->value);
    const auto allows = now == nullptr ? std::vector<Level>{} : allowed_by(now->value);
    if (auto gain = names_of_missing(allows, allowed); !gain.empty()) line["gain"] = std::move(gain);
    if (auto lose = names_of_missing(allowed, allows); !lose.empty()) line["lose"] = std::move(lose);
    output.print(std::move(line));
  };
  for (const Cell& cell : before) {
    const Cell* now = find(after, cell);
    if (now == nullptr || now->value != cell.value) print(cell, &cell, now);
  }
  for (const Cell& cell : after)
    if (find(before, cell) == nullptr) print(cell, nullptr, &cell);
  output.finish();
  return 0;
}

void print(const std::string& text) {
  if (!write_all(STDOUT_FILENO, text))
    throw std::system_error{errno, std::generic_category(), "cannot write the output"};
}

// muster rules

struct ShowOptions {
  std::string file;
  std::string type;
  std::string format = "table";
  std::string slug;
};

const TypeRules& type_named(const Rules& rules, const std::string& name) {
  if (const TypeRules* type = rules.find(TypeName{name})) return *type;
  std::string known;
  for (const TypeRules& type : rules.types)
    known += fmt::format("{}{}", known.empty() ? "" : ", ", type.name.view());
  throw UsageError{fmt::format("`{}` is not a type of these rules, which have: {}", name, known)};
}

int show_rules(const ShowOptions& options) {
  const Rules rules = document_named(options.file);
  const TypeRules* type = options.type.empty() ? nullptr : &type_named(rules, options.type);
  std::string text;
  if (options.format == "table") {
    for (const RuleTable& table : rule_tables(rules, type))
      text += (text.empty() ? "" : "\n") + to_text(table);
  } else if (options.format == "json") {
    text = json::serialize(to_json(rule_tables(rules, type))) + '\n';
  } else {
    const Diagram as = options.format == "dot" ? Diagram::dot : Diagram::mermaid;
    for (const auto& [base, name] : names<BaseType>)
      if (type == nullptr || type->base == base) text += (text.empty() ? "" : "\n") + state_diagram(base, as);
  }
  print(text);
  return 0;
}

// muster rules --explain

const Rule& rule_named(const std::string& slug) {
  if (const Rule* rule = find_rule(slug)) return *rule;
  std::vector<std::string_view> known;
  for (const Rule* rule : all_rules()) known.push_back(rule->slug);
  const std::string nearest = did_you_mean(slug, known);
  throw UsageError{fmt::format("there is no rule `{}`{}", shortened(slug),
                               nearest.empty() ? "; `muster rules` lists them" : nearest)};
}

/// What can be typed to see the example happen.
std::string text_of(const ExampleRequest& request) {
  return request.query.empty() ? request.command : fmt::format("muster {}", fmt::join(request.query, " "));
}
std::string text_of(const std::vector<ExampleCommand>& commands) {
  std::string text;
  for (const ExampleCommand& command : commands)
    text += fmt::format("  {}{}\n", command.line,
                        command.times == 1 ? "" : fmt::format("   ({} times)", command.times));
  return text;
}

json::array objects_of(const std::vector<ExampleCommand>& commands) {
  json::array objects;
  for (const ExampleCommand& command : commands)
    for (std::size_t i = 0; i < command.times; ++i) objects.push_back(json::parse(command.line));
  return objects;
}
/// A command as an object, a query as the tool's arguments.
json::value value_of(const ExampleRequest& request) {
  return request.query.empty() ? json::parse(request.command) : json::value_from(request.query);
}

json::object explained(const Rule& rule, const RuleExample& example) {
  json::object object{{"rule", rule.slug},
                      {"error", json_name(rule.error)},
                      {"code", code_of(rule.error)},
                      {"section", rule.section},
                      {"message", rule.message},
                      {"says", example.says},
                      {"test", example.test},
                      {"given", objects_of(example.given)},
                      {"refused", value_of(example.refused)},
                      {"first", objects_of(example.first)},
                      {"allowed", value_of(example.allowed)}};
  if (example.cell) object["cell"] = *example.cell;
  if (!example.rules.empty()) object["rules"] = example.rules;
  if (example.allowed_rules != example.rules) object["allowed_rules"] = example.allowed_rules;
  return object;
}

std::string explanation(const Rule& rule, const RuleExample& example) {
  std::string text =
      fmt::format("{}: {} {}, docs/rules.md section {}\n{}\n\n{}\n\n", rule.slug, name_of(rule.error),
                  code_of(rule.error), rule.section, rule.message, example.says);
  if (example.cell) text += fmt::format("Cell of the rules document: {}\n", *example.cell);
  text += fmt::format("Test: {}\n\n", example.test);
  if (!example.rules.empty()) text += fmt::format("Under the rules file\n  {}\n", example.rules);
  if (!example.given.empty()) text += "Given\n" + text_of(example.given);
  text += fmt::format("{}\n  {}\n", example.item ? "this refuses its item" : "this is refused",
                      text_of(example.refused));
  if (example.allowed_rules != example.rules)
    text += fmt::format("and under {}\n  {}\n",
                        example.allowed_rules.empty() ? "the built-in rules" : "the rules file",
                        example.allowed_rules);
  else if (!example.first.empty())
    text += "and after\n" + text_of(example.first);
  else
    text += "and ";
  return text + fmt::format("this is accepted\n  {}\n", text_of(example.allowed));
}

int explain(const ShowOptions& options) {
  const Rule& rule = rule_named(options.slug);
  const RuleExample* example = example_of(rule.slug);
  if (example == nullptr) throw std::logic_error{fmt::format("the rule `{}` has no example", rule.slug)};
  print(options.format == "json" ? json::serialize(explained(rule, *example)) + '\n'
                                 : explanation(rule, *example));
  return 0;
}

}  // namespace

void add_rules(CLI::App& app, Action& chosen) {
  CLI::App* rules = app.add_subcommand("rules",
                                       "Print the rules as tables: what each type has, limits, notices, "
                                       "commands, errors and state machines. Or explain a "
                                       "rule; or export, check or compare rules documents");
  rules->require_subcommand(0, 1);
  const auto show = std::make_shared<ShowOptions>();
  rules->add_option("--rules", show->file, "The built-in rules with the overrides in FILE")
      ->type_name("FILE");
  rules->add_option("--type", show->type, "Only what concerns one type")->type_name("T");
  rules->add_option("--format", show->format, "Tables as text or JSON; or the state machines as diagrams")
      ->check(one_of({"table", "json", "mermaid", "dot"}))
      ->type_name("table|json|mermaid|dot")
      ->default_str("table");
  rules
      ->add_option("--explain", show->slug,
                   "What the rule of this slug says, with an example of each outcome")
      ->type_name("SLUG");
  rules->callback([&chosen, rules, show] {
    if (!rules->get_subcommands().empty()) {
      // A subcommand has options of its own: these would be ignored.
      for (const char* option : {"--rules", "--type", "--format", "--explain"})
        if (rules->count(option) != 0)
          throw UsageError{fmt::format(
              "`{}` goes with `muster rules` alone, or behind the subcommand if that has it", option)};
      return;
    }
    if (!show->slug.empty() && (rules->count("--type") != 0 || rules->count("--rules") != 0))
      throw UsageError{"--explain tells of a rule: it goes without --type and --rules"};
    if (!show->slug.empty() && (show->format == "mermaid" || show->format == "dot"))
      throw UsageError{"--explain prints text (--format table) or JSON (--format json)"};
    const bool explains = rules->count("--explain") != 0;
    chosen = [show, explains] { return explains ? explain(*show) : show_rules(*show); };
  });
  const auto first = std::make_shared<std::string>();
  const auto second = std::make_shared<std::string>();

  CLI::App* exported = rules->add_subcommand(
      "export",
      "Print a whole document as JSON, in the form that --rules reads: the built-in one, or FILE's");
  exported->add_option("--rules", *first, "The built-in rules with the overrides in FILE")->type_name("FILE");
  exported->callback([&chosen, first] { chosen = [first] { return export_rules(*first); }; });

  CLI::App* check = rules->add_subcommand("check",
                                          "Say what is wrong with a rules file, a line for each problem. "
                                          "Status 3 if there is any: `refused` ones are "
                                          "not loaded, `doubtful` ones are, and are probably not meant");
  check->add_option("file", *first, "The rules file")->required()->type_name("FILE");
  check->callback([&chosen, first] { chosen = [first] { return check_rules(*first); }; });

  CLI::App* diff = rules->add_subcommand(
      "diff", "Say cell by cell how two rules files differ, and which levels gain or lose the right");
  diff->add_option("from", *first, "A rules file, or `default` for the built-in rules")
      ->required()
      ->type_name("FILE");
  diff->add_option("to", *second, "The same")->required()->type_name("FILE");
  diff->callback(
      [&chosen, first, second] { chosen = [first, second] { return diff_rules(*first, *second); }; });
}

}  // namespace muster::cli
