#include <fmt/format.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>
#include <muster/eventstore/sealed.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/eventstore/store_error.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {
constexpr std::string_view kind = "mstrSTOR";
}

std::string encode(const StoreRecord& record) {
  Sealed content{record.format, {}};
  append_big_endian(content.payload, record.generation);
  if (record.format >= marked_format) append_bytes(content.payload, record.store);
  return seal(kind, content);
}

StoreRecord decode_record(std::string_view bytes) {
  const std::string_view what = "the store's own record, at position 0 of the log,";
  const Sealed content = unseal(kind, bytes, what);
  StoreRecord record{.format = content.format};
  const std::size_t store_bytes = record.format >= marked_format ? record.store.size() : 0;
  if (content.payload.size() != sizeof(record.generation) + store_bytes)
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("{} has the wrong length; restore the store from a backup", what)};
  record.generation = read_big_endian<std::uint64_t>(content.payload);
  if (store_bytes != 0)
    copy_bytes(std::string_view{content.payload}.substr(sizeof(record.generation)), record.store);
  return record;
}

std::string rows_family(std::uint64_t generation) { return fmt::format("{}{}", rows_prefix, generation); }

}  // namespace muster
