#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <muster/eventstore/rocksdb/checked_files.hpp>
#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/rocksdb/live_logs.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>

namespace muster {

/// How to open a database of a store that is there.
struct RecoverySpec {
  std::string path;
  std::shared_ptr<rocksdb::Env> env;      // null: the default one
  std::shared_ptr<WriteFailure> failure;  // as DatabaseSpec has it
  bool read_only = false;
  std::size_t write_buffer_bytes = 0;
  std::filesystem::path folder;  // the store's, with HEAD in it
  HeadNote head;
};

/// A database whose write-ahead logs were checked before RocksDB saw them.
struct Recovered {
  std::unique_ptr<Database> database;
  StoreRecord record;              // of the log's database
  HeadNote head;                   // as it is now
  Position last = 0;               // where the log ends
  Digest hash{};                   // of the commit there
  std::uint64_t next_ordinal = 1;  // that the next batch gets
  bool dropped = false;            // the end of a log is damaged, and stays so until a batch follows it
  std::vector<std::string> notes;
};

/// Opens the database that has the log. Before RocksDB may write, which would destroy what could still be
/// saved, our own reader has gone through the write-ahead logs and judged whether everything acknowledged is
/// there; afterwards, what RocksDB made of them is compared with what that reader saw, and HEAD vouches for
/// it before RocksDB may delete them. Throws StoreError (corrupt, lost_tail, newer_format, io)
Recovered recover_log(const RecoverySpec& spec);

/// The same for a split store's database of rows. Rows can be folded again, so whatever follows damage is
/// dropped.
Recovered recover_rows(const RecoverySpec& spec);

/// The largest position of a commit that the database in a folder may have, sound or not; 0 for none, also
/// where there is no database. Touches nothing. Throws StoreError: corrupt when that cannot be told; io.
Position commits_in(const std::string& path, const std::shared_ptr<rocksdb::Env>& env);

}  // namespace muster
