#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <muster/domain/core/values.hpp>
#include <muster/domain/rows.hpp>
#include <muster/eventstore/store_error.hpp>

/// The two ports of a store: the log of commits, and rows by key.
namespace muster {

/// The most bytes that one stored commit may have: 512 KiB.
inline constexpr std::size_t commit_bytes_max = 512 * 1024;

/// A commit as it is stored (docs/format.md), with what the log indexes it by.
struct EncodedCommit {
  StreamId stream;
  Revision revision = 0;  // of the stream
  std::string bytes;      // 1..commit_bytes_max
};

/// How far an append came.
struct AppendResult {
  Position last = 0;                // of the last commit that is surely in, by this append or before it
  std::optional<StoreError> error;  // none: all commits are in and durable
};

/// The log of all commits, in one global order. A port: a replicated log can keep it, one message a commit.
/// Promises, which one suite tests on every implementation:
///   - positions count from 1 without a hole, in the order of appending
///   - a commit is in whole, its bytes and its index, or not at all; of several a prefix may get in
///   - nothing is visible to any reader before it is durable
///   - once an append has failed for anything but its arguments, all later ones fail
/// Threads  one appender at a time; readers any number, at any time
class CommitLog {
 public:
  virtual ~CommitLog() = default;

  /// Appends `commits` right after position `after`, the last that the decision saw: a compare-and-set of the
  /// whole log. Returns when they are durable.
  /// Errors  wrong_position  `after` is not last(); nothing written
  ///         too_large       a commit has no bytes or over commit_bytes_max; nothing written
  ///         io, full        failed; whether the commits are in is unknown until the log is reopened
  ///         failed          an earlier append failed; nothing written
  [[nodiscard]] virtual AppendResult append(Position after, std::span<const EncodedCommit> commits) = 0;

  /// The bytes at a position; none beyond last() and at 0. Throws StoreError (corrupt, io).
  [[nodiscard]] virtual std::optional<std::string> read(Position position) const = 0;
  /// The position of a stream's commit; none when it has no such revision. Throws StoreError (corrupt, io).
  [[nodiscard]] virtual std::optional<Position> position_of(const StreamId& stream,
                                                            Revision revision) const = 0;
  /// Calls `visit(position, bytes)` from `from` on, in order, up to what is last() when it starts; stops
  /// early when `visit` says false. Throws StoreError (corrupt, io), also for a hole.
  virtual void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const = 0;
  /// The position of the last durable commit; 0 for an empty log. Never goes back.
  [[nodiscard]] virtual Position last() const = 0;
  /// Waits until last() is beyond `position`, at most `timeout`; whether it is.
  [[nodiscard]] virtual bool wait_beyond(Position position, std::chrono::milliseconds timeout) const = 0;
};

/// Writes to rows, applied all or none; each key at most once.
struct RowBatch {
  struct Write {
    std::string key;
    std::optional<std::string> value;  // none: the row is removed
  };
  std::vector<Write> writes;
  /// The position that the rows are folded to afterwards; none: as before.
  std::optional<Position> applied;

  void put(std::string key, std::string value) { writes.push_back({std::move(key), std::move(value)}); }
  void erase(std::string key) { writes.push_back({std::move(key), std::nullopt}); }
};

/// Rows by key, bytes both (projections/ knows what they mean), sorted by key.
/// Throws StoreError (corrupt, io). Threads: any.
class RowReader {
 public:
  virtual ~RowReader() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  /// Calls `visit(key, value)` for the keys that start with `prefix` and are not before `from` (which may be
  /// empty), in order of their bytes; stops early when `visit` says false.
  virtual void scan(std::string_view prefix, std::string_view from,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const = 0;
};

/// The key of the row that says how far rows are folded. It sorts before all rows.
inline constexpr std::string_view applied_key{"\0applied", 8};
/// The position that rows are folded to; 0 for none. Throws StoreError (corrupt, io).
Position applied_of(const RowReader& rows);
/// The value of that row, and what it says. Throws StoreError (corrupt).
std::string encode_applied(Position position);
Position decode_applied(std::string_view value);

/// One generation of rows: as they are now, and as they were.
class RowStore : public RowReader {
 public:
  /// The rows as they are now, unmoved by later writes, for as long as the pointer is held. Once the store is
  /// closed, reading them throws StoreError (closed).
  [[nodiscard]] virtual std::shared_ptr<const RowReader> snapshot() const = 0;
  /// Applies a batch, as durable as commits are. One writer at a time.
  virtual void write(const RowBatch& batch) = 0;
};

}  // namespace muster
