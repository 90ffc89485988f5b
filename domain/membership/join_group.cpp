#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/admission.hpp>
#include <muster/domain/membership/applications.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

constexpr Rule join_type{"join.type", Error::not_supported, "2",
                         "this group type does not support joining by request"};
constexpr Rule join_disabled{"join.disabled", Error::join_disabled, "6",
                             "the group does not accept applications to join"};
constexpr std::array<const Rule*, 6> rules{&join_type,     &join_already, &join_disabled,
                                           &join_capacity, &quota_joined, &applications_type};

bool needs_approval(const Decider& d) { return d.group().apply_join_option == JoinOption::need_permission; }

void require(const Decider& d, const JoinGroup&, Requirements& needed) {
  if (needs_approval(d)) needed.push_back(applications_supported(d.type()));
}

bool check_state(Decider& d, const JoinGroup&) {
  if (d.is_member(d.caller())) return d.refuse(join_already);
  return d.group().apply_join_option != JoinOption::disable_apply || d.refuse(join_disabled);
}

bool check_capacity(Decider& d, const JoinGroup&) {
  return needs_approval(d) || check_admission(d, d.caller());
}

/// Filing again what is still pending changes nothing.
bool is_filed(const Decider& d, const JoinGroup& c) {
  const ApplicationRow* pending = pending_application(d.rows(), d.group_id(), d.caller());
  return pending != nullptr && pending->kind == ApplicationKind::join &&
         pending->message == c.message.value_or(FreeText{});
}

void emit(Decider& d, const JoinGroup& c) {
  if (!needs_approval(d)) {
    d.reply(ItemStatus::joined);
    return record_joined(d, {Joiner{d.caller(), Role::member}}, JoinCause::apply);
  }
  d.reply(ItemStatus::pending);
  if (!is_filed(d, c))
    d.record(JoinRequested{.message = c.message.value_or(FreeText{}), .to_deciders = d.always_stored()});
}

void fold_joined(Folder& f, const MembersJoined& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  for (const Joiner& joiner : e.members)
    add_member(f, joiner.user, joiner.role == Role::admin ? Role::admin : Role::member, f.stamp().time);
  // Nobody in a new group has anything unread, its owner included.
  const Account owner = f.group().owner;
  if (e.via == JoinCause::create && f.group().traits.member_profiles &&
      f.rows().find<MemberProfileRow>({f.group_id(), owner}) != nullptr) {
    MemberProfileRow& row = f.rows().edit<MemberProfileRow>({f.group_id(), owner});
    row.msg_seq = f.newest_message();
    row.first_seq = f.newest_message() + 1;
  }
}

void announce_joined(Announcer& to, const MembersJoined& e) {
  const bool invited = e.via == JoinCause::create || e.via == JoinCause::invite;
  Notice& notice =
      to.to_members(invited ? NoticeName::on_member_invited : NoticeName::on_member_enter, e.announcement);
  for (const Joiner& joiner : e.members) notice.accounts.push_back(joiner.user);
  if (!e.inviter.empty()) notice.by = e.inviter;
}

void fold_requested(Folder& f, const JoinRequested& e) {
  if (!f.group_is_alive() || f.rows().find<MembershipRow>({f.caller(), f.group_id()}) != nullptr) return;
  file_application(f, f.caller(),
                   {.kind = ApplicationKind::join, .message = e.message, .time = f.stamp().time});
}

void announce_requested(Announcer& to, const JoinRequested& e) {
  Notice& notice = to.to_deciders(NoticeName::on_receive_join_application, e.to_deciders);
  notice.accounts = {to.caller()};
  notice.text = e.message;
}

}  // namespace

constinit const CommandSpec<JoinGroup> JoinGroup::spec{.acting = Acting::for_oneself,
                                                       .cell = cell<&TypeRules::join_group>,
                                                       .require = require,
                                                       .unsupported = &join_type,
                                                       .state = check_state,
                                                       .capacity = check_capacity,
                                                       .emit = emit,
                                                       .rules = rules};
constinit const EventSpec<MembersJoined> MembersJoined::spec{.fold = fold_joined,
                                                             .announce = announce_joined};
constinit const EventSpec<JoinRequested> JoinRequested::spec{.fold = fold_requested,
                                                             .announce = announce_requested};

}  // namespace muster
