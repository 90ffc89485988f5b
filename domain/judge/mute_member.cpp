#include <algorithm>

#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

TimeMs until_of(const Judgement& j, const MuteMember& c) {
  if (c.seconds == 0) return {};
  if (c.seconds == seconds_for_ever) return for_ever;
  return std::min(TimeMs{j.time().ms + std::int64_t{c.seconds} * 1000}, for_ever);
}

/// In the group; or somebody with a mute to lift; or anybody, where no profiles tell who is in.
bool is_reachable(const Judgement& j, const MuteMember& c) {
  if (rank_of(j, c.user) != Level::anyone || !j.group().traits.member_profiles) return true;
  return c.seconds == 0 && j.rows().mute(j.group_id(), c.user) != nullptr;
}

}  // namespace

bool judge(Judgement& j, const MuteMember& c) {
  const Cell& cell = j.type().mute_member;
  if (!j.supports(cell.supported, "mute.type") || !j.not_system()) return false;
  if (!j.reaches(cell.least, "mute.member", "mute.level") || !j.at_expected_revision()) return false;
  if (!is_reachable(j, c)) return j.refuse("mute.target", {.user = c.user});
  return rank_of(j, c.user) < j.level() || j.refuse("mute.rank", {.user = c.user});
}

void perform(Judgement& j, const MuteMember& c) {
  const MuteRow* stored = j.rows().mute(j.group_id(), c.user);
  const TimeMs until = until_of(j, c);
  if (until == (stored == nullptr ? TimeMs{} : stored->until)) return;
  j.record(MuteChanged{
      .user = c.user, .until = until, .announcement = j.announce(NoticeCategory::member_profile_change)});
}

}  // namespace muster
