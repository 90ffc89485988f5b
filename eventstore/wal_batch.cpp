#include <muster/eventstore/wal_batch.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

constexpr std::size_t header_bytes = 12;  // sequence, 8 bytes | count, 4 bytes

std::uint64_t sequence_of(std::string_view record) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = (number << 8) | static_cast<std::uint8_t>(record[i]);
  return number;
}

}  // namespace

std::string encode(const ChainKey& key) {
  std::string bytes = position_bytes(key.last);
  append_big_endian(bytes, key.ordinal);
  return bytes;
}

std::optional<ChainKey> decode_chain_key(std::string_view bytes) {
  if (bytes.size() == position_size) return ChainKey{.last = read_big_endian<Position>(bytes)};
  if (bytes.size() != position_size + sizeof(std::uint64_t)) return std::nullopt;
  return ChainKey{.last = read_big_endian<Position>(bytes),
                  .ordinal = read_big_endian<std::uint64_t>(bytes.substr(position_size))};
}

bool WalBatch::parse(std::string_view record, const FamilyNumbers& families) {
  mark.reset();
  commits.clear();
  index.clear();
  chain.reset();
  writes = false;
  sound_ = true;
  families_ = families;
  if (record.size() < header_bytes) return false;
  sequence = sequence_of(record);
  const rocksdb::WriteBatch batch{std::string{record}};
  count = batch.Count();
  return batch.Iterate(this).ok() && sound_;
}

void WalBatch::LogData(const rocksdb::Slice& blob) {
  sound_ = sound_ && !mark && !writes;
  mark = decode_mark(blob.ToStringView());
  sound_ = sound_ && mark;
}

rocksdb::Status WalBatch::PutCF(std::uint32_t family, const rocksdb::Slice& key,
                                const rocksdb::Slice& value) {
  writes = true;
  if (family == families_.chain && key.ToStringView() == chain_key()) {
    chain = decode_chain_key(value.ToStringView());
    sound_ = sound_ && chain;
  } else if (family == families_.commits) {
    put_commit(key.ToStringView(), value.ToStringView());
  } else if (families_.commits && family == families_.chain) {
    put_index(key.ToStringView(), value.ToStringView());
  }
  return rocksdb::Status::OK();
}

rocksdb::Status WalBatch::DeleteCF(std::uint32_t family, const rocksdb::Slice& /*key*/) {
  writes = true;
  // Only rows are ever deleted.
  sound_ = sound_ && !(families_.commits && (family == families_.commits || family == families_.chain));
  return rocksdb::Status::OK();
}

void WalBatch::put_commit(std::string_view key, std::string_view value) {
  sound_ = sound_ && key.size() == position_size;
  if (!sound_) return;
  const auto position = read_big_endian<Position>(key);
  if (position == 0) return;  // the store's own record
  commits.emplace_back(position, XXH3_64bits(value.data(), value.size()));
  last_hash = stored_hash(value);
}

void WalBatch::put_index(std::string_view key, std::string_view value) {
  sound_ = sound_ && value.size() == position_size;
  if (sound_) index.emplace_back(key, read_big_endian<Position>(value));
}

}  // namespace muster
