#include <algorithm>

#include "reference/trial.hpp"

// Section 5: the life of a group; section 8: its profile.
namespace muster::reference {
namespace {

/// The initial members without repeats, of which the first counts, and without the owner.
std::map<Account, Role> without_repeats(const auto& members, const Account& owner) {
  std::map<Account, Role> roles;
  if (!members) return roles;
  for (const InitialMember& member : *members)
    if (member.user != owner) roles.emplace(member.user, member.role.value_or(Role::member));
  return roles;
}

Texts texts_of(const auto& c) {
  const auto text = [](const auto& given) { return given ? given->value : std::string{}; };
  return {c.name.value, text(c.introduction), text(c.notification), text(c.face_url)};
}

}  // namespace

void Trial::quotas(const TypeColumn& type) {
  const GroupCounts counts = state_.counts();
  if (type.name == "AVChatRoom")
    need(plan().avchatrooms == 0 || state_.app.avchatrooms_unlimited ||
             counts.avchatrooms < plan().avchatrooms,
         "quota.avchatrooms");
  else if (type.name == "Community")
    need(counts.communities < communities_max, "quota.groups");
  else
    need(plan().groups == 0 || counts.groups < plan().groups, "quota.groups");
  const auto today = state_.days.find(day_of(envelope_.at));
  const std::int64_t grown = today == state_.days.end() ? 0 : today->second.created - today->second.ended;
  need(grown < groups_a_day, "quota.day");
}

/// The state of a group that CreateGroup or ImportGroup makes, after what both check.
template <class C>
void Trial::create(const C& c) {
  constexpr bool imported = std::is_same_v<C, ImportGroup>;
  const TypeColumn& type = *type_column(c.type.view());
  const bool by_user = envelope_.caller.kind == CallerKind::user;
  const Account owner = by_user ? caller() : c.owner.value_or(Account{});
  const std::map<Account, Role> members = without_repeats(c.members, owner);

  need(!imported || type.imports, "import.type");
  need(!c.max_member_num || type.edit_limits, "type.setting");
  need(!c.apply_join_option || type.join_option_settable, "type.setting");
  need(!c.invite_option || type.invite_option_settable, "type.setting");
  need(!c.members || c.members->empty() || type.initial_members, "type.members");
  need(!c.support_topic.value_or(false) || type.topics, "type.topics");
  if (c.custom)
    for (const auto& [key, value] : *c.custom) need(state_.app.group_fields.contains(key), "custom.known");
  if (imported)
    app_admins_only();
  else
    people_only();
  need(!by_user || !c.owner || *c.owner == caller(), "create.owner");
  if (c.custom && by_user)
    for (const auto& [key, value] : *c.custom)
      if (state_.app.group_fields.contains(key))
        need(state_.app.group_fields.at(key).write <= Level::owner, "custom.write");

  need(type.name != "Community" || plan().communities, "create.plan");
  const GroupId id = c.group.value_or(envelope_.assigned.group);
  if (const auto used = state_.groups.find(id); used != state_.groups.end()) {
    if (!refused() && by_user && used->second.alive() && used->second.owner == caller()) code_ = 10025;
    need(false, "create.id");
  }
  const std::uint64_t max = c.max_member_num.value_or(ceiling(type));
  need(max <= ceiling(type), "create.ceiling");
  need(max == 0 || members.size() + (owner.empty() ? 0 : 1) <= max, "create.capacity");
  const auto has_joined_too_many = [&](const Account& account) {
    return type.joined_quota && state_.joined(account) >= plan().joined_groups;
  };
  need(owner.empty() || !has_joined_too_many(owner), "quota.joined");
  // An inactive group does not count against the quotas of its members.
  if (!type.activation || imported)
    for (const auto& [account, role] : members) need(!has_joined_too_many(account), "quota.joined");
  quotas(type);
  if (refused()) return;

  Group& group = state_.groups[id];
  group_ = &group;
  in_stream(group.stream);
  verdict_.group = id;
  verdict_.revision = 0;
  group.type = &type;
  group.life = type.activation && !imported ? GroupState::inactive : GroupState::active;
  group.owner = owner;
  group.had_owner = !owner.empty();
  group.texts = texts_of(c);
  change_custom(group.custom, c.custom);
  group.join_option = c.apply_join_option.value_or(type.join_option);
  group.invite_option = c.invite_option.value_or(type.invite_option);
  group.support_topic = c.support_topic.value_or(false);
  group.max_member_num = max;
  group.create_time = time_;
  if constexpr (imported) {
    group.create_time = c.create_time.value_or(time_);
    group.import_time = time_;
    group.next_msg_seq = c.next_msg_seq.value_or(1);
    group.last_msg_time = c.last_msg_time.value_or(TimeMs{});
  }
  group.last_info_time = group.create_time;
  std::vector<Account> joined;
  if (!owner.empty()) {
    add(owner, Role::owner, group.create_time);
    joined.push_back(owner);
  }
  for (const auto& [account, role] : members) {
    add(account, role, group.create_time);
    joined.push_back(account);
  }
  happened(imported ? "GroupImported" : "GroupCreated");
  if (!imported && !members.empty()) {
    happened("MembersJoined");
    announce(NoticeCategory::member_change);
  }
  nothing_unread(joined);
  ++state_.days[day_of(time_)].created;
}

void Trial::operator()(const CreateGroup& c) { create(c); }
void Trial::operator()(const ImportGroup& c) { create(c); }

void Trial::operator()(const TransferGroup& c) {
  in_group(c.group);
  need(type().transfer.has_value(), "transfer.type");
  people_only();
  level(type().transfer, "transfer.member", "transfer.level");
  revision();
  need(member(c.new_owner) != nullptr, "transfer.target");
  if (refused() || group().owner == c.new_owner) return;

  if (Member* former = member(group().owner)) former->role = Role::member;
  member(c.new_owner)->role = Role::owner;
  group().owner = c.new_owner;
  group().had_owner = true;
  group().mutes.erase(c.new_owner);
  ++group().info_seq;
  group().last_info_time = time_;
  happened("OwnerChanged");
  announce(NoticeCategory::profile_change);
}

void Trial::operator()(const DismissGroup& c) {
  in_group(c.group);
  need(type().dismiss.has_value(), "dismiss.type");
  people_only();
  level(type().dismiss, "dismiss.member", "dismiss.level");
  revision();
  if (refused()) return;

  happened("GroupDismissed");
  end(GroupState::dismissed);
}

void Trial::operator()(const RecycleGroup& c) {
  in_group(c.group);
  need(type().recycles, "recycle.type");
  system_only();
  revision();
  const auto policy = state_.app.idle_seconds.find(type().name);
  const std::uint64_t seconds = policy == state_.app.idle_seconds.end() ? 0 : policy->second;
  need(seconds != 0, "recycle.off");
  const TimeMs last_active = std::max(
      {group().import_time.value_or(group().create_time), group().last_msg_time, group().last_info_time});
  const std::int64_t idle_ms = time_.ms - last_active.ms;
  need(idle_ms >= 0 && static_cast<std::uint64_t>(idle_ms) / 1000 >= seconds, "recycle.active");
  if (refused()) return;

  happened("GroupRecycled");
  end(GroupState::recycled);
}

void Trial::operator()(const SetGroupInfo& c) {
  in_group(c.group);
  Level least = Level::anyone;
  const auto field = [&](bool given, const Cell& cell) {
    if (!given) return;
    need(cell.has_value(), "info.type");
    least = std::max(least, cell.value_or(Level::anyone));
  };
  field(c.name || c.introduction || c.notification || c.face_url, type().edit_texts);
  field(c.max_member_num || c.invite_option, type().edit_limits);
  field(c.apply_join_option.has_value(), type().edit_join_option);
  field(c.mute_all.has_value(), type().edit_mute_all);
  if (c.custom)
    for (const auto& [key, value] : *c.custom) {
      const auto levels = state_.app.group_fields.find(key);
      need(levels != state_.app.group_fields.end(), "custom.known");
      if (levels != state_.app.group_fields.end()) least = std::max(least, levels->second.write);
    }
  people_only();
  level(least, "info.member", "info.level");
  revision();
  need(!c.max_member_num || *c.max_member_num >= group().members.size(), "info.below");
  need(!c.max_member_num || *c.max_member_num <= ceiling(type()), "info.ceiling");
  if (refused()) return;

  bool profile = change_texts(group().texts, c);
  profile = change_custom(group().custom, c.custom) || profile;
  bool option = change(group().max_member_num, c.max_member_num);
  option = change(group().join_option, c.apply_join_option) || option;
  option = change(group().invite_option, c.invite_option) || option;
  option = change(group().mute_all, c.mute_all) || option;
  if (!profile && !option) return;
  ++group().info_seq;
  group().last_info_time = time_;
  happened("GroupInfoChanged");
  announce(std::max(profile ? delivery(NoticeCategory::profile_change) : Delivery::off,
                    option ? delivery(NoticeCategory::option_change) : Delivery::off));
}

}  // namespace muster::reference
