#pragma once

#include <string>

#include <muster/domain/rows.hpp>

namespace muster {

/// The largest position of a commit that stands whole in a write-ahead log file of a log's database, damage
/// before it or not; 0 for none. Throws StoreError (io).
///
/// RocksDB itself cannot be asked: where a record's length is damaged near the end of a file, each of its
/// recovery modes takes all that follows for a torn tail, acknowledged writes included.
Position last_commit_in_wals(const std::string& database_path);

}  // namespace muster
