#pragma once

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
#include <muster/engine/engine.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {

/// Judges requests one after another on rows and overlay, and writes what they come to in batches of one
/// fsync each. Threads  one at a time: whoever has the writer's turn
class Writer {
 public:
  /// Both must outlive the writer. `on_durable` is called after each batch that is durable, before its
  /// answers are given.
  Writer(Store& store, const EngineOptions& options, std::function<void()> on_durable);

  /// Judges all requests, in order; `requests[i]` comes to the i-th result. All are durable on return, or
  /// have failed.
  /// Throws nothing: whatever goes wrong fails the writer.
  std::vector<Result> run(std::vector<Request>& requests);
  /// Records the log's end when that is due: at most once a second, and only when it has moved.
  void refresh_head();

  /// The last durable commit.
  [[nodiscard]] Position last() const { return last_; }
  [[nodiscard]] bool failed() const { return failure_.has_value(); }
  /// Records the log's end, so that losing it is noticed when the store is next opened.
  void record_head();
  /// Copies the store as it stands, see Store::checkpoint; the position that the copy ends at.
  Position checkpoint(const std::filesystem::path& folder);

 private:
  struct Judged {
    std::optional<Result> result;       // of what is not committed
    std::optional<std::size_t> commit;  // index into the batch
  };

  [[nodiscard]] bool batch_is_full() const;
  Judged judge(const Request& request);
  Judged commit(const Request& request, Accepted accepted);
  Judged unchanged(const Request& request, const Accepted& accepted);
  void append(Commit commit, bool assigned_group);
  [[nodiscard]] Context context_of(const Request& request);
  [[nodiscard]] Assigned assign(const Request& request);
  [[nodiscard]] bool rules_known() const;
  void install_rules(TimeMs time);
  [[nodiscard]] std::optional<Remembered> recall(Position position) const;
  [[nodiscard]] Position next_position() const { return last_ + commits_.size() + 1; }
  /// Writes the batch and turns what was judged since `from` into results.
  void finish_batch(std::vector<Judged>& judged, std::vector<Result>& results);
  void write_batch();
  void forget_batch();

  std::vector<Result> run_all(std::vector<Request>& requests);

  Store& store_;
  const EngineOptions& options_;
  std::function<void()> on_durable_;
  Digest rules_;
  std::string rules_document_;
  RowView view_;
  Overlay batch_;    // what the batch wrote, on the rows
  Overlay command_;  // what the command at hand wrote, on the batch
  CommitEncoder encoder_;
  std::vector<Commit> commits_;
  std::vector<EncodedCommit> encoded_;
  std::size_t batch_bytes_ = 0;
  Position last_ = 0;
  Digest last_hash_{};
  std::optional<Digest> recorded_;
  std::chrono::steady_clock::time_point recorded_at_;
  std::optional<Failure> failure_;
};

}  // namespace muster
