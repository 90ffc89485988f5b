#include "reference/trial.hpp"

// Section 9: muting and messages; section 11: topics, notifications by hand, imported messages.
namespace muster::reference {
namespace {

constexpr TimeMs permanently{253402300799000};
constexpr std::size_t topics_max = 200;

}  // namespace

void Trial::operator()(const PostMessage& c) {
  in_group(c.group);
  need(!c.topic || group().support_topic, "type.topics");
  people_only();
  level(type().post, "post.member", "post.level");
  revision();
  need(!c.topic || group().topics.contains(*c.topic), "post.topic");
  const auto mute = group().mutes.find(caller());
  const bool muted = mute != group().mutes.end() && time_ < mute->second;
  need(!muted || is_app_admin(), "post.muted");
  need(!group().mute_all || caller_level() >= type().post_when_muted.value_or(Level::app_admin),
       "post.mute-all");
  if (refused()) return;

  if (group().life == GroupState::inactive) {
    group().life = GroupState::active;
    happened("GroupActivated");
  }
  happened("MessagePosted");
  Member* sender = type().member_profiles ? member(caller()) : nullptr;
  if (sender != nullptr) sender->last_send_msg_time = time_;
  if (c.topic) {
    Topic& topic = group().topics.at(*c.topic);
    ++topic.next_msg_seq;
    topic.last_msg_time = time_;
    return;
  }
  if (sender != nullptr) sender->read = group().next_msg_seq;
  ++group().next_msg_seq;
  group().last_msg_time = time_;
}

void Trial::operator()(const MuteMember& c) {
  in_group(c.group);
  need(type().mute.has_value(), "mute.type");
  people_only();
  level(type().mute, "mute.member", "mute.level");
  revision();
  const auto stored = group().mutes.find(c.user);
  const bool is_stored = stored != group().mutes.end();
  need(member(c.user) != nullptr || (c.seconds == 0 && is_stored) || type().name == "AVChatRoom",
       "mute.target");
  need(outranks(c.user), "mute.rank");
  if (refused()) return;

  if (c.seconds == 0) {
    if (!is_stored) return;
    group().mutes.erase(stored);
  } else {
    TimeMs until = c.seconds == 4294967295 ? permanently : TimeMs{time_.ms + std::int64_t{c.seconds} * 1000};
    until = std::min(until, permanently);
    if (is_stored && stored->second == until) return;
    group().mutes[c.user] = until;
  }
  happened("MuteChanged");
  announce(NoticeCategory::member_profile_change);
}

void Trial::operator()(const MarkMessagesRead& c) {
  in_group(c.group, Acts::for_itself);
  verdict_.revision.reset();
  in_account();
  need(type().unread_count, "read.type");
  people_only();
  level(Level::member, "read.member", "read.level");
  const MsgSeq seq = c.seq.value_or(group().next_msg_seq - 1);
  need(seq < group().next_msg_seq, "read.beyond");
  if (refused() || seq <= member(caller())->read) return;

  member(caller())->read = seq;
  happened("MessagesRead");
}

void Trial::operator()(const ImportMessages& c) {
  in_group(c.group);
  need(type().imports, "import.type");
  app_admins_only();
  revision();
  need(c.messages.back().time <= time_, "import.time");
  if (refused()) return;

  for (const MessageToImport& message : c.messages) {
    ++group().next_msg_seq;
    group().last_msg_time = std::max(group().last_msg_time, message.time);
    if (Member* sender = member(message.from))
      sender->last_send_msg_time = std::max(sender->last_send_msg_time, message.time);
  }
  happened("MessagesImported");
}

void Trial::operator()(const SendSystemNotification& c) {
  in_group(c.group);
  need(!c.users || type().member_profiles, "notify.users");
  app_admins_only();
  revision();
  if (c.users)
    for (const Account& user : *c.users) need(member(user) != nullptr, "notify.target");
  if (!refused()) happened("SystemNotificationSent");
}

void Trial::manage_topics(const GroupId& group_id, const Cell& least) {
  in_group(group_id);
  need(group().support_topic, "type.topics");
  people_only();
  level(least, "topic.member", "topic.level");
  revision();
}

void Trial::operator()(const CreateTopic& c) {
  // Only an app admin may name the id.
  manage_topics(c.group, c.topic ? Level::app_admin : Level::admin);
  const TopicId id = c.topic.value_or(envelope_.assigned.topic);
  need(!group().topics.contains(id) && !group().deleted_topics.contains(id), "topic.id");
  need(group().topics.size() < topics_max, "topic.limit");
  if (refused()) return;

  Topic& topic = group().topics[id];
  topic.create_time = time_;
  topic.texts.name = c.name.value;
  change_text(topic.texts.introduction, c.introduction);
  change_text(topic.texts.notification, c.notification);
  change_text(topic.texts.face_url, c.face_url);
  happened("TopicCreated");
}

void Trial::operator()(const SetTopicInfo& c) {
  manage_topics(c.group, Level::admin);
  const auto found = group().topics.find(c.topic);
  need(found != group().topics.end(), "topic.found");
  if (refused()) return;

  if (change_texts(found->second.texts, c)) happened("TopicInfoChanged");
}

void Trial::operator()(const DeleteTopic& c) {
  manage_topics(c.group, Level::admin);
  need(group().topics.contains(c.topic), "topic.found");
  if (refused()) return;

  group().topics.erase(c.topic);
  group().deleted_topics.insert(c.topic);
  happened("TopicDeleted");
}

}  // namespace muster::reference
