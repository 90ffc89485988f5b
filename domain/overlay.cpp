#include <map>
#include <optional>

#include <muster/domain/overlay.hpp>

namespace muster {

std::vector<AccountMembership> Overlay::memberships(const Account& account, const GroupId& after,
                                                    std::size_t limit) const {
  // What this overlay wrote takes the place of what the base has; the base is asked for more as long as rows
  // of it are hidden.
  std::map<GroupId, std::optional<MembershipRow>> written;
  table<MembershipRow>().for_each_of(account, [&](const auto& entry) {
    if (entry.key.second > after)
      written.emplace(entry.key.second, entry.erased ? std::nullopt : std::optional{entry.row});
  });
  if (written.empty()) return base_->memberships(account, after, limit);

  std::vector<AccountMembership> found;
  auto own = written.begin();
  const auto take_own_before = [&](const GroupId* group) {
    for (; own != written.end() && (group == nullptr || own->first < *group) && found.size() < limit; ++own)
      if (own->second) found.push_back({own->first, *own->second});
  };
  GroupId from = after;
  while (found.size() < limit) {
    const auto page = base_->memberships(account, from, limit);
    for (const AccountMembership& membership : page) {
      take_own_before(&membership.group);
      if (found.size() < limit && !written.contains(membership.group)) found.push_back(membership);
    }
    if (page.size() < limit) {
      take_own_before(nullptr);
      break;
    }
    from = page.back().group;
  }
  return found;
}

void Overlay::merge_into(Overlay& target) {
  std::apply(
      [&](auto&... tables) {
        const auto make_room = [&]<class Row>(const RowTable<Row>& own) {
          if (!own.entries().empty()) target.table<Row>().make_room(own.entries().size());
        };
        (make_room(tables), ...);
        // From here on nothing asks for memory.
        const auto move = [&]<class Row>(RowTable<Row>& own) noexcept {
          for (auto& entry : own.entries()) {
            auto& theirs = target.table<Row>();
            auto* there = theirs.find(entry.key);
            if (there == nullptr) {
              theirs.add(entry.key, std::move(entry.row)).erased = entry.erased;
            } else {
              there->row = std::move(entry.row);
              there->erased = entry.erased;
            }
          }
          own.clear();
        };
        (move(tables), ...);
      },
      tables_);
}

}  // namespace muster
