#include <map>
#include <optional>

#include <muster/domain/commit.hpp>
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
        // From here on nothing allocates memory.
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

std::optional<StoredAnswer> Overlay::answer_at(Position position) const { return base_->answer_at(position); }

std::optional<StoredAnswer> MemoryRows::answer_at(Position position) const {
  return answer_at_ ? answer_at_(position) : std::nullopt;
}

std::vector<AccountMembership> MemoryRows::memberships(const Account& account, const GroupId& after,
                                                       std::size_t limit) const {
  if (!by_account_) {
    by_account_.emplace();
    for (const auto& [key, row] : table<MembershipRow>()) (*by_account_)[key.first].insert(key.second);
  }
  std::vector<AccountMembership> found;
  const auto groups = by_account_->find(account);
  if (groups == by_account_->end()) return found;
  for (auto group = groups->second.upper_bound(after); group != groups->second.end() && found.size() < limit;
       ++group)
    found.push_back({*group, *lookup<MembershipRow>({account, *group})});
  return found;
}

}  // namespace muster
