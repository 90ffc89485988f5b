#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/values.hpp>
#include <muster/domain/groups/rows.hpp>
#include <muster/domain/membership/rows.hpp>

/// A group as a whole: its making, profile and end. Its commands, with the fields that people type, and its
/// events. A command may hold anything: what a field must be is checked when it is decided. An unset optional
/// is an absent field.
namespace muster {

/// An account that is in a group from its creation on. `role`: Member (when absent) or Admin.
struct InitialMember {
  Account user;
  std::optional<Role> role;
  bool operator==(const InitialMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(InitialMember, (), (user, role))

/// Makes a group. Without `group` the engine assigns an id. Source: docs/rules.md section 5.
struct CreateGroup {
  static constexpr Persisted persisted{.tag = 1, .schema = 0, .name = "CreateGroup"};
  static const CommandSpec<CreateGroup> spec;
  TypeName type;
  std::optional<GroupId> group;
  GroupName name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  std::optional<std::uint64_t> max_member_num;
  std::optional<JoinOption> apply_join_option;
  std::optional<InviteOption> invite_option;
  std::optional<CustomValues> custom;
  std::optional<List<InitialMember, 0, 100>> members;
  std::optional<bool> support_topic;
  std::optional<Account> owner;
  bool operator==(const CreateGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(CreateGroup, (),
                      (type, group, name, introduction, notification, face_url, max_member_num,
                       apply_join_option, invite_option, custom, members, support_topic, owner))

/// Makes a group as it was elsewhere. Source: docs/rules.md section 11.
struct ImportGroup {
  static constexpr Persisted persisted{.tag = 29, .schema = 0, .name = "ImportGroup"};
  static const CommandSpec<ImportGroup> spec;
  TypeName type;
  std::optional<GroupId> group;
  GroupName name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  std::optional<std::uint64_t> max_member_num;
  std::optional<JoinOption> apply_join_option;
  std::optional<InviteOption> invite_option;
  std::optional<CustomValues> custom;
  std::optional<List<InitialMember, 0, 100>> members;
  std::optional<bool> support_topic;
  std::optional<Account> owner;
  std::optional<TimeMs> create_time;          // the command's time when absent
  std::optional<std::uint64_t> next_msg_seq;  // 1 when absent
  std::optional<TimeMs> last_msg_time;        // none when absent
  bool operator==(const ImportGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(ImportGroup, (),
                      (type, group, name, introduction, notification, face_url, max_member_num,
                       apply_join_option, invite_option, custom, members, support_topic, owner, create_time,
                       next_msg_seq, last_msg_time))

/// Ends a group that has been idle for long. Only the system calls it. Source: docs/rules.md section 5.
struct RecycleGroup {
  static constexpr Persisted persisted{.tag = 32, .schema = 0, .name = "RecycleGroup"};
  static const CommandSpec<RecycleGroup> spec;
  GroupId group;
  bool operator==(const RecycleGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(RecycleGroup, (), (group))

/// Ends a group; it cannot be brought back. Source: docs/rules.md section 5.
struct DismissGroup {
  static constexpr Persisted persisted{.tag = 6, .schema = 0, .name = "DismissGroup"};
  static const CommandSpec<DismissGroup> spec;
  GroupId group;
  bool operator==(const DismissGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(DismissGroup, (), (group))

/// Hands the group to another member. Source: docs/rules.md section 5.
struct TransferGroup {
  static constexpr Persisted persisted{.tag = 7, .schema = 0, .name = "TransferGroup"};
  static const CommandSpec<TransferGroup> spec;
  GroupId group;
  Account new_owner;
  bool operator==(const TransferGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(TransferGroup, (), (group, new_owner))

/// Changes fields of the profile, all or none. Source: docs/rules.md section 8.
struct SetGroupInfo {
  static constexpr Persisted persisted{.tag = 12, .schema = 0, .name = "SetGroupInfo"};
  static const CommandSpec<SetGroupInfo> spec;
  GroupId group;
  std::optional<GroupName> name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  std::optional<std::uint64_t> max_member_num;
  std::optional<JoinOption> apply_join_option;
  std::optional<InviteOption> invite_option;
  std::optional<bool> mute_all;
  std::optional<CustomValues> custom;
  bool operator==(const SetGroupInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetGroupInfo, (),
                      (group, name, introduction, notification, face_url, max_member_num, apply_join_option,
                       invite_option, mute_all, custom))

/// A group was created. `life` is inactive or active; an empty `owner` is none; the owner is a member from
/// now on.
struct GroupCreated {
  static constexpr Persisted persisted{.tag = 1, .schema = 0, .name = "GroupCreated"};
  static const EventSpec<GroupCreated> spec;
  TypeName type;
  BaseType base = BaseType::work;
  Traits traits;
  GroupState life = GroupState::active;
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

/// An inactive group became visible to its members.
struct GroupActivated {
  static constexpr Persisted persisted{.tag = 6, .schema = 0, .name = "GroupActivated"};
  static const EventSpec<GroupActivated> spec;
  bool operator==(const GroupActivated&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupActivated, (), ())

/// The caller ended the group.
struct GroupDismissed {
  static constexpr Persisted persisted{.tag = 8, .schema = 0, .name = "GroupDismissed"};
  static const EventSpec<GroupDismissed> spec;
  Delivery to_members = Delivery::off;
  bool operator==(const GroupDismissed&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupDismissed, (), (to_members))

/// The group ended by itself.
struct GroupRecycled {
  static constexpr Persisted persisted{.tag = 9, .schema = 0, .name = "GroupRecycled"};
  static const EventSpec<GroupRecycled> spec;
  RecycleReason reason = RecycleReason::empty;
  Delivery to_members = Delivery::off;
  bool operator==(const GroupRecycled&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupRecycled, (), (reason, to_members))

/// The group has another owner, a member until now; the one before, if any, is a member from now on. A mute
/// of the new owner is lifted.
struct OwnerChanged {
  static constexpr Persisted persisted{.tag = 11, .schema = 0, .name = "OwnerChanged"};
  static const EventSpec<OwnerChanged> spec;
  Account from;
  Account to;
  Announcement announcement;
  bool operator==(const OwnerChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(OwnerChanged, (), (from, to, announcement))

/// Exactly the fields that changed.
struct GroupInfoChanged {
  static constexpr Persisted persisted{.tag = 15, .schema = 0, .name = "GroupInfoChanged"};
  static const EventSpec<GroupInfoChanged> spec;
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

/// A group was imported: as it was elsewhere, with members who joined at `create_time`.
struct GroupImported {
  static constexpr Persisted persisted{.tag = 32, .schema = 0, .name = "GroupImported"};
  static const EventSpec<GroupImported> spec;
  TypeName type;
  BaseType base = BaseType::work;
  Traits traits;
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
  Joiners members;
  TimeMs create_time;
  MsgSeq next_msg_seq = 1;
  TimeMs last_msg_time;  // 0: none
  bool operator==(const GroupImported&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupImported, (),
                      (type, base, traits, owner, name, introduction, notification, face_url, max_member_num,
                       apply_join_option, invite_option, support_topic, custom, members, create_time,
                       next_msg_seq, last_msg_time))

namespace groups {
using Commands =
    boost::mp11::mp_list<CreateGroup, DismissGroup, TransferGroup, SetGroupInfo, ImportGroup, RecycleGroup>;
using Events = boost::mp11::mp_list<GroupCreated, GroupActivated, GroupDismissed, GroupRecycled, OwnerChanged,
                                    GroupInfoChanged, GroupImported>;
}  // namespace groups

}  // namespace muster
