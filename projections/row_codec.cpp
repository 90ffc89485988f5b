#include <algorithm>
#include <map>
#include <utility>

#include <muster/domain/core/strings.hpp>
#include <muster/eventstore/hash_chain.hpp>
#include <muster/projections/row_codec.hpp>

namespace muster {
namespace {

using detail::row_schema_key;

/// A type as text, the same on every compiler.
template <class T>
std::string schema_of() {
  if constexpr (std::is_same_v<T, bool>)
    return "flag";
  else if constexpr (NamedEnum<T>)
    return concat("one of ", names<T>.size());
  else if constexpr (std::is_unsigned_v<T>)
    return concat("number ", sizeof(T));
  else if constexpr (std::is_same_v<T, TimeMs>)
    return "time";
  else if constexpr (std::is_same_v<T, std::string>)
    return "bytes";
  else if constexpr (detail::is_id<T>)
    return concat("id ", T::bytes_max);
  else if constexpr (detail::is_text<T>)
    return concat("text ", T::bytes_max);
  else if constexpr (detail::is_bytes<T>)
    return concat("array ", sizeof(T));
  else if constexpr (detail::is_optional<T>)
    return concat("maybe ", schema_of<typename T::value_type>());
  else if constexpr (detail::is_map<T>)
    return concat("map ", schema_of<typename T::key_type>(), " to ", schema_of<typename T::mapped_type>());
  else if constexpr (detail::Sequence<T>)
    return concat("list of ", schema_of<typename T::value_type>());
  else {
    std::string text = "{";
    T object{};
    for_each_member(object, [&]<class M>(const char* name, const M&) {
      text += concat(name, ": ", schema_of<M>(), ", ");
    });
    return text + "}";
  }
}

std::string row_schema_value() {
  std::string value{bytes_of(row_schema_digest())};
  CompactWriter{value}.varint(projection_version);
  return value;
}

/// In order, as the store keeps them: it finds the place of each from the one before.
RowBatch finished(RowBatch batch, Position applied) {
  std::ranges::sort(batch.writes, {}, &RowBatch::Write::key);
  batch.applied = applied;
  batch.put(std::string{row_schema_key}, row_schema_value());
  return batch;
}

}  // namespace

namespace detail {
void throw_damaged_row(std::string_view key) {
  throw StoreError{StoreErrorCode::corrupt,
                   concat("the row `", key.substr(0, 1), "` of ", key.substr(1), " is damaged")};
}
}  // namespace detail

const Digest& row_schema_digest() {
  static const Digest digest = [] {
    // The kinds by prefix: first those that there were when the digest was first stored, in their order then.
    constexpr std::string_view first_kinds = "agpmjuxqtrkofyew";
    std::map<std::pair<std::size_t, char>, std::string> kinds;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, RowKinds>>(
        [&]<class Row>(std::type_identity<Row>) {
          const std::size_t place = std::min(first_kinds.find(Row::info.prefix), first_kinds.size());
          kinds[{place, Row::info.prefix}] = concat(Row::info.prefix, ' ', schema_of<Row>(), '\n');
        });
    std::string text;
    for (const auto& [place, kind] : kinds) text += kind;
    return Hasher{}.sha256({text});
  }();
  return digest;
}

RowBatch batch_of(const Overlay& written, Position applied) {
  RowBatch batch;
  batch.writes.reserve(written.written() + 2);
  written.for_each_written([&]<class K, class Row>(const K& key, const Row* row) {
    if (row == nullptr)
      batch.erase(row_key<Row>(key));
    else
      batch.put(row_key<Row>(key), detail::row_value(*row));
  });
  return finished(std::move(batch), applied);
}

RowBatch batch_of(const MemoryRows& rows, Position applied) {
  RowBatch batch;
  rows.for_each([&]<class K, class Row>(const K& key, const Row& row) {
    batch.put(row_key<Row>(key), detail::row_value(row));
  });
  return finished(std::move(batch), applied);
}

bool is_current(const RowReader& rows) {
  const auto value = rows.get(row_schema_key);
  return value ? *value == row_schema_value() : applied_of(rows) == 0;
}

}  // namespace muster
