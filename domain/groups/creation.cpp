#include <algorithm>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/groups/creation.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

/// The service's number for an id that the caller's own living group has.
constexpr std::uint32_t own_group_code = 10025;

void check_new_id(ArgumentChecker& found, const GroupId& group, BaseType base) {
  const std::string_view id = group.view();
  if (base == BaseType::community) {
    if (!id.starts_with(community_mark) || id.size() == community_mark.size())
      found.bad_group_id("group", "must start with `@TGS#_`, with something after it, for a Community");
  } else if (id.starts_with(assigned_mark)) {
    found.bad_group_id("group", "must not start with `@TGS#`, which is reserved for assigned ids");
  }
}

Account owner_of(const Decider& d, const CreateGroup& c) {
  if (c.owner) return *c.owner;
  return d.kind() == CallerKind::user ? d.caller() : Account{};
}

std::uint32_t ceiling_of(const Decider& d) {
  return member_ceiling(d, d.type().quota, d.plan().community_members);
}
std::uint64_t max_members_of(const Decider& d, const CreateGroup& c) {
  return c.max_member_num.value_or(ceiling_of(d));
}

/// A group that begins inactive counts against its owner's quota only.
bool check_joined_quotas(Decider& d, const Account& owner, const Joiners& joiners) {
  if (!d.type().joined_quota) return true;
  return (owner.empty() || check_joined_quota(d, owner)) &&
         std::ranges::all_of(joiners,
                             [&](const Joiner& joiner) { return check_joined_quota(d, joiner.user); });
}

bool check_id_is_free(Decider& d) {
  const GroupRow* used = existing_group(d.rows(), d.group_id());
  if (used == nullptr) return true;
  d.refuse(create_id, {}, "group");
  if (d.kind() == CallerKind::user && used->owner == d.caller() && is_alive(used))
    d.override_code(own_group_code);
  return false;
}

}  // namespace

void check_creation_arguments(ArgumentChecker& found, const CreateGroup& c) {
  if (c.max_member_num && *c.max_member_num < 1) found.invalid("max_member_num", "is 0; must be at least 1");
  const TypeRules* type = found.rules().find(c.type);
  if (type == nullptr) return;
  if (c.group) check_new_id(found, *c.group, type->base);
  if (!c.members || c.members->size() > c.members->items_max) return;
  for (std::size_t i = 0; i < c.members->size(); ++i) {
    const auto role = (*c.members)[i].role.value_or(Role::member);
    if (role == Role::owner)
      found.invalid(concat("members[", i, "].role"), "must be `Member` or `Admin`; `owner` names the owner");
    if (role == Role::admin && !type->has_admins)
      found.invalid(concat("members[", i, "].role"),
                    concat("must be `Member`; a ", type->name.view(), " group has no admins"));
  }
}

Joiners initial_members(const Decider& d, const CreateGroup& c) {
  Joiners joiners;
  if (!c.members) return joiners;
  const Account owner = owner_of(d, c);
  for (const InitialMember& member : *c.members) {
    const bool repeated = std::ranges::find(joiners, member.user, &Joiner::user) != joiners.end();
    if (member.user != owner && !repeated)
      joiners.push_back({member.user, member.role.value_or(Role::member)});
  }
  return joiners;
}

void require_for_creation(const Decider& d, const CreateGroup& c, Requirements& needed) {
  const TypeRules& type = d.type();
  const auto need = [&](bool given, bool supported, std::string_view cell, std::string_view field,
                        const Rule& rule) {
    if (given) needed.push_back({.supported = supported, .cell = cell, .field = field, .unsupported = &rule});
  };
  need(c.max_member_num.has_value(), type.edit_limits.supported, "edit_limits", "max_member_num",
       type_setting);
  need(c.apply_join_option.has_value(), type.apply_join_option.settable, "apply_join_option",
       "apply_join_option", type_setting);
  need(c.invite_option.has_value(), type.invite_option.settable, "invite_option", "invite_option",
       type_setting);
  if (c.apply_join_option == JoinOption::need_permission)
    needed.push_back(applications_supported(type, "apply_join_option"));
  if (c.invite_option == InviteOption::need_permission)
    needed.push_back(applications_supported(type, "invite_option"));
  need(c.members && !c.members->empty(), type.initial_members, "initial_members", "members", type_members);
  need(c.support_topic.value_or(false), type.topics, "topics", "support_topic", type_topics);
}

bool check_creation_supported(Decider& d, const CreateGroup& c) {
  return check_known(d, c.custom,
                     [&](const CustomKey& key) { return find_group_field(d.rows().app(), key) != nullptr; });
}

bool check_creation_permitted(Decider& d, const CreateGroup& c) {
  if (d.kind() == CallerKind::user && c.owner && *c.owner != d.caller())
    return d.refuse(create_owner, {.user = *c.owner}, "owner");
  for (const auto& [key, value] : values_of(c.custom)) {
    const Level needed = find_group_field(d.rows().app(), key)->write;
    if (d.level() < needed) return refuse_custom_write(d, key, needed);
  }
  return true;
}

bool check_creation_state(Decider& d, const CreateGroup&) {
  if (d.type().quota == QuotaClass::communities && ceiling_of(d) == 0)
    return d.refuse(create_plan, {}, "type");
  return check_id_is_free(d);
}

bool check_creation_capacity(Decider& d, const CreateGroup& c, bool begins_inactive) {
  const std::uint32_t ceiling = ceiling_of(d);
  const std::uint64_t most = max_members_of(d, c);
  if (ceiling != 0 && most > ceiling) return d.refuse(create_ceiling, {.limit = ceiling}, "max_member_num");
  const Account owner = owner_of(d, c);
  const Joiners joiners = initial_members(d, c);
  const std::uint64_t members = joiners.size() + (owner.empty() ? 0 : 1);
  if (most != 0 && members > most)
    return d.refuse(create_capacity, {.count = members, .limit = most}, "members");
  return check_joined_quotas(d, owner, begins_inactive ? Joiners{} : joiners) && check_group_quotas(d);
}

GroupCreated created_group(const Decider& d, const CreateGroup& c) {
  const TypeRules& type = d.type();
  const Account owner = owner_of(d, c);
  GroupCreated created;
  copy_shared_members(c, created);
  created.type = type.name;
  created.base = type.base;
  created.traits = {.member_profiles = type.member_profiles,
                    .listed = type.joined_list,
                    .counted = type.joined_quota,
                    .quota = type.quota,
                    .msg_flag = type.msg_flag};
  created.life = d.first_state();
  created.owner = owner;
  created.max_member_num = kept_limit(max_members_of(d, c));
  created.apply_join_option = c.apply_join_option.value_or(type.apply_join_option.initial);
  created.invite_option = c.invite_option.value_or(type.invite_option.initial);
  created.to_owner = owner.empty() ? Delivery::off : Delivery::push_and_store;
  created.custom.clear();
  for (const auto& [key, value] : values_of(c.custom))
    if (!value.empty()) created.custom.emplace(key, value);
  return created;
}

bool begin_group(Folder& f, const GroupCreated& e, TimeMs create_time, MsgSeq next_msg_seq) {
  if (!f.in_group() || f.rows().find<GroupRow>(f.group_id()) != nullptr) return false;
  GroupRow& row = f.group();
  copy_shared_members(e, row);
  row.life = e.life == GroupState::inactive ? GroupState::inactive : GroupState::active;
  row.create_time = create_time;
  row.last_info_time = create_time;
  row.next_msg_seq = std::max<MsgSeq>(next_msg_seq, 1);
  f.rows().put<GroupByTypeRow>({e.type, f.group_id()}, {});
  copy_shared_members(e, f.rows().put<ProfileRow>(f.group_id(), {}));
  count_group_begun(f, e.traits.quota);
  if (e.owner.empty()) return true;
  add_member(f, e.owner, Role::owner, create_time);
  f.group().had_owner = true;
  return true;
}

}  // namespace muster
