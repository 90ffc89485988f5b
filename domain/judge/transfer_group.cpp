#include <muster/domain/judge/judgement.hpp>

namespace muster {

bool judge(Judgement& j, const TransferGroup& c) {
  const Cell& cell = j.type().transfer_group;
  if (!j.supports(cell.supported, "transfer.type") || !j.not_system()) return false;
  // Nobody in an ownerless group reaches the owner's level.
  if (!j.reaches(cell.least, "transfer.member", "transfer.level") || !j.at_expected_revision()) return false;
  return rank_of(j, c.new_owner) != Level::anyone || j.refuse("transfer.target", {.user = c.new_owner});
}

void perform(Judgement& j, const TransferGroup& c) {
  const Phase phase = phase_of(j.rows(), j.group_id(), c.new_owner);
  if (take_step(phase, Step::succeed, j.type().owner_may_quit).refused) return;  // the present owner
  j.record(OwnerChanged{.from = j.group().owner,
                        .to = c.new_owner,
                        .announcement = j.announce(NoticeCategory::profile_change)});
}

}  // namespace muster
