#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {

/// Brings the rows up to the log: folds what the log has beyond them, or everything into a new generation
/// when the rows were folded by other code or have commits that the log has lost (Opening::rows_ahead).
/// Returns what was done, a sentence each; empty when the rows were up to date. Throws StoreError (corrupt,
/// newer_format, io). By the one writer, before anything else writes.
/// rows_at_once  so many are gathered before they are written: many events write the same row, and in order
///               rows go in faster
std::vector<std::string> catch_up(Store& store, std::size_t rows_at_once = 100'000);

/// Whether a commit is to be folded; empty for all of them.
using Wanted = std::function<bool(Position, const CommitHead&)>;

struct Folded {
  Position upto = 0;  // the last commit looked at
  std::size_t events = 0;
};
/// Folds those commits of the log that are wanted. They are decoded ahead on a thread of their own.
/// rows          hold nothing yet
/// rows_at_once  so many are gathered before they go to `rows`: few, so that they stay near the processor
/// Throws StoreError (corrupt, newer_format, io).
Folded fold_in_memory(const CommitLog& log, const Wanted& wanted, MemoryRows& rows,
                      std::size_t rows_at_once = 1000);

/// A store in memory with the rows that those commits of the log make that are wanted, and no log. Throws
/// StoreError (corrupt, newer_format, io).
std::unique_ptr<Store> fold_where(const CommitLog& log, const Wanted& wanted);

/// What catch_up() does, for a store that may not be written: the rows as they should be. The store's own,
/// unless they are not up to the log; then rows folded into memory, from the first commit on.
class ReadableRows {
 public:
  /// `store` must outlive the rows.
  explicit ReadableRows(Store& store);
  ~ReadableRows();
  [[nodiscard]] const RowStore& rows() const;

 private:
  Store& store_;
  std::unique_ptr<Store> memory_;
};

}  // namespace muster
