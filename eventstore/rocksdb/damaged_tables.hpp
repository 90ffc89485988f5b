#pragma once

#include <string>
#include <vector>

#include <muster/eventstore/rocksdb/rocks_database.hpp>

namespace muster {

/// Reads every table of a database to its end and compares it with the checksum that the manifest has of it;
/// where it has none, each block with its own. A sentence for each that is not what was written.
std::vector<std::string> damaged_tables(const Database& database);

}  // namespace muster
