#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>

/// What an event means: for the rows, and for the people who get its notices.
namespace muster {

/// Where and when an event happened, and by whom: its commit's head, and the position of the commit.
struct Stamp {
  StreamId stream;
  Revision revision = 0;
  Position position = 0;
  TimeMs time;
  Caller caller;
};

/// Applies one event to the rows. Total: it believes every event, in any order, on any rows; it knows no
/// rules, reads no clock and never fails, and no count of its wraps. Events for a missing or ended
/// group are ignored.
void evolve(Overlay& rows, const Event& event, const Stamp& stamp);

/// The end of a stream; all zero for one without commits.
StreamHead head_of(const View& rows, const StreamId& stream);

/// The stamp of the events of a commit.
Stamp stamp_of(const CommitHead& head, Position position);

/// Closes a commit whose events were applied: moves the stream's head to it, and stores its command id. The
/// head keeps the hash of the commit before until set_head_hash().
void close_commit(Overlay& rows, const Commit& commit, Position position);
/// Sets the hash of the stream's last commit, in the stream's chain.
void set_head_hash(Overlay& rows, const StreamId& stream, const Digest& hash);

/// Applies a whole commit as the log has it: its events in order, then its head and its command id.
void fold(Overlay& rows, const Commit& commit, Position position, const Digest& hash);

/// What a commit's command id is remembered under. Creations that named no group, and commands of the app,
/// are remembered in the app's stream; all others in the stream that they went to.
CommandIdKey command_id_key(const StreamId& stream, const Caller& caller, const CommandId& id,
                            bool assigned_group);

/// The row of a command id; null for one that was not used. The marks in the stream's head tell of most new
/// ids that they are new, without a look at the rows of ids.
const CommandIdRow* find_command_id(const View& rows, const CommandIdKey& key);

/// What people are notified of, named after the listener callbacks of the service.
enum class NoticeName : std::uint8_t {
  on_group_created = 1,
  on_member_enter = 2,
  on_member_invited = 3,
  on_member_leave = 4,
  on_member_kicked = 5,
  on_quit_from_group = 6,
  on_receive_join_application = 7,
  on_application_processed = 8,
  on_group_dismissed = 9,
  on_group_recycled = 10,
  on_group_info_changed = 11,
  on_member_info_changed = 12,
  on_grant_administrator = 13,
  on_revoke_administrator = 14,
  on_topic_created = 15,
  on_topic_deleted = 16,
  on_topic_changed = 17,
  on_receive_rest_custom_data = 18,
};
// clang-format off
template <> inline constexpr std::array names<NoticeName>{
    Named{NoticeName::on_group_created, "onGroupCreated"},
    Named{NoticeName::on_member_enter, "onMemberEnter"},
    Named{NoticeName::on_member_invited, "onMemberInvited"},
    Named{NoticeName::on_member_leave, "onMemberLeave"},
    Named{NoticeName::on_member_kicked, "onMemberKicked"},
    Named{NoticeName::on_quit_from_group, "onQuitFromGroup"},
    Named{NoticeName::on_receive_join_application, "onReceiveJoinApplication"},
    Named{NoticeName::on_application_processed, "onApplicationProcessed"},
    Named{NoticeName::on_group_dismissed, "onGroupDismissed"},
    Named{NoticeName::on_group_recycled, "onGroupRecycled"},
    Named{NoticeName::on_group_info_changed, "onGroupInfoChanged"},
    Named{NoticeName::on_member_info_changed, "onMemberInfoChanged"},
    Named{NoticeName::on_grant_administrator, "onGrantAdministrator"},
    Named{NoticeName::on_revoke_administrator, "onRevokeAdministrator"},
    Named{NoticeName::on_topic_created, "onTopicCreated"},
    Named{NoticeName::on_topic_deleted, "onTopicDeleted"},
    Named{NoticeName::on_topic_changed, "onTopicChanged"},
    Named{NoticeName::on_receive_rest_custom_data, "onReceiveRESTCustomData"}};
// clang-format on

/// Who is meant: all members of the group but those named in `except`, its owner and admins, or `to` alone.
enum class Audience : std::uint8_t { members = 1, deciders = 2, accounts = 3 };
template <>
inline constexpr std::array names<Audience>{Named{Audience::members, "members"},
                                            Named{Audience::deciders, "deciders"},
                                            Named{Audience::accounts, "accounts"}};

/// One notice of one event.
struct Notice {
  NoticeName name = NoticeName::on_group_created;
  GroupId group;
  TimeMs time;
  Account by;
  Delivery delivery = Delivery::off;
  MsgSeq msg_seq = 0;  // the message number that it took; 0: none
  Audience audience = Audience::members;
  std::vector<Account> to;                  // of Audience::accounts
  std::vector<Account> except;              // of Audience::members
  std::vector<Account> accounts;            // whom the notice is about
  std::optional<ApplicationStatus> status;  // of onApplicationProcessed
  FreeText text;                            // the message, reply or reason that goes with it
  std::optional<Account> owner;             // the new one, of onGroupInfoChanged
  std::optional<GroupInfoChanged>
      info;  // what changed, of onGroupInfoChanged; custom fields that members may read only
  std::optional<TimeMs> mute_until;            // of onMemberInfoChanged
  std::optional<TopicId> topic;                // of onTopicCreated, onTopicChanged and onTopicDeleted
  std::optional<TopicInfoChanged> topic_info;  // what changed, of onTopicChanged
  std::string data;                            // of onReceiveRESTCustomData
  bool operator==(const Notice&) const = default;
};

/// The notices of an event, in a fixed order; none for one that is not announced. Pure: everything is in the
/// event and its stamp.
/// Source  docs/rules.md section 15
std::vector<Notice> notify(const Event& event, const Stamp& stamp);

}  // namespace muster
