#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <muster/domain/core/refusal.hpp>
#include <muster/domain/rows.hpp>
#include <muster/domain/rules/rules.hpp>

/// What people may see. Pure: the same rows, question and caller give the same answer.
/// Source  docs/rules.md section 8
namespace muster {

inline constexpr Rule show_cursor{"show.cursor", Error::invalid_argument, "8",
                                  "a page starts at the beginning or at a cursor of the same list"};
/// The rules that only queries can meet.
extern const std::span<const Rule* const> query_rules;

/// A group's profile as far as a caller may see it. A member that is named as one of GroupRow or ProfileRow
/// has its value: for everybody, or, where it is optional, for members and app admins only.
struct ShownProfile {
  GroupId group_id;
  TypeName type;
  GroupName name;
  Introduction introduction;
  FaceUrl face_url;
  std::optional<Account> owner_account;
  TimeMs create_time;
  std::uint32_t member_num = 0;
  std::uint32_t max_member_num = 0;  // 0: unlimited
  JoinOption apply_join_option = JoinOption::free_access;
  CustomValues custom;  // the fields that the caller's level may read
  std::optional<GroupState> state;
  std::optional<Notification> notification;
  std::optional<InviteOption> invite_option;
  std::optional<bool> mute_all;
  std::optional<bool> support_topic;
  std::optional<std::uint64_t> info_seq;
  std::optional<TimeMs> last_info_time;
  std::optional<TimeMs> last_msg_time;
  std::optional<MsgSeq> next_msg_seq;
  std::optional<Revision> revision;
  bool operator==(const ShownProfile&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShownProfile, (),
                      (group_id, type, name, introduction, face_url, owner_account, create_time, member_num,
                       max_member_num, apply_join_option, custom, state, notification, invite_option,
                       mute_all, support_topic, info_seq, last_info_time, last_msg_time, next_msg_seq,
                       revision))

/// A member as far as a caller may see it: only the member and app admins see how it is notified of messages
/// and what it has read.
struct ShownMember {
  Account member_account;
  Role role = Role::member;
  TimeMs join_time;
  TimeMs last_send_msg_time;
  NameCard name_card;
  TimeMs mute_until;  // as stored, expired or not; 0: none
  CustomValues custom;
  std::optional<MsgFlag> msg_flag;
  std::optional<MsgSeq> msg_seq;
  bool operator==(const ShownMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShownMember, (),
                      (member_account, role, join_time, last_send_msg_time, name_card, mute_until, custom,
                       msg_flag, msg_seq))

/// A group in an account's own list.
struct ShownJoined {
  GroupId group_id;
  TypeName type;
  GroupName name;
  Role role = Role::member;
  TimeMs join_time;
  std::optional<MsgFlag> msg_flag;
  std::optional<std::uint64_t> unread;  // unset where the type has no unread count
  bool operator==(const ShownJoined&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShownJoined, (), (group_id, type, name, role, join_time, msg_flag, unread))

/// What an account may read of a group's messages: the numbers from `first_seq` to `last_seq`, of messages of
/// the last `days` days. With nothing to read, `first_seq` is `last_seq` + 1.
struct ShownReadable {
  GroupId group_id;
  Account account;
  MsgSeq first_seq = 1;
  MsgSeq last_seq = 0;
  std::uint32_t days = 0;
  bool operator==(const ShownReadable&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShownReadable, (), (group_id, account, first_seq, last_seq, days))

/// What is shown, or why it is not.
template <class Shown>
using Disclosed = std::variant<Shown, Refusal>;

/// The profile of one group. `fields`: which custom fields, all that may be read when none are named.
/// Errors  GroupNotFound (Work groups for outsiders, too), UnknownCustomField, NotPermitted for the system
Disclosed<ShownProfile> disclose_profile(const View& rows, const GroupId& group, const Caller& caller,
                                         const std::vector<CustomKey>& fields = {});
/// Exact search: the profile, for types that are found by their id.
Disclosed<ShownProfile> disclose_search(const View& rows, const Rules& rules, const GroupId& group,
                                        const Caller& caller);
/// Whether the caller may see the members of the group at all.
std::optional<Refusal> check_members_shown(const View& rows, const Rules& rules, const GroupId& group,
                                           const Caller& caller);
/// One member of a group whose members the caller may see (check_members_shown).
ShownMember disclose_member(const View& rows, const GroupId& group, const Account& member,
                            const Caller& caller);
/// The same of any account in any group.
Disclosed<ShownMember> disclose_one_member(const View& rows, const Rules& rules, const GroupId& group,
                                           const Account& account, const Caller& caller);
/// Whether the caller may see the topics of the group: its members and app admins may.
std::optional<Refusal> check_topics_shown(const View& rows, const GroupId& group, const Caller& caller);
/// What the caller may read of the group's messages, an app admin from the first one on.
Disclosed<ShownReadable> disclose_readable(const View& rows, const Rules& rules, const GroupId& group,
                                           const Caller& caller);
/// The app's settings and field definitions, for app admins.
Disclosed<AppRow> disclose_app(const View& rows, const Caller& caller);
/// Whether the caller may see who is muted in the group: those may who may mute.
std::optional<Refusal> check_mutes_shown(const View& rows, const Rules& rules, const GroupId& group,
                                         const Caller& caller);
/// Whether the account decides the applications of the group, by its own membership.
bool decides_applications(const View& rows, const Rules& rules, const GroupId& group, const Account& account);
/// The same for a member of the group with that role.
bool decides_applications(const Rules& rules, const GroupRow& group, Role role);
/// The group's entry in a member's own list; none when the list does not have it.
std::optional<ShownJoined> disclose_joined(const View& rows, const Rules& rules, const GroupId& group,
                                           const Account& account);

/// The newest message that the member has read: by its own mark, its own last message, or from joining.
MsgSeq read_position(const View& rows, const GroupId& group, const Account& account);
/// The same of the two rows that say it; either may be null.
MsgSeq read_position(const MemberProfileRow* member, const ReadMarkRow* mark);

}  // namespace muster
