#include <muster/eventstore/rocksdb/wal_batch.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

constexpr std::size_t header_bytes = 12;  // sequence, 8 bytes | count, 4 bytes

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = (number << 8) | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

// What RocksDB writes for the calls that a store makes, and nothing else.
enum class Tag : std::uint8_t {
  erase = 0,            // key
  put = 1,              // key, value
  log_data = 3,         // blob
  erase_in_family = 4,  // family, key
  put_in_family = 5,    // family, key, value
};

/// Reads the parts of a batch: numbers of seven bits a byte, and texts with such a number before them.
class Parts {
 public:
  explicit Parts(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool sound() const { return sound_; }

  std::uint8_t byte() {
    if (rest_.empty()) return fail();
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::uint32_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const std::uint8_t part = byte();
      value |= std::uint64_t{part & 0x7fU} << shift;
      if (part < 0x80) return value <= UINT32_MAX ? static_cast<std::uint32_t>(value) : fail();
    }
    return fail();
  }
  std::string_view text() {
    const std::uint32_t size = number();
    if (size > rest_.size()) fail();
    if (!sound_) return {};
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

 private:
  std::uint8_t fail() {
    sound_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool sound_ = true;
};

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
  sequence = little_endian(record.substr(0, 8));
  count = static_cast<std::uint32_t>(little_endian(record.substr(8, 4)));
  std::uint64_t found = 0;
  Parts parts{record.substr(header_bytes)};
  while (!parts.at_end() && sound_) {
    const Tag tag{parts.byte()};
    const bool in_family = tag == Tag::put_in_family || tag == Tag::erase_in_family;
    const std::uint32_t family = in_family ? parts.number() : 0;
    const std::string_view first = parts.text();
    const std::string_view value =
        tag == Tag::put || tag == Tag::put_in_family ? parts.text() : std::string_view{};
    if (!parts.sound()) return false;
    found += tag == Tag::log_data ? 0 : 1;
    switch (tag) {
      case Tag::log_data: take_log_data(first); break;
      case Tag::put:
      case Tag::put_in_family: put(family, first, value); break;
      case Tag::erase:
      case Tag::erase_in_family: erase(family); break;
      default: return false;
    }
  }
  return sound_ && parts.sound() && found == count;
}

void WalBatch::take_log_data(std::string_view blob) {
  sound_ = sound_ && !mark && !writes;
  mark = decode_mark(blob);
  sound_ = sound_ && mark;
}

void WalBatch::put(std::uint32_t family, std::string_view key, std::string_view value) {
  writes = true;
  if (family == families_.chain && key == chain_key()) {
    chain = decode_chain_key(value);
    sound_ = sound_ && chain;
  } else if (family == families_.commits) {
    put_commit(key, value);
  } else if (families_.commits && family == families_.chain) {
    put_index(key, value);
  }
}

void WalBatch::erase(std::uint32_t family) {
  writes = true;
  // Only rows are ever deleted.
  sound_ = sound_ && !(families_.commits && (family == families_.commits || family == families_.chain));
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
