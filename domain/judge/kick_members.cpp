#include <set>

#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

ItemResult verdict_on(const Judgement& j, const Account& user, const std::set<Account>& gone) {
  const Phase phase = gone.contains(user) ? Phase::outside : phase_of(j.rows(), j.group_id(), user);
  if (phase == Phase::outside || phase == Phase::applicant) return refused_item(user, "kick.target");
  // The owner has no such step, whoever asks.
  const bool may_go = !take_step(phase, Step::remove, false).refused && rank_of(j, user) < j.level();
  return may_go ? ItemResult{user, Verdict::ok, std::nullopt} : refused_item(user, "kick.rank");
}

}  // namespace

bool judge(Judgement& j, const KickMembers&) {
  const Cell& cell = j.type().kick_members;
  return j.supports(cell.supported, "kick.type") && j.not_system() &&
         j.reaches(cell.least, "kick.member", "kick.level") && j.at_expected_revision();
}

void perform(Judgement& j, const KickMembers& c) {
  std::vector<ItemResult> results;
  std::set<Account> gone;
  MembersLeft left{
      .users = {}, .how = How::kicked, .reason = c.reason.value_or(FreeText{}), .announcement = {}};
  for (const Account& user : c.users) {
    results.push_back(verdict_on(j, user, gone));
    if (results.back().refused) continue;
    gone.insert(user);
    left.users.push_back(user);
  }
  j.answer(std::move(results));
  if (left.users.empty()) return;
  left.announcement = j.announce(NoticeCategory::member_change);
  left.to_leavers = j.always_stored();
  j.record(std::move(left));
}

}  // namespace muster
