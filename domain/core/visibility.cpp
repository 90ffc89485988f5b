#include <muster/domain/core/visibility.hpp>

namespace muster {

bool is_listed(const GroupRow& group, const Account& member) {
  if (!group.traits.listed || group.support_topic) return false;
  return is_visible_to_member(group, member);
}

const TypeRules& type_rules_of(const Rules& rules, const GroupRow& group) {
  // A document may give the name to a type with another base, whose machine does not have the group's states.
  if (const TypeRules* own = rules.find(group.type); own != nullptr && own->base == group.base) return *own;
  // The document no longer has the group's type: the built-in base holds.
  return *rules.find(TypeName{name_of(group.base)});
}

const GroupRow* existing_group(const View& rows, const GroupId& id) {
  const GroupRow* group = rows.find<GroupRow>(id);
  if (group == nullptr && rows.find<ProfileRow>(id) != nullptr)
    rows.missing(GroupRow::info.name, key_text(id));
  return group;
}

std::optional<Refusal> check_visible(const View& rows, const GroupId& id, const Caller& caller) {
  const GroupRow* group = existing_group(rows, id);
  if (group == nullptr) return refusal(group_visible);
  if (has_ended(group->life)) {
    const bool told = caller.kind == CallerKind::app_admin ||
                      (caller.kind == CallerKind::user && rows.is_or_was_member(caller.account, id));
    if (!told) return refusal(group_visible);
    Facts facts{.type = group->type, .state = group->life};
    if (const ProfileRow* profile = rows.find<ProfileRow>(id); profile != nullptr && profile->ending) {
      facts.by = profile->ending->by.account;
      facts.time = profile->ending->time;
    }
    return refusal(group_gone, facts);
  }
  const bool sees = group->life != GroupState::inactive || caller.kind != CallerKind::user ||
                    group->owner == caller.account;
  if (!sees) return refusal(group_visible);
  return std::nullopt;
}

const MembershipRow* membership_of(const View& rows, const GroupId& group, const Account& account) {
  if (const MembershipRow* membership = rows.find<MembershipRow>({account, group})) return membership;
  const GroupRow* row = rows.find<GroupRow>(group);
  if (row == nullptr || has_ended(row->life)) return nullptr;
  if (row->owner == account ||
      (row->traits.member_profiles && rows.find<MemberProfileRow>({group, account}) != nullptr))
    rows.missing(MembershipRow::info.name, key_text(AccountGroup{account, group}));
  return nullptr;
}

Level level_of(const View& rows, const GroupId& group, const Caller& caller, Acting acting) {
  if (caller.kind == CallerKind::app_admin && acting == Acting::by_role) return Level::app_admin;
  if (caller.kind == CallerKind::system) return Level::anyone;
  const MembershipRow* membership = membership_of(rows, group, caller.account);
  return membership == nullptr ? Level::anyone : level_of(membership->role);
}

}  // namespace muster
