#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/overlay.hpp>
#include <muster/engine/batch.hpp>
#include <muster/engine/engine.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {

/// The failure of a command that ran out of memory. Making it needs none.
Failure out_of_memory(FailureKind kind, bool outcome_unknown) noexcept;

/// Decides requests one after another on rows and overlay, and writes the commits in batches of one fsync
/// each. It has two stages, which may run on two threads: while one batch is written, the next is decided on
/// the rows as the first will leave them. When writing fails, whatever was decided on that batch fails with
/// it.
class Writer {
 public:
  /// Both must outlive the writer. `on_durable` is called in the flushing stage after each batch that is
  /// durable, before its results are given.
  Writer(Store& store, const EngineOptions& options, std::function<void()> on_durable);

  // The deciding stage. Threads: one at a time.

  /// Decides the request, whose command is taken out of it, into the current batch, which must not be full.
  /// Throws nothing: whatever goes wrong is the request's result.
  void decide(Request& request) noexcept;
  /// Whether the current batch takes no more. commits_max: beside the limits of the options
  [[nodiscard]] bool is_full(std::size_t commits_max) const;
  /// Ends the current batch, which goes to the flushing stage, and begins the next one. What was flushed
  /// before must have been absorbed.
  void swap_batches();
  /// Takes what was flushed into the cache; after flush(), before the next swap_batches().
  void absorb_flushed();

  // The flushing stage. Threads: one at a time, at the same time as the deciding stage.

  using Take = std::function<void(Result&&)>;
  /// Writes the batch that was ended, then gives the results of all its requests, in order: durable, or
  /// failed. Throws nothing, unless `take` does.
  void flush(const Take& take);

  // Threads: any.

  /// The last durable commit.
  [[nodiscard]] Position last() const { return durable_.load(std::memory_order_acquire); }
  /// Once a write has failed, or stop() was called, nothing more is written.
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_acquire); }
  /// Why it has stopped: what is answered for commands that were not handed to the disk.
  [[nodiscard]] Failure why_stopped() const noexcept;
  /// Nothing more is written. The batch that is being written is, and what was not handed to the disk fails.
  void stop(std::optional<StoreErrorCode> code, std::string_view cause);
  /// How long the last write took until it was durable.
  [[nodiscard]] std::chrono::microseconds last_write() const {
    return std::chrono::microseconds{last_write_us_.load()};
  }

 private:
  void decide_into_batch(Request& request);
  void require_new(const StreamId& stream) const;
  void answer(Result&& result) { deciding_->decided.push_back({std::move(result), 0}); }
  [[nodiscard]] Assigned assign(const Request& request);
  [[nodiscard]] std::optional<StoredAnswer> answer_at(Position position) const;
  /// Writes the batch; how its commits failed, if they did.
  std::optional<Failure> write(const Batch& batch) noexcept;
  static Result result_of(Batch& batch, Batch::Decided& decided);

  Store& store_;
  const EngineOptions& options_;
  std::function<void()> on_durable_;
  RulesDocument rules_;

  // Of the deciding stage.
  RowView view_;
  Batch one_;
  Batch other_;
  Batch* deciding_ = &one_;
  Batch* flushing_ = &other_;  // the flushing stage's from swap_batches() until flush() returns; read by both
  Overlay command_;            // what the command at hand wrote, on the batch being decided
  CommitEncoder encoder_;

  std::atomic<Position> durable_{0};
  std::atomic<std::int64_t> last_write_us_{0};

  std::atomic<bool> stopped_{false};
  mutable std::mutex why_mutex_;
  Failure why_stopped_;
};

}  // namespace muster
