#include <muster/domain/judge/judgement.hpp>

namespace muster {

bool judge(Judgement& j, const DismissGroup&) {
  const Cell& cell = j.type().dismiss_group;
  return j.supports(cell.supported, "dismiss.type") && j.not_system() &&
         j.reaches(cell.least, "dismiss.member", "dismiss.level") && j.at_expected_revision();
}

void perform(Judgement& j, const DismissGroup&) { j.record(GroupDismissed{.to_members = j.always_stored()}); }

}  // namespace muster
