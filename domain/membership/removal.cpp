#include <set>
#include <utility>

#include <muster/domain/membership/removal.hpp>

namespace muster {

void remove_members(Decider& d, const Removal& removal) {
  std::vector<ItemResult> results;
  std::set<Account> removed;
  MembersLeft left{.users = {}, .how = removal.cause, .reason = removal.reason, .announcement = {}};
  for (const Account& user : removal.users) {
    const Level rank = removed.contains(user) ? Level::anyone : d.rank_of(user);
    if (rank == Level::anyone) {
      results.push_back(refused_item(user, removal.not_member));
    } else if (rank >= Level::owner || rank >= removal.above) {
      results.push_back(refused_item(user, removal.ranks_too_high));
    } else {
      results.push_back({user, ItemStatus::ok, std::nullopt});
      removed.insert(user);
      left.users.push_back(user);
    }
  }
  d.reply(std::move(results));
  if (left.users.empty()) return;
  left.announcement = d.announce(NoticeCategory::member_change);
  left.to_leavers = d.always_stored();
  d.record(std::move(left));
}

}  // namespace muster
