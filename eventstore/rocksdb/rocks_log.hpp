#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include <rocksdb/write_batch.h>

#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/read_gate.hpp>
#include <muster/eventstore/rocksdb/rocks_writer.hpp>

namespace muster {

/// The log in the families `default` and `streams` of a database.
class RocksLog final : public CommitLog {
 public:
  /// `writer` stands where recovery found the log's end; all outlive the log.
  RocksLog(Database& database, RocksWriter& writer, std::shared_ptr<ReadGate> gate);

  AppendResult append(Position after, std::span<const EncodedCommit> commits) override;
  /// Appends in one write with what `batch` has already, calls `then`, and only then shows the commits.
  /// Whatever `then` throws fails the store; a StoreError becomes the answer.
  AppendResult append_with(rocksdb::WriteBatch batch, Position after, std::span<const EncodedCommit> commits,
                           const std::function<void()>& then = nullptr);

  std::optional<std::string> read(Position position) const override;
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override;
  void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const override;
  Position last() const override { return last_.load(std::memory_order_acquire); }
  bool wait_beyond(Position position, std::chrono::milliseconds timeout) const override;
  /// last(), with the hash of the commit there.
  [[nodiscard]] std::pair<Position, Digest> end() const;
  /// Releases the database's handles; the gate is closed.
  void release();

 private:
  std::optional<StoreError> refusal(Position after, std::span<const EncodedCommit> commits) const;
  void add(rocksdb::WriteBatch& batch, Position after, std::span<const EncodedCommit> commits) const;
  void commit(rocksdb::WriteBatch& batch, std::span<const EncodedCommit> commits,
              const std::function<void()>& then);
  void advance(Position last, const Digest& hash);

  Database& database_;
  RocksWriter& writer_;
  std::shared_ptr<ReadGate> gate_;
  Database::Family commits_;
  Database::Family streams_;
  std::atomic<Position> last_;
  Digest last_hash_;
  mutable std::mutex mutex_;  // for waiting, and for both of the above together
  mutable std::condition_variable advanced_;
};

}  // namespace muster
