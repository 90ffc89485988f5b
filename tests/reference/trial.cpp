#include "reference/trial.hpp"

namespace muster::reference {

Verdict Trial::refusal() const {
  const RuleRow& row = rule_row(slug_);
  return {.kind = Verdict::Kind::refused,
          .error = std::string{row.error},
          .code = code_ == 0 ? row.code : code_,
          .slug = std::string{slug_}};
}

void Trial::commit() {
  ++stream_->revision;
  stream_->time = time_;
  if (verdict_.revision) verdict_.revision = stream_->revision;
}

void Trial::need(bool met, std::string_view slug) {
  if (!met && slug_.empty()) slug_ = slug;
}

void Trial::in_group(const GroupId& id, Acts acts) {
  acts_ = acts;
  id_ = id;
  const auto found = state_.groups.find(id);
  nowhere_.type = type_column("Public");
  if (found == state_.groups.end()) {
    need(false, "group.visible");
    return;
  }
  const Group& group = found->second;
  const Caller& caller = envelope_.caller;
  const bool app_admin = caller.kind == CallerKind::app_admin;
  if (!group.alive()) {
    // Only app admins and accounts in the group's last rows learn that it ended.
    const bool in_last_rows = caller.kind == CallerKind::user && group.members.contains(caller.account);
    need(false, app_admin || in_last_rows ? "group.gone" : "group.visible");
    return;
  }
  if (group.life == GroupState::inactive && caller.kind == CallerKind::user &&
      group.owner != caller.account) {
    need(false, "group.visible");
    return;
  }
  group_ = &found->second;
  in_stream(group_->stream);
  verdict_.group = id;
  verdict_.revision = group.stream.revision;
}

void Trial::people_only() { need(envelope_.caller.kind != CallerKind::system, "caller.system"); }
void Trial::app_admins_only() { need(envelope_.caller.kind == CallerKind::app_admin, "caller.app-admin"); }
void Trial::system_only() { need(envelope_.caller.kind == CallerKind::system, "caller.scheduler"); }

void Trial::level(const Cell& cell, std::string_view outside, std::string_view below) {
  const Level least = cell.value_or(Level::anyone);
  const Level held = caller_level();
  if (held >= least) return;
  need(held != Level::anyone, outside);
  need(false, below);
}

void Trial::revision() {
  need(!envelope_.expect || *envelope_.expect == group().stream.revision, "expect.revision");
}

void Trial::room_for(const Account& account) {
  need(!is_full(), "join.capacity");
  need(!has_joined_enough(account), "quota.joined");
}

Level Trial::caller_level() const {
  if (is_app_admin()) return Level::app_admin;
  if (envelope_.caller.kind == CallerKind::system) return Level::anyone;
  const Member* held = member(caller());
  if (held == nullptr) return Level::anyone;
  switch (held->role) {
    case Role::member: return Level::member;
    case Role::admin: return Level::admin;
    case Role::owner: break;
  }
  return Level::owner;
}

bool Trial::outranks(const Account& target) const {
  if (is_app_admin()) return true;
  const Member* held = member(target);
  const Level rank = held == nullptr             ? Level::anyone
                     : held->role == Role::owner ? Level::owner
                     : held->role == Role::admin ? Level::admin
                                                 : Level::member;
  return rank < caller_level();
}

Member* Trial::member(const Account& account) {
  const auto found = group().members.find(account);
  return found == group().members.end() ? nullptr : &found->second;
}
const Member* Trial::member(const Account& account) const {
  const auto found = group().members.find(account);
  return found == group().members.end() ? nullptr : &found->second;
}

std::uint64_t Trial::ceiling(const TypeColumn& type) const {
  if (type.name == "AVChatRoom") return 0;
  return type.name == "Community" ? community_members : state_.app.member_cap;
}

bool Trial::is_full() const {
  return group().max_member_num != 0 && group().members.size() >= group().max_member_num;
}

bool Trial::has_joined_enough(const Account& account) const {
  // An inactive group counts against the quota of its owner only, who is in it already.
  return type().joined_quota && group().life != GroupState::inactive &&
         state_.joined(account) >= plan().joined_groups;
}

Delivery Trial::delivery(NoticeCategory category) const {
  const auto policy = state_.app.deliveries.find({type().name, category});
  return policy == state_.app.deliveries.end() ? notice_cell(type(), category).initial : policy->second;
}

void Trial::announce(Delivery delivery) {
  // Notices of an inactive group are off.
  if (group().life != GroupState::inactive && delivery == Delivery::push_and_store) ++group().next_msg_seq;
}

Member& Trial::add(const Account& account, Role role, TimeMs join_time) {
  Member& member = group().members[account];
  member = {.role = role, .join_time = join_time, .msg_flag = type().msg_flag};
  // Becoming a member in any way removes a pending application.
  const auto application = group().applications.find(account);
  if (application != group().applications.end() && application->second.status == ApplicationStatus::pending)
    group().applications.erase(application);
  return member;
}

void Trial::nothing_unread(const std::vector<Account>& joined) {
  for (const Account& account : joined) {
    group().members.at(account).read = group().next_msg_seq - 1;
    group().members.at(account).first_seq = group().next_msg_seq;
  }
}

void Trial::end(GroupState life) {
  group().life = life;
  group().ending = {envelope_.caller, time_};
  ++state_.days[day_of(time_)].ended;
}

void Trial::left(const std::vector<Account>& users) {
  for (const Account& user : users) group().members.erase(user);
  happened("MembersLeft");
  announce(NoticeCategory::member_change);
  // A group that never had an owner is kept.
  if (!group().members.empty() || !group().had_owner) return;
  happened("GroupRecycled");
  end(GroupState::recycled);
}

bool Trial::is_filed(const Account& user, ApplicationKind kind, const Account& inviter,
                     const std::string& message) const {
  const auto found = group().applications.find(user);
  if (found == group().applications.end()) return false;
  const Application& there = found->second;
  return there.status == ApplicationStatus::pending && there.kind == kind && there.inviter == inviter &&
         there.message == message;
}

void Trial::file(const Account& user, ApplicationKind kind, const Account& inviter,
                 const std::string& message) {
  group().applications[user] = {.kind = kind, .inviter = inviter, .message = message, .time = time_};
}

}  // namespace muster::reference
