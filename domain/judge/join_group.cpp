#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

bool asks_first(const Judgement& j) { return j.group().apply_join_option == JoinOption::need_permission; }

/// Filing again what is still pending changes nothing.
bool is_filed(const Judgement& j, const JoinGroup& c) {
  const ApplicationRow* filed = j.rows().application(j.group_id(), j.caller());
  return filed != nullptr && filed->status == ApplicationStatus::pending &&
         filed->kind == ApplicationKind::join && filed->message == c.message.value_or(FreeText{});
}

}  // namespace

bool judge(Judgement& j, const JoinGroup&) {
  if (!j.supports(j.type().join_group, "join.type")) return false;
  if (!j.supports(!asks_first(j) || j.type().applications.supported, "applications.type")) return false;
  if (!j.not_system() || !j.at_expected_revision()) return false;

  const Phase phase = phase_of(j.rows(), j.group_id(), j.caller());
  if (take_step(phase, asks_first(j) ? Step::apply : Step::enter, j.type().owner_may_quit).refused)
    return j.refuse("join.already");
  if (j.group().apply_join_option == JoinOption::disable_apply) return j.refuse("join.disabled");
  return asks_first(j) || j.has_room_for(j.caller());
}

void perform(Judgement& j, const JoinGroup& c) {
  if (!asks_first(j)) {
    j.answer(Verdict::joined);
    j.record(MembersJoined{.members = {Joiner{j.caller(), Role::member}},
                           .via = Via::apply,
                           .inviter = {},
                           .announcement = j.announce(NoticeCategory::member_change)});
    return;
  }
  j.answer(Verdict::pending);
  if (is_filed(j, c)) return;
  j.record(JoinRequested{.message = c.message.value_or(FreeText{}), .to_deciders = j.always_stored()});
}

}  // namespace muster
