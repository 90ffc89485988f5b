#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/unordered_map.hpp>

#include <muster/domain/overlay.hpp>
#include <muster/domain/view.hpp>
#include <muster/eventstore/row_store.hpp>
#include <muster/projections/row_codec.hpp>

namespace muster {

/// The rows of a RowStore as a View, with a cache of decoded ones, absent ones included. The cache has two
/// halves: what was used lately moves to the young one; when that is full the old one goes. Pointers live
/// until trim() or take_over(). Threads  one at a time
class RowView final : public ViewBy<RowView> {
 public:
  using Recall = std::function<std::optional<Remembered>(Position)>;
  /// rows         must outlive the view
  /// cached_rows  how many rows stay cached through trim(); 0: none
  /// recall       tells what stands at a position (View::recall)
  RowView(const RowReader& rows, std::size_t cached_rows, Recall recall = {})
      : rows_(&rows), half_(cached_rows / 2), recall_(std::move(recall)) {}

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    auto& young = std::get<Table<Row>>(young_);
    if (const auto found = young.find(key); found != young.end()) return pointer(found->second);
    auto& old = std::get<Table<Row>>(old_);
    if (auto node = old.extract(key)) {
      ++young_rows_;
      return pointer(young.insert(std::move(node)).position->second);
    }
    std::optional<Row> row = read_row<Row>(*rows_, key);
    ++young_rows_;
    return pointer(young.emplace(key, std::move(row)).first->second);
  }
  [[nodiscard]] std::optional<Remembered> recall(Position position) const override {
    return recall_ ? recall_(position) : std::nullopt;
  }
  [[nodiscard]] std::vector<GroupId> memberships(const Account& account) const override;
  [[nodiscard]] std::vector<Account> pending_since(const GroupId& group, TimeMs after) const override;

  /// Takes written rows into the cache; only when the store has them.
  void take_over(const Overlay& written) {
    if (half_ == 0) return clear();
    written.for_each_written([this]<class K, class Row>(const K& key, const Row* row) {
      auto& young = std::get<Table<Row>>(young_);
      auto found = young.find(key);
      if (found == young.end()) {
        ++young_rows_;
        auto node = std::get<Table<Row>>(old_).extract(key);
        found = node ? young.insert(std::move(node)).position : young.emplace(key, std::nullopt).first;
      }
      if (row == nullptr)
        found->second.reset();
      else
        found->second = *row;
    });
  }
  /// Lets go of rows over the cache's size.
  void trim();
  /// Forgets everything cached.
  void clear();

 private:
  template <class Row>
  using Table = boost::unordered_map<Key<Row>, std::optional<Row>, KeyHash>;
  template <class... Rows>
  using Tables = std::tuple<Table<Rows>...>;
  using AllTables = boost::mp11::mp_apply<Tables, RowKinds>;

  template <class Row>
  static const Row* pointer(const std::optional<Row>& row) {
    return row ? &*row : nullptr;
  }

  const RowReader* rows_;
  std::size_t half_;
  Recall recall_;
  mutable AllTables young_;
  mutable AllTables old_;
  mutable std::size_t young_rows_ = 0;
};

/// Calls `visit(key, row)` for every row of a kind whose key starts with `prefix` (after the kind's own), in
/// order of the keys' bytes. `visit` says whether to go on.
template <class Row, class Visit>
void for_each_row(const RowReader& rows, std::string_view prefix, Visit&& visit) {
  std::string start(1, row_prefix<Row>);
  start.append(prefix);
  rows.scan(start, {}, [&](std::string_view key, std::string_view value) {
    return visit(key_of<Row>(key), decode_row<Row>(key, value));
  });
}

}  // namespace muster
