#include <muster/domain/membership/removal.hpp>

namespace muster {
namespace {

constexpr Rule kick_type{"kick.type", Error::not_supported, "2",
                         "this group type does not support removing members"};
constexpr Rule kick_member{"kick.member", Error::not_member, "2", "you must be a member to remove others"};
constexpr Rule kick_level{"kick.level", Error::not_permitted, "2", "your level is too low to remove members"};
constexpr Rule kick_target{"kick.target", Error::target_not_member, "7",
                           "the user to remove is not a member"};
constexpr Rule kick_rank{"kick.rank", Error::not_permitted, "7",
                         "you can only remove members ranked below you; the owner cannot be removed"};
constexpr std::array<const Rule*, 5> rules{&kick_type, &kick_member, &kick_level, &kick_target, &kick_rank};

void emit(Decider& d, const KickMembers& c) {
  remove_members(d, {.users = c.users,
                     .cause = LeaveCause::kicked,
                     .reason = c.reason.value_or(FreeText{}),
                     .above = d.level(),
                     .not_member = kick_target,
                     .ranks_too_high = kick_rank});
}

}  // namespace

constinit const CommandSpec<KickMembers> KickMembers::spec{.cell = cell<&TypeRules::kick_members>,
                                                           .unsupported = &kick_type,
                                                           .outside = &kick_member,
                                                           .below = &kick_level,
                                                           .emit = emit,
                                                           .rules = rules};

}  // namespace muster
