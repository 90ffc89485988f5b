#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/values.hpp>
#include <muster/domain/membership/rows.hpp>

/// Who is in a group, in which role, and how accounts join and leave. Its commands, with the fields that
/// people type, and its events. A command may hold anything: what a field must be is checked when it is
/// decided. An unset optional is an absent field.
namespace muster {

/// Comes in, or applies to. Source: docs/rules.md section 6.
struct JoinGroup {
  static constexpr Persisted persisted{.tag = 2, .schema = 0, .name = "JoinGroup"};
  static const CommandSpec<JoinGroup> spec;
  GroupId group;
  std::optional<FreeText> message;
  bool operator==(const JoinGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(JoinGroup, (), (group, message))

/// Answers `user`'s application with yes. Source: docs/rules.md section 6.
struct AcceptApplication {
  static constexpr Persisted persisted{.tag = 3, .schema = 0, .name = "AcceptApplication"};
  static const CommandSpec<AcceptApplication> spec;
  GroupId group;
  Account user;
  std::optional<FreeText> message;
  bool operator==(const AcceptApplication&) const = default;
};
BOOST_DESCRIBE_STRUCT(AcceptApplication, (), (group, user, message))

/// Answers `user`'s application with no. Source: docs/rules.md section 6.
struct RefuseApplication {
  static constexpr Persisted persisted{.tag = 9, .schema = 0, .name = "RefuseApplication"};
  static const CommandSpec<RefuseApplication> spec;
  GroupId group;
  Account user;
  std::optional<FreeText> message;
  bool operator==(const RefuseApplication&) const = default;
};
BOOST_DESCRIBE_STRUCT(RefuseApplication, (), (group, user, message))

/// Brings others in, or files invitations for them. Source: docs/rules.md section 6.
struct InviteUsers {
  static constexpr Persisted persisted{.tag = 8, .schema = 0, .name = "InviteUsers"};
  static const CommandSpec<InviteUsers> spec;
  GroupId group;
  List<Account, 1, 300> users;
  std::optional<FreeText> message;
  bool operator==(const InviteUsers&) const = default;
};
BOOST_DESCRIBE_STRUCT(InviteUsers, (), (group, users, message))

/// Leaves. Source: docs/rules.md section 7.
struct QuitGroup {
  static constexpr Persisted persisted{.tag = 4, .schema = 0, .name = "QuitGroup"};
  static const CommandSpec<QuitGroup> spec;
  GroupId group;
  bool operator==(const QuitGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(QuitGroup, (), (group))

/// Removes members who rank below the caller. Source: docs/rules.md section 7.
struct KickMembers {
  static constexpr Persisted persisted{.tag = 10, .schema = 0, .name = "KickMembers"};
  static const CommandSpec<KickMembers> spec;
  GroupId group;
  List<Account, 1, 100> users;
  std::optional<FreeText> reason;
  bool operator==(const KickMembers&) const = default;
};
BOOST_DESCRIBE_STRUCT(KickMembers, (), (group, users, reason))

/// Appoints or dismisses an admin. `role`: Admin or Member. Source: docs/rules.md section 7.
struct SetMemberRole {
  static constexpr Persisted persisted{.tag = 11, .schema = 0, .name = "SetMemberRole"};
  static const CommandSpec<SetMemberRole> spec;
  GroupId group;
  Account user;
  Role role = Role::member;
  bool operator==(const SetMemberRole&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetMemberRole, (), (group, user, role))

/// Changes what a group keeps of a member, the caller when `user` is absent. Source: docs/rules.md
/// section 10.
struct SetMemberInfo {
  static constexpr Persisted persisted{.tag = 14, .schema = 0, .name = "SetMemberInfo"};
  static const CommandSpec<SetMemberInfo> spec;
  GroupId group;
  std::optional<Account> user;
  std::optional<NameCard> name_card;
  std::optional<CustomValues> custom;
  bool operator==(const SetMemberInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetMemberInfo, (), (group, user, name_card, custom))

/// Sets how the caller is notified of messages. Source: docs/rules.md section 10.
struct SetReceiveOption {
  static constexpr Persisted persisted{.tag = 15, .schema = 0, .name = "SetReceiveOption"};
  static const CommandSpec<SetReceiveOption> spec;
  GroupId group;
  MsgFlag option = MsgFlag::accept_and_notify;
  bool operator==(const SetReceiveOption&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetReceiveOption, (), (group, option))

/// Marks every application that the caller may decide as read. Source: docs/rules.md section 6.
struct MarkApplicationsRead {
  static constexpr Persisted persisted{.tag = 17, .schema = 0, .name = "MarkApplicationsRead"};
  static const CommandSpec<MarkApplicationsRead> spec;
  bool operator==(const MarkApplicationsRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MarkApplicationsRead, (), ())

/// Removes members who have been offline for long. Only the system calls it. Source: docs/rules.md section 7.
struct SweepOfflineMembers {
  static constexpr Persisted persisted{.tag = 33, .schema = 0, .name = "SweepOfflineMembers"};
  static const CommandSpec<SweepOfflineMembers> spec;
  GroupId group;
  List<Account, 1, 100> users;
  bool operator==(const SweepOfflineMembers&) const = default;
};
BOOST_DESCRIBE_STRUCT(SweepOfflineMembers, (), (group, users))

/// A member of a group elsewhere. `role`: Member (when absent) or Admin. `join_time`: the command's time when
/// absent. `msg_seq`: the newest message read, all of them when absent.
struct MemberToImport {
  Account user;
  std::optional<Role> role;
  std::optional<TimeMs> join_time;
  std::optional<std::uint64_t> msg_seq;
  bool operator==(const MemberToImport&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberToImport, (), (user, role, join_time, msg_seq))

/// Adds members as they were elsewhere. Source: docs/rules.md section 11.
struct ImportMembers {
  static constexpr Persisted persisted{.tag = 30, .schema = 0, .name = "ImportMembers"};
  static const CommandSpec<ImportMembers> spec;
  GroupId group;
  List<MemberToImport, 1, 300> members;
  bool operator==(const ImportMembers&) const = default;
};
BOOST_DESCRIBE_STRUCT(ImportMembers, (), (group, members))

/// Members came in. `inviter` is empty unless somebody other than the caller brought them.
struct MembersJoined {
  static constexpr Persisted persisted{.tag = 2, .schema = 0, .name = "MembersJoined"};
  static const EventSpec<MembersJoined> spec;
  Joiners members;
  JoinCause via = JoinCause::apply;
  Account inviter;
  Announcement announcement;
  bool operator==(const MembersJoined&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembersJoined, (), (members, via, inviter, announcement))

/// The caller applied for membership; an older application of the same account is replaced.
struct JoinRequested {
  static constexpr Persisted persisted{.tag = 3, .schema = 0, .name = "JoinRequested"};
  static const EventSpec<JoinRequested> spec;
  FreeText message;
  Delivery to_deciders = Delivery::off;
  bool operator==(const JoinRequested&) const = default;
};
BOOST_DESCRIBE_STRUCT(JoinRequested, (), (message, to_deciders))

/// The caller accepted `user`'s application. `kind` and `inviter` are the application's.
struct ApplicationAccepted {
  static constexpr Persisted persisted{.tag = 4, .schema = 0, .name = "ApplicationAccepted"};
  static const EventSpec<ApplicationAccepted> spec;
  Account user;
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;
  FreeText reply;
  Delivery to_applicant = Delivery::off;
  bool operator==(const ApplicationAccepted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationAccepted, (), (user, kind, inviter, reply, to_applicant))

/// The caller refused `user`'s application. `kind` and `inviter` are the application's.
struct ApplicationRefused {
  static constexpr Persisted persisted{.tag = 13, .schema = 0, .name = "ApplicationRefused"};
  static const EventSpec<ApplicationRefused> spec;
  Account user;
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;
  FreeText reply;
  Delivery to_applicant = Delivery::off;
  bool operator==(const ApplicationRefused&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationRefused, (), (user, kind, inviter, reply, to_applicant))

/// The caller invited `users`, which somebody has yet to decide; older applications of theirs are replaced.
struct InvitationsFiled {
  static constexpr Persisted persisted{.tag = 12, .schema = 0, .name = "InvitationsFiled"};
  static const EventSpec<InvitationsFiled> spec;
  boost::container::small_vector<Account, 1> users;
  FreeText message;
  Delivery to_deciders = Delivery::off;
  bool operator==(const InvitationsFiled&) const = default;
};
BOOST_DESCRIBE_STRUCT(InvitationsFiled, (), (users, message, to_deciders))

/// Members went. `announcement` is for those who stay, `to_leavers` for those who went.
struct MembersLeft {
  static constexpr Persisted persisted{.tag = 5, .schema = 0, .name = "MembersLeft"};
  static const EventSpec<MembersLeft> spec;
  boost::container::small_vector<Account, 1> users;
  LeaveCause how = LeaveCause::quit;
  FreeText reason;
  Announcement announcement;
  Delivery to_leavers = Delivery::off;
  bool operator==(const MembersLeft&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembersLeft, (), (users, how, reason, announcement, to_leavers))

/// A member was made admin, or an admin member.
struct RoleChanged {
  static constexpr Persisted persisted{.tag = 14, .schema = 0, .name = "RoleChanged"};
  static const EventSpec<RoleChanged> spec;
  Account user;
  Role role = Role::member;
  Announcement announcement;
  bool operator==(const RoleChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoleChanged, (), (user, role, announcement))

/// What the group keeps of a member changed: exactly the fields that did.
struct MemberInfoChanged {
  static constexpr Persisted persisted{.tag = 17, .schema = 0, .name = "MemberInfoChanged"};
  static const EventSpec<MemberInfoChanged> spec;
  Account user;
  std::optional<Change<NameCard>> name_card;
  CustomChanges custom;
  bool operator==(const MemberInfoChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberInfoChanged, (), (user, name_card, custom))

/// The caller changed how they are notified of messages.
struct ReceiveOptionChanged {
  static constexpr Persisted persisted{.tag = 18, .schema = 0, .name = "ReceiveOptionChanged"};
  static const EventSpec<ReceiveOptionChanged> spec;
  MsgFlag option = MsgFlag::accept_and_notify;
  bool operator==(const ReceiveOptionChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReceiveOptionChanged, (), (option))

/// The caller has seen the applications up to `upto`. In the stream of the account.
struct ApplicationsRead {
  static constexpr Persisted persisted{.tag = 20, .schema = 0, .name = "ApplicationsRead"};
  static const EventSpec<ApplicationsRead> spec;
  TimeMs upto;
  bool operator==(const ApplicationsRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationsRead, (), (upto))

/// A member who was imported. `msg_seq`: the newest message read.
struct ImportedMember {
  Account user;
  Role role = Role::member;
  TimeMs join_time;
  MsgSeq msg_seq = 0;
  bool operator==(const ImportedMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(ImportedMember, (), (user, role, join_time, msg_seq))

/// Members were imported. No notices are sent.
struct MembersImported {
  static constexpr Persisted persisted{.tag = 33, .schema = 0, .name = "MembersImported"};
  static const EventSpec<MembersImported> spec;
  boost::container::small_vector<ImportedMember, 1> members;
  bool operator==(const MembersImported&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembersImported, (), (members))

namespace membership {
using Commands = boost::mp11::mp_list<JoinGroup, AcceptApplication, RefuseApplication, InviteUsers, QuitGroup,
                                      KickMembers, SetMemberRole, SetMemberInfo, SetReceiveOption,
                                      MarkApplicationsRead, SweepOfflineMembers, ImportMembers>;
using Events = boost::mp11::mp_list<MembersJoined, JoinRequested, ApplicationAccepted, ApplicationRefused,
                                    InvitationsFiled, MembersLeft, RoleChanged, MemberInfoChanged,
                                    ReceiveOptionChanged, ApplicationsRead, MembersImported>;
}  // namespace membership

}  // namespace muster
