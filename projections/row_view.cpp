#include <muster/domain/core/strings.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {

std::vector<AccountMembership> RowView::memberships(const Account& account, const GroupId& after,
                                                    std::size_t limit) const {
  std::vector<AccountMembership> found;
  const std::string prefix = row_key<MembershipRow>({account, {}});
  const std::string from = row_key<MembershipRow>({account, after});
  rows_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    if (key == from) return true;
    if (found.size() == limit) return false;
    found.push_back({key_of<MembershipRow>(key).second, decode_row<MembershipRow>(key, value)});
    return true;
  });
  return found;
}

void RowView::report_missing(std::string_view row, const std::string& key) const {
  throw StoreError{StoreErrorCode::corrupt,
                   concat("the row `", row, "` of `", key,
                          "` is missing; run `muster verify`, or restore the store from a backup")};
}

void RowView::trim() {
  if (cached_rows_ == 0) return clear();
  std::apply(
      [this](auto&... caches) {
        const std::size_t rows = (caches.size() + ...);
        // Not for a few: each kind evicts its share, which would round down to zero for the smaller ones.
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
