#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/commit.hpp>

#include "reference/tables.hpp"

/// What the model keeps: groups with all that is in them, accounts, the app.
namespace muster::reference {

/// The end of a stream of commits.
struct Stream {
  Revision revision = 0;
  TimeMs time;
};

struct Member {
  Role role = Role::member;
  TimeMs join_time;
  MsgSeq read = 0;  // read position
  MsgSeq first_seq = 1;
  MsgFlag msg_flag = MsgFlag::accept_and_notify;
  TimeMs last_send_msg_time;
  std::string name_card;
  CustomValues custom;
};

struct Application {
  ApplicationKind kind = ApplicationKind::join;
  Account inviter;
  std::string message;
  TimeMs time;
  ApplicationStatus status = ApplicationStatus::pending;
  Account handler;
  TimeMs handled_time;
  std::string reply;
};

/// The texts of a group or a topic.
struct Texts {
  std::string name;
  std::string introduction;
  std::string notification;
  std::string face_url;
  bool operator==(const Texts&) const = default;
};

struct Topic {
  Texts texts;
  TimeMs create_time;
  MsgSeq next_msg_seq = 1;
  TimeMs last_msg_time;
};

struct Group {
  Stream stream;
  const TypeColumn* type = nullptr;
  GroupState life = GroupState::active;
  Account owner;  // empty: none
  bool had_owner = false;
  Texts texts;
  CustomValues custom;
  JoinOption join_option = JoinOption::free_access;
  InviteOption invite_option = InviteOption::free_access;
  bool mute_all = false;
  bool support_topic = false;
  std::uint64_t max_member_num = 0;  // 0: unlimited
  TimeMs create_time;
  std::optional<TimeMs> import_time;
  TimeMs last_info_time;
  TimeMs last_msg_time;
  std::uint64_t info_seq = 1;
  MsgSeq next_msg_seq = 1;
  std::optional<std::pair<Caller, TimeMs>> ending;
  std::map<Account, Member> members;
  std::map<Account, Application> applications;
  std::map<Account, TimeMs> mutes;
  std::map<TopicId, Topic> topics;
  std::set<TopicId> deleted_topics;

  [[nodiscard]] bool alive() const { return life == GroupState::inactive || life == GroupState::active; }
};

/// The stream of an account, and its mark of read applications.
struct AccountState {
  Stream stream;
  TimeMs applications_read;
};

struct FieldLevels {
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool self_read = true;
  bool self_write = true;
};

struct App {
  Stream stream;
  Edition edition = Edition::ultimate;
  std::uint32_t member_cap = 2000;
  bool avchatrooms_unlimited = false;
  std::map<CustomKey, FieldLevels> group_fields;
  std::map<std::string_view, std::map<CustomKey, FieldLevels>> member_fields;  // by type
  std::map<std::pair<std::string_view, NoticeCategory>, Delivery> deliveries;  // other than the default
  std::map<std::string_view, std::uint64_t> idle_seconds;                      // not 0
  std::set<std::string_view> sweep;                                            // types that are swept
  std::map<std::string_view, bool> before_join;                                // other than the default
};

/// Groups created and ended on a day in UTC.
struct Day {
  std::int64_t created = 0;
  std::int64_t ended = 0;
};

/// How many living groups there are of each kind.
struct GroupCounts {
  std::uint64_t groups = 0;
  std::uint64_t avchatrooms = 0;
  std::uint64_t communities = 0;
};

struct State {
  std::map<GroupId, Group> groups;
  std::map<Account, AccountState> accounts;
  App app;
  std::map<std::int64_t, Day> days;  // by the number of days since the epoch

  /// The groups that the account has joined, as its quota counts them.
  [[nodiscard]] std::uint64_t joined(const Account& account) const;
  [[nodiscard]] GroupCounts counts() const;
};

/// The number of a time's day in UTC.
std::int64_t day_of(TimeMs time);

}  // namespace muster::reference
