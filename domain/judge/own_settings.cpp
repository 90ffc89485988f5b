#include <algorithm>

#include <muster/domain/judge/judgement.hpp>

namespace muster {

// SetReceiveOption and MarkMessagesRead: what a member settles for itself.

bool judge(Judgement& j, const SetReceiveOption&) {
  return j.supports(j.type().member_profiles, "receive-option.type") && j.not_system() &&
         j.reaches(Level::member, "receive-option.member", "receive-option.member") &&
         j.at_expected_revision();
}

void perform(Judgement& j, const SetReceiveOption& c) {
  if (j.rows().member(j.group_id(), j.caller())->msg_flag != c.option)
    j.record(ReceiveOptionChanged{c.option});
}

bool judge(Judgement& j, const MarkMessagesRead& c) {
  if (!j.supports(j.type().unread_count, "read.type") || !j.not_system()) return false;
  if (!j.reaches(Level::member, "read.member", "read.member")) return false;
  const MsgSeq next = j.group().next_msg_seq;
  return !c.seq || *c.seq < next || j.refuse("read.beyond", {.limit = next - 1}, "seq");
}

void perform(Judgement& j, const MarkMessagesRead& c) {
  const MsgSeq seq = c.seq.value_or(j.group().next_msg_seq - 1);
  const ReadRow* mark = j.rows().read_mark(j.caller(), j.group_id());
  const MemberRow* member = j.rows().member(j.group_id(), j.caller());
  const MsgSeq now = std::max(mark == nullptr ? 0 : mark->seq, member == nullptr ? 0 : member->msg_seq);
  if (seq > now) j.record(MessagesRead{.group = j.group_id(), .seq = seq});
}

}  // namespace muster
