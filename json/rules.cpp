#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <muster/json/parse.hpp>
#include <muster/json/reader.hpp>
#include <muster/json/rules.hpp>
#include <muster/json/writer.hpp>

namespace muster {
namespace {

namespace json = boost::json;

/// Overwrites the members that a JSON object names and keeps all others.
class Overrides {
 public:
  template <Described T>
  void object(const json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_object();
    if (from == nullptr) return reader_.fail_type(path, "must be an object");
    for (const auto& entry : *from) {
      std::vector<std::string_view> known;
      bool found = false;
      for_each_member(into, [&](std::string_view name, auto& member) {
        known.push_back(name);
        if (entry.key() != name) return;
        found = true;
        one(entry.value(), JsonReader::join(path, name), member);
      });
      if (!found) reader_.fail_unknown(path, entry.key(), known);
    }
  }
  JsonReader& reader() { return reader_; }

 private:
  void one(const json::value& value, const std::string& path, Permission& permission) {
    // A level, or false for "not supported".
    if (const bool* flag = value.if_bool(); flag != nullptr && !*flag) {
      permission = {};
    } else {
      reader_.read(value, path, permission.least);
      permission.supported = true;
    }
  }
  template <class T>
  void one(const json::value& value, const std::string& path, T& member) {
    if constexpr (Described<T>)
      object(value, path, member);
    else
      reader_.read(value, path, member);
  }

  JsonReader reader_;
};

void override_type(Overrides& overrides, const json::value& value, std::size_t index, Rules& rules) {
  const std::string path = fmt::format("types[{}]", index);
  const auto* from = value.if_object();
  const auto* name = from == nullptr ? nullptr : from->if_contains("name");
  if (name == nullptr || !name->is_string())
    return overrides.reader().fail_type(path + ".name", "must be a string");
  const TypeName type{std::string_view{name->get_string()}};
  auto type_rules = std::ranges::find(rules.types, type, &TypeRules::name);
  if (type_rules == rules.types.end()) {
    // A new type starts as a copy of its base type.
    BaseType base{};
    overrides.reader().field(from->if_contains("base"), path + ".base", base);
    if (overrides.reader().problem()) return;
    TypeRules derived = *rules.find(TypeName{name_of(base)});
    derived.name = type;
    type_rules = rules.types.insert(rules.types.end(), derived);
  }
  overrides.object(value, path, *type_rules);
}

void override_plan(Overrides& overrides, const json::value& value, std::size_t index, Rules& rules) {
  const std::string path = fmt::format("plans[{}]", index);
  const auto* from = value.if_object();
  Edition edition{};
  overrides.reader().field(from == nullptr ? nullptr : from->if_contains("edition"), path + ".edition",
                           edition);
  const auto plan = std::ranges::find(rules.plans, edition, &PlanRules::edition);
  if (plan != rules.plans.end()) overrides.object(value, path, *plan);
}

/// A permission as a level, or false; other values as they are.
struct WriteCell {
  json::value operator()(const Permission& permission) const {
    return permission.supported ? json::value(json_name(permission.least)) : json::value(false);
  }
  template <class T>
  json::value operator()(const T& value) const {
    if constexpr (Described<T>) {
      json::object object;
      for_each_member(value, [&](const char* name, const auto& member) { object[name] = (*this)(member); });
      return object;
    } else {
      return json_of(value);
    }
  }
};

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file && !file.eof())
    throw std::runtime_error{fmt::format("cannot read the rules file `{}`", path.string())};
  return text;
}

RulesFile check_rules(std::string_view text) {
  auto parsed = parse_json(text);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) return {default_rules(), {problem->message}};
  const auto* document = std::get<json::value>(parsed).if_object();
  if (document == nullptr) return {default_rules(), {"expected a JSON object"}};

  Rules rules = default_rules();
  Overrides overrides;
  for (const auto& entry : *document) {
    const auto* list = entry.value().if_array();
    if (entry.key() != "types" && entry.key() != "plans")
      overrides.reader().fail_unknown("", entry.key(), {"types", "plans"});
    else if (list == nullptr)
      overrides.reader().fail_type(std::string{entry.key()}, "must be an array");
    else
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (entry.key() == "types")
          override_type(overrides, (*list)[i], i, rules);
        else
          override_plan(overrides, (*list)[i], i, rules);
      }
  }
  std::vector<std::string> problems;
  if (const auto& problem = overrides.reader().problem())
    problems.push_back(problem->message);
  else
    problems = problems_of(rules);
  return {std::move(rules), std::move(problems)};
}

}  // namespace

Rules read_rules(std::string_view text) {
  RulesFile read = check_rules(text);
  if (!read.problems.empty()) throw std::runtime_error{read.problems.front()};
  return std::move(read.rules);
}

Rules read_rules_file(const std::filesystem::path& path) {
  const std::string text = text_of_file(path);
  try {
    return read_rules(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error{fmt::format("rules file `{}`: {}", path.string(), error.what())};
  }
}

RulesFile check_rules_file(const std::filesystem::path& path) { return check_rules(text_of_file(path)); }

json::object rules_object(const Rules& rules) {
  json::object document;
  json::array& types = document["types"].emplace_array();
  for (const TypeRules& type : rules.types) types.push_back(WriteCell{}(type));
  json::array& plans = document["plans"].emplace_array();
  for (const PlanRules& plan : rules.plans) plans.push_back(WriteCell{}(plan));
  return document;
}

}  // namespace muster
