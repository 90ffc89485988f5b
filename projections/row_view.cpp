#include <muster/projections/row_view.hpp>

namespace muster {

std::vector<GroupId> RowView::memberships(const Account& account) const {
  std::vector<GroupId> groups;
  const std::string prefix = std::string{account.view()} + detail::key_end;
  for_each_row<MembershipRow>(*rows_, prefix, [&](const AccountGroup& key, const MembershipRow&) {
    groups.push_back(key.second);
    return true;
  });
  return groups;
}

std::vector<Account> RowView::pending_since(const GroupId& group, TimeMs after) const {
  std::vector<Account> accounts;
  const std::string prefix = row_key<FiledRow>({group, {}, {}}).substr(0, 1 + group.view().size() + 1);
  rows_->scan(prefix, row_key<FiledRow>({group, {after.ms + 1}, {}}),
              [&](std::string_view key, std::string_view) {
                const Account account = key_of<FiledRow>(key).account;
                const ApplicationRow* row = application(group, account);
                if (row != nullptr && row->status == ApplicationStatus::pending) accounts.push_back(account);
                return true;
              });
  return accounts;
}

void RowView::trim() {
  if (cached_rows_ == 0) return clear();
  std::apply(
      [this](auto&... caches) {
        const std::size_t rows = (caches.size() + ...);
        // Not for a few: each kind lets go of its share, which would come to nothing for the smaller ones.
        if (rows <= cached_rows_ + cached_rows_ / 64) return;
        const std::size_t over = rows - cached_rows_;
        (caches.evict(caches.size() * over / rows), ...);
      },
      caches_);
}

void RowView::clear() {
  std::apply([](auto&... caches) { (caches.clear(), ...); }, caches_);
}

}  // namespace muster
