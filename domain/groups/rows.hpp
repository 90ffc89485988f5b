#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/core/values.hpp>

/// A group as a whole: its making, profile and end. The rows.
namespace muster {

/// What evolve must know of a group's type, fixed when the group is made.
struct Traits {
  bool member_profiles = true;  // every member has a row of its own, not the owner alone
  bool listed = true;           // is in its members' joined-groups lists once it is active
  bool counted = true;          // counts against its members' joined-groups quota
  QuotaClass quota = QuotaClass::groups;
  MsgFlag msg_flag = MsgFlag::accept_and_notify;  // of new members
  bool operator==(const Traits&) const = default;
};
BOOST_DESCRIBE_STRUCT(Traits, (), (member_profiles, listed, counted, quota, msg_flag))

/// Who ended a group, and when.
struct Ending {
  Caller by;
  TimeMs time;
  bool operator==(const Ending&) const = default;
};
BOOST_DESCRIBE_STRUCT(Ending, (), (by, time))

/// The small, hot part of a group: all that most commands read and write. About 100 bytes stored.
struct GroupRow {
  using Key = GroupId;
  static constexpr RowInfo info{.prefix = 'g', .name = "group"};
  StreamHead head;
  TypeName type;
  BaseType base = BaseType::work;
  Traits traits;
  GroupState life = GroupState::absent;
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
  std::uint32_t mutes = 0;     // MuteRows
  std::uint32_t topics = 0;    // TopicRows
  bool operator==(const GroupRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupRow, (),
                      (head, type, base, traits, life, owner, had_owner, apply_join_option, invite_option,
                       mute_all, support_topic, member_num, max_member_num, create_time, last_info_time,
                       last_msg_time, info_seq, next_msg_seq, newest_pending, newest_pending_time, mutes,
                       topics))

/// The texts of a group.
struct ProfileRow {
  using Key = GroupId;
  static constexpr RowInfo info{.prefix = 'p', .name = "profile"};
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  CustomValues custom;
  std::optional<TimeMs> import_time;  // when it was imported; none: it was created here
  std::optional<Ending> ending;
  bool operator==(const ProfileRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProfileRow, (),
                      (name, introduction, notification, face_url, custom, import_time, ending))

/// The living groups of a type.
struct GroupByTypeRow {
  using Key = TypeGroup;
  static constexpr RowInfo info{.prefix = 'y', .name = "group by type"};
  bool operator==(const GroupByTypeRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupByTypeRow, (), ())

/// True for a group that has ended.
constexpr bool has_ended(GroupState state) {
  return state == GroupState::dismissed || state == GroupState::recycled;
}
/// Whether there is a group, and it has not ended.
inline bool is_alive(const GroupRow* group) {
  return group != nullptr && (group->life == GroupState::inactive || group->life == GroupState::active);
}
/// Whether the group is one of its member's: an inactive one is only its owner's.
inline bool is_visible_to_member(const GroupRow& group, const Account& member) {
  return group.life == GroupState::active || (group.life == GroupState::inactive && group.owner == member);
}

namespace groups {
using Rows = boost::mp11::mp_list<GroupRow, ProfileRow, GroupByTypeRow>;
}  // namespace groups

}  // namespace muster
