#include <muster/domain/judge/judgement.hpp>

namespace muster {

bool judge(Judgement& j, const QuitGroup&) {
  if (!j.not_system()) return false;
  const Phase phase = phase_of(j.rows(), j.group_id(), j.caller());
  const auto refused = take_step(phase, Step::leave, j.type().owner_may_quit).refused;
  if (refused == StepRefused::no_row) return j.refuse("quit.member", {.level_needed = Level::member});
  if (!j.at_expected_revision()) return false;
  return !refused || j.refuse("quit.owner");
}

void perform(Judgement& j, const QuitGroup&) {
  const bool told = j.group().traits.member_profiles;
  j.record(MembersLeft{.users = {j.caller()},
                       .how = How::quit,
                       .reason = {},
                       .announcement = j.announce(NoticeCategory::member_change),
                       .to_leavers = told ? j.always_stored() : Delivery::off});
}

}  // namespace muster
