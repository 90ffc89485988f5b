#include <set>

#include <muster/domain/core/decider.hpp>

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

ItemResult item(const Decider& d, const Account& user, const std::set<Account>& removed) {
  const Level rank = removed.contains(user) ? Level::anyone : d.rank_of(user);
  if (rank == Level::anyone) return refused_item(user, kick_target);
  const bool removable = rank < Level::owner && rank < d.level();
  return removable ? ItemResult{user, ItemStatus::ok, std::nullopt} : refused_item(user, kick_rank);
}

void emit(Decider& d, const KickMembers& c) {
  std::vector<ItemResult> results;
  std::set<Account> removed;
  MembersLeft left{
      .users = {}, .how = LeaveCause::kicked, .reason = c.reason.value_or(FreeText{}), .announcement = {}};
  for (const Account& user : c.users) {
    results.push_back(item(d, user, removed));
    if (results.back().refused) continue;
    removed.insert(user);
    left.users.push_back(user);
  }
  d.reply(std::move(results));
  if (left.users.empty()) return;
  left.announcement = d.announce(NoticeCategory::member_change);
  left.to_leavers = d.always_stored();
  d.record(std::move(left));
}

}  // namespace

constinit const CommandSpec<KickMembers> KickMembers::spec{.cell = cell<&TypeRules::kick_members>,
                                                           .unsupported = &kick_type,
                                                           .outside = &kick_member,
                                                           .below = &kick_level,
                                                           .emit = emit,
                                                           .rules = rules};

}  // namespace muster
