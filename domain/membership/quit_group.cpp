#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

constexpr Rule quit_member{"quit.member", Error::not_member, "7", "you must be a member to leave the group"};
constexpr Rule quit_owner{"quit.owner", Error::owner_cannot_quit, "7",
                          "the owner cannot leave the group; transfer or dismiss it"};
constexpr std::array<const Rule*, 2> rules{&quit_member, &quit_owner};

bool check_state(Decider& d, const QuitGroup&) {
  constexpr CellRef owner_may_quit = cell<&TypeRules::owner_may_quit>;
  return d.level() != Level::owner || owner_may_quit.of(d.type()).supported ||
         d.refuse(quit_owner, {.cell = std::string{owner_may_quit.name}});
}

void emit(Decider& d, const QuitGroup&) {
  const bool told = d.group().traits.member_profiles;
  d.record(MembersLeft{.users = {d.caller()},
                       .how = LeaveCause::quit,
                       .reason = {},
                       .announcement = d.announce(NoticeCategory::member_change),
                       .to_leavers = told ? d.always_stored() : Delivery::off});
}

void fold(Folder& f, const MembersLeft& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  for (const Account& user : e.users) remove_member(f, user);
}

void announce(Announcer& to, const MembersLeft& e) {
  const std::vector<Account> users(e.users.begin(), e.users.end());
  const bool quit = e.how == LeaveCause::quit;
  Notice& others =
      to.to_members(quit ? NoticeName::on_member_leave : NoticeName::on_member_kicked, e.announcement);
  others.accounts = users;
  others.except = users;
  others.text = e.reason;
  Notice& own = to.to_accounts(quit ? NoticeName::on_quit_from_group : NoticeName::on_member_kicked,
                               e.to_leavers, users, users);
  own.text = e.reason;
}

}  // namespace

constinit const CommandSpec<QuitGroup> QuitGroup::spec{.acting = Acting::for_oneself,
                                                       .least = Level::member,
                                                       .outside = &quit_member,
                                                       .state = check_state,
                                                       .emit = emit,
                                                       .rules = rules};
constinit const EventSpec<MembersLeft> MembersLeft::spec{.fold = fold, .announce = announce};

}  // namespace muster
