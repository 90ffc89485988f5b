#pragma once

#include <string_view>

#include <rocksdb/options.h>

#include <muster/eventstore/rocksdb/rocks_database.hpp>

namespace muster {

/// How we run RocksDB: meant for two cores and a gigabyte.
rocksdb::DBOptions database_options(const DatabaseSpec& spec);
rocksdb::ColumnFamilyOptions family_options(const DatabaseSpec& spec, std::string_view family);

}  // namespace muster
