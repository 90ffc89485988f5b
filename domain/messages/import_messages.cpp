#include <algorithm>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/membership/import_rules.hpp>

namespace muster {
namespace {

constexpr Rule import_time{"import.time", Error::invalid_argument, "11",
                           "the last message must not be later than the command's time"};
constexpr std::array<const Rule*, 2> rules{&import_type, &import_time};

void check_arguments(ArgumentChecker& found, const ImportMessages& c) {
  if (c.messages.size() > c.messages.items_max) return;
  TimeMs before;
  for (std::size_t i = 0; i < c.messages.size(); ++i) {
    const TimeMs time = c.messages[i].time;
    if (time < before)
      found.invalid(concat("messages[", i, "].time"),
                    concat("is ", time.ms, "; must be at least ", before.ms, ", the time before it"));
    before = time;
  }
}

bool check_state(Decider& d, const ImportMessages& c) {
  return c.messages.back().time <= d.time() ||
         d.refuse(import_time, {.time = d.time()}, concat("messages[", c.messages.size() - 1, "].time"));
}

void emit(Decider& d, const ImportMessages& c) {
  MessagesImported imported{.first_seq = d.group().next_msg_seq, .messages = {}};
  imported.messages.assign(c.messages.begin(), c.messages.end());
  d.record(std::move(imported));
}

void fold(Folder& f, const MessagesImported& e) {
  if (!f.group_is_alive() || e.messages.empty()) return;
  const MsgSeq further = std::min<MsgSeq>(e.messages.size() - 1, ~e.first_seq);
  take_number(f.group().next_msg_seq, e.first_seq + further);
  for (const MessageToImport& message : e.messages) {
    f.group().last_msg_time = std::max(f.group().last_msg_time, message.time);
    if (!f.group().traits.member_profiles ||
        f.rows().find<MemberProfileRow>({f.group_id(), message.from}) == nullptr)
      continue;
    TimeMs& last = f.rows().edit<MemberProfileRow>({f.group_id(), message.from}).last_send_msg_time;
    last = std::max(last, message.time);
  }
}

}  // namespace

constinit const CommandSpec<ImportMessages> ImportMessages::spec{.callers = Callers::app_admins,
                                                                 .arguments = check_arguments,
                                                                 .cell = cell<&TypeRules::import>,
                                                                 .unsupported = &import_type,
                                                                 .state = check_state,
                                                                 .emit = emit,
                                                                 .rules = rules};
constinit const EventSpec<MessagesImported> MessagesImported::spec{.fold = fold};

}  // namespace muster
