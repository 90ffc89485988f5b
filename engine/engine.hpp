#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <muster/domain/answer.hpp>
#include <muster/domain/commands.hpp>
#include <muster/domain/refusal.hpp>
#include <muster/domain/rows.hpp>
#include <muster/domain/rules.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/queries.hpp>

/// The public face of muster: what a backend embeds.
namespace muster {

/// One command with its envelope.
struct Request {
  Command command;
  Caller caller;
  std::optional<TimeMs> at;                // the engine's clock stamps it when absent
  std::optional<CommandId> id;             // makes the command repeatable
  std::optional<Revision> expect;          // the group's revision that the caller decided on
  std::optional<Correlation> correlation;  // kept in the commit, means nothing here
};

/// Why a command has no judgement, and what to do.
enum class FailureKind : std::uint8_t {
  overloaded = 1,    // the queue is full; nothing was taken: try again later
  store_failed = 2,  // outcome unknown: reopen the engine and repeat the command, under its id
  closed = 3,        // the engine is closed; nothing was taken
  not_judged = 4  // this command alone failed, for storage that cannot be read or a bug; it changed nothing
};
template <>
inline constexpr std::array names<FailureKind>{
    Named{FailureKind::overloaded, "Overloaded"}, Named{FailureKind::store_failed, "StoreFailed"},
    Named{FailureKind::closed, "Closed"}, Named{FailureKind::not_judged, "NotJudged"}};
/// That a command got no judgement, or that it is unknown whether its outcome was kept.
struct Failure {
  FailureKind kind = FailureKind::store_failed;
  std::string message;
};

/// What a command comes to: its answer, durable by now; a refusal, which changed nothing; or a failure.
using Result = std::variant<Answer, Refusal, Failure>;

/// How an engine works. What each costs: docs/operations.md.
struct EngineOptions {
  Rules rules = default_rules();
  StoreOptions store;
  /// Take commands whose `at` is more than five minutes ahead of the clock.
  bool allow_future = false;
  /// Tells the time; called on the threads that bring commands. The system's clock when empty.
  std::function<TimeMs()> clock;
  /// What a batch of one fsync may hold.
  std::size_t batch_commits_max = 4096;
  std::size_t batch_bytes_max = 1024 * 1024;
  /// What may wait to be judged.
  std::size_t queue_commands_max = 65'536;
  std::size_t queue_bytes_max = 64 * 1024 * 1024;
  /// Decoded rows that the writer keeps, at about 160 bytes each and their texts; 0: none beyond a batch.
  std::size_t cached_rows = 200'000;
};

/// What people may see, and the rows themselves, as they stood after a commit; unmoved by later ones.
/// Reading never waits for the writer. A snapshot must not outlive its engine, nor the call of close().
/// Throws StoreError when storage is broken. Threads: any
class Snapshot {
 public:
  /// The position that the rows are folded to.
  [[nodiscard]] Position position() const { return position_; }

  // Questions of users and app admins, answered as far as they may see (docs/rules.md section 8).

  /// One profile or refusal for each group, in their order. `fields`: which custom fields; all readable ones
  /// when empty.
  [[nodiscard]] std::vector<Disclosed<ShownProfile>> show_groups(
      const std::vector<GroupId>& groups, const Caller& caller,
      const std::vector<CustomKey>& fields = {}) const;
  [[nodiscard]] Disclosed<MemberPage> show_members(const GroupId& group, const Caller& caller,
                                                   const MemberQuery& query = {}) const;
  [[nodiscard]] ApplicationList show_applications(const Account& account) const;
  [[nodiscard]] std::vector<ShownJoined> show_joined(const Account& account) const;
  [[nodiscard]] Disclosed<ShownProfile> search(const GroupId& group, const Caller& caller) const;

  // The backend's own reads: rows as they are, whoever asks.

  [[nodiscard]] std::optional<GroupRow> group(const GroupId& group) const;
  [[nodiscard]] std::optional<ProfileRow> profile(const GroupId& group) const;
  [[nodiscard]] std::optional<MemberRow> member(const GroupId& group, const Account& account) const;
  [[nodiscard]] std::optional<MembershipRow> membership(const Account& account, const GroupId& group) const;
  [[nodiscard]] std::optional<ApplicationRow> application(const GroupId& group, const Account& account) const;
  /// The living groups of a type, by id: at most `limit`, those after `after` (from the first when empty).
  [[nodiscard]] std::vector<GroupId> groups_of(const TypeName& type, const GroupId& after,
                                               std::size_t limit) const;
  /// The group's member rows by account, at most `limit`, those after `after` (from the first when empty).
  [[nodiscard]] std::vector<std::pair<Account, MemberRow>> members(const GroupId& group, const Account& after,
                                                                   std::size_t limit) const;

 private:
  friend class Engine;
  Snapshot(Position position, std::shared_ptr<const RowReader> rows, const Rules& rules)
      : position_(position), rows_(std::move(rows)), rules_(&rules) {}
  Position position_;
  std::shared_ptr<const RowReader> rows_;
  const Rules* rules_;  // the engine's
};

/// Judges commands one after another and keeps what they come to.
/// Threads  everything by any number of threads, but close() and the destructor by one, after all else
class Engine {
 public:
  /// Opens the store in `folder`, makes it when there is none, and recovers from a crash.
  /// Throws StoreError, see open_store(); std::invalid_argument for rules that problems_of() finds fault
  /// with, or
  ///         whose document is too long for one commit.
  static std::unique_ptr<Engine> open(const std::filesystem::path& folder, EngineOptions options = {});
  /// The same over a store that is open already. `options.store` is not looked at.
  static std::unique_ptr<Engine> open(std::unique_ptr<Store> store, EngineOptions options = {});
  /// Closes, when nobody has.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Judges one command and waits until its outcome is durable. Waits for room when the queue is full.
  [[nodiscard]] Result execute(Request request);

  using Done = std::function<void(Result)>;
  /// Takes one command; `done` gets its result later, on the engine's thread for callbacks, in the order of
  /// taking. `done` may call the engine, but not close it, and must not throw.
  /// Returns  a failure (overloaded, closed) when the command was not taken: `done` is then never called, and
  ///          both arguments are as they were
  [[nodiscard]] std::optional<Failure> submit(Request&& request, Done&& done);

  /// The rows after the latest durable commit. Throws std::logic_error once the engine is closed.
  [[nodiscard]] Snapshot snapshot() const;

  /// Copies the store, as it stands after the latest durable commit, to `folder`, where nothing may be yet: a
  /// backup, which opens as a store of its own. Durable on return. Tables are linked where both are on one
  /// disk; commands wait meanwhile, reading does not. Returns the position that the copy ends at. Throws
  /// StoreError (not_writable: something is there already, or the store is in memory; failed; full; io), and
  /// then leaves nothing behind; std::logic_error once the engine is closed. Source: docs/operations.md
  Position checkpoint(const std::filesystem::path& folder);

  /// Answers everything that was taken, then flushes and closes the store. Nothing is taken from its call on.
  /// Throws std::logic_error when called from inside a callback; StoreError when the store cannot be flushed.
  void close();

  /// What opening had to mend, a sentence each.
  [[nodiscard]] const std::vector<std::string>& recovery_notes() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
