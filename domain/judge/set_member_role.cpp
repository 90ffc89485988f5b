#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

Step step_to(Role role) { return role == Role::admin ? Step::grant : Step::revoke; }

}  // namespace

bool judge(Judgement& j, const SetMemberRole& c) {
  const Cell& cell = j.type().set_member_role;
  if (!j.supports(cell.supported && j.type().has_admins, "role.type") || !j.not_system()) return false;
  if (!j.reaches(cell.least, "role.member", "role.level") || !j.at_expected_revision()) return false;
  const Level rank = rank_of(j, c.user);
  if (rank == Level::anyone) return j.refuse("role.target", {.user = c.user});
  return rank != Level::owner || j.refuse("role.owner", {.user = c.user});
}

void perform(Judgement& j, const SetMemberRole& c) {
  const Phase phase = phase_of(j.rows(), j.group_id(), c.user);
  if (take_step(phase, step_to(c.role), false).refused) return;  // it is so already
  j.record(RoleChanged{
      .user = c.user, .role = c.role, .announcement = j.announce(NoticeCategory::member_profile_change)});
}

}  // namespace muster
