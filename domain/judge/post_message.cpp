#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

bool may_speak(Judgement& j) {
  if (j.kind() == CallerKind::app_admin) return true;
  const MuteRow* mute = j.rows().mute(j.group_id(), j.caller());
  if (mute != nullptr && j.time() < mute->until) return j.refuse("post.muted", {.until = mute->until});
  if (j.group().mute_all && j.level() < Level::admin)
    return j.refuse("post.mute-all", {.level_needed = Level::admin});
  return true;
}

}  // namespace

bool judge(Judgement& j, const PostMessage& c) {
  if (!j.supports(!c.topic || j.group().support_topic, "type.topics", "topic")) return false;
  if (!j.not_system()) return false;
  if (!j.reaches(Level::member, "post.member", "post.member")) return false;
  if (!j.at_expected_revision()) return false;
  if (c.topic && j.rows().topic(j.group_id(), *c.topic) == nullptr)
    return j.refuse("post.topic", {}, "topic");
  return may_speak(j);
}

void perform(Judgement& j, const PostMessage& c) {
  if (j.group().life == Life::inactive) j.record(GroupActivated{});
  const TopicRow* topic = c.topic ? j.rows().topic(j.group_id(), *c.topic) : nullptr;
  const MsgSeq seq = topic != nullptr ? topic->next_msg_seq : j.group().next_msg_seq;
  j.record(MessagePosted{.seq = seq, .message_id = c.message_id, .topic = c.topic});
}

}  // namespace muster
