#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <muster/cli/rule_pages.hpp>

namespace muster::cli {
namespace {

constexpr std::string_view made = "*Made by `./dev docs` from the code; do not edit.*";

/// The file of a type, without its ending.
std::string file_of(const TypeRules& type) {
  std::string name{type.name.view()};
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

std::string section(const RuleTable& table, std::string_view before = {}) {
  return fmt::format("\n## {}\n\n{}{}", table.title, before, to_markdown(table));
}

std::string type_page(const Rules& rules, const TypeRules& type) {
  std::string text =
      fmt::format("# {}\n\n{} All types: [README.md](README.md). Errors: [errors.md](errors.md).\n",
                  type.name.view(), made);
  for (const RuleTable& table : rule_tables(rules, &type)) {
    const std::string picture =
        fmt::format("![The states of a {} group]({}.svg)\n\n", type.name.view(), file_of(type));
    text += section(table, table.name == "machines" ? picture : std::string{});
  }
  return text;
}

}  // namespace

std::vector<RulePage> rule_pages() {
  const Rules& rules = default_rules();
  std::vector<RulePage> pages;
  std::string index = fmt::format(
      "# The rules as tables\n\n{} The same for any rules file: `muster rules --rules FILE`. What the rules "
      "mean is in\n"
      "[rules.md](../rules.md).\n\nA page for each type:",
      made);
  for (const TypeRules& type : rules.types)
    index += fmt::format("{} [{}]({}.md)", &type == &rules.types.front() ? "" : " ·", type.name.view(),
                         file_of(type));
  index +=
      ". All refusals: [errors.md](errors.md). Where each row of the\n"
      "service's published tables is enforced and tested: [published.md](published.md).\n";
  std::string refusals = fmt::format(
      "# Errors\n\n{} Every rule that can refuse, by its error. `muster rules --explain SLUG` shows an "
      "example of each.\n",
      made);
  for (const RuleTable& table : rule_tables(rules))
    (table.name == "errors" ? refusals : index) += section(table);
  pages.push_back({"README.md", std::move(index)});
  pages.push_back({"errors.md", std::move(refusals)});
  for (const TypeRules& type : rules.types) {
    pages.push_back({file_of(type) + ".md", type_page(rules, type)});
    pages.push_back({file_of(type) + ".svg", state_diagram(type.base, Diagram::svg)});
  }
  return pages;
}

}  // namespace muster::cli
