#include <muster/domain/overlay.hpp>

namespace muster {

std::vector<GroupId> Overlay::memberships(const Account& account) const {
  std::vector<GroupId> groups = base_->memberships(account);
  for (const auto& entry : table<MembershipRow>().entries()) {
    if (!(entry.key.first == account)) continue;
    const auto at = std::ranges::find(groups, entry.key.second);
    if (entry.erased) {
      if (at != groups.end()) groups.erase(at);
    } else if (at == groups.end()) {
      groups.push_back(entry.key.second);
    }
  }
  return groups;
}

void Overlay::merge_into(Overlay& target) {
  std::apply(
      [&](auto&... tables) {
        const auto each = [&]<class Row>(RowTable<Row>& own) {
          for (auto& entry : own.entries()) {
            auto& theirs = target.table<Row>();
            if (auto* there = theirs.find(entry.key)) {
              there->row = std::move(entry.row);
              there->erased = entry.erased;
            } else {
              theirs.add(entry.key, std::move(entry.row)).erased = entry.erased;
            }
          }
          own.clear();
        };
        (each(tables), ...);
      },
      tables_);
}

}  // namespace muster
