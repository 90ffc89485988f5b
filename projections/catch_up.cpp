#include <muster/domain/core/strings.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/scan_decoded.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_codec.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {
namespace {

constexpr std::size_t cached_rows = 200'000;

/// Folds the log from `from` on into `rows`; how many commits.
std::size_t fold_into(RowStore& rows, const CommitLog& log, Position from, std::size_t rows_at_once) {
  RowView view{rows, cached_rows};
  Overlay overlay{&view};
  std::size_t folded = 0;
  Position applied = from - 1;
  const auto flush = [&] {
    rows.write(batch_of(overlay, applied));
    view.take_over(overlay);
    overlay.clear();
    view.trim();
  };
  scan_decoded(log, from, Want::events, [&](Position position, const DecodedCommit& decoded) {
    applied = position;
    fold(overlay, decoded.commit, position, decoded.hash);
    ++folded;
    if (overlay.written() >= rows_at_once) flush();
  });
  flush();
  return folded;
}

}  // namespace

std::vector<std::string> catch_up(Store& store, std::size_t rows_at_once) {
  const bool ahead = store.opening().rows_ahead;
  if (ahead || !is_current(store.rows())) {
    const std::size_t folded = fold_into(store.begin_generation(), store.log(), 1, rows_at_once);
    store.finish_generation();
    return {concat(ahead ? "the rows had commits that the log has lost: folded "
                         : "the rows were folded by another version: folded ",
                   folded, " commits anew")};
  }
  const Position applied = applied_of(store.rows());
  const Position last = store.log().last();
  if (applied > last)
    throw StoreError{StoreErrorCode::corrupt,
                     concat("the rows are folded to position ", applied, ", but the log ends at ", last,
                            "; restore the store from a backup")};
  if (applied == last) return {};
  const std::size_t folded = fold_into(store.rows(), store.log(), applied + 1, rows_at_once);
  return {concat("the rows were ", folded, " commits behind the log: folded them")};
}

Folded fold_in_memory(const CommitLog& log, const Wanted& wanted, MemoryRows& rows,
                      std::size_t rows_at_once) {
  Overlay overlay{&rows};
  Folded folded;
  scan_decoded(log, 1, Want::events, [&](Position position, const DecodedCommit& decoded) {
    folded.upto = position;
    if (wanted && !wanted(position, decoded.commit.head)) return;
    fold(overlay, decoded.commit, position, decoded.hash);
    folded.events += decoded.commit.events.size();
    if (overlay.written() < rows_at_once) return;
    rows.apply(overlay);
    overlay.clear();
  });
  rows.apply(overlay);
  return folded;
}

std::unique_ptr<Store> fold_where(const CommitLog& log, const Wanted& wanted) {
  const RowBatch batch = [&] {
    MemoryRows rows;  // gone before the store takes its share of memory
    const Folded folded = fold_in_memory(log, wanted, rows);
    return batch_of(rows, folded.upto);
  }();
  auto memory = make_memory_store();
  memory->rows().write(batch);
  return memory;
}

ReadableRows::ReadableRows(Store& store) : store_(store) {
  if (is_current(store.rows()) && applied_of(store.rows()) == store.log().last()) return;
  memory_ = fold_where(store.log(), {});
}
ReadableRows::~ReadableRows() = default;

const RowStore& ReadableRows::rows() const { return memory_ ? memory_->rows() : store_.rows(); }

}  // namespace muster
