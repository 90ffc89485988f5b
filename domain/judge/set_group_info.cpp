#include <algorithm>

#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

/// A field that the command sets: whether the type lets it be set, and from which level.
struct Need {
  bool supported;
  Level least;
  std::string_view field;
  Slug unsupported = "info.type";
};

std::vector<Need> needs_of(const Judgement& j, const SetGroupInfo& c) {
  const TypeRules& type = j.type();
  std::vector<Need> needs;
  const auto add = [&](bool given, const Cell& cell, bool settable, std::string_view field) {
    if (given) needs.push_back({cell.supported && settable, cell.least, field});
  };
  add(c.name.has_value(), type.edit_texts, true, "name");
  add(c.introduction.has_value(), type.edit_texts, true, "introduction");
  add(c.notification.has_value(), type.edit_texts, true, "notification");
  add(c.face_url.has_value(), type.edit_texts, true, "face_url");
  add(c.max_member_num.has_value(), type.edit_limits, true, "max_member_num");
  add(c.apply_join_option.has_value(), type.edit_join_option, type.apply_join_option.settable,
      "apply_join_option");
  add(c.invite_option.has_value(), type.edit_limits, type.invite_option.settable, "invite_option");
  add(c.mute_all.has_value(), type.edit_mute_all, true, "mute_all");
  // Nobody could answer what would be asked.
  const auto asks = [&](bool needs_permission, std::string_view field) {
    if (needs_permission)
      needs.push_back({type.applications.supported, Level::anyone, field, "applications.type"});
  };
  asks(c.apply_join_option == JoinOption::need_permission, "apply_join_option");
  asks(c.invite_option == InviteOption::need_permission, "invite_option");
  return needs;
}

const GroupField* field_of(const Judgement& j, const CustomKey& key) {
  const auto& fields = j.rows().app().group_fields;
  const auto found = std::ranges::find(fields, key, &GroupField::key);
  return found == fields.end() ? nullptr : &*found;
}

/// The ceiling of the plan; a Community that exists keeps the one that made it possible.
std::uint32_t ceiling_of(const Judgement& j) {
  switch (j.group().traits.quota) {
    case QuotaClass::avchatrooms: return 0;
    case QuotaClass::communities:
      return std::max(std::ranges::max(j.rules().plans, {}, &PlanRules::community_members).community_members,
                      j.group().max_member_num);
    case QuotaClass::groups: break;
  }
  return j.rows().app().member_cap;
}

bool limits_hold(Judgement& j, const SetGroupInfo& c) {
  if (!c.max_member_num) return true;
  const GroupRow& group = j.group();
  if (*c.max_member_num < group.member_num)
    return j.refuse("info.below", {.count = group.member_num}, "max_member_num");
  const std::uint32_t ceiling = ceiling_of(j);
  return ceiling == 0 || *c.max_member_num <= ceiling ||
         j.refuse("info.ceiling", {.limit = ceiling}, "max_member_num");
}

template <class T, class Given>
void note(std::optional<Change<T>>& change, const T& before, const std::optional<Given>& given) {
  if (given && *given != before) change = Change<T>{before, *given};
}

/// Where there is no ceiling, numbers over the largest that is kept mean that one.
std::optional<std::uint32_t> limit_of(const SetGroupInfo& c) {
  if (!c.max_member_num) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(*c.max_member_num, std::uint32_t(-1)));
}

GroupInfoChanged changes_of(const Judgement& j, const SetGroupInfo& c) {
  const GroupRow& group = j.group();
  const ProfileRow& profile = j.rows().need<ProfileRow>(j.group_id());
  GroupInfoChanged changed;
  note(changed.name, profile.name, c.name);
  note(changed.introduction, profile.introduction, c.introduction);
  note(changed.notification, profile.notification, c.notification);
  note(changed.face_url, profile.face_url, c.face_url);
  note(changed.max_member_num, group.max_member_num, limit_of(c));
  note(changed.apply_join_option, group.apply_join_option, c.apply_join_option);
  note(changed.invite_option, group.invite_option, c.invite_option);
  note(changed.mute_all, group.mute_all, c.mute_all);
  changed.custom = custom_changes(profile.custom, c.custom, [&](const CustomKey& key) {
    return field_of(j, key)->read <= Level::member;
  });
  return changed;
}

/// A change of several fields takes the strongest delivery among them; none for a change of nothing.
std::optional<Delivery> delivery_of(const Judgement& j, const GroupInfoChanged& changed) {
  const bool profile = changed.name || changed.introduction || changed.notification || changed.face_url ||
                       !changed.custom.empty();
  const bool option =
      changed.max_member_num || changed.apply_join_option || changed.invite_option || changed.mute_all;
  std::optional<Delivery> strongest;
  if (profile) strongest = j.delivery_of(NoticeCategory::profile_change);
  if (option)
    strongest = std::max(strongest.value_or(Delivery::off), j.delivery_of(NoticeCategory::option_change));
  return strongest;
}

}  // namespace

bool judge(Judgement& j, const SetGroupInfo& c) {
  const std::vector<Need> needs = needs_of(j, c);
  for (const Need& need : needs)
    if (!j.supports(need.supported, need.unsupported, need.field)) return false;
  Level needed = Level::anyone;
  std::string_view asking;  // the field that asks for the most
  const auto ask = [&](Level least, std::string_view field) {
    if (least > needed || asking.empty()) asking = field;
    needed = std::max(needed, least);
  };
  for (const Need& need : needs) ask(need.least, need.field);
  for (const auto& [key, value] : c.custom.value_or(CustomValues{})) {
    const GroupField* field = field_of(j, key);
    if (field == nullptr) return j.refuse("custom.known", {.key = std::string{key.view()}}, "custom");
    ask(field->write, "custom");
  }
  return j.not_system() && j.reaches(needed, "info.member", "info.level", asking) &&
         j.at_expected_revision() && limits_hold(j, c);
}

void perform(Judgement& j, const SetGroupInfo& c) {
  GroupInfoChanged changed = changes_of(j, c);
  const auto delivery = delivery_of(j, changed);
  if (!delivery) return;
  changed.announcement = j.announce(*delivery);
  j.record(std::move(changed));
}

}  // namespace muster
