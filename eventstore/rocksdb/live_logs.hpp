#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <muster/eventstore/rocksdb/wal_batch.hpp>

namespace rocksdb {
class Env;
}

/// What the live write-ahead logs of a database hold, found out without RocksDB's reader, which may not be
/// believed about damage (docs/architecture.md, "Recovery").
namespace muster {

/// What the tables of a database hold, its write-ahead logs aside.
struct TableState {
  FamilyNumbers families;
  Position last = 0;  // of the commits
  ChainKey chain;
  std::map<std::uint64_t, Position> applied;  // how far each generation of rows is folded
  std::uint64_t last_sequence = 0;            // of all writes that the manifest knows of
  std::uint64_t min_log = 0;                  // write-ahead logs below this number are not needed any more
  Position head = 0;                          // that `HEAD` names
  std::function<Digest(Position)> hash_at;    // stored_hash() of a commit that the tables have
};

/// Where a write-ahead log stops being sound.
struct LogDamage {
  std::string file;        // its name
  std::size_t offset = 0;  // of the first byte that is not sound
  std::string what;        // "batches before it are missing"
  /// A whole batch is there, but not the one that should be: this is not what a torn write leaves.
  bool whole = false;
};

/// The live logs: a sound part, in which each batch continues the one before it, and what follows it.
struct LiveLogs {
  bool any = false;                            // the sound part has at least one batch
  Position first = 0;                          // the log's last position before its first commit
  Position last = 0;                           // and after the last one; where the tables end if it has none
  Digest hash{};                               // of the commit at `last`; zero for none
  std::uint64_t next_ordinal = 1;              // that the next batch must have
  std::uint64_t last_sequence = 0;             // of its last write; 0 for none
  std::optional<Digest> head_hash;             // of the commit that `HEAD` names, if a batch ends there
  std::map<std::string, std::uint64_t> sound;  // how many bytes of each file belong to it
  std::vector<std::uint64_t> commits;          // XXH3 of the commits after `first`
  std::vector<std::pair<std::string, Position>> index;  // and their entries of the index of streams

  std::optional<LogDamage> damage;  // none when nothing follows the sound part
  bool later_batches = false;       // batches follow that were written after the one that is damaged
  std::size_t later_commits = 0;    // how many commits stand whole behind the damage
};

/// Reads the live write-ahead logs in `folder`, as continuing the tables.
/// store   whose marks the batches carry
/// marked  every batch must have a mark; false for a database of format 1, which may have some without
/// Throws StoreError (io)
LiveLogs read_live_logs(const std::string& folder, rocksdb::Env* env, const TableState& tables,
                        const StoreId& store, bool marked);

/// The largest position of a commit in any write-ahead log in `folder`, needed or not, damaged or not; 0 for
/// none. Throws StoreError (io).
Position last_commit_in_logs(const std::string& folder, rocksdb::Env* env);

}  // namespace muster
