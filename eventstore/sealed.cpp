#include <cassert>

#include <muster/eventstore/sealed.hpp>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {
namespace {

constexpr std::size_t kind_bytes = 8;
constexpr std::size_t head_bytes = kind_bytes + sizeof(std::uint32_t);
constexpr std::size_t checksum_bytes = sizeof(std::uint64_t);

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

[[noreturn]] void damaged(std::string_view what, std::string_view how) {
  throw StoreError{StoreErrorCode::corrupt, fmt::format("{} {}; restore it from a backup", what, how)};
}

}  // namespace

std::string seal(std::string_view kind, const Sealed& content) {
  assert(kind.size() == kind_bytes);
  std::string bytes{kind};
  append_big_endian(bytes, content.format);
  bytes += content.payload;
  append_big_endian(bytes, checksum(bytes));
  return bytes;
}

Sealed unseal(std::string_view kind, std::string_view bytes, std::string_view what) {
  if (bytes.size() < head_bytes + checksum_bytes) damaged(what, "is too short");
  if (!bytes.starts_with(kind)) damaged(what, "does not start as it should");
  const std::string_view body = bytes.substr(0, bytes.size() - checksum_bytes);
  if (checksum(body) != read_big_endian<std::uint64_t>(bytes.substr(body.size())))
    damaged(what, "does not match its checksum");
  Sealed content{read_big_endian<std::uint32_t>(body.substr(kind_bytes)),
                 std::string{body.substr(head_bytes)}};
  if (content.format > store_format)
    throw StoreError{StoreErrorCode::newer_format,
                     fmt::format("{} has format {}, this muster knows up to {}; use a newer muster", what,
                                 content.format, store_format)};
  return content;
}

}  // namespace muster
