#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <muster/domain/rows.hpp>

namespace muster {

/// A store's random name, made with it. No user ever sees it, so no user's text can imitate a mark.
using StoreId = std::array<std::uint8_t, 16>;
/// A fresh one, from the system's random numbers.
StoreId random_store_id();

/// The mark that begins every batch written to a database of a store. It is in the write-ahead log only
/// (docs/format.md, "Marks"). Marks form a chain: each says where the log stood before its batch, so that a
/// reader of the write-ahead logs notices when a batch is missing, whatever RocksDB says.
struct BatchMark {
  StoreId store{};
  std::uint64_t ordinal = 0;  // counts the batches of the database from 1
  Position last = 0;          // the log's last position before the batch
  Digest hash{};              // stored_hash() of the commit there; all zero for none
  /// The generation of rows that the batch writes to, and how far these were folded before it; 0: to none.
  std::uint64_t generation = 0;
  Position applied = 0;
  bool operator==(const BatchMark&) const = default;
};

/// How many bytes a mark has.
inline constexpr std::size_t mark_bytes = 96;

std::string encode(const BatchMark& mark);
/// None for bytes that are no mark, or a damaged one.
std::optional<BatchMark> decode_mark(std::string_view bytes);
/// What the marks of a store begin with.
std::string mark_prefix(const StoreId& store);

/// The chain hash that a stored commit carries: the 32 bytes before its checksum. Of shorter bytes, which
/// only tests store, what there is, padded with zeros.
Digest stored_hash(std::string_view commit);

}  // namespace muster
