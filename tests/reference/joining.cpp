#include "reference/trial.hpp"

// Section 6: coming in; the import of members (section 11).
namespace muster::reference {

void Trial::operator()(const JoinGroup& c) {
  in_group(c.group, Acts::for_itself);
  need(type().join, "join.type");
  people_only();
  revision();
  need(member(caller()) == nullptr, "join.already");
  need(group().join_option != JoinOption::disable_apply, "join.disabled");
  const bool applies = group().join_option == JoinOption::need_permission;
  if (!applies) room_for(caller());
  if (refused()) return;

  if (applies) {
    verdict_.result = "pending";
    const std::string message = c.message ? c.message->value : std::string{};
    if (is_filed(caller(), ApplicationKind::join, Account{}, message)) return;
    file(caller(), ApplicationKind::join, Account{}, message);
    happened("JoinRequested");
    return;
  }
  verdict_.result = "joined";
  add(caller(), Role::member, time_);
  happened("MembersJoined");
  announce(NoticeCategory::member_change);
  nothing_unread({caller()});
}

void Trial::operator()(const InviteUsers& c) {
  in_group(c.group);
  need(type().invite.has_value(), "invite.type");
  people_only();
  level(type().invite, "invite.member", "invite.level");
  need(group().invite_option != InviteOption::disable_invite || is_app_admin(), "invite.disabled");
  revision();
  if (refused()) return;

  const bool ownerless_work = type().name == "Work" && group().owner.empty();
  const bool at_once = group().invite_option != InviteOption::need_permission || ownerless_work ||
                       caller_level() >= type().applications.value_or(Level::app_admin);
  const std::string message = c.message ? c.message->value : std::string{};
  std::vector<Account> joined;
  bool filed = false;
  for (const Account& user : c.users) {
    if (member(user) != nullptr) {
      item(user, "AlreadyMember");
    } else if (!at_once) {
      item(user, "pending");
      if (is_filed(user, ApplicationKind::invite, caller(), message)) continue;
      file(user, ApplicationKind::invite, caller(), message);
      filed = true;
    } else if (is_full()) {
      item(user, "GroupFull");
    } else if (has_joined_enough(user)) {
      item(user, "JoinedGroupQuotaExceeded");
    } else {
      item(user, "ok");
      add(user, Role::member, time_);
      joined.push_back(user);
    }
  }
  if (!joined.empty()) {
    happened("MembersJoined");
    announce(NoticeCategory::member_change);
    nothing_unread(joined);
  }
  if (filed) happened("InvitationsFiled");
}

template <class C>
void Trial::answer(const C& c) {
  constexpr bool accepts = std::is_same_v<C, AcceptApplication>;
  in_group(c.group);
  need(type().applications.has_value(), "applications.type");
  people_only();
  level(type().applications, "applications.member", "applications.level");
  revision();
  const auto found = group().applications.find(c.user);
  need(found != group().applications.end(), "applications.found");
  need(found == group().applications.end() || found->second.status == ApplicationStatus::pending,
       "applications.handled");
  if (accepts) room_for(c.user);
  if (refused()) return;

  Application& application = found->second;
  application.status = accepts ? ApplicationStatus::accepted : ApplicationStatus::refused;
  application.handler = caller();
  application.handled_time = time_;
  application.reply = c.message ? c.message->value : std::string{};
  happened(accepts ? "ApplicationAccepted" : "ApplicationRefused");
  if (!accepts) return;
  add(c.user, Role::member, time_);
  happened("MembersJoined");
  announce(NoticeCategory::member_change);
  nothing_unread({c.user});
}

void Trial::operator()(const AcceptApplication& c) { answer(c); }
void Trial::operator()(const RefuseApplication& c) { answer(c); }

void Trial::operator()(const MarkApplicationsRead& /*c*/) {
  in_account();
  people_only();
  if (refused()) return;

  TimeMs& mark = state_.accounts[caller()].applications_read;
  bool something_new = false;
  for (auto& [id, group] : state_.groups) {
    // By the caller's own memberships, of whatever kind the caller is.
    acts_ = Acts::for_itself;
    group_ = &group;
    if (!group.alive() || !group.type->applications || caller_level() < *group.type->applications) continue;
    for (const auto& [account, application] : group.applications)
      something_new =
          something_new || (application.status == ApplicationStatus::pending && application.time > mark);
  }
  // A mark that would not move changes nothing, whatever is new.
  if (!something_new || envelope_.at <= mark) return;
  mark = envelope_.at;
  happened("ApplicationsRead");
}

void Trial::operator()(const ImportMembers& c) {
  in_group(c.group);
  need(type().imports, "import.type");
  app_admins_only();
  revision();
  if (refused()) return;

  bool any = false;
  for (const MemberToImport& given : c.members) {
    const TimeMs join_time = given.join_time.value_or(time_);
    const MsgSeq read = given.msg_seq.value_or(group().next_msg_seq - 1);
    const bool bad = join_time < group().create_time || join_time > time_ || read >= group().next_msg_seq ||
                     (given.role == Role::admin && !type().has_admins);
    if (member(given.user) != nullptr) {
      item(given.user, "AlreadyMember");
    } else if (bad) {
      item(given.user, "InvalidArgument");
    } else if (is_full()) {
      item(given.user, "GroupFull");
    } else if (has_joined_enough(given.user)) {
      item(given.user, "JoinedGroupQuotaExceeded");
    } else {
      item(given.user, "ok");
      Member& joined = add(given.user, given.role.value_or(Role::member), join_time);
      joined.read = read;
      joined.first_seq = group().next_msg_seq;
      any = true;
    }
  }
  if (any) happened("MembersImported");
}

}  // namespace muster::reference
