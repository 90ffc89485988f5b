#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include <muster/domain/rows.hpp>
#include <muster/eventstore/store_error.hpp>

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
  /// Where a stream's commit stands; none when it has no such revision. Throws StoreError (corrupt, io).
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

}  // namespace muster
