#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/values.hpp>

/// What is said in a group, and who may say it. Its commands, with the fields that people type, and its
/// events. A command may hold anything: what a field must be is checked when it is decided. An unset optional
/// is an absent field.
namespace muster {

/// Says something; the engine judges and numbers it, the host keeps the content. Source: docs/rules.md
/// section 9.
struct PostMessage {
  static constexpr Persisted persisted{.tag = 5, .schema = 0, .name = "PostMessage"};
  static const CommandSpec<PostMessage> spec;
  GroupId group;
  std::optional<MessageId> message_id;
  std::optional<TopicId> topic;
  bool operator==(const PostMessage&) const = default;
};
BOOST_DESCRIBE_STRUCT(PostMessage, (), (group, message_id, topic))

/// Silences an account for `seconds`; 0 lifts the mute, 4294967295 makes it permanent. Source: docs/rules.md
/// section 9.
struct MuteMember {
  static constexpr Persisted persisted{.tag = 13, .schema = 0, .name = "MuteMember"};
  static const CommandSpec<MuteMember> spec;
  GroupId group;
  Account user;
  std::uint32_t seconds = 0;
  bool operator==(const MuteMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteMember, (), (group, user, seconds))
/// The `seconds` of a permanent mute.
inline constexpr std::uint32_t seconds_for_ever = 4'294'967'295;

/// Marks the group's messages read up to `seq`, the newest when absent. Source: docs/rules.md section 9.
struct MarkMessagesRead {
  static constexpr Persisted persisted{.tag = 16, .schema = 0, .name = "MarkMessagesRead"};
  static const CommandSpec<MarkMessagesRead> spec;
  GroupId group;
  std::optional<std::uint64_t> seq;
  bool operator==(const MarkMessagesRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MarkMessagesRead, (), (group, seq))

/// The caller said something; `seq` counts in the topic when there is one, else in the group.
struct MessagePosted {
  static constexpr Persisted persisted{.tag = 7, .schema = 0, .name = "MessagePosted"};
  static const EventSpec<MessagePosted> spec;
  MsgSeq seq = 0;
  std::optional<MessageId> message_id;
  std::optional<TopicId> topic;
  bool operator==(const MessagePosted&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessagePosted, (), (seq, message_id, topic))

/// A mute was set, or lifted (`until` 0).
struct MuteChanged {
  static constexpr Persisted persisted{.tag = 16, .schema = 0, .name = "MuteChanged"};
  static const EventSpec<MuteChanged> spec;
  Account user;
  TimeMs until;
  Announcement announcement;
  bool operator==(const MuteChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteChanged, (), (user, until, announcement))

/// The caller has read the group's messages up to `seq`. In the stream of the account.
struct MessagesRead {
  static constexpr Persisted persisted{.tag = 19, .schema = 0, .name = "MessagesRead"};
  static const EventSpec<MessagesRead> spec;
  GroupId group;
  MsgSeq seq = 0;
  bool operator==(const MessagesRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessagesRead, (), (group, seq))

namespace messages {
using Commands = boost::mp11::mp_list<PostMessage, MuteMember, MarkMessagesRead>;
using Events = boost::mp11::mp_list<MessagePosted, MuteChanged, MessagesRead>;
}  // namespace messages

}  // namespace muster
