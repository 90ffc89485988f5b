#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include <boost/container/small_vector.hpp>

#include <muster/domain/commands.hpp>
#include <muster/domain/ids.hpp>
#include <muster/domain/kinds.hpp>
#include <muster/domain/text.hpp>
#include <muster/domain/wire.hpp>

/// The events: what happened, as facts that no rule is needed to read. Who did it and when stand in the head
/// of the commit. An event that people should hear of records how (`Announcement`), decided when it was.
namespace muster {

/// How an event is announced: its delivery, and the message number that its notice took (0: none).
struct Announcement {
  Delivery delivery = Delivery::off;
  MsgSeq msg_seq = 0;
  bool operator==(const Announcement&) const = default;
};
BOOST_DESCRIBE_STRUCT(Announcement, (), (delivery, msg_seq))

/// What evolve must know of a group's type, fixed when the group is made.
struct Traits {
  bool member_profiles = true;  // every member has a row of its own, not the owner alone
  bool listed = true;           // stands in its members' joined-groups lists once it is active
  bool counted = true;          // counts against its members' joined-groups quota
  QuotaClass quota = QuotaClass::groups;
  MsgFlag msg_flag = MsgFlag::accept_and_notify;  // of new members
  bool operator==(const Traits&) const = default;
};
BOOST_DESCRIBE_STRUCT(Traits, (), (member_profiles, listed, counted, quota, msg_flag))

/// A group came to be. `life` is inactive or active; an empty `owner` is none; the owner is a member from now
/// on.
struct GroupCreated {
  TypeName type;
  BaseType base = BaseType::work;
  Traits traits;
  Life life = Life::active;
  Account owner;
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  std::uint32_t max_member_num = 0;  // 0: unlimited
  JoinOption apply_join_option = JoinOption::free_access;
  InviteOption invite_option = InviteOption::free_access;
  bool support_topic = false;
  CustomValues custom;
  Delivery to_owner = Delivery::off;
  bool operator==(const GroupCreated&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupCreated, (),
                      (type, base, traits, life, owner, name, introduction, notification, face_url,
                       max_member_num, apply_join_option, invite_option, support_topic, custom, to_owner))

/// One who came in.
struct Joiner {
  Account user;
  Role role = Role::member;
  bool operator==(const Joiner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Joiner, (), (user, role))

/// Members came in. `inviter` is empty unless somebody other than the caller brought them.
struct MembersJoined {
  boost::container::small_vector<Joiner, 1> members;
  Via via = Via::apply;
  Account inviter;
  Announcement announcement;
  bool operator==(const MembersJoined&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembersJoined, (), (members, via, inviter, announcement))

/// The caller applied for membership; an older application of the same account is replaced.
struct JoinRequested {
  FreeText message;
  Delivery to_deciders = Delivery::off;
  bool operator==(const JoinRequested&) const = default;
};
BOOST_DESCRIBE_STRUCT(JoinRequested, (), (message, to_deciders))

/// The caller accepted `user`'s application. `kind` and `inviter` are the application's.
struct ApplicationAccepted {
  Account user;
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;
  FreeText reply;
  Delivery to_applicant = Delivery::off;
  bool operator==(const ApplicationAccepted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationAccepted, (), (user, kind, inviter, reply, to_applicant))

/// Members went. `announcement` is for those who stay, `to_leavers` for those who went.
struct MembersLeft {
  boost::container::small_vector<Account, 1> users;
  How how = How::quit;
  FreeText reason;
  Announcement announcement;
  Delivery to_leavers = Delivery::off;
  bool operator==(const MembersLeft&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembersLeft, (), (users, how, reason, announcement, to_leavers))

/// An inactive group became visible to its members.
struct GroupActivated {
  bool operator==(const GroupActivated&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupActivated, (), ())

/// The caller said something; `seq` counts in the topic when there is one, else in the group.
struct MessagePosted {
  MsgSeq seq = 0;
  std::optional<MessageId> message_id;
  std::optional<TopicId> topic;
  bool operator==(const MessagePosted&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessagePosted, (), (seq, message_id, topic))

/// The group ended by the caller's wish.
struct GroupDismissed {
  Delivery to_members = Delivery::off;
  bool operator==(const GroupDismissed&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupDismissed, (), (to_members))

/// The group ended by itself.
struct GroupRecycled {
  RecycleReason reason = RecycleReason::empty;
  Delivery to_members = Delivery::off;
  bool operator==(const GroupRecycled&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupRecycled, (), (reason, to_members))

/// Commits from here on are decided under this rules document, which the store did not know before.
struct RulesInstalled {
  std::string digest;    // SHA-256 of `document`, 32 bytes
  std::string document;  // docs/format.md, "rules document"
  bool operator==(const RulesInstalled&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulesInstalled, (), (digest, document))

/// A value before and after a change.
template <class T>
struct Change {
  T before{};
  T after{};
  bool operator==(const Change&) const = default;
  BOOST_DESCRIBE_CLASS(Change, (), (before, after), (), ())
};

/// A custom value before and after a change, empty for none. `announced`: members may read it, so its notice
/// has it.
struct CustomChange {
  std::string before;
  std::string after;
  bool announced = false;
  bool operator==(const CustomChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(CustomChange, (), (before, after, announced))
/// Custom values that changed, by key.
using CustomChanges = std::map<CustomKey, CustomChange>;

/// The group has another owner, a member until now; the one before, if any, is a member from now on. A mute
/// of the new owner is lifted.
struct OwnerChanged {
  Account from;
  Account to;
  Announcement announcement;
  bool operator==(const OwnerChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(OwnerChanged, (), (from, to, announcement))

/// The caller invited `users`, which somebody has yet to decide; older applications of theirs are replaced.
struct InvitationsFiled {
  boost::container::small_vector<Account, 1> users;
  FreeText message;
  Delivery to_deciders = Delivery::off;
  bool operator==(const InvitationsFiled&) const = default;
};
BOOST_DESCRIBE_STRUCT(InvitationsFiled, (), (users, message, to_deciders))

/// The caller refused `user`'s application. `kind` and `inviter` are the application's.
struct ApplicationRefused {
  Account user;
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;
  FreeText reply;
  Delivery to_applicant = Delivery::off;
  bool operator==(const ApplicationRefused&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationRefused, (), (user, kind, inviter, reply, to_applicant))

/// A member was made admin, or an admin member.
struct RoleChanged {
  Account user;
  Role role = Role::member;
  Announcement announcement;
  bool operator==(const RoleChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoleChanged, (), (user, role, announcement))

/// Exactly the fields that changed.
struct GroupInfoChanged {
  std::optional<Change<GroupName>> name;
  std::optional<Change<Introduction>> introduction;
  std::optional<Change<Notification>> notification;
  std::optional<Change<FaceUrl>> face_url;
  std::optional<Change<std::uint32_t>> max_member_num;
  std::optional<Change<JoinOption>> apply_join_option;
  std::optional<Change<InviteOption>> invite_option;
  std::optional<Change<bool>> mute_all;
  CustomChanges custom;
  Announcement announcement;
  bool operator==(const GroupInfoChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupInfoChanged, (),
                      (name, introduction, notification, face_url, max_member_num, apply_join_option,
                       invite_option, mute_all, custom, announcement))

/// A mute was set, or lifted (`until` 0).
struct MuteChanged {
  Account user;
  TimeMs until;
  Announcement announcement;
  bool operator==(const MuteChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteChanged, (), (user, until, announcement))

/// What the group keeps of a member changed: exactly the fields that did.
struct MemberInfoChanged {
  Account user;
  std::optional<Change<NameCard>> name_card;
  CustomChanges custom;
  bool operator==(const MemberInfoChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberInfoChanged, (), (user, name_card, custom))

/// The caller wants to hear of messages in another way.
struct ReceiveOptionChanged {
  MsgFlag option = MsgFlag::accept_and_notify;
  bool operator==(const ReceiveOptionChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReceiveOptionChanged, (), (option))

/// The caller has read the group's messages up to `seq`. In the stream of the account.
struct MessagesRead {
  GroupId group;
  MsgSeq seq = 0;
  bool operator==(const MessagesRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessagesRead, (), (group, seq))

/// The caller has seen the applications up to `upto`. In the stream of the account.
struct ApplicationsRead {
  TimeMs upto;
  bool operator==(const ApplicationsRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApplicationsRead, (), (upto))

/// On disk an event is its tag; the order here means nothing.
using Event =
    std::variant<GroupCreated, MembersJoined, JoinRequested, ApplicationAccepted, MembersLeft, GroupActivated,
                 MessagePosted, GroupDismissed, GroupRecycled, RulesInstalled, OwnerChanged, InvitationsFiled,
                 ApplicationRefused, RoleChanged, GroupInfoChanged, MuteChanged, MemberInfoChanged,
                 ReceiveOptionChanged, MessagesRead, ApplicationsRead>;
/// The events of one command, in the order in which they happened; two at most without an allocation.
using Events = boost::container::small_vector<Event, 2>;

// clang-format off
template <> inline constexpr Wire wire<GroupCreated>       {.tag = 1,  .schema = 0, .name = "GroupCreated"};
template <> inline constexpr Wire wire<MembersJoined>      {.tag = 2,  .schema = 0, .name = "MembersJoined"};
template <> inline constexpr Wire wire<JoinRequested>      {.tag = 3,  .schema = 0, .name = "JoinRequested"};
template <> inline constexpr Wire wire<ApplicationAccepted>{.tag = 4,  .schema = 0, .name = "ApplicationAccepted"};
template <> inline constexpr Wire wire<MembersLeft>        {.tag = 5,  .schema = 0, .name = "MembersLeft"};
template <> inline constexpr Wire wire<GroupActivated>     {.tag = 6,  .schema = 0, .name = "GroupActivated"};
template <> inline constexpr Wire wire<MessagePosted>      {.tag = 7,  .schema = 0, .name = "MessagePosted"};
template <> inline constexpr Wire wire<GroupDismissed>     {.tag = 8,  .schema = 0, .name = "GroupDismissed"};
template <> inline constexpr Wire wire<GroupRecycled>      {.tag = 9,  .schema = 0, .name = "GroupRecycled"};
template <> inline constexpr Wire wire<RulesInstalled>     {.tag = 10, .schema = 0, .name = "RulesInstalled"};
template <> inline constexpr Wire wire<OwnerChanged>{.tag = 11, .schema = 0, .name = "OwnerChanged"};
template <> inline constexpr Wire wire<InvitationsFiled>{.tag = 12, .schema = 0, .name = "InvitationsFiled"};
template <> inline constexpr Wire wire<ApplicationRefused>{.tag = 13, .schema = 0, .name = "ApplicationRefused"};
template <> inline constexpr Wire wire<RoleChanged>{.tag = 14, .schema = 0, .name = "RoleChanged"};
template <> inline constexpr Wire wire<GroupInfoChanged>{.tag = 15, .schema = 0, .name = "GroupInfoChanged"};
template <> inline constexpr Wire wire<MuteChanged>{.tag = 16, .schema = 0, .name = "MuteChanged"};
template <> inline constexpr Wire wire<MemberInfoChanged>{.tag = 17, .schema = 0, .name = "MemberInfoChanged"};
template <> inline constexpr Wire wire<ReceiveOptionChanged>{.tag = 18, .schema = 0, .name = "ReceiveOptionChanged"};
template <> inline constexpr Wire wire<MessagesRead>{.tag = 19, .schema = 0, .name = "MessagesRead"};
template <> inline constexpr Wire wire<ApplicationsRead>{.tag = 20, .schema = 0, .name = "ApplicationsRead"};
// clang-format on

/// The event's name, as the rulebook spells it.
inline std::string_view name_of(const Event& event) {
  return std::visit([]<class E>(const E&) { return wire<E>.name; }, event);
}

}  // namespace muster
