#include <optional>

#include <muster/eventstore/rocksdb/rocks_bytes.hpp>
#include <muster/eventstore/rocksdb/table_check.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace muster {
namespace {

// A table ends with a footer of 53 bytes: the kind of checksum, where the block lies that tells where others
// are, where the index lies, padding, a version and a magic number. A block is followed by a byte for its
// compression and four for the checksum of both.
constexpr std::size_t footer_bytes = 53;
constexpr std::size_t trailer_bytes = 5;
constexpr std::uint64_t magic = 0x88e241b785f4cff7U;
constexpr std::size_t block_bytes_max = 16 * 1024 * 1024;  // far more than these blocks ever have

enum class Checksum : std::uint8_t { crc32c = 1, xxh3 = 4 };

/// Takes a number of seven bits a byte from the front.
std::optional<std::uint64_t> varint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

struct BlockPlace {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
std::optional<BlockPlace> place(std::string_view& bytes) {
  const auto offset = varint(bytes);
  const auto size = offset ? varint(bytes) : std::nullopt;
  if (!size) return std::nullopt;
  return BlockPlace{*offset, *size};
}

/// Of a block with the byte for its compression.
std::uint32_t checksum_of(Checksum kind, std::string_view bytes) {
  if (kind == Checksum::crc32c) return masked_crc32c(bytes);
  const auto of_block = static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size() - 1));
  return of_block ^ (static_cast<std::uint8_t>(bytes.back()) * 0x6b9083d9U);
}

class Table {
 public:
  Table(rocksdb::FSRandomAccessFile& file, std::uint64_t size) : file_(file), size_(size) {}

  rocksdb::IOStatus check() {
    const std::string wrong = problem();
    if (!failed_.ok()) return failed_;
    if (wrong.empty()) return rocksdb::IOStatus::OK();
    return rocksdb::IOStatus::Corruption(wrong);
  }

 private:
  /// Empty when there is none.
  std::string problem() {
    if (size_ < footer_bytes) return "it is too short for a table";
    std::string bytes = read({size_ - footer_bytes, footer_bytes});
    std::string_view footer{bytes};
    if (footer.size() != footer_bytes || read_little_endian(footer.substr(footer_bytes - 8)) != magic)
      return {};  // RocksDB says so itself
    kind_ = static_cast<Checksum>(footer.front());
    if (kind_ != Checksum::crc32c && kind_ != Checksum::xxh3) return {};
    footer.remove_prefix(1);
    const auto directory = place(footer);
    if (!directory) return "its footer is garbled";
    const auto entries = block(*directory);
    if (!entries) return "the block that tells where others are is damaged";
    const auto properties = find(*entries, "rocksdb.properties");
    if (properties && !block(*properties)) return "the block of its properties is damaged";
    return {};
  }

  std::string read(const BlockPlace& at) {
    std::string bytes(at.size, '\0');
    rocksdb::Slice result;
    failed_ = file_.Read(at.offset, at.size, rocksdb::IOOptions{}, &result, bytes.data(), nullptr);
    return failed_.ok() ? result.ToString() : std::string{};
  }

  /// A block's content, if it is what was written.
  std::optional<std::string> block(const BlockPlace& at) {
    if (at.size > block_bytes_max || at.offset > size_ || at.size + trailer_bytes > size_ - at.offset)
      return std::nullopt;
    std::string bytes = read({at.offset, at.size + trailer_bytes});
    if (bytes.size() != at.size + trailer_bytes) return std::nullopt;
    const std::string_view all{bytes};
    if (checksum_of(kind_, all.substr(0, at.size + 1)) != read_little_endian(all.substr(at.size + 1)))
      return std::nullopt;
    bytes.resize(at.size);
    return bytes;
  }

  /// Where a block lies, by its name. The entries of this block share no prefixes.
  static std::optional<BlockPlace> find(std::string_view entries, std::string_view wanted) {
    while (!entries.empty()) {
      const auto shared = varint(entries);
      const auto name_bytes = shared ? varint(entries) : std::nullopt;
      const auto value_bytes = name_bytes ? varint(entries) : std::nullopt;
      if (!value_bytes || *shared != 0 || *name_bytes > entries.size() ||
          *value_bytes > entries.size() - *name_bytes)
        return std::nullopt;  // where the list of restarts begins
      const std::string_view name = entries.substr(0, *name_bytes);
      std::string_view value = entries.substr(*name_bytes, *value_bytes);
      entries.remove_prefix(*name_bytes + *value_bytes);
      if (name == wanted) return place(value);
    }
    return std::nullopt;
  }

  rocksdb::FSRandomAccessFile& file_;
  const std::uint64_t size_;
  rocksdb::IOStatus failed_;
  Checksum kind_ = Checksum::xxh3;
};

}  // namespace

rocksdb::IOStatus check_table(rocksdb::FSRandomAccessFile& file, std::uint64_t size) {
  return Table{file, size}.check();
}

}  // namespace muster
