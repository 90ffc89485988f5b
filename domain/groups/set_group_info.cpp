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

/// Which cell decides about a field. A field without one is refused.
template <class T>
std::optional<CellRef> cell_of(std::string_view field) {
  if (detail::is_text<T>) return cell<&TypeRules::edit_texts>;
  if (field == "max_member_num" || field == "invite_option") return cell<&TypeRules::edit_limits>;
  if (field == "apply_join_option") return cell<&TypeRules::edit_join_option>;
  if (field == "mute_all") return cell<&TypeRules::edit_mute_all>;
  return std::nullopt;
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
  if (!any) found.invalid("", "there is nothing to set; give at least one field");
}

void require(const Decider& d, const SetGroupInfo& c, Requirements& needed) {
  const TypeRules& type = d.type();
  for_each_given(c, [&]<class T>(std::string_view field, const T&) {
    const std::optional<CellRef> cell = cell_of<T>(field);
    const Permission permission = cell ? cell->of(type) : Permission{};
    const bool settable = is_settable(type, field);
    needed.push_back({.supported = permission.supported && settable,
                      .least = permission.least,
                      .cell = permission.supported && !settable ? field : cell.value_or(CellRef{}).name,
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

bool check_state(Decider& d, const SetGroupInfo& c) {
  const std::uint32_t members = d.group().member_num;
  return !c.max_member_num || *c.max_member_num >= members ||
         d.refuse(info_below, {.count = members}, "max_member_num");
}

bool check_capacity(Decider& d, const SetGroupInfo& c) {
  if (!c.max_member_num) return true;
  const std::uint32_t ceiling = ceiling_of(d);
  return ceiling == 0 || *c.max_member_num <= ceiling ||
         d.refuse(info_ceiling, {.limit = ceiling}, "max_member_num");
}

/// Notes that a field gets another value; custom values are compared by their keys.
struct NoteChange {
  template <class T>
  void operator()(std::optional<Change<T>>& change, const T& before, const std::optional<T>& given) const {
    if (given && *given != before) change = Change<T>{before, *given};
  }
  void operator()(std::optional<Change<std::uint32_t>>& change, std::uint32_t before,
                  const std::optional<std::uint64_t>& given) const {
    (*this)(change, before, given ? std::optional{kept_limit(*given)} : std::nullopt);
  }
  void operator()(const CustomChanges&, const CustomValues&, const std::optional<CustomValues>&) const {}
};

GroupInfoChanged changes_of(const Decider& d, const SetGroupInfo& c) {
  const ProfileRow& profile = d.rows().need<ProfileRow>(d.group_id());
  GroupInfoChanged changed;
  for_each_shared_member(NoteChange{}, changed, profile, c);
  for_each_shared_member(NoteChange{}, changed, d.group(), c);
  changed.custom = custom_changes(profile.custom, c.custom, [&](const CustomKey& key) {
    return find_group_field(d.rows().app(), key)->read <= Level::member;
  });
  return changed;
}

template <class T>
bool is_set(const std::optional<Change<T>>& change) {
  return change.has_value();
}
bool is_set(const CustomChanges& changes) { return !changes.empty(); }

/// Whether something changed that is in the row: texts are in the profile's, options in the group's.
template <class Row>
bool changes(const GroupInfoChanged& e) {
  bool any = false;
  for_each_member_shared_with<Row>([&](const auto& change) { any = any || is_set(change); }, e);
  return any;
}

/// A change of several fields takes the strongest delivery among them; none for a change of nothing.
std::optional<Delivery> delivery_of(const Decider& d, const GroupInfoChanged& changed) {
  std::optional<Delivery> strongest;
  if (changes<ProfileRow>(changed)) strongest = d.delivery_of(NoticeCategory::profile_change);
  if (changes<GroupRow>(changed))
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

/// Gives a field of a row its new value.
struct TakeChange {
  template <class T>
  void operator()(const std::optional<Change<T>>& change, T& field) const {
    if (change) field = change->after;
  }
  void operator()(const CustomChanges& changes, CustomValues& values) const {
    change_custom_values(values, changes);
  }
};

void fold(Folder& f, const GroupInfoChanged& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  for_each_shared_member(TakeChange{}, e, f.group());
  f.count_info_change();
  if (changes<ProfileRow>(e))
    for_each_shared_member(TakeChange{}, e, f.rows().edit<ProfileRow>(f.group_id()));
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
                                                             .state = check_state,
                                                             .capacity = check_capacity,
                                                             .emit = emit,
                                                             .rules = rules};
constinit const EventSpec<GroupInfoChanged> GroupInfoChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
