#include <algorithm>

#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

const Account& target_of(const Judgement& j, const SetMemberInfo& c) { return c.user ? *c.user : j.caller(); }
bool is_own(const Judgement& j, const SetMemberInfo& c) { return target_of(j, c) == j.caller(); }

const MemberField* field_of(const Judgement& j, const CustomKey& key) {
  const auto& fields = j.rows().app().member_fields;
  const auto found = std::ranges::find_if(
      fields, [&](const MemberField& field) { return field.type == j.type().name && field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

bool fields_exist(Judgement& j, const SetMemberInfo& c) {
  if (!j.supports(keeps_members(j), "member-info.type")) return false;
  const CustomValues custom = c.custom.value_or(CustomValues{});
  if (!j.supports(custom.empty() || j.type().member_custom_fields, "member-info.type", "custom"))
    return false;
  return std::ranges::all_of(custom, [&](const auto& entry) {
    return field_of(j, entry.first) != nullptr ||
           j.refuse("custom.known", {.key = std::string{entry.first.view()}}, "custom");
  });
}

/// Others' data is changed from Admin up, where there are admins, else by the owner.
bool caller_may(Judgement& j, const SetMemberInfo& c) {
  const Level least = is_own(j, c) ? Level::member : j.type().has_admins ? Level::admin : Level::owner;
  if (!j.not_system() || !j.reaches(least, "member-info.member", "member-info.level")) return false;
  for (const auto& [key, value] : c.custom.value_or(CustomValues{})) {
    const MemberField& field = *field_of(j, key);
    if (j.level() < field.write && !(is_own(j, c) && field.self_write))
      return j.refuse("custom.write", {.level_needed = field.write, .key = std::string{key.view()}},
                      "custom");
  }
  return true;
}

}  // namespace

bool judge(Judgement& j, const SetMemberInfo& c) {
  if (!fields_exist(j, c) || !caller_may(j, c) || !j.at_expected_revision()) return false;
  const Account& target = target_of(j, c);
  if (rank_of(j, target) == Level::anyone) return j.refuse("member-info.target", {.user = target});
  return is_own(j, c) || rank_of(j, target) < j.level() || j.refuse("member-info.rank", {.user = target});
}

void perform(Judgement& j, const SetMemberInfo& c) {
  const Account& target = target_of(j, c);
  const MemberRow& row = j.rows().need<MemberRow>({j.group_id(), target});
  MemberInfoChanged changed{.user = target, .name_card = {}, .custom = {}};
  if (c.name_card && *c.name_card != row.name_card)
    changed.name_card = Change<NameCard>{row.name_card, *c.name_card};
  changed.custom = custom_changes(row.custom, c.custom, [](const CustomKey&) { return false; });
  if (changed.name_card || !changed.custom.empty()) j.record(std::move(changed));
}

}  // namespace muster
