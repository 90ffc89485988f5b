#pragma once

#include <string_view>

#include <rocksdb/status.h>

#include <muster/eventstore/store_error.hpp>

namespace muster {

/// What RocksDB says, as ours: full, corrupt or io.
/// doing  "reading the log", for the message
StoreError error_of(const rocksdb::Status& status, std::string_view doing);

/// Throws `error_of` unless `status` is ok.
inline void require(const rocksdb::Status& status, std::string_view doing) {
  if (!status.ok()) throw error_of(status, doing);
}

}  // namespace muster
