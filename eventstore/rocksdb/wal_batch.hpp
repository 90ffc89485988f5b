#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <muster/eventstore/rocksdb/batch_mark.hpp>

namespace muster {

/// The value of the chain key, which every batch writes (docs/format.md, "Families and keys").
struct ChainKey {
  Position last = 0;          // the log's last position after the batch
  std::uint64_t ordinal = 0;  // the batch's; 0 in a store of format 1, whose batches have none
};
std::string encode(const ChainKey& key);
/// None for bytes of another length.
std::optional<ChainKey> decode_chain_key(std::string_view bytes);

/// Which of a database's families a batch's keys belong to, by RocksDB's numbers.
struct FamilyNumbers {
  std::optional<std::uint32_t> commits;  // `default`; none in a split store's database of rows
  std::uint32_t chain = 0;               // the family with the chain key
};

/// How many bytes of a batch come before its mark: its own header, and the tag and length of the mark.
inline constexpr std::size_t bytes_before_mark = 12 + 2;

/// One record of a write-ahead log, taken apart.
class WalBatch {
 public:
  /// Reads a record; false when it is no batch that a store writes. The fields are then undefined. RocksDB's
  /// own reader ends the process for some that are not, where it was built with assertions.
  bool parse(std::string_view record, const FamilyNumbers& families);

  /// RocksDB writes an empty batch of its own when it begins a log after an interrupted recovery.
  [[nodiscard]] bool is_empty() const { return count == 0 && !mark && !writes; }

  std::uint64_t sequence = 0;  // of its first write
  std::uint32_t count = 0;     // of its writes
  std::optional<BatchMark> mark;
  std::vector<std::pair<Position, std::uint64_t>> commits;  // with the XXH3 of their bytes
  Digest last_hash{};                                       // stored_hash() of the last one
  std::vector<std::pair<std::string, Position>> index;      // entries of the index of streams
  std::optional<ChainKey> chain;
  bool writes = false;  // anything at all

 private:
  void take_log_data(std::string_view blob);
  void put(std::uint32_t family, std::string_view key, std::string_view value);
  void erase(std::uint32_t family);
  void put_commit(std::string_view key, std::string_view value);
  void put_index(std::string_view key, std::string_view value);

  FamilyNumbers families_;
  bool sound_ = true;
};

}  // namespace muster
