#pragma once

#include <functional>
#include <optional>
#include <tuple>
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
  using Recall = std::function<std::optional<Remembered>(Position)>;
  explicit MemoryRows(Recall recall = {}) : recall_(std::move(recall)) {}

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    const auto& rows = table<Row>();
    if (rows.empty()) return nullptr;  // nobody is muted: no hash for that
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
  }

  [[nodiscard]] std::optional<Remembered> recall(Position position) const override {
    return recall_ ? recall_(position) : std::nullopt;
  }
  [[nodiscard]] std::vector<GroupId> memberships(const Account& account) const override {
    std::vector<GroupId> groups;
    for (const auto& [key, row] : table<MembershipRow>())
      if (key.first == account) groups.push_back(key.second);
    return groups;
  }

  [[nodiscard]] std::vector<Account> pending_since(const GroupId& group, TimeMs after) const override {
    std::vector<Account> accounts;
    for (const auto& [key, row] : table<ApplicationRow>())
      if (key.first == group && row.status == ApplicationStatus::pending && row.time > after)
        accounts.push_back(key.second);
    return accounts;
  }

  /// Takes over every row that the overlay wrote.
  void apply(const Overlay& written) {
    written.for_each_written([this]<class K, class Row>(const K& key, const Row* row) {
      if (row == nullptr)
        table<Row>().erase(key);
      else
        table<Row>().insert_or_assign(key, *row);
    });
  }
  /// Puts one row, as it is; for worlds that a test sets up by hand.
  template <class Row>
  void put(const Key<Row>& key, Row row) {
    table<Row>().insert_or_assign(key, std::move(row));
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

  Recall recall_;
  boost::mp11::mp_apply<Tables, RowKinds> tables_;
};

}  // namespace muster
