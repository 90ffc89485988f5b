#pragma once

#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <muster/domain/overlay.hpp>
#include <muster/domain/view.hpp>

namespace muster {

/// Rows in memory: the base of tests, replay and what-if.
/// Threads  one at a time
class MemoryRows final : public ViewBy<MemoryRows> {
 public:
  /// Tells what stands at a position; without one, command ids are not remembered.
  using Recall = std::function<std::optional<StoredAnswer>(Position)>;
  explicit MemoryRows(Recall answer_at = {}) : recall_(std::move(answer_at)) {}

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    const auto& rows = table<Row>();
    if (rows.empty()) return nullptr;  // nobody is muted: no hash for that
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position position) const override {
    return recall_ ? recall_(position) : std::nullopt;
  }
  [[nodiscard]] std::vector<AccountMembership> memberships(const Account& account, const GroupId& after,
                                                           std::size_t limit) const override;

  /// Takes over every row that the overlay wrote.
  void apply(const Overlay& written) {
    written.for_each_written([this]<class K, class Row>(const K& key, const Row* row) {
      if (row == nullptr)
        table<Row>().erase(key);
      else
        table<Row>().insert_or_assign(key, *row);
      note<Row>(key, row != nullptr);
    });
  }
  /// Puts one row, as it is; for worlds that a test sets up by hand.
  template <class Row>
  void put(const Key<Row>& key, Row row) {
    table<Row>().insert_or_assign(key, std::move(row));
    note<Row>(key, true);
  }

  /// Calls `visit(key, row)` for every row, in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::apply(
        [&](const auto&... tables) {
          const auto each = [&](const auto& rows) {
            for (const auto& [key, row] : rows) visit(key, row);
          };
          (each(tables), ...);
        },
        tables_);
  }
  bool operator==(const MemoryRows& other) const { return tables_ == other.tables_; }

 private:
  template <class Row>
  using Table = boost::unordered_flat_map<Key<Row>, Row, KeyHash>;
  template <class... Rows>
  using Tables = std::tuple<Table<Rows>...>;

  template <class Row>
  [[nodiscard]] const Table<Row>& table() const {
    return std::get<Table<Row>>(tables_);
  }
  template <class Row>
  [[nodiscard]] Table<Row>& table() {
    return std::get<Table<Row>>(tables_);
  }

  /// Keeps the order of memberships, once somebody has asked for it.
  template <class Row>
  void note(const Key<Row>& key, bool there) {
    if constexpr (std::is_same_v<Row, MembershipRow>) {
      if (!by_account_) return;
      if (there)
        (*by_account_)[key.first].insert(key.second);
      else
        (*by_account_)[key.first].erase(key.second);
    }
  }

  Recall recall_;
  boost::mp11::mp_apply<Tables, RowKinds> tables_;
  mutable std::optional<boost::unordered_flat_map<Account, std::set<GroupId>, KeyHash>> by_account_;
};

inline std::vector<AccountMembership> MemoryRows::memberships(const Account& account, const GroupId& after,
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
