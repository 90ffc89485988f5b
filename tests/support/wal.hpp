#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// RocksDB's log format, written by hand.
namespace muster::test {

/// One fragment with its header.
std::string fragment_of(int type, std::string_view data);
/// A file with these records, in blocks as RocksDB writes them.
std::string wal_of(const std::vector<std::string>& records);
/// A batch with one write to the family `default`, as a record.
std::string batch_of(std::uint64_t sequence, std::string_view key, std::string_view value);

}  // namespace muster::test
