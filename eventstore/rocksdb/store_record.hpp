#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <muster/eventstore/rocksdb/batch_mark.hpp>

namespace muster {

/// What a store keeps about itself, in the log's database under position 0.
struct StoreRecord {
  std::uint32_t format = 0;
  std::uint64_t generation = 1;  // of rows; their family is `rows.<generation>`
  StoreId store{};               // all zero in format 1, whose batches carry no marks
};

std::string encode(const StoreRecord& record);
/// Throws StoreError (corrupt, newer_format).
StoreRecord decode_record(std::string_view bytes);

/// The family that has a generation's rows.
std::string rows_family(std::uint64_t generation);

}  // namespace muster
