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

std::vector<Account> Overlay::pending_since(const GroupId& group, TimeMs after) const {
  const auto is_pending = [&](const Account& account) {
    const ApplicationRow* row = application(group, account);
    return row != nullptr && row->status == ApplicationStatus::pending && row->time > after;
  };
  std::vector<Account> accounts = base_->pending_since(group, after);
  std::erase_if(accounts, [&](const Account& account) { return !is_pending(account); });
  for (const auto& entry : table<ApplicationRow>().entries()) {
    const Account& account = entry.key.second;
    if (entry.key.first == group && is_pending(account) &&
        std::ranges::find(accounts, account) == accounts.end())
      accounts.push_back(account);
  }
  return accounts;
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
