#include <algorithm>

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/messages/mutes.hpp>

namespace muster {
namespace {

constexpr Rule mute_type{"mute.type", Error::not_supported, "2",
                         "this group type does not support muting members"};
constexpr Rule mute_member{"mute.member", Error::not_member, "2", "you must be a member to mute others"};
constexpr Rule mute_level{"mute.level", Error::not_permitted, "2", "your level is too low to mute members"};
constexpr Rule mute_target{"mute.target", Error::target_not_member, "9", "the user to mute is not a member"};
constexpr Rule mute_rank{"mute.rank", Error::not_permitted, "9",
                         "you can only mute members ranked below you"};
constexpr std::array<const Rule*, 5> rules{&mute_type, &mute_member, &mute_level, &mute_target, &mute_rank};

TimeMs until_of(const Decider& d, const MuteMember& c) {
  if (c.seconds == 0) return {};
  if (c.seconds == seconds_for_ever) return for_ever;
  return std::min(TimeMs{d.time().ms + std::int64_t{c.seconds} * 1000}, for_ever);
}

/// A member; or an account with a mute to lift; or any account in an AVChatRoom.
bool can_be_muted(const Decider& d, const MuteMember& c) {
  if (d.is_member(c.user) || d.group().base == BaseType::avchatroom) return true;
  return c.seconds == 0 && find_mute(d.rows(), d.group_id(), c.user) != nullptr;
}

bool check_state(Decider& d, const MuteMember& c) {
  if (!can_be_muted(d, c)) return d.refuse(mute_target, {.user = c.user});
  return d.rank_of(c.user) < d.level() || d.refuse(mute_rank, {.user = c.user});
}

void emit(Decider& d, const MuteMember& c) {
  const MuteRow* stored = find_mute(d.rows(), d.group_id(), c.user);
  const TimeMs until = until_of(d, c);
  if (until == (stored == nullptr ? TimeMs{} : stored->until)) return;
  d.record(MuteChanged{
      .user = c.user, .until = until, .announcement = d.announce(NoticeCategory::member_profile_change)});
}

void fold(Folder& f, const MuteChanged& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  if (e.until.ms == 0)
    lift_mute(f, e.user);
  else
    set_mute(f, e.user, e.until);
}

void announce(Announcer& to, const MuteChanged& e) {
  Notice& notice = to.to_members(NoticeName::on_member_info_changed, e.announcement);
  notice.accounts = {e.user};
  notice.mute_until = e.until;
}

}  // namespace

constinit const CommandSpec<MuteMember> MuteMember::spec{.cell = cell<&TypeRules::mute_member>,
                                                         .unsupported = &mute_type,
                                                         .outside = &mute_member,
                                                         .below = &mute_level,
                                                         .state = check_state,
                                                         .emit = emit,
                                                         .rules = rules};
constinit const EventSpec<MuteChanged> MuteChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
