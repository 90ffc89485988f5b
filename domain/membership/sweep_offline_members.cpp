#include <muster/domain/app/policies.hpp>
#include <muster/domain/membership/removal.hpp>

namespace muster {
namespace {

constexpr Rule sweep_type{"sweep.type", Error::not_supported, "2",
                          "this group type does not support removing offline members"};
constexpr Rule sweep_off{"sweep.off", Error::not_permitted, "7",
                         "removing offline members is turned off for groups of this type"};
constexpr Rule sweep_target{"sweep.target", Error::target_not_member, "7",
                            "the user to remove is not a member"};
constexpr Rule sweep_owner{"sweep.owner", Error::not_permitted, "7",
                           "the owner is never removed for being offline"};
constexpr std::array<const Rule*, 4> rules{&sweep_type, &sweep_off, &sweep_target, &sweep_owner};

bool check_permitted(Decider& d, const SweepOfflineMembers&) {
  return sweeps(d.rows().app(), d.type().name) || d.refuse(sweep_off);
}

void emit(Decider& d, const SweepOfflineMembers& c) {
  remove_members(d, {.users = c.users,
                     .cause = LeaveCause::swept,
                     .reason = {},
                     .above = Level::owner,
                     .not_member = sweep_target,
                     .ranks_too_high = sweep_owner});
}

}  // namespace

constinit const CommandSpec<SweepOfflineMembers> SweepOfflineMembers::spec{
    .callers = Callers::system,
    .cell = cell<&TypeRules::sweep_offline>,
    .unsupported = &sweep_type,
    .permitted = check_permitted,
    .emit = emit,
    .rules = rules};

}  // namespace muster
