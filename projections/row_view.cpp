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

void RowView::trim() {
  if (young_rows_ <= half_ && half_ > 0) return;
  if (half_ == 0) return clear();
  old_ = std::move(young_);
  young_ = AllTables{};
  young_rows_ = 0;
}

void RowView::clear() {
  young_ = AllTables{};
  old_ = AllTables{};
  young_rows_ = 0;
}

}  // namespace muster
