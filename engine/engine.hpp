#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/commit.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/rows.hpp>
#include <muster/domain/rules/rules.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/queries.hpp>

/// The public face of muster: what a backend embeds.
namespace muster {

/// Why a command has no answer, and what to do.
enum class FailureKind : std::uint8_t {
  overloaded = 1,  // the queue is full; try again later
  store_failed =
      2,       // writing it failed: outcome unknown; reopen the engine and repeat the command under its id
  closed = 3,  // the engine is closed
  not_judged = 4,  // this command alone failed, for storage that cannot be read, a lack of memory or a bug
  not_stored =
      5,  // the engine stopped before this was handed to the disk; reopen it and send the command again
  timed_out = 6,  // the deadline passed; see outcome_unknown
  read_only = 7   // the engine was opened to read only
};
// clang-format off
template <> inline constexpr std::array names<FailureKind>{
    Named{FailureKind::overloaded, "Overloaded"}, Named{FailureKind::store_failed, "StoreFailed"},
    Named{FailureKind::closed, "Closed"}, Named{FailureKind::not_judged, "NotJudged"},
    Named{FailureKind::not_stored, "NotStored"}, Named{FailureKind::timed_out, "TimedOut"},
    Named{FailureKind::read_only, "ReadOnly"}};
// clang-format on
/// A command that was not answered.
struct Failure {
  FailureKind kind = FailureKind::store_failed;
  std::string message;
  std::optional<StoreErrorCode> code;  // of the store's error behind it, if there is one
  /// The command may be in the log or not; otherwise it changed nothing.
  bool outcome_unknown = false;
};

/// The result of a command: its answer, durable by now; a refusal, which changed nothing; or a failure.
using Result = std::variant<Answer, Refusal, Failure>;

/// Which of two queues a command waits in. Order holds within a lane only: what rests on an earlier command
/// goes to its lane, or waits for its result.
enum class Lane : std::uint8_t {
  interactive = 1,  // somebody waits: batches stay small while such commands come
  bulk = 2          // throughput counts
};

/// How a command is executed.
struct ExecuteOptions {
  Lane lane = Lane::interactive;
  /// How long to wait at most. Then the command is answered `timed_out`: if it was still queued, it is
  /// withdrawn and changes nothing; otherwise its outcome is unknown.
  std::optional<std::chrono::milliseconds> deadline;
};

/// How an engine works. What each option costs: docs/operations.md.
struct EngineOptions {
  Rules rules = default_rules();
  StoreOptions store;
  /// Take commands whose `at` is more than five minutes ahead of the clock.
  bool allow_future = false;
  /// Tells the time; called on the threads that bring commands. The system's clock when empty.
  std::function<TimeMs()> clock;
  /// What a batch of one fsync may hold; at least 1 each.
  std::size_t batch_commits_max = 4096;
  std::size_t batch_bytes_max = 1024 * 1024;
  /// How many commits a batch may hold while interactive commands come; at least 1.
  std::size_t interactive_batch_commits_max = 48;
  /// The part of a batch that bulk commands get while interactive ones wait; 0 < bulk_share < 1.
  double bulk_share = 0.5;
  /// What may wait to be decided, in both lanes together; at least 1 each.
  std::size_t queue_commands_max = 65'536;
  std::size_t queue_bytes_max = 64 * 1024 * 1024;
  /// Decoded rows that the writer keeps, at about 160 bytes each and their texts; 0: none beyond a batch.
  std::size_t cached_rows = 200'000;
  /// How long `HEAD` may fail to be written before the engine stops: until it is written, losing the end of
  /// the log would not be noticed. At least a second.
  std::chrono::milliseconds head_lag_max{60'000};
};

/// How an engine is doing.
struct Health {
  bool writable = true;
  std::string reason;                  // why it is not; empty when it is
  std::optional<StoreErrorCode> code;  // of the store's error behind that, if there is one
  Position durable = 0;                // the last durable commit
  Position applied = 0;                // that snapshot() shows
  Position head = 0;                   // that `HEAD` names
  std::string head_problem;            // why `HEAD` could not be written lately; empty when it could
  std::size_t queued_interactive = 0;
  std::size_t queued_bulk = 0;
  std::size_t queued_bytes = 0;
  std::chrono::milliseconds oldest_waits{0};  // how long the oldest queued command has waited
  std::chrono::microseconds last_write{0};    // how long the last batch took to become durable
  std::uint64_t callbacks_thrown = 0;         // callbacks that threw
  std::vector<std::string> recovery_notes;    // what opening had to repair
};

/// What people may see, and the rows themselves, as they were after a commit; later commits do not change
/// it. Reading never waits for the writer. Once the engine is closed, reading throws StoreError (closed).
/// Throws StoreError when storage is broken. Threads: any
class Snapshot : public Queries {
 public:
  /// The position that the rows are folded to.
  [[nodiscard]] Position position() const { return position_; }

 private:
  friend class Engine;
  Snapshot(Position position, std::shared_ptr<const RowReader> rows, std::shared_ptr<const Rules> rules)
      : Queries(*rows, *rules), position_(position), rows_(std::move(rows)), rules_(std::move(rules)) {}
  Position position_;
  std::shared_ptr<const RowReader> rows_;
  std::shared_ptr<const Rules> rules_;
};

/// Decides commands one after another and stores the commits.
/// In a forked child every call throws std::logic_error, and the destructor leaves everything to the parent.
/// Threads  everything by any number of threads, but close() and the destructor by one, after all else
class Engine {
 public:
  /// Opens the store in `folder`, makes it when there is none, and recovers from a crash. With
  /// `options.store.read_only` the engine answers reads, and fails commands with `read_only`.
  /// Throws StoreError, see open_store(); std::invalid_argument for options out of their range, or rules that
  ///         problems_of() finds fault with or whose document is too long for one commit.
  static std::unique_ptr<Engine> open(const std::filesystem::path& folder, EngineOptions options = {});
  /// The same over a store that is open already. `options.store` is not looked at.
  static std::unique_ptr<Engine> open(std::unique_ptr<Store> store, EngineOptions options = {});
  /// Closes, if close() was not called. In a callback of this engine, closing goes on on a thread of its own
  /// after the destructor returns.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Decides one command and waits until its outcome is durable. Waits for room when the queue is full.
  [[nodiscard]] Result execute(Request request, const ExecuteOptions& options = {});

  using Done = std::function<void(Result)>;
  /// Takes one command; `done` gets its result later, on the engine's thread for callbacks, in the order of
  /// taking within a lane. It may be empty, if nobody wants the result. It may call the engine, but not close
  /// it; what it throws is counted in health().
  /// Returns  a failure (overloaded, closed, read_only) when the command was not taken: `done` is then never
  ///          called, and both arguments are as they were
  [[nodiscard]] std::optional<Failure> submit(Request&& request, Done&& done, Lane lane = Lane::bulk);

  /// The rows after the latest durable commit. Throws std::logic_error once the engine is closed.
  [[nodiscard]] Snapshot snapshot() const;
  /// How the engine is doing, also once it is closed. Cheap enough for once a second.
  [[nodiscard]] Health health() const;

  /// Copies the store to `folder`, where nothing may be yet: a backup, which opens as a store of its own. It
  /// has at least what was durable at the call. Durable on return; commands go on meanwhile. Returns the
  /// position that the copy ends at. Throws StoreError (not_writable: something is there already, or the
  /// store is in memory or read-only; failed;
  ///         full; io), and then leaves nothing behind; std::logic_error once the engine is closed
  /// Source: docs/operations.md
  Position checkpoint(const std::filesystem::path& folder, CopyTables tables = CopyTables::link);

  /// Answers everything that was taken, waits for reads in progress, then flushes and closes the store.
  /// Nothing is taken from its call on, and snapshots can no longer be read. Throws std::logic_error from
  /// inside a callback; StoreError when the store cannot be flushed, again at each
  ///         further call. The store is closed and its lock released nevertheless.
  void close();

  /// What opening had to repair, a sentence each.
  [[nodiscard]] const std::vector<std::string>& recovery_notes() const;
  /// What opening found.
  [[nodiscard]] const Opening& opening() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  Impl& impl() const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
