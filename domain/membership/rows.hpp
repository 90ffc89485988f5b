#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/core/values.hpp>

/// Who is in a group, in which role, and how accounts join and leave. The rows.
namespace muster {

/// One who came in.
struct Joiner {
  Account user;
  Role role = Role::member;
  bool operator==(const Joiner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Joiner, (), (user, role))
using Joiners = boost::container::small_vector<Joiner, 1>;

/// A member's place in its group's roster: owner, admins, members, each by time of joining.
struct RosterKey {
  GroupId group;
  Role role = Role::member;
  TimeMs join_time;
  Account account;
  bool operator==(const RosterKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(RosterKey, (), (group, role, join_time, account))

/// An application's place among those of its group.
struct ApplicationTimeKey {
  GroupId group;
  TimeMs time;
  Account account;
  bool operator==(const ApplicationTimeKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationTimeKey, (), (group, time, account))

/// What a group keeps of one member beside the membership; in an AVChatRoom of its owner only.
struct MemberProfileRow {
  using Key = GroupAccount;
  static constexpr RowInfo info{.prefix = 'm', .name = "member"};
  MsgSeq msg_seq = 0;    // at joining, or of the last own message
  MsgSeq first_seq = 1;  // of the first message after joining
  MsgFlag msg_flag = MsgFlag::accept_and_notify;
  TimeMs last_send_msg_time;
  NameCard name_card;
  CustomValues custom;
  bool operator==(const MemberProfileRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberProfileRow, (),
                      (msg_seq, first_seq, msg_flag, last_send_msg_time, name_card, custom))

/// That an account is in a group, of whatever type, and in which role: no other row but the roster's key says
/// so. Written only when somebody comes, goes or changes role. A group that ends leaves those of its members,
/// except its owner's; when a member joins other groups, these become EndedMembershipRows, a few at a time.
struct MembershipRow {
  using Key = AccountGroup;
  static constexpr RowInfo info{.prefix = 'j', .name = "membership"};
  Role role = Role::member;
  TimeMs join_time;
  bool operator==(const MembershipRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembershipRow, (), (role, join_time))

/// That an account was in a group when it ended: once a MembershipRow.
struct EndedMembershipRow {
  using Key = AccountGroup;
  static constexpr RowInfo info{.prefix = 'e', .name = "ended membership"};
  Role role = Role::member;
  TimeMs join_time;
  bool operator==(const EndedMembershipRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(EndedMembershipRow, (), (role, join_time))

/// The profiled members of a group, by role and time of joining.
struct RosterRow {
  using Key = RosterKey;
  static constexpr RowInfo info{.prefix = 'o', .name = "roster"};
  bool operator==(const RosterRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(RosterRow, (), ())

/// The one application of an account to a group.
struct ApplicationRow {
  using Key = GroupAccount;
  static constexpr RowInfo info{.prefix = 'q', .name = "application"};
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;  // empty: none
  FreeText message;
  TimeMs time;
  ApplicationStatus status = ApplicationStatus::pending;
  Account handler;  // empty: none
  TimeMs handled_time;
  FreeText reply;
  bool operator==(const ApplicationRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationRow, (),
                      (kind, inviter, message, time, status, handler, handled_time, reply))

/// The place of a pending application among its group's, in the order of filing.
struct PendingRow {
  using Key = GroupAccount;
  static constexpr RowInfo info{.prefix = 'w', .name = "pending application"};
  TimeMs time;
  Account older;  // empty: none
  Account newer;  // empty: none
  bool operator==(const PendingRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PendingRow, (), (time, older, newer))

/// The applications of a group, by time.
struct ApplicationByTimeRow {
  using Key = ApplicationTimeKey;
  static constexpr RowInfo info{.prefix = 'f', .name = "application by time"};
  bool operator==(const ApplicationByTimeRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationByTimeRow, (), ())

/// What is kept of an account. `joined` counts its MembershipRows in groups that count against its quota, and
/// so bounds those groups from above.
struct AccountRow {
  using Key = Account;
  static constexpr RowInfo info{.prefix = 'u', .name = "account"};
  std::optional<StreamHead> head;  // none until something is committed to the account's own stream
  std::uint32_t joined = 0;
  TimeMs applications_read;
  std::uint32_t memberships = 0;  // MembershipRows
  GroupId swept;                  // the last of them that was looked at for having ended
  bool operator==(const AccountRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccountRow, (), (head, joined, applications_read, memberships, swept))

namespace membership {
using Rows = boost::mp11::mp_list<MemberProfileRow, MembershipRow, EndedMembershipRow, RosterRow,
                                  ApplicationRow, PendingRow, ApplicationByTimeRow, AccountRow>;
}  // namespace membership

}  // namespace muster
