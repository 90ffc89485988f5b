#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/caller.hpp>
#include <muster/domain/commands.hpp>
#include <muster/domain/events.hpp>
#include <muster/domain/ids.hpp>
#include <muster/domain/kinds.hpp>
#include <muster/domain/text.hpp>
#include <muster/domain/wire.hpp>

/// State as rows: what evolve writes, decide reads and queries show. One command touches a handful of them,
/// whatever the size of the group.
namespace muster {

/// SHA-256, 32 bytes.
using Digest = std::array<std::uint8_t, 32>;

/// Of what a stream of commits is.
enum class StreamKind : std::uint8_t { app = 1, group = 2, account = 3 };
template <>
inline constexpr std::array names<StreamKind>{
    Named{StreamKind::app, "app"}, Named{StreamKind::group, "group"}, Named{StreamKind::account, "account"}};

/// Names a stream of commits: the app's one (empty id), a group's or an account's.
struct StreamId {
  StreamKind kind = StreamKind::app;
  Id<struct StreamTag, 47> id;
  bool operator==(const StreamId&) const = default;
  auto operator<=>(const StreamId&) const = default;

  static StreamId app() { return {}; }
  static StreamId of(const GroupId& group) { return {StreamKind::group, Id<StreamTag, 47>{group}}; }
  static StreamId of(const Account& account) { return {StreamKind::account, Id<StreamTag, 47>{account}}; }
  /// The group whose stream it is; meaningful for streams of groups only.
  [[nodiscard]] GroupId group() const { return GroupId{id}; }
};
BOOST_DESCRIBE_STRUCT(StreamId, (), (kind, id))

/// Where a stream stands: its last commit's revision, effective time and hash.
struct StreamHead {
  Revision revision = 0;
  TimeMs time;
  Digest hash{};
  bool operator==(const StreamHead&) const = default;
};
BOOST_DESCRIBE_STRUCT(StreamHead, (), (revision, time, hash))

/// A custom field of groups: its key, and the levels that may read and set it.
struct GroupField {
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool operator==(const GroupField&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupField, (), (key, read, write))

/// A custom field of a type's members: its key, the levels that may read and set those of others, and whether
/// members may their own.
struct MemberField {
  TypeName type;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool self_read = true;
  bool self_write = true;
  bool operator==(const MemberField&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberField, (), (type, key, read, write, self_read, self_write))

/// How a type's notices of a category are delivered, where the app has set that.
struct NoticePolicy {
  TypeName type;
  NoticeCategory category = NoticeCategory::member_change;
  Delivery delivery = Delivery::off;
  bool operator==(const NoticePolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(NoticePolicy, (), (type, category, delivery))

/// After how many idle seconds a type's groups are recycled.
struct RecyclePolicy {
  TypeName type;
  std::uint64_t idle_seconds = 0;
  bool operator==(const RecyclePolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RecyclePolicy, (), (type, idle_seconds))

/// What holds for the whole app. A store that never heard a setting has this, as it stands.
struct AppRow {
  StreamHead head;
  Edition edition = Edition::ultimate;
  std::uint32_t member_cap = 2000;
  bool avchatrooms_unlimited = false;
  std::vector<GroupField> group_fields;
  std::vector<MemberField> member_fields;
  std::vector<NoticePolicy> policies;
  std::vector<RecyclePolicy> recycle;
  std::vector<TypeName> sweep;
  std::vector<Digest> rules;  // documents installed, in order
  bool operator==(const AppRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AppRow, (),
                      (head, edition, member_cap, avchatrooms_unlimited, group_fields, member_fields,
                       policies, recycle, sweep, rules))

/// The small, hot part of a group: all that most commands read and write. About 100 bytes stored.
struct GroupRow {
  StreamHead head;
  TypeName type;
  BaseType base = BaseType::work;
  Traits traits;
  Life life = Life::absent;
  Account owner;           // empty: none
  bool had_owner = false;  // now or ever
  JoinOption apply_join_option = JoinOption::free_access;
  InviteOption invite_option = InviteOption::free_access;
  bool mute_all = false;
  bool support_topic = false;
  std::uint32_t member_num = 0;
  std::uint32_t max_member_num = 0;  // 0: unlimited
  TimeMs create_time;
  TimeMs last_info_time;
  TimeMs last_msg_time;
  std::uint64_t info_seq = 1;
  MsgSeq next_msg_seq = 1;
  Account newest_pending;      // whose application is pending and was filed last; empty: none is
  TimeMs newest_pending_time;  // of that application
  bool operator==(const GroupRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupRow, (),
                      (head, type, base, traits, life, owner, had_owner, apply_join_option, invite_option,
                       mute_all, support_topic, member_num, max_member_num, create_time, last_info_time,
                       last_msg_time, info_seq, next_msg_seq, newest_pending, newest_pending_time))

/// Who ended a group, and when.
struct Ending {
  Caller by;
  TimeMs time;
  bool operator==(const Ending&) const = default;
};
BOOST_DESCRIBE_STRUCT(Ending, (), (by, time))

/// The texts of a group.
struct ProfileRow {
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  CustomValues custom;
  std::optional<Ending> ending;
  bool operator==(const ProfileRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProfileRow, (), (name, introduction, notification, face_url, custom, ending))

/// What a group keeps of one member; in an AVChatRoom of its owner only.
struct MemberRow {
  Role role = Role::member;
  TimeMs join_time;
  MsgSeq msg_seq = 0;  // at joining, or of the last own message
  MsgFlag msg_flag = MsgFlag::accept_and_notify;
  TimeMs last_send_msg_time;
  NameCard name_card;
  CustomValues custom;
  bool operator==(const MemberRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberRow, (),
                      (role, join_time, msg_seq, msg_flag, last_send_msg_time, name_card, custom))

/// That an account is in a group, of whatever type. Written only when somebody comes, goes or changes role. A
/// group that ends leaves those of its members, except its owner's; when a member joins other groups, these
/// become EndedRows, a few at a time.
struct MembershipRow {
  Role role = Role::member;
  TimeMs join_time;
  bool operator==(const MembershipRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MembershipRow, (), (role, join_time))

/// That an account was in a group when it ended: once a MembershipRow.
struct EndedRow {
  Role role = Role::member;
  TimeMs join_time;
  bool operator==(const EndedRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(EndedRow, (), (role, join_time))

/// What is kept of an account. `joined` counts its MembershipRows in groups that count against its quota, and
/// so bounds those groups from above.
struct AccountRow {
  std::optional<StreamHead> head;  // none until something is committed to the account's own stream
  std::uint32_t joined = 0;
  TimeMs applications_read;
  std::uint32_t memberships = 0;  // MembershipRows
  GroupId swept;                  // the last of them that was looked at for having ended
  bool operator==(const AccountRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccountRow, (), (head, joined, applications_read, memberships, swept))

/// A stored mute, of a member or not; it may have run out.
struct MuteRow {
  TimeMs until;
  bool operator==(const MuteRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteRow, (), (until))

/// The one application of an account to a group.
struct ApplicationRow {
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
  TimeMs time;
  Account older;  // empty: none
  Account newer;  // empty: none
  bool operator==(const PendingRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PendingRow, (), (time, older, newer))

/// How far an account has read a group, by its own word.
struct ReadRow {
  MsgSeq seq = 0;
  bool operator==(const ReadRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadRow, (), (seq))

// The indexes: rows that are there for their keys' order, and say nothing else.

/// The profiled members of a group, by role and time of joining.
struct RosterRow {
  bool operator==(const RosterRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(RosterRow, (), ())
/// The applications of a group, by time.
struct FiledRow {
  bool operator==(const FiledRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(FiledRow, (), ())
/// The living groups of a type.
struct TypeRow {
  bool operator==(const TypeRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(TypeRow, (), ())

/// A topic of a Community, with message numbers of its own.
struct TopicRow {
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  TimeMs create_time;
  MsgSeq next_msg_seq = 1;
  TimeMs last_msg_time;
  bool operator==(const TopicRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicRow, (),
                      (name, introduction, notification, face_url, create_time, next_msg_seq, last_msg_time))

/// Where a command id was answered: its commit has the command and the answer.
struct AnsweredRow {
  Position position = 0;
  bool operator==(const AnsweredRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AnsweredRow, (), (position))

/// What a command id is remembered under.
struct AnsweredKey {
  StreamId stream;
  Caller caller;
  CommandId id;
  bool operator==(const AnsweredKey&) const = default;
};

/// A row's key inside a group, or an account's and a group's.
template <class First, class Second>
struct Pair {
  First first;
  Second second;
  bool operator==(const Pair&) const = default;
};
using GroupAccount = Pair<GroupId, Account>;
/// Where a member stands in its group's roster: owner, admins, members, each by time of joining.
struct RosterKey {
  GroupId group;
  Role role = Role::member;
  TimeMs join_time;
  Account account;
  bool operator==(const RosterKey&) const = default;
};
/// Where an application stands among its group's.
struct FiledKey {
  GroupId group;
  TimeMs time;
  Account account;
  bool operator==(const FiledKey&) const = default;
};
/// Keys of rows that belong to two things; rows stand in the order of the first.
using TypeGroup = Pair<TypeName, GroupId>;
using GroupTopic = Pair<GroupId, TopicId>;
using AccountGroup = Pair<Account, GroupId>;

}  // namespace muster
