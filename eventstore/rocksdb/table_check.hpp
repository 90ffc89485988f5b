#pragma once

#include <cstdint>

#include <rocksdb/file_system.h>

namespace muster {

/// Looks at the parts at the end of a table that RocksDB takes apart before it compares their checksums:
/// garbled, they end the process where RocksDB was built with assertions, as Debian's is. Corruption when
/// they are not what was written; OK also for a checksum of a kind that this code does not know.
rocksdb::IOStatus check_table(rocksdb::FSRandomAccessFile& file, std::uint64_t size);

}  // namespace muster
