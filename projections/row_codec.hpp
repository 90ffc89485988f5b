#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <muster/domain/overlay.hpp>
#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/ports.hpp>

/// Rows as keys and values of a RowStore. The grammar is docs/format.md.
namespace muster {

/// Raised by hand whenever evolve makes other rows of the same events: the store then folds a new generation.
inline constexpr std::uint32_t projection_version = 1;
/// SHA-256 of a description of every kind of row: its members' names and types. Another shape, another
/// generation.
const Digest& row_schema_digest();

namespace detail {
// Sorts before all rows, as applied_key does: by what code the rows were folded.
inline constexpr std::string_view row_schema_key{"\0shape", 6};

// Ids are printable, so a zero byte ends one and sorts before all: keys sort by their parts.
inline constexpr char key_end = '\0';

/// A time as eight bytes that sort as it does.
inline void append_time(std::string& out, TimeMs time) {
  const std::uint64_t sortable = static_cast<std::uint64_t>(time.ms) ^ (std::uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(sortable >> shift));
}
inline TimeMs read_time(std::string_view bytes) {
  std::uint64_t sortable = 0;
  for (const char byte : bytes.substr(0, 8)) sortable = sortable << 8 | static_cast<std::uint8_t>(byte);
  return {static_cast<std::int64_t>(sortable ^ (std::uint64_t{1} << 63))};
}

/// Calls `visit(part)` for each part of a key, in the order in which they sort.
template <class KeyLike, class Visit>
requires std::is_same_v<std::remove_const_t<KeyLike>, NoKey>
void for_each_part(KeyLike&, Visit&&) {}
template <class IdLike, class Visit>
requires requires(const IdLike& id) { id.view(); }
void for_each_part(IdLike& id, Visit&& visit) { visit(id); }
template <class PairLike, class Visit>
requires requires(PairLike& pair) { pair.first; }
void for_each_part(PairLike& pair, Visit&& visit) {
  visit(pair.first);
  visit(pair.second);
}
template <Described Key, class Visit>
void for_each_part(Key& key, Visit&& visit) {
  if constexpr (std::is_same_v<std::remove_const_t<Key>, CommandIdKey>) {
    visit(key.stream.kind);
    visit(key.stream.id);
    visit(key.caller.kind);
    visit(key.caller.account);
    visit(key.id);
  } else {
    for_each_member(key, [&](const char*, auto& part) { visit(part); });
  }
}

/// A part that is as long as it is, or ends with the key.
template <class Part>
inline constexpr bool is_fixed = std::is_enum_v<Part> || std::is_same_v<Part, TimeMs>;

template <class Key>
void append_key(std::string& out, const Key& key) {
  bool open = false;  // the part before ends with a zero byte, unless it is the last
  for_each_part(key, [&]<class Part>(const Part& part) {
    if (open) out.push_back(key_end);
    open = !is_fixed<Part>;
    if constexpr (std::is_same_v<Part, Role>)
      out.push_back(static_cast<char>(4 - static_cast<int>(part)));  // the owner first
    else if constexpr (std::is_enum_v<Part>)
      out.push_back(static_cast<char>(part));
    else if constexpr (std::is_same_v<Part, TimeMs>)
      append_time(out, part);
    else
      out.append(part.view());
  });
}

/// Rows hold every member there is: another shape is another generation, so no older one is ever read.
inline constexpr unsigned newest_schema = 0xffff;

template <class T>
std::string row_value(const T& row) {
  std::string value;
  CompactWriter writer{value, newest_schema};
  writer& row;
  return value;
}
[[noreturn]] void throw_damaged_row(std::string_view key);
}  // namespace detail

template <class Row>
std::string row_key(const Key<Row>& key) {
  std::string out(1, Row::info.prefix);
  detail::append_key(out, key);
  return out;
}
/// The key of a row. Throws StoreError (corrupt) for bytes that are no key of the kind.
template <class Row>
Key<Row> key_of(std::string_view bytes) {
  const std::string_view whole = bytes;
  bytes.remove_prefix(1);
  Key<Row> key;
  std::size_t parts = 0;
  detail::for_each_part(key, [&](auto&) { ++parts; });
  detail::for_each_part(key, [&]<class Part>(Part& part) {
    --parts;
    const std::size_t size = std::is_same_v<Part, TimeMs> ? 8
                             : std::is_enum_v<Part>       ? 1
                             : parts == 0                 ? bytes.size()
                                                          : bytes.find(detail::key_end);
    const bool ended = detail::is_fixed<Part> || parts == 0;
    if (size > bytes.size() || size + (ended ? 0 : 1) > bytes.size()) detail::throw_damaged_row(whole);
    const std::string_view text = bytes.substr(0, size);
    bytes.remove_prefix(size + (ended ? 0 : 1));
    if constexpr (std::is_same_v<Part, Role>)
      part = static_cast<Role>(4 - text.front());
    else if constexpr (std::is_enum_v<Part>)
      part = static_cast<Part>(text.front());
    else if constexpr (std::is_same_v<Part, TimeMs>)
      part = detail::read_time(text);
    else
      part = Part{text};
  });
  return key;
}
/// Throws StoreError (corrupt) for bytes that are no row of the kind.
template <class Row>
Row decode_row(std::string_view key, std::string_view value) {
  Row row;
  CompactReader reader{value, detail::newest_schema};
  reader& row;
  if (!reader.finished()) detail::throw_damaged_row(key);
  return row;
}

/// The row under a key; none when it is not there. Throws StoreError (corrupt, io).
template <class Row>
std::optional<Row> read_row(const RowReader& rows, const Key<Row>& key) {
  const std::string bytes = row_key<Row>(key);
  const auto value = rows.get(bytes);
  return value ? std::optional{decode_row<Row>(bytes, *value)} : std::nullopt;
}

/// Every row that the overlay wrote, once, and the position that the rows are then folded to.
RowBatch batch_of(const Overlay& written, Position applied);
/// The same of every row there is.
RowBatch batch_of(const MemoryRows& rows, Position applied);
/// Whether the rows were folded by this code: same shape, same fold number. True for rows that hold nothing
/// yet.
bool is_current(const RowReader& rows);

}  // namespace muster
