#include <algorithm>

#include <muster/domain/say.hpp>
#include <muster/eventstore/hash_chain.hpp>
#include <muster/projections/row_codec.hpp>

namespace muster {
namespace {

using detail::shape_key;

/// A type as text, the same on every compiler.
template <class T>
std::string shape_of() {
  if constexpr (std::is_same_v<T, bool>)
    return "flag";
  else if constexpr (NamedEnum<T>)
    return say("one of ", names<T>.size());
  else if constexpr (std::is_unsigned_v<T>)
    return say("number ", sizeof(T));
  else if constexpr (std::is_same_v<T, TimeMs>)
    return "time";
  else if constexpr (std::is_same_v<T, std::string>)
    return "bytes";
  else if constexpr (detail::is_id<T>)
    return say("id ", T::bytes_max);
  else if constexpr (detail::is_text<T>)
    return say("text ", T::bytes_max);
  else if constexpr (detail::is_bytes<T>)
    return say("array ", sizeof(T));
  else if constexpr (detail::is_optional<T>)
    return say("maybe ", shape_of<typename T::value_type>());
  else if constexpr (detail::is_map<T>)
    return say("map ", shape_of<typename T::key_type>(), " to ", shape_of<typename T::mapped_type>());
  else if constexpr (detail::Sequence<T>)
    return say("list of ", shape_of<typename T::value_type>());
  else {
    std::string text = "{";
    T object{};
    for_each_member(
        object, [&]<class M>(const char* name, const M&) { text += say(name, ": ", shape_of<M>(), ", "); });
    return text + "}";
  }
}

std::string shape_value() {
  std::string value{bytes_of(rows_shape())};
  CompactWriter{value}.varint(fold_number);
  return value;
}

/// In order, as the store keeps them: it finds the place of each from the one before.
RowBatch finished(RowBatch batch, Position applied) {
  std::ranges::sort(batch.writes, {}, &RowBatch::Write::key);
  batch.applied = applied;
  batch.put(std::string{shape_key}, shape_value());
  return batch;
}

}  // namespace

namespace detail {
void throw_damaged_row(std::string_view key) {
  throw StoreError{StoreErrorCode::corrupt,
                   say("the row `", key.substr(0, 1), "` of ", key.substr(1), " is damaged")};
}
}  // namespace detail

const Digest& rows_shape() {
  static const Digest digest = [] {
    std::string text;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, RowKinds>>(
        [&]<class Row>(std::type_identity<Row>) {
          text += say(row_prefix<Row>, ' ', shape_of<Row>(), '\n');
        });
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
  const auto value = rows.get(shape_key);
  return value ? *value == shape_value() : applied_of(rows) == 0;
}

}  // namespace muster
