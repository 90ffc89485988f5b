#include <algorithm>

#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/groups/member_ceiling.hpp>
#include <muster/domain/membership/applications.hpp>

namespace muster {
namespace {

constexpr Rule info_type{"info.type", Error::not_supported, "2",
                         "this group type does not support changing this field"};
constexpr Rule info_member{"info.member", Error::not_member, "8",
                           "you must be a member to change this field"};
constexpr Rule info_level{"info.level", Error::not_permitted, "8",
                          "your level is too low to change this field"};
constexpr Rule info_below{"info.below", Error::invalid_argument, "8",
                          "`max_member_num` is below the number of members"};
constexpr Rule info_ceiling{"info.ceiling", Error::plan_member_limit, "8",
                            "`max_member_num` is above what the plan allows"};
constexpr std::array<const Rule*, 7> rules{&info_type,    &info_member,       &info_level,  &info_below,
                                           &info_ceiling, &applications_type, &custom_known};

/// Which cell decides about a field; the texts' one for those that are not named here.
CellRef cell_of(std::string_view field) {
  if (field == "max_member_num" || field == "invite_option") return cell<&TypeRules::edit_limits>;
  if (field == "apply_join_option") return cell<&TypeRules::edit_join_option>;
  if (field == "mute_all") return cell<&TypeRules::edit_mute_all>;
  return cell<&TypeRules::edit_texts>;
}
/// Whether a type that has the field lets it be changed.
bool is_settable(const TypeRules& type, std::string_view field) {
  if (field == "apply_join_option") return type.apply_join_option.settable;
  if (field == "invite_option") return type.invite_option.settable;
  return true;
}

/// Calls `visit(name, value)` for each field that the command sets, the custom ones apart.
template <class Visit>
void for_each_given(const SetGroupInfo& c, Visit&& visit) {
  for_each_member(c, [&]<class T>(std::string_view name, const T& field) {
    if constexpr (!std::is_same_v<T, GroupId> && !std::is_same_v<T, std::optional<CustomValues>>)
      if (field) visit(name, *field);
  });
}

void check_arguments(ArgumentChecker& found, const SetGroupInfo& c) {
  if (c.max_member_num && *c.max_member_num < 1) found.invalid("max_member_num", "is 0; must be at least 1");
  bool any = !values_of(c.custom).empty();
  for_each_given(c, [&](std::string_view, const auto&) { any = true; });
  if (!any) found.invalid("", "the command names no field to set; give at least one");
}

void require(const Decider& d, const SetGroupInfo& c, Requirements& needed) {
  const TypeRules& type = d.type();
  for_each_given(c, [&](std::string_view field, const auto&) {
    const CellRef cell = cell_of(field);
    const Permission permission = cell.of(type);
    const bool settable = is_settable(type, field);
    needed.push_back({.supported = permission.supported && settable,
                      .least = permission.least,
                      .cell = permission.supported && !settable ? field : cell.name,
                      .field = field});
  });
  if (c.apply_join_option == JoinOption::need_permission)
    needed.push_back(applications_supported(type, "apply_join_option"));
  if (c.invite_option == InviteOption::need_permission)
    needed.push_back(applications_supported(type, "invite_option"));
  for (const auto& [key, value] : values_of(c.custom))
    if (const GroupField* field = find_group_field(d.rows().app(), key))
      needed.push_back({.least = field->write, .field = "custom"});
}

bool check_supported(Decider& d, const SetGroupInfo& c) {
  return check_known(d, c.custom,
                     [&](const CustomKey& key) { return find_group_field(d.rows().app(), key) != nullptr; });
}

/// The ceiling of the plan; a Community that exists keeps the one that made it possible.
std::uint32_t ceiling_of(const Decider& d) {
  const std::uint32_t best =
      std::ranges::max(d.rules().plans, {}, &PlanRules::community_members).community_members;
  return member_ceiling(d, d.group().traits.quota, std::max(best, d.group().max_member_num));
}

bool check_capacity(Decider& d, const SetGroupInfo& c) {
  if (!c.max_member_num) return true;
  const GroupRow& group = d.group();
  if (*c.max_member_num < group.member_num)
    return d.refuse(info_below, {.count = group.member_num}, "max_member_num");
  const std::uint32_t ceiling = ceiling_of(d);
  return ceiling == 0 || *c.max_member_num <= ceiling ||
         d.refuse(info_ceiling, {.limit = ceiling}, "max_member_num");
}

template <class T, class Given>
void note(std::optional<Change<T>>& change, const T& before, const std::optional<Given>& given) {
  if (given && *given != before) change = Change<T>{before, *given};
}

GroupInfoChanged changes_of(const Decider& d, const SetGroupInfo& c) {
  const GroupRow& group = d.group();
  const ProfileRow& profile = d.rows().need<ProfileRow>(d.group_id());
  GroupInfoChanged changed;
  note(changed.name, profile.name, c.name);
  note(changed.introduction, profile.introduction, c.introduction);
  note(changed.notification, profile.notification, c.notification);
  note(changed.face_url, profile.face_url, c.face_url);
  const auto limit = c.max_member_num ? std::optional{kept_limit(*c.max_member_num)} : std::nullopt;
  note(changed.max_member_num, group.max_member_num, limit);
  note(changed.apply_join_option, group.apply_join_option, c.apply_join_option);
  note(changed.invite_option, group.invite_option, c.invite_option);
  note(changed.mute_all, group.mute_all, c.mute_all);
  changed.custom = custom_changes(profile.custom, c.custom, [&](const CustomKey& key) {
    return find_group_field(d.rows().app(), key)->read <= Level::member;
  });
  return changed;
}

bool changes_profile(const GroupInfoChanged& e) {
  return e.name || e.introduction || e.notification || e.face_url || !e.custom.empty();
}

/// A change of several fields takes the strongest delivery among them; none for a change of nothing.
std::optional<Delivery> delivery_of(const Decider& d, const GroupInfoChanged& changed) {
  const bool option =
      changed.max_member_num || changed.apply_join_option || changed.invite_option || changed.mute_all;
  std::optional<Delivery> strongest;
  if (changes_profile(changed)) strongest = d.delivery_of(NoticeCategory::profile_change);
  if (option)
    strongest = std::max(strongest.value_or(Delivery::off), d.delivery_of(NoticeCategory::option_change));
  return strongest;
}

void emit(Decider& d, const SetGroupInfo& c) {
  GroupInfoChanged changed = changes_of(d, c);
  const auto delivery = delivery_of(d, changed);
  if (!delivery) return;
  changed.announcement = d.announce(*delivery);
  d.record(std::move(changed));
}

void fold(Folder& f, const GroupInfoChanged& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  GroupRow& row = f.group();
  if (e.max_member_num) row.max_member_num = e.max_member_num->after;
  if (e.apply_join_option) row.apply_join_option = e.apply_join_option->after;
  if (e.invite_option) row.invite_option = e.invite_option->after;
  if (e.mute_all) row.mute_all = e.mute_all->after;
  f.count_info_change();
  if (!changes_profile(e)) return;
  ProfileRow& profile = f.rows().edit<ProfileRow>(f.group_id());
  if (e.name) profile.name = e.name->after;
  if (e.introduction) profile.introduction = e.introduction->after;
  if (e.notification) profile.notification = e.notification->after;
  if (e.face_url) profile.face_url = e.face_url->after;
  change_custom_values(profile.custom, e.custom);
}

void announce(Announcer& to, const GroupInfoChanged& e) {
  Notice& notice = to.to_members(NoticeName::on_group_info_changed, e.announcement);
  notice.info = e;
  std::erase_if(notice.info->custom, [](const auto& entry) { return !entry.second.announced; });
}

}  // namespace

constinit const CommandSpec<SetGroupInfo> SetGroupInfo::spec{.arguments = check_arguments,
                                                             .require = require,
                                                             .unsupported = &info_type,
                                                             .outside = &info_member,
                                                             .below = &info_level,
                                                             .supported = check_supported,
                                                             .capacity = check_capacity,
                                                             .emit = emit,
                                                             .rules = rules};
constinit const EventSpec<GroupInfoChanged> GroupInfoChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
