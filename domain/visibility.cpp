#include <muster/domain/visibility.hpp>

namespace muster {

bool is_listed(const GroupRow& group, const Account& member) {
  if (!group.traits.listed || group.support_topic) return false;
  return group.life == Life::active || (group.life == Life::inactive && group.owner == member);
}

const TypeRules& column_of(const Rules& rules, const GroupRow& group) {
  if (const TypeRules* own = rules.find(group.type)) return *own;
  // The document no longer has the group's type: the built-in base holds.
  return *rules.find(TypeName{name_of(group.base)});
}

const GroupRow* existing_group(const View& rows, const GroupId& id) {
  const GroupRow* group = rows.group(id);
  if (group == nullptr && rows.profile(id) != nullptr) rows.missing(row_name<GroupRow>, key_text(id));
  return group;
}

std::optional<Refusal> check_visible(const View& rows, const GroupId& id, const Caller& caller) {
  const GroupRow* group = existing_group(rows, id);
  if (group == nullptr) return refusal("group.visible");
  if (is_gone(group->life)) {
    const bool told = caller.kind == CallerKind::app_admin ||
                      (caller.kind == CallerKind::user && rows.is_or_was_member(caller.account, id));
    if (!told) return refusal("group.visible");
    Facts facts{.type = group->type, .state = group->life};
    if (const ProfileRow* profile = rows.profile(id); profile != nullptr && profile->ending) {
      facts.by = profile->ending->by.account;
      facts.time = profile->ending->time;
    }
    return refusal("group.gone", facts);
  }
  const bool sees =
      group->life != Life::inactive || caller.kind != CallerKind::user || group->owner == caller.account;
  if (!sees) return refusal("group.visible");
  return std::nullopt;
}

const MembershipRow* membership_of(const View& rows, const GroupId& group, const Account& account) {
  if (const MembershipRow* membership = rows.membership(account, group)) return membership;
  const GroupRow* row = rows.group(group);
  if (row == nullptr || is_gone(row->life)) return nullptr;
  if (row->owner == account || (row->traits.member_profiles && rows.member(group, account) != nullptr))
    rows.missing(row_name<MembershipRow>, key_text(AccountGroup{account, group}));
  return nullptr;
}

Level level_held(const View& rows, const GroupId& group, const Caller& caller, bool personal) {
  if (caller.kind == CallerKind::app_admin && !personal) return Level::app_admin;
  if (caller.kind == CallerKind::system) return Level::anyone;
  const MembershipRow* membership = membership_of(rows, group, caller.account);
  return membership == nullptr ? Level::anyone : level_of(membership->role);
}

}  // namespace muster
