#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/lifecycle/machines.hpp>
#include <muster/domain/planted.hpp>
#include <muster/domain/planted_rows.hpp>
#include <muster/domain/rules/rules.hpp>

namespace muster::planted {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

/// What MUSTER_MUTANT chooses: a number, or a name.
const std::string& chosen_name() {
  static const std::string name = variable("MUSTER_MUTANT");
  return name;
}
int chosen_number() {
  static const int number = [] {
    const std::string& name = chosen_name();
    const bool is_number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? std::stoi(name) : -1;
  }();
  return number;
}

/// What the process met, written to the file that MUSTER_MUTANTS names, when the process ends.
class Record {
 public:
  Record() : path_(variable("MUSTER_MUTANTS")) {}
  ~Record() {
    if (path_.empty()) return;
    std::ofstream out{path_};
    for (std::size_t fault = 0; fault < reached_.size(); ++fault)
      if (reached_[fault]) out << "reached " << fault << '\n';
    for (const std::string& name : names_) out << name << '\n';
    for (const auto& [base, type] : muster::names<BaseType>)
      for (const lifecycle::RowInfo& row : lifecycle::rows_of(base))
        if (!row.command.empty())
          out << "machine " << type << (row.any_state ? "" : concat(".", name_of(row.from))) << '.'
              << row.command << '\n';
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  [[nodiscard]] bool wanted() const { return !path_.empty(); }
  void reach(std::size_t fault) {
    if (reached_.size() <= fault) reached_.resize(fault + 1);
    reached_[fault] = true;
  }
  void name(std::string name) { names_.insert(std::move(name)); }

 private:
  std::string path_;
  std::vector<bool> reached_;
  std::set<std::string> names_;
};
Record& record() {
  static Record record;
  return record;
}

/// Whether the fault of that name is awake.
bool named(const std::string& name) {
  if (record().wanted()) record().name(name);
  return chosen_name() == name;
}

// Every other value that a cell can have.

void change(bool& value, const std::string& name) {
  if (named(concat(name, " = ", value ? "no" : "yes"))) value = !value;
}
void change(std::uint32_t& value, const std::string& name) {
  const std::uint32_t before = value;
  if (named(concat(name, " = ", before + 1))) value = before + 1;
  if (before > 0 && named(concat(name, " = ", before - 1))) value = before - 1;
}
template <NamedEnum E>
void change(E& value, const std::string& name) {
  const E before = value;
  for (const auto& [other, text] : muster::names<E>)
    if (other != before && named(concat(name, " = ", text))) value = other;
}
void change(Permission& cell, const std::string& name) {
  const Permission before = cell;
  if (before.supported && named(concat(name, " = none"))) cell = {};
  for (const Level level : {Level::member, Level::admin, Level::owner, Level::app_admin})
    if (!(before.supported && before.least == level) && named(concat(name, " = ", name_of(level))))
      cell = {.supported = true, .least = level};
}
void change(TypeName&, const std::string&) {}
void change(BaseType&, const std::string&) {}
void change(Edition&, const std::string&) {}
template <Described T>
void change(T& object, const std::string& name) {
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) { change(object.*member.pointer, concat(name, ".", member.name)); });
}

/// A field without its places in lists.
std::string pattern_of(std::string_view field) {
  std::string pattern;
  bool place = false;
  for (const char c : field) {
    if (c == '[') place = true;
    if (!place) pattern += c;
    if (c == ']') place = false;
  }
  return pattern;
}
std::size_t bound(std::string_view field, std::size_t value, const char* which) {
  if (!record().wanted() && !chosen_name().starts_with("limit ")) return value;
  const std::string name = concat("limit ", pattern_of(field), " ", which, " = ");
  if (named(concat(name, value + 1))) return value + 1;
  if (value > 0 && named(concat(name, value - 1))) return value - 1;
  return value;
}

}  // namespace

bool chosen(int fault) {
  static const bool wanted = record().wanted();
  if (wanted) record().reach(static_cast<std::size_t>(fault));
  static const int number = chosen_number();
  return fault == number;
}

Rules changed(Rules rules) {
  for (TypeRules& type : rules.types) change(type, concat("cell ", type.name.view()));
  for (PlanRules& plan : rules.plans) change(plan, concat("plan ", name_of(plan.edition)));
  return rules;
}

std::size_t low(std::string_view field, std::size_t min, std::size_t) { return bound(field, min, "min"); }
std::size_t high(std::string_view field, std::size_t, std::size_t max) { return bound(field, max, "max"); }

bool row_is_missing(BaseType base, GroupState from, const Command& command) {
  if (!chosen_name().starts_with("machine ")) return false;
  const std::string_view name =
      std::visit([]<class C>(const C&) -> std::string_view { return C::persisted.name; }, command);
  return chosen_name() == concat("machine ", name_of(base), ".", name) ||
         chosen_name() == concat("machine ", name_of(base), ".", name_of(from), ".", name);
}

}  // namespace muster::planted
