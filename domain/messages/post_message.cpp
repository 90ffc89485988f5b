#include <algorithm>

#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/messages/mutes.hpp>
#include <muster/domain/messages/topics.hpp>

namespace muster {
namespace {

constexpr Rule post_type{"post.type", Error::not_supported, "9", "this group type does not have messages"};
constexpr Rule post_member{"post.member", Error::not_member, "9", "you must be a member to post messages"};
constexpr Rule post_level{"post.level", Error::not_permitted, "9", "your level is too low to post messages"};
constexpr Rule post_topic{"post.topic", Error::topic_not_found, "9", "there is no such topic"};
constexpr Rule post_muted{"post.muted", Error::muted, "9", "muted members cannot post"};
constexpr Rule post_mute_all{"post.mute-all", Error::muted, "9",
                             "only admins, the owner and app admins can post while all members are muted"};
constexpr std::array<const Rule*, 7> rules{&post_type,  &type_topics, &post_member,  &post_level,
                                           &post_topic, &post_muted,  &post_mute_all};

void require(const Decider& d, const PostMessage& c, Requirements& needed) {
  if (!c.topic) return;
  needed.push_back(topics_supported(d));
  needed.back().field = "topic";
}

bool check_state(Decider& d, const PostMessage& c) {
  if (c.topic && d.rows().find<TopicRow>({d.group_id(), *c.topic}) == nullptr)
    return d.refuse(post_topic, {}, "topic");
  if (d.kind() == CallerKind::app_admin) return true;
  const MuteRow* mute = find_mute(d.rows(), d.group_id(), d.caller());
  if (mute != nullptr && d.time() < mute->until) return d.refuse(post_muted, {.until = mute->until});
  if (!d.group().mute_all) return true;
  constexpr CellRef speakers = cell<&TypeRules::post_when_muted>;
  const Permission permission = speakers.of(d.type());
  const Level needed = permission.supported ? permission.least : Level::app_admin;
  return d.level() >= needed ||
         d.refuse(post_mute_all, {.level_needed = needed, .cell = std::string{speakers.name}});
}

void emit(Decider& d, const PostMessage& c) {
  const TopicRow* topic = c.topic ? d.rows().find<TopicRow>({d.group_id(), *c.topic}) : nullptr;
  const MsgSeq seq = topic != nullptr ? topic->next_msg_seq : d.group().next_msg_seq;
  d.record(MessagePosted{.seq = seq, .message_id = c.message_id, .topic = c.topic});
}

void fold(Folder& f, const MessagePosted& e) {
  if (!f.group_is_alive()) return;
  const bool has_profile = f.group().traits.member_profiles &&
                           f.rows().find<MemberProfileRow>({f.group_id(), f.caller()}) != nullptr;
  MemberProfileRow* member =
      has_profile ? &f.rows().edit<MemberProfileRow>({f.group_id(), f.caller()}) : nullptr;
  const TimeMs time = f.stamp().time;
  if (member != nullptr) member->last_send_msg_time = time;
  if (e.topic) {
    if (f.rows().find<TopicRow>({f.group_id(), *e.topic}) == nullptr) return;
    TopicRow& topic = f.rows().edit<TopicRow>({f.group_id(), *e.topic});
    take_number(topic.next_msg_seq, e.seq);
    topic.last_msg_time = time;
    return;
  }
  take_number(f.group().next_msg_seq, e.seq);
  f.group().last_msg_time = time;
  if (member != nullptr) member->msg_seq = std::max(member->msg_seq, e.seq);
}

}  // namespace

constinit const CommandSpec<PostMessage> PostMessage::spec{.cell = cell<&TypeRules::post_message>,
                                                           .require = require,
                                                           .unsupported = &post_type,
                                                           .outside = &post_member,
                                                           .below = &post_level,
                                                           .state = check_state,
                                                           .emit = emit,
                                                           .rules = rules};
constinit const EventSpec<MessagePosted> MessagePosted::spec{.fold = fold};

}  // namespace muster
