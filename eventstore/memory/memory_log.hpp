#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/read_gate.hpp>

namespace muster {

/// A log in memory. What is appended is at once as durable as it will ever be.
class MemoryLog final : public CommitLog {
 public:
  explicit MemoryLog(std::shared_ptr<ReadGate> gate = std::make_shared<ReadGate>())
      : gate_(std::move(gate)) {}

  AppendResult append(Position after, std::span<const EncodedCommit> commits) override;
  /// Appends, and calls `together` for what is to become visible in the same moment.
  AppendResult append_with(Position after, std::span<const EncodedCommit> commits,
                           const std::function<void()>& together);

  std::optional<std::string> read(Position position) const override;
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override;
  void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const override;
  /// The index of streams as keys and values.
  void scan_streams(const std::function<bool(std::string_view, std::string_view)>& visit) const;
  Position last() const override;
  bool wait_beyond(Position position, std::chrono::milliseconds timeout) const override;

 private:
  std::optional<StoreError> refusal(Position after, std::span<const EncodedCommit> commits) const;
  const std::string* find(Position position) const;

  std::shared_ptr<ReadGate> gate_;
  mutable std::mutex mutex_;
  mutable std::condition_variable appended_;
  std::deque<std::string> commits_;  // of positions 1, 2, ...; an element stays where it is for good
  std::map<std::pair<StreamId, Revision>, Position> streams_;
};

}  // namespace muster
