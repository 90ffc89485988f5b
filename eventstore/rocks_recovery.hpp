#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <muster/eventstore/head_file.hpp>
#include <muster/eventstore/rocks_database.hpp>
#include <muster/eventstore/store_record.hpp>

namespace muster {

/// What a look at a log's database found, before anything was touched.
struct Recovery {
  std::unique_ptr<Database> database;  // open to read only
  rocksdb::WALRecoveryMode mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;  // to open it to write
  std::optional<StoreRecord> record;                            // look_at_log answers none without one
  Position last = 0;
  std::vector<std::string> notes;
};

/// Opens the log's database read-only and judges whether all that was acknowledged is there. It has to be
/// known before opening to write, which deletes what it takes for useless and so destroys what might still be
/// mended. Throws StoreError (corrupt, lost_tail, newer_format, io)
Recovery look_at_log(const std::string& path, rocksdb::Env* env, const HeadNote& head);

/// The last position of an open log's database. Throws StoreError: corrupt also when its index is not as far,
/// or when one of the last commits is missing.
Position last_position(const Database& database);

}  // namespace muster
