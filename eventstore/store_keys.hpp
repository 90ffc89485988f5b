#pragma once

#include <string>
#include <string_view>

#include <muster/domain/rows.hpp>
#include <muster/eventstore/big_endian.hpp>

/// The keys of stored entries (docs/format.md).
namespace muster {

inline constexpr std::string_view streams_family = "streams";
inline constexpr std::string_view rows_prefix = "rows.";

/// In `default`: the key of a commit; that of position 0 is the store's own record.
inline std::string position_bytes(Position position) {
  std::string key;
  append_big_endian(key, position);
  return key;
}
inline constexpr std::size_t position_size = sizeof(Position);

/// In `streams`: kind | id | 0x00 | revision, so that a stream's revisions are adjacent and in order.
inline std::string stream_key(const StreamId& stream, Revision revision) {
  std::string key(1, static_cast<char>(stream.kind));
  key += stream.id.view();
  key.push_back('\0');
  append_big_endian(key, revision);
  return key;
}

/// The key that every batch writes, in `streams` (in a split store's database of rows, in `default`): it
/// shows how far that family's tables reach. No kind of stream is 0, so no stream has it.
inline std::string chain_key() { return std::string(1, '\0'); }

}  // namespace muster
