#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <muster/domain/memory_rows.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/eventstore/archive.hpp>
#include <muster/eventstore/row_store.hpp>

/// Rows as keys and values of a RowStore. The grammar is docs/format.md.
namespace muster {

/// The first byte of a row's key: rows of a kind stand together. On disk: never reuse.
template <class Row>
inline constexpr char row_prefix = 0;
// clang-format off
template <> inline constexpr char row_prefix<AppRow>         = 'a';
template <> inline constexpr char row_prefix<GroupRow>       = 'g';
template <> inline constexpr char row_prefix<ProfileRow>     = 'p';
template <> inline constexpr char row_prefix<MemberRow>      = 'm';
template <> inline constexpr char row_prefix<MembershipRow>  = 'j';
template <> inline constexpr char row_prefix<AccountRow>     = 'u';
template <> inline constexpr char row_prefix<MuteRow>        = 'x';
template <> inline constexpr char row_prefix<ApplicationRow> = 'q';
template <> inline constexpr char row_prefix<TopicRow>       = 't';
template <> inline constexpr char row_prefix<AnsweredRow>    = 'r';
template <> inline constexpr char row_prefix<ReadRow>        = 'k';
template <> inline constexpr char row_prefix<RosterRow>      = 'o';
template <> inline constexpr char row_prefix<FiledRow>       = 'f';
template <> inline constexpr char row_prefix<TypeRow>        = 'y';
template <> inline constexpr char row_prefix<EndedRow>       = 'e';
template <> inline constexpr char row_prefix<PendingRow>     = 'w';
// clang-format on

/// Raised by hand whenever evolve makes other rows of the same events: the store then folds a new generation.
inline constexpr std::uint32_t fold_number = 1;
/// SHA-256 of a description of every kind of row: its members' names and types. Another shape, another
/// generation.
const Digest& rows_shape();

namespace detail {
// Sorts before all rows, as applied_key does: by what code the rows were folded.
inline constexpr std::string_view shape_key{"\0shape", 6};

// Ids are printable, so a zero byte ends one and sorts before all: keys sort by their parts.
inline constexpr char key_end = '\0';

inline void append_key(std::string& out, const Only&) { (void)out; }
template <class Tag, std::size_t Max>
void append_key(std::string& out, const Id<Tag, Max>& id) {
  out.append(id.view());
}
template <class First, class Second>
void append_key(std::string& out, const Pair<First, Second>& key) {
  append_key(out, key.first);
  out.push_back(key_end);
  append_key(out, key.second);
}
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
inline void append_key(std::string& out, const RosterKey& key) {
  append_key(out, key.group);
  out.push_back(key_end);
  out.push_back(static_cast<char>(4 - static_cast<int>(key.role)));  // the owner first
  append_time(out, key.join_time);
  append_key(out, key.account);
}
inline void append_key(std::string& out, const FiledKey& key) {
  append_key(out, key.group);
  out.push_back(key_end);
  append_time(out, key.time);
  append_key(out, key.account);
}
inline void append_key(std::string& out, const AnsweredKey& key) {
  out.push_back(static_cast<char>(key.stream.kind));
  append_key(out, key.stream.id);
  out.push_back(key_end);
  out.push_back(static_cast<char>(key.caller.kind));
  append_key(out, key.caller.account);
  out.push_back(key_end);
  append_key(out, key.id);
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
  std::string out(1, row_prefix<Row>);
  detail::append_key(out, key);
  return out;
}
/// The key that a row stands under; for rows whose key is an id or a pair of ids.
template <class Row>
Key<Row> key_of(std::string_view bytes) {
  bytes.remove_prefix(1);
  Key<Row> key;
  if constexpr (requires { key.second; }) {
    const auto end = bytes.find(detail::key_end);
    if (end == std::string_view::npos) detail::throw_damaged_row(bytes);
    key.first = decltype(key.first){bytes.substr(0, end)};
    key.second = decltype(key.second){bytes.substr(end + 1)};
  } else if constexpr (std::is_same_v<Key<Row>, RosterKey> || std::is_same_v<Key<Row>, FiledKey>) {
    const auto end = bytes.find(detail::key_end);
    const std::size_t fixed = std::is_same_v<Key<Row>, RosterKey> ? 9 : 8;
    if (end == std::string_view::npos || bytes.size() < end + 1 + fixed) detail::throw_damaged_row(bytes);
    key.group = GroupId{bytes.substr(0, end)};
    bytes.remove_prefix(end + 1);
    if constexpr (std::is_same_v<Key<Row>, RosterKey>) {
      key.role = static_cast<Role>(4 - bytes.front());
      bytes.remove_prefix(1);
      key.join_time = detail::read_time(bytes);
    } else {
      key.time = detail::read_time(bytes);
    }
    key.account = Account{bytes.substr(8)};
  } else if constexpr (!std::is_same_v<Key<Row>, Only>) {
    key = Key<Row>{bytes};
  }
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
