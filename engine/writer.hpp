#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/context.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/engine/batch.hpp>
#include <muster/engine/engine.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {

/// Judges requests one after another on rows and overlay, and writes what they come to in batches of one
/// fsync each. In two stages, which may run on two threads: while one batch is written, the next is judged on
/// what the first will have made of the rows. When writing fails, whatever was judged on it fails with it.
class Writer {
 public:
  /// How often the log's end is recorded at most.
  static constexpr std::chrono::seconds head_period{1};

  /// Both must outlive the writer. `on_durable` is called in the storing stage after each batch that is
  /// durable, before its results are given.
  Writer(Store& store, const EngineOptions& options, std::function<void()> on_durable);

  // The judging stage. Threads: one at a time.

  /// Judges the request into the current batch, which must not be full. Its command is taken out of it.
  /// Throws nothing but for want of memory: whatever goes wrong is the request's result.
  void judge(Request& request);
  [[nodiscard]] bool is_full() const;
  /// The current batch is whole and goes to the storing stage; the next one is begun. What was handed over
  /// before must have been settled.
  void hand_over();
  /// Takes what was stored into the cache; after store(), before the next hand_over().
  void settle();

  // The storing stage. Threads: one at a time, at the same time as the judging stage.

  using Take = std::function<void(Result)>;
  /// Writes what was handed over, then gives the results of all its requests, in order: durable, or failed.
  /// Throws nothing but for want of memory: whatever goes wrong fails the writer.
  void store(const Take& take);
  /// Records the log's end when that is due: at most once a second, and only when it has moved.
  void refresh_head();

  // Both stages must be at rest.

  /// Copies the store as it stands, see Store::checkpoint; the position that the copy ends at.
  Position checkpoint(const std::filesystem::path& folder);

  /// The last durable commit. In the storing stage.
  [[nodiscard]] Position last() const { return durable_; }
  /// Once a write has failed, nothing more is taken. Threads: any.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }

 private:
  void decide_into_batch(Request& request);
  void commit(Request& request, Accepted& accepted);
  void unchanged(const Request& request, Accepted& accepted);
  /// Encodes, closes and merges the batch's last commit, which was just put there; takes it back when it
  /// throws.
  void append(bool assigned_group);
  void answer(Result result) { judging_->judged.push_back({std::move(result), 0}); }
  [[nodiscard]] Context context_of(const Request& request);
  [[nodiscard]] Assigned assign(const Request& request);
  [[nodiscard]] bool rules_known() const;
  void install_rules(TimeMs time);
  [[nodiscard]] std::optional<Remembered> recall(Position position) const;
  void write(const Batch& batch);
  void fail(std::string_view cause);

  Store& store_;
  const EngineOptions& options_;
  std::function<void()> on_durable_;
  Digest rules_;
  std::string rules_document_;

  // Of the judging stage.
  RowView view_;
  Batch one_;
  Batch other_;
  Batch* judging_ = &one_;
  Batch* storing_ = &other_;  // the storing stage's from hand_over() until store() returns; read by both
  Overlay command_;           // what the command at hand wrote, on the batch being judged
  CommitEncoder encoder_;

  // Of the storing stage.
  Position durable_ = 0;
  std::chrono::steady_clock::time_point recorded_at_;

  std::atomic<bool> failed_{false};
  Failure failure_;  // set before `failed_` is, once
};

}  // namespace muster
