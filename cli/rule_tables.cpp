#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <muster/cli/rule_pages.hpp>
#include <muster/domain/commands.hpp>
#include <muster/domain/core/command_spec.hpp>
#include <muster/domain/lifecycle/machines.hpp>
#include <muster/domain/rule_catalog.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view nothing = "–";

/// Calls `visit(std::type_identity<C>{})` for every command.
template <class Visit>
void for_each_command(Visit&& visit) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(visit);
}

// ---- cells

template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? "yes" : "no";
  else if constexpr (std::is_same_v<T, Permission>)
    return std::string{value.supported ? name_of(value.least) : nothing};
  else if constexpr (requires { value.settable; })
    return fmt::format("{}{}", name_of(value.initial), value.settable ? ", settable" : "");
  else if constexpr (std::is_same_v<T, NoticeRule>)
    return fmt::format("{}{}", name_of(value.initial),
                       value.fixed ? ", fixed"
                       : value.at_most < Delivery::push_and_store
                           ? fmt::format(", at most {}", name_of(value.at_most))
                           : "");
  else if constexpr (NamedEnum<T>)
    return std::string{name_of(value)};
  else if constexpr (std::is_integral_v<T>)
    return std::to_string(value);
  else
    return std::string{value.view()};
}

using Types = std::vector<const TypeRules*>;

RuleTable with_types(std::string name, std::string title, std::string first, const Types& types) {
  RuleTable table{std::move(name), std::move(title), {std::move(first)}, {}};
  for (const TypeRules* type : types) table.columns.emplace_back(type->name.view());
  return table;
}

/// A row for each member of `Object`, with the values of all objects; their names, and what has a table of
/// its own, apart.
template <class Object>
void add_members(RuleTable& table, const std::vector<const Object*>& objects) {
  for_each_member(*objects.front(), [&]<class T>(std::string_view name, const T&) {
    if constexpr (!std::is_same_v<T, TypeName> && !std::is_same_v<T, Edition> &&
                  !std::is_same_v<T, NoticeRules>) {
      std::vector<std::string> row{std::string{name}};
      for (const Object* object : objects)
        for_each_member(*object, [&]<class U>(std::string_view other, const U& value) {
          if constexpr (std::is_same_v<T, U>)
            if (other == name) row.push_back(text_of(value));
        });
      table.rows.push_back(std::move(row));
    }
  });
}

RuleTable cells(const Types& types) {
  RuleTable table =
      with_types("cells", "Cells: what a type has, and the least level that may do it", "cell", types);
  add_members(table, types);
  return table;
}

RuleTable notices(const Types& types) {
  RuleTable table = with_types("notices", "Notices: how they are delivered", "category", types);
  std::vector<const NoticeRules*> deliveries;
  for (const TypeRules* type : types) deliveries.push_back(&type->notices);
  add_members(table, deliveries);
  return table;
}

// ---- machines

RuleTable machines(const Types& types) {
  RuleTable table{"machines",
                  "State machines: which commands a type has, and what moves a group",
                  {"type", "from", "command or condition", "to"},
                  {}};
  for (const TypeRules* type : types) {
    std::vector<std::string_view> staying;
    for (const lifecycle::RowInfo& row : lifecycle::rows_of(type->base)) {
      if (row.any_state) {
        staying.push_back(row.command);
        continue;
      }
      table.rows.push_back({std::string{type->name.view()}, std::string{name_of(row.from)},
                            std::string{row.command.empty() ? row.condition : row.command},
                            std::string{name_of(row.to)}});
    }
    table.rows.push_back(
        {std::string{type->name.view()}, "living", fmt::format("{}", fmt::join(staying, ", ")), "the same"});
  }
  return table;
}

// ---- limits

RuleTable plans(const Rules& rules) {
  RuleTable table{"plans", "Plans; 0: any number, in `community_members`: none", {"figure"}, {}};
  std::vector<const PlanRules*> editions;
  for (const PlanRules& plan : rules.plans) {
    table.columns.emplace_back(name_of(plan.edition));
    editions.push_back(&plan);
  }
  add_members(table, editions);
  return table;
}

template <class T>
std::string limit_of() {
  if constexpr (detail::is_optional<T>)
    return limit_of<typename T::value_type>();
  else if constexpr (requires { T::items_max; })
    return fmt::format("{} to {} items", T::items_min, T::items_max);
  else if constexpr (requires { T::bytes_min; })
    return fmt::format("{} to {} bytes", T::bytes_min, T::bytes_max);
  else if constexpr (requires { T::bytes_max; })
    return fmt::format("1 to {} bytes", T::bytes_max);
  else
    return {};
}

RuleTable limits() {
  RuleTable table{"limits", "Limits of fields", {"field", "limit", "commands"}, {}};
  std::map<std::pair<std::string, std::string>, std::vector<std::string_view>> commands;
  for_each_command([&]<class C>(std::type_identity<C>) {
    const C blank{};
    for_each_member(blank, [&]<class T>(const char* name, const T&) {
      if (const std::string limit = limit_of<T>(); !limit.empty())
        commands[{name, limit}].push_back(persisted<C>.name);
    });
  });
  for (const auto& [field, names] : commands)
    table.rows.push_back({field.first, field.second, fmt::format("{}", fmt::join(names, ", "))});
  return table;
}

// ---- commands and errors

std::string_view callers_of(Callers callers) {
  switch (callers) {
    case Callers::people: return "users, app admins";
    case Callers::app_admins: return "app admins";
    case Callers::system: break;
  }
  return "system";
}

std::string_view stream_of(StreamKind kind) {
  switch (kind) {
    case StreamKind::app: return "app";
    case StreamKind::account: return "account";
    case StreamKind::group: break;
  }
  return "group";
}

RuleTable commands() {
  RuleTable table{
      "commands",
      "Commands; every command can also meet the rules of arguments, visibility, callers and revisions",
      {"command", "callers", "acting", "stream", "cell", "rules"},
      {}};
  for_each_command([&]<class C>(std::type_identity<C>) {
    std::vector<std::string_view> slugs;
    for (const Rule* rule : C::spec.rules) slugs.push_back(rule->slug);
    std::ranges::sort(slugs);
    table.rows.push_back({std::string{persisted<C>.name}, std::string{callers_of(C::spec.callers)},
                          C::spec.acting == Acting::by_role ? "by role" : "for oneself",
                          std::string{stream_of(C::spec.stream)},
                          std::string{C::spec.cell.of == nullptr ? nothing : C::spec.cell.name},
                          slugs.empty() ? std::string{nothing} : fmt::format("{}", fmt::join(slugs, ", "))});
  });
  std::ranges::sort(table.rows);
  return table;
}

RuleTable refusals() {
  RuleTable table{"errors", "Errors", {"error", "code", "rule", "section", "message", "commands"}, {}};
  std::map<std::string_view, std::vector<std::string_view>> commands;
  for_each_command([&]<class C>(std::type_identity<C>) {
    for (const Rule* rule : C::spec.rules) commands[rule->slug].push_back(persisted<C>.name);
  });
  for (const ErrorInfo& error : errors)
    for (const Rule* rule : all_rules())
      if (rule->error == error.error)
        table.rows.push_back({error.name, std::to_string(error.code), std::string{rule->slug},
                              std::string{rule->section}, std::string{rule->message},
                              fmt::format("{}", fmt::join(commands[rule->slug], ", "))});
  return table;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string{"\\|"} : std::string{c};
  return out;
}

}  // namespace

std::vector<RuleTable> rule_tables(const Rules& rules, const TypeRules* type) {
  Types types;
  for (const TypeRules& each : rules.types)
    if (type == nullptr || &each == type) types.push_back(&each);
  std::vector<RuleTable> tables{cells(types), notices(types), machines(types)};
  if (type != nullptr) return tables;
  for (RuleTable table : {plans(rules), limits(), commands(), refusals()}) tables.push_back(std::move(table));
  return tables;
}

std::string to_text(const RuleTable& table) {
  std::vector<std::size_t> widths(table.columns.size());
  const auto measure = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  };
  measure(table.columns);
  for (const auto& row : table.rows) measure(row);
  std::string text = table.title + '\n';
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add(table.columns);
  for (const auto& row : table.rows) add(row);
  return text;
}

std::string to_markdown(const RuleTable& table) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    for (const std::string& cell : row) text += fmt::format("| {} ", escaped(cell));
    text += "|\n";
  };
  add(table.columns);
  add(std::vector<std::string>(table.columns.size(), "---"));
  for (const auto& row : table.rows) add(row);
  return text;
}

json::object to_json(const std::vector<RuleTable>& tables) {
  json::object object;
  for (const RuleTable& table : tables) {
    json::array rows;
    for (const auto& row : table.rows) {
      json::object entry;
      for (std::size_t i = 0; i < row.size(); ++i) entry[table.columns[i]] = row[i];
      rows.push_back(std::move(entry));
    }
    object[table.name] = std::move(rows);
  }
  return object;
}

}  // namespace muster::cli
