#include <algorithm>

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/disclose.hpp>

namespace muster {
namespace {

constexpr Rule read_type{"read.type", Error::not_supported, "2",
                         "this group type does not have unread counts"};
constexpr Rule read_member{"read.member", Error::not_member, "9",
                           "you must be a member to mark messages as read"};
constexpr Rule read_beyond{"read.beyond", Error::invalid_argument, "9",
                           "`seq` must be below the group's `next_msg_seq`"};
constexpr Rule read_level{"read.level", Error::not_permitted, "9",
                          "your level is too low to mark messages as read"};
constexpr std::array<const Rule*, 4> rules{&read_type, &read_member, &read_beyond, &read_level};

void require(const Decider& d, const MarkMessagesRead&, Requirements& needed) {
  constexpr CellRef counted = cell<&TypeRules::unread_count>;
  needed.push_back({.supported = counted.of(d.type()).supported, .cell = counted.name});
  needed.push_back({.least = Level::member});  // whose own mark it is, even if the cell says Anyone
}

bool check_state(Decider& d, const MarkMessagesRead& c) {
  // Every member has an account row, which holds the end of the account's stream.
  static_cast<void>(d.rows().need<AccountRow>(d.caller()));
  const MsgSeq next = d.group().next_msg_seq;
  return !c.seq || *c.seq < next || d.refuse(read_beyond, {.limit = next - 1}, "seq");
}

void emit(Decider& d, const MarkMessagesRead& c) {
  const MsgSeq seq = c.seq.value_or(d.group().next_msg_seq - 1);
  const MsgSeq now = read_position(d.rows(), d.group_id(), d.caller());
  if (seq > now) d.record(MessagesRead{.group = d.group_id(), .seq = seq});
}

void fold(Folder& f, const MessagesRead& e) {
  if (!f.in_account() || !is_alive(f.rows().find<GroupRow>(e.group))) return;
  if (f.rows().find<MembershipRow>({f.account(), e.group}) == nullptr) return;
  MsgSeq& seq = f.rows().edit<ReadMarkRow>({f.account(), e.group}).seq;
  seq = std::max(seq, e.seq);
}

}  // namespace

constinit const CommandSpec<MarkMessagesRead> MarkMessagesRead::spec{.acting = Acting::for_oneself,
                                                                     .stream = StreamKind::account,
                                                                     .cell = cell<&TypeRules::mark_read>,
                                                                     .require = require,
                                                                     .unsupported = &read_type,
                                                                     .outside = &read_member,
                                                                     .below = &read_level,
                                                                     .state = check_state,
                                                                     .emit = emit,
                                                                     .rules = rules};
constinit const EventSpec<MessagesRead> MessagesRead::spec{.fold = fold};

}  // namespace muster
