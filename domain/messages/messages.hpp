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

/// A message that was said elsewhere.
struct MessageToImport {
  Account from;
  TimeMs time;
  bool operator==(const MessageToImport&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessageToImport, (), (from, time))

/// Numbers messages that were said elsewhere, in the order of their times. Source: docs/rules.md section 11.
struct ImportMessages {
  static constexpr Persisted persisted{.tag = 31, .schema = 0, .name = "ImportMessages"};
  static const CommandSpec<ImportMessages> spec;
  GroupId group;
  List<MessageToImport, 1, 300> messages;
  bool operator==(const ImportMessages&) const = default;
};
BOOST_DESCRIBE_STRUCT(ImportMessages, (), (group, messages))

/// Makes a topic. Without `topic` the engine assigns an id. Source: docs/rules.md section 11.
struct CreateTopic {
  static constexpr Persisted persisted{.tag = 25, .schema = 0, .name = "CreateTopic"};
  static const CommandSpec<CreateTopic> spec;
  GroupId group;
  std::optional<TopicId> topic;
  GroupName name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  bool operator==(const CreateTopic&) const = default;
};
BOOST_DESCRIBE_STRUCT(CreateTopic, (), (group, topic, name, introduction, notification, face_url))

/// Changes texts of a topic, all or none. Source: docs/rules.md section 11.
struct SetTopicInfo {
  static constexpr Persisted persisted{.tag = 26, .schema = 0, .name = "SetTopicInfo"};
  static const CommandSpec<SetTopicInfo> spec;
  GroupId group;
  TopicId topic;
  std::optional<GroupName> name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  bool operator==(const SetTopicInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetTopicInfo, (), (group, topic, name, introduction, notification, face_url))

/// Ends a topic; its id is not used again. Source: docs/rules.md section 11.
struct DeleteTopic {
  static constexpr Persisted persisted{.tag = 27, .schema = 0, .name = "DeleteTopic"};
  static const CommandSpec<DeleteTopic> spec;
  GroupId group;
  TopicId topic;
  bool operator==(const DeleteTopic&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeleteTopic, (), (group, topic))

/// Notifies all members, or `users`, of something that only the host understands: `data`, 1 to 8192 bytes.
/// Source: docs/rules.md section 11.
struct SendSystemNotification {
  static constexpr Persisted persisted{.tag = 28, .schema = 0, .name = "SendSystemNotification"};
  static const CommandSpec<SendSystemNotification> spec;
  GroupId group;
  std::string data;
  std::optional<List<Account, 1, 500>> users;
  bool operator==(const SendSystemNotification&) const = default;
};
BOOST_DESCRIBE_STRUCT(SendSystemNotification, (), (group, data, users))

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

/// Messages were imported: they got the numbers from `first_seq` on, in order.
struct MessagesImported {
  static constexpr Persisted persisted{.tag = 34, .schema = 0, .name = "MessagesImported"};
  static const EventSpec<MessagesImported> spec;
  MsgSeq first_seq = 0;
  boost::container::small_vector<MessageToImport, 1> messages;
  bool operator==(const MessagesImported&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessagesImported, (), (first_seq, messages))

/// A Community has a new topic.
struct TopicCreated {
  static constexpr Persisted persisted{.tag = 28, .schema = 0, .name = "TopicCreated"};
  static const EventSpec<TopicCreated> spec;
  TopicId topic;
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  Delivery to_members = Delivery::off;
  bool operator==(const TopicCreated&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicCreated, (), (topic, name, introduction, notification, face_url, to_members))

/// Exactly the texts of a topic that changed.
struct TopicInfoChanged {
  static constexpr Persisted persisted{.tag = 29, .schema = 0, .name = "TopicInfoChanged"};
  static const EventSpec<TopicInfoChanged> spec;
  TopicId topic;
  std::optional<Change<GroupName>> name;
  std::optional<Change<Introduction>> introduction;
  std::optional<Change<Notification>> notification;
  std::optional<Change<FaceUrl>> face_url;
  Delivery to_members = Delivery::off;
  bool operator==(const TopicInfoChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicInfoChanged, (), (topic, name, introduction, notification, face_url, to_members))

/// A topic has ended.
struct TopicDeleted {
  static constexpr Persisted persisted{.tag = 30, .schema = 0, .name = "TopicDeleted"};
  static const EventSpec<TopicDeleted> spec;
  TopicId topic;
  Delivery to_members = Delivery::off;
  bool operator==(const TopicDeleted&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicDeleted, (), (topic, to_members))

/// The host notified all members, or `users` when there are any.
struct SystemNotificationSent {
  static constexpr Persisted persisted{.tag = 31, .schema = 0, .name = "SystemNotificationSent"};
  static const EventSpec<SystemNotificationSent> spec;
  std::string data;
  boost::container::small_vector<Account, 1> users;
  Delivery delivery = Delivery::off;
  bool operator==(const SystemNotificationSent&) const = default;
};
BOOST_DESCRIBE_STRUCT(SystemNotificationSent, (), (data, users, delivery))

namespace messages {
using Commands = boost::mp11::mp_list<PostMessage, MuteMember, MarkMessagesRead, ImportMessages, CreateTopic,
                                      SetTopicInfo, DeleteTopic, SendSystemNotification>;
using Events = boost::mp11::mp_list<MessagePosted, MuteChanged, MessagesRead, MessagesImported, TopicCreated,
                                    TopicInfoChanged, TopicDeleted, SystemNotificationSent>;
}  // namespace messages

}  // namespace muster
