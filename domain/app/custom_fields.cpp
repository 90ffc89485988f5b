#include <algorithm>

#include <muster/domain/app/custom_fields.hpp>

namespace muster {

const GroupField* find_group_field(const AppRow& app, const CustomKey& key) {
  const auto found = std::ranges::find(app.group_fields, key, &GroupField::key);
  return found == app.group_fields.end() ? nullptr : &*found;
}

const MemberField* find_member_field(const AppRow& app, const TypeName& type, const CustomKey& key) {
  const auto found = std::ranges::find_if(
      app.member_fields, [&](const MemberField& field) { return field.type == type && field.key == key; });
  return found == app.member_fields.end() ? nullptr : &*found;
}

const CustomValues& values_of(const std::optional<CustomValues>& custom) {
  static const CustomValues none;
  return custom ? *custom : none;
}

bool check_new_field(Decider& d, const CustomKey& key, bool defined, std::size_t there, std::size_t most) {
  if (defined) return d.refuse(field_defined, {.key = std::string{key.view()}}, "key");
  return there < most || d.refuse(field_limit, {.count = there, .limit = most});
}

bool check_known(Decider& d, const std::optional<CustomValues>& custom,
                 const std::function<bool(const CustomKey&)>& known) {
  return std::ranges::all_of(values_of(custom), [&](const auto& entry) {
    return known(entry.first) || d.refuse(custom_known, {.key = std::string{entry.first.view()}}, "custom");
  });
}

bool refuse_custom_write(Decider& d, const CustomKey& key, Level needed) {
  return d.refuse(custom_write, {.level_needed = needed, .key = std::string{key.view()}}, "custom");
}

CustomChanges custom_changes(const CustomValues& present, const std::optional<CustomValues>& set,
                             const std::function<bool(const CustomKey&)>& announced) {
  CustomChanges changes;
  for (const auto& [key, value] : values_of(set)) {
    const auto found = present.find(key);
    const std::string before = found == present.end() ? std::string{} : found->second;
    if (before != value) changes.emplace(key, CustomChange{before, value, announced(key)});
  }
  return changes;
}

}  // namespace muster
