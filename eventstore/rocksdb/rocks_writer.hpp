#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include <rocksdb/write_batch.h>

#include <muster/eventstore/fork_guard.hpp>
#include <muster/eventstore/rocksdb/batch_mark.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/write_failure.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {

/// Whether a store may be written to; shared by all that write to it.
struct WriteHealth {
  const std::uint64_t forks = forks_as_child();
  std::shared_ptr<WriteFailure> failure = std::make_shared<WriteFailure>();
  std::atomic<bool> closed = false;
  bool read_only = false;
  /// Whether this process is a fork of the one that opened the store.
  [[nodiscard]] bool forked() const { return forks_as_child() != forks; }
  /// None while writing is allowed; else why not: failed, closed, not_writable.
  [[nodiscard]] std::optional<StoreError> refusal() const;
};

/// The one way to write to a database of a store: every batch begins with a mark, and writes the chain key.
/// Threads  one at a time
class RocksWriter {
 public:
  /// Where the chain of marks stands.
  struct Chain {
    StoreId store{};
    std::uint64_t next_ordinal = 1;
    Position last = 0;  // of the log; 0 in a database that has no commits
    Digest hash{};      // of the commit there
  };
  /// chain_family  that has the chain key; `database` and `health` outlive the writer
  RocksWriter(Database& database, Database::Family chain_family, WriteHealth& health, bool sync, Chain chain);

  /// A batch with its mark.
  /// generation, applied  of the rows that it is going to write, and how far they are folded; 0 for none
  [[nodiscard]] rocksdb::WriteBatch begin(std::uint64_t generation, Position applied) const;
  /// Writes a batch that begin() made; `last` and `hash` are the log's end after it. Throws StoreError; once
  /// that has happened, the store has failed.
  void write(rocksdb::WriteBatch& batch, Position last, const Digest& hash, std::string_view doing);
  /// Writes a batch that does not move the log's end.
  void write(rocksdb::WriteBatch& batch, std::string_view doing) {
    write(batch, chain_.last, chain_.hash, doing);
  }

  /// Releases the database's handles; nothing is written any more.
  void release() { chain_family_.reset(); }

  [[nodiscard]] const Chain& chain() const { return chain_; }
  [[nodiscard]] WriteHealth& health() const { return health_; }

 private:
  Database& database_;
  Database::Family chain_family_;
  WriteHealth& health_;
  rocksdb::WriteOptions options_;
  Chain chain_;
};

}  // namespace muster
