#include "reference/trial.hpp"

// Section 7: roles, leaving, removing; section 10: members' own data.
namespace muster::reference {

void Trial::operator()(const QuitGroup& c) {
  in_group(c.group, Acts::for_itself);
  people_only();
  level(Level::member, "quit.member", "quit.member");
  revision();
  const bool owner = group().owner == caller();
  need(!owner || type().owner_may_quit, "quit.owner");
  if (refused()) return;

  if (owner) {
    group().owner = Account{};
    ++group().info_seq;
    group().last_info_time = time_;
  }
  const bool abandoned = owner && group().life == GroupState::inactive;
  left({caller()});
  if (!abandoned || !group().alive()) return;
  happened("GroupRecycled");
  end(GroupState::recycled);
}

template <class Users, class Refuse>
void Trial::remove(const Users& users, Refuse refuse) {
  std::vector<Account> gone;
  for (const Account& user : users) {
    const bool there = member(user) != nullptr && std::ranges::find(gone, user) == gone.end();
    const std::string_view error = there ? refuse(user) : "TargetNotMember";
    item(user, error.empty() ? "ok" : error);
    if (error.empty()) gone.push_back(user);
  }
  if (!gone.empty()) left(gone);
}

void Trial::operator()(const KickMembers& c) {
  in_group(c.group);
  need(type().kick.has_value(), "kick.type");
  people_only();
  level(type().kick, "kick.member", "kick.level");
  revision();
  if (refused()) return;

  remove(c.users, [&](const Account& user) -> std::string_view {
    return user == group().owner || !outranks(user) ? "NotPermitted" : "";
  });
}

void Trial::operator()(const SweepOfflineMembers& c) {
  in_group(c.group);
  need(type().sweeps, "sweep.type");
  system_only();
  need(state_.app.sweep.contains(type().name), "sweep.off");
  revision();
  if (refused()) return;

  remove(c.users, [&](const Account& user) -> std::string_view {
    return user == group().owner ? "NotPermitted" : "";
  });
}

void Trial::operator()(const SetMemberRole& c) {
  in_group(c.group);
  need(type().set_role.has_value(), "role.type");
  people_only();
  level(type().set_role, "role.member", "role.level");
  revision();
  Member* target = member(c.user);
  need(target != nullptr, "role.target");
  need(target == nullptr || target->role != Role::owner, "role.owner");
  if (refused() || target->role == c.role) return;

  target->role = c.role;
  happened("RoleChanged");
  announce(NoticeCategory::member_profile_change);
}

void Trial::operator()(const SetMemberInfo& c) {
  in_group(c.group);
  const Account user = c.user.value_or(caller());
  const bool own = user == caller();
  need(type().member_profiles, "member-info.type");
  const auto fields = state_.app.member_fields.find(type().name);
  const auto field = [&](const CustomKey& key) -> const FieldLevels* {
    if (fields == state_.app.member_fields.end()) return nullptr;
    const auto found = fields->second.find(key);
    return found == fields->second.end() ? nullptr : &found->second;
  };
  if (c.custom)
    for (const auto& [key, value] : *c.custom) need(field(key) != nullptr, "custom.known");
  people_only();
  level(own ? type().edit_own : type().edit_others, "member-info.member", "member-info.level");
  if (c.custom)
    for (const auto& [key, value] : *c.custom) {
      const FieldLevels* levels = field(key);
      if (levels == nullptr) continue;
      need((own && levels->self_write) || caller_level() >= levels->write, "custom.write");
    }
  revision();
  Member* target = member(user);
  need(target != nullptr, "member-info.target");
  need(own || outranks(user), "member-info.rank");
  if (refused()) return;

  bool changed = change_text(target->name_card, c.name_card);
  changed = change_custom(target->custom, c.custom) || changed;
  if (changed) happened("MemberInfoChanged");
}

void Trial::operator()(const SetReceiveOption& c) {
  in_group(c.group, Acts::for_itself);
  need(type().member_profiles, "receive-option.type");
  people_only();
  level(Level::member, "receive-option.member", "receive-option.level");
  revision();
  if (refused()) return;

  if (change(member(caller())->msg_flag, std::optional{c.option})) happened("ReceiveOptionChanged");
}

}  // namespace muster::reference
