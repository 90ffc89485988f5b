#include <algorithm>

#include <muster/eventstore/rocksdb/batch_mark.hpp>

#define XXH_INLINE_ALL
#include <openssl/rand.h>
#include <xxhash.h>

#include <muster/eventstore/big_endian.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {
namespace {

constexpr std::string_view kind = "mstrMARK";
constexpr std::size_t checksum_bytes = sizeof(std::uint64_t);
static_assert(kind.size() + sizeof(StoreId) + sizeof(Digest) + 5 * sizeof(std::uint64_t) == mark_bytes);

/// Takes fields from the front of bytes that have them.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number() {
    const auto value = read_big_endian<std::uint64_t>(bytes_);
    bytes_.remove_prefix(sizeof(value));
    return value;
  }
  template <std::size_t Size>
  void take(std::array<std::uint8_t, Size>& out) {
    copy_bytes(bytes_, out);
    bytes_.remove_prefix(Size);
  }

 private:
  std::string_view bytes_;
};

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

StoreId random_store_id() {
  StoreId id;
  if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1)
    throw StoreError{StoreErrorCode::io, "the system gives no random numbers; check its entropy source"};
  return id;
}

std::string mark_prefix(const StoreId& store) {
  std::string prefix{kind};
  append_bytes(prefix, store);
  return prefix;
}

std::string encode(const BatchMark& mark) {
  std::string bytes;
  bytes.reserve(mark_bytes);
  bytes += kind;
  append_bytes(bytes, mark.store);
  append_big_endian(bytes, mark.ordinal);
  append_big_endian(bytes, mark.last);
  append_bytes(bytes, mark.hash);
  append_big_endian(bytes, mark.generation);
  append_big_endian(bytes, mark.applied);
  append_big_endian(bytes, checksum(bytes));
  return bytes;
}

std::optional<BatchMark> decode_mark(std::string_view bytes) {
  if (bytes.size() != mark_bytes || !bytes.starts_with(kind)) return std::nullopt;
  const std::string_view body = bytes.substr(0, mark_bytes - checksum_bytes);
  if (checksum(body) != read_big_endian<std::uint64_t>(bytes.substr(body.size()))) return std::nullopt;
  Fields fields{body.substr(kind.size())};
  BatchMark mark;
  fields.take(mark.store);
  mark.ordinal = fields.number();
  mark.last = fields.number();
  fields.take(mark.hash);
  mark.generation = fields.number();
  mark.applied = fields.number();
  return mark;
}

Digest stored_hash(std::string_view commit) {
  constexpr std::size_t commit_checksum_bytes = 8;
  Digest hash{};
  if (commit.size() > commit_checksum_bytes) commit.remove_suffix(commit_checksum_bytes);
  if (commit.size() > hash.size()) commit.remove_prefix(commit.size() - hash.size());
  std::copy(commit.begin(), commit.end(), hash.begin());
  return hash;
}

}  // namespace muster
