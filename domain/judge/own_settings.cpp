#include <muster/domain/disclose.hpp>
#include <muster/domain/judge/judgement.hpp>

namespace muster {

// SetReceiveOption and MarkMessagesRead: what a member settles for itself.

bool judge(Judgement& j, const SetReceiveOption&) {
  return j.supports(keeps_members(j), "receive-option.type") && j.not_system() &&
         j.reaches(Level::member, "receive-option.member", "receive-option.member") &&
         j.at_expected_revision();
}

void perform(Judgement& j, const SetReceiveOption& c) {
  if (j.rows().need<MemberRow>({j.group_id(), j.caller()}).msg_flag != c.option)
    j.record(ReceiveOptionChanged{c.option});
}

bool judge(Judgement& j, const MarkMessagesRead& c) {
  if (!j.supports(j.type().unread_count, "read.type") || !j.not_system()) return false;
  if (!j.reaches(Level::member, "read.member", "read.member")) return false;
  // Where the account's stream stands is in a row that every member has.
  static_cast<void>(j.rows().need<AccountRow>(j.caller()));
  const MsgSeq next = j.group().next_msg_seq;
  return !c.seq || *c.seq < next || j.refuse("read.beyond", {.limit = next - 1}, "seq");
}

void perform(Judgement& j, const MarkMessagesRead& c) {
  const MsgSeq seq = c.seq.value_or(j.group().next_msg_seq - 1);
  const MsgSeq now = read_position(j.rows(), j.group_id(), j.caller());
  if (seq > now) j.record(MessagesRead{.group = j.group_id(), .seq = seq});
}

}  // namespace muster
