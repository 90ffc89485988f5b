#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include <muster/json/parse.hpp>
#include <muster/json/reader.hpp>
#include <muster/json/rules.hpp>

namespace muster {
namespace {

namespace json = boost::json;

/// Overwrites the members of a struct that the object has; all others stay.
class Overrides {
 public:
  template <Described T>
  void object(const json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_object();
    if (from == nullptr) return reader_.refuse(path, "must be an object");
    for (const auto& entry : *from) {
      bool known = false;
      for_each_member(into, [&](const char* name, auto& member) {
        if (entry.key() != name) return;
        known = true;
        one(entry.value(), JsonReader::join(path, name), member);
      });
      if (!known) reader_.refuse(JsonReader::join(path, entry.key()), "is no field of this");
    }
  }
  JsonReader& reader() { return reader_; }

 private:
  void one(const json::value& value, const std::string& path, Permission& cell) {
    // A cell is a level, or false for "no such operation".
    if (const bool* flag = value.if_bool(); flag != nullptr && !*flag) {
      cell = {};
    } else {
      reader_.read(value, path, cell.least);
      cell.supported = true;
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
    return overrides.reader().refuse(path + ".name", "is missing, or no string");
  const TypeName type{std::string_view{name->get_string()}};
  auto type_rules = std::ranges::find(rules.types, type, &TypeRules::name);
  if (type_rules == rules.types.end()) {
    // A new type starts as its base.
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

}  // namespace

Rules read_rules(std::string_view text) {
  auto parsed = parse_json(text);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) throw std::runtime_error{problem->message};
  const auto* document = std::get<json::value>(parsed).if_object();
  if (document == nullptr) throw std::runtime_error{"the file must hold one JSON object"};

  Rules rules = default_rules();
  Overrides overrides;
  for (const auto& entry : *document) {
    const auto* list = entry.value().if_array();
    if (entry.key() != "types" && entry.key() != "plans")
      overrides.reader().refuse(std::string{entry.key()}, "is no field of a rules file");
    else if (list == nullptr)
      overrides.reader().refuse(std::string{entry.key()}, "must be a list");
    else
      for (std::size_t i = 0; i < list->size(); ++i) {
        if (entry.key() == "types")
          override_type(overrides, (*list)[i], i, rules);
        else
          override_plan(overrides, (*list)[i], i, rules);
      }
  }
  if (const auto& problem = overrides.reader().problem()) throw std::runtime_error{message_of(*problem)};
  if (const auto problems = problems_of(rules); !problems.empty()) throw std::runtime_error{problems.front()};
  return rules;
}

Rules read_rules_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file && !file.eof())
    throw std::runtime_error{fmt::format("cannot read the rules file `{}`", path.string())};
  try {
    return read_rules(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error{fmt::format("rules file `{}`: {}", path.string(), error.what())};
  }
}

}  // namespace muster
