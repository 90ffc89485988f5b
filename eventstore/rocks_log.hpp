#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <rocksdb/write_batch.h>

#include <muster/eventstore/commit_log.hpp>
#include <muster/eventstore/rocks_database.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {

/// Whether a write has failed; shared by all that writes to one store.
struct WriteHealth {
  std::atomic<bool> failed = false;
  bool read_only = false;
  /// None while writing is allowed; else why not: failed, not_writable.
  [[nodiscard]] std::optional<StoreError> refusal() const;
};

/// The log in the families `default` and `streams` of a database.
class RocksLog final : public CommitLog {
 public:
  /// last  what recovery found; `database` and `health` outlive the log
  RocksLog(Database& database, WriteHealth& health, Durability durability, Position last);

  AppendResult append(Position after, std::span<const EncodedCommit> commits) override;
  /// Appends in one write with what `batch` has already, calls `then`, and only then shows the commits.
  /// Whatever `then` throws fails the log; a StoreError becomes the answer.
  AppendResult append_with(rocksdb::WriteBatch batch, Position after, std::span<const EncodedCommit> commits,
                           const std::function<void()>& then = nullptr);

  std::optional<std::string> read(Position position) const override;
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override;
  void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const override;
  Position last() const override { return last_.load(std::memory_order_acquire); }
  bool wait_beyond(Position position, std::chrono::milliseconds timeout) const override;

 private:
  std::optional<StoreError> refusal(Position after, std::span<const EncodedCommit> commits) const;
  void add(rocksdb::WriteBatch& batch, Position after, std::span<const EncodedCommit> commits) const;
  void commit(rocksdb::WriteBatch& batch, const std::function<void()>& then);
  void advance(Position last);

  Database& database_;
  Database::Family commits_;
  Database::Family streams_;
  WriteHealth& health_;
  rocksdb::WriteOptions write_options_;
  std::atomic<Position> last_;
  mutable std::mutex mutex_;  // for waiting only
  mutable std::condition_variable advanced_;
};

}  // namespace muster
