#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/domain/rows.hpp>
#include <muster/eventstore/ports.hpp>
#include <muster/projections/row_cache.hpp>
#include <muster/projections/row_codec.hpp>

namespace muster {

/// The rows of a RowStore as a View, with a cache of decoded ones, absent ones included. Pointers live until
/// trim() or take_over(). Threads  one at a time
class RowView final : public ViewBy<RowView> {
 public:
  using AnswerAt = std::function<std::optional<StoredAnswer>(Position)>;
  /// rows         must outlive the view
  /// cached_rows  how many rows stay cached through trim(), give or take a sixty-fourth; 0: none
  /// answer_at    finds the command and answer of a position (View::answer_at)
  RowView(const RowReader& rows, std::size_t cached_rows, AnswerAt answer_at = {})
      : rows_(&rows), cached_rows_(cached_rows), answer_at_(std::move(answer_at)) {}

  template <class Row>
  [[nodiscard]] const Row* lookup(const Key<Row>& key) const {
    RowCache<Row>& cache = std::get<RowCache<Row>>(caches_);
    const std::optional<Row>* known = cache.find(key);
    if (known == nullptr) {
      std::optional<Row> row = read_row<Row>(*rows_, key);  // may throw, and then nothing is known
      known = &(cache.place(key) = std::move(row));
    }
    return *known ? &**known : nullptr;
  }
  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position position) const override {
    return answer_at_ ? answer_at_(position) : std::nullopt;
  }
  void report_missing(std::string_view row, const std::string& key) const override;
  /// Read without the cache, which a long list would fill.
  [[nodiscard]] std::vector<AccountMembership> memberships(const Account& account, const GroupId& after,
                                                           std::size_t limit) const override;

  /// Takes written rows into the cache; only when the store has them.
  void take_over(const Overlay& written) {
    if (cached_rows_ == 0) return clear();
    written.for_each_written([this]<class K, class Row>(const K& key, const Row* row) {
      std::optional<Row>& known = std::get<RowCache<Row>>(caches_).place(key);
      if (row == nullptr)
        known.reset();
      else
        known = *row;
    });
  }
  /// Evicts rows over the cache's size, of each kind its share.
  void trim();
  /// Forgets everything cached.
  void clear();

 private:
  template <class... Rows>
  using Caches = std::tuple<RowCache<Rows>...>;

  const RowReader* rows_;
  std::size_t cached_rows_;
  AnswerAt answer_at_;
  mutable boost::mp11::mp_apply<Caches, RowKinds> caches_;
};

/// Calls `visit(key, row)` for every row of a kind whose key starts with `prefix` (after the kind's own), in
/// order of the keys' bytes. `visit` says whether to go on.
template <class Row, class Visit>
void for_each_row(const RowReader& rows, std::string_view prefix, Visit&& visit) {
  std::string start(1, Row::info.prefix);
  start.append(prefix);
  rows.scan(start, {}, [&](std::string_view key, std::string_view value) {
    return visit(key_of<Row>(key), decode_row<Row>(key, value));
  });
}

}  // namespace muster
