#include <fmt/format.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/rocks_keys.hpp>
#include <muster/eventstore/sealed.hpp>
#include <muster/eventstore/store_error.hpp>
#include <muster/eventstore/store_record.hpp>

namespace muster {
namespace {
constexpr std::string_view kind = "mstrSTOR";
}

std::string encode(const StoreRecord& record) {
  Sealed content{record.format, {}};
  append_big_endian(content.payload, record.generation);
  return seal(kind, content);
}

StoreRecord decode_record(std::string_view bytes) {
  const std::string_view what = "the store's own record, at position 0 of the log,";
  const Sealed content = unseal(kind, bytes, what);
  if (content.payload.size() != sizeof(std::uint64_t))
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("{} has the wrong length; restore the store from a backup", what)};
  return {content.format, read_big_endian<std::uint64_t>(content.payload)};
}

std::string rows_family(std::uint64_t generation) { return fmt::format("{}{}", rows_prefix, generation); }

}  // namespace muster
