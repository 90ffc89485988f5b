#include <algorithm>
#include <array>

#include <muster/eventstore/rocksdb/rocks_bytes.hpp>
#include <muster/eventstore/rocksdb/wal_reader.hpp>

namespace muster {
namespace {

constexpr std::size_t block_bytes = 32768;
/// How many bytes salvaging may checksum in a block that it tries at every byte: what is random costs a few
/// blocks, and nothing that a user can write costs more.
constexpr std::size_t salvage_bytes_max = 64 * block_bytes;

enum class FragmentType : std::uint8_t { full = 1, first = 2, middle = 3, last = 4 };

struct Fragment {
  FragmentType type;
  std::string_view data;
};

/// The header that starts `bytes`, its checksum not yet looked at; none when it cannot be one.
std::optional<Fragment> header_at(std::string_view bytes) {
  if (bytes.size() < fragment_header_bytes) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(bytes[6]);
  const std::size_t length = read_little_endian(bytes.substr(4, 2));
  if (type < 1 || type > 4 || fragment_header_bytes + length > bytes.size()) return std::nullopt;
  return Fragment{static_cast<FragmentType>(type), bytes.substr(fragment_header_bytes, length)};
}

/// The fragment that starts `bytes`, if a sound one does.
std::optional<Fragment> fragment_at(std::string_view bytes) {
  const auto fragment = header_at(bytes);
  if (!fragment) return std::nullopt;
  if (masked_crc32c(bytes.substr(6, 1 + fragment->data.size())) != read_little_endian(bytes.substr(0, 4)))
    return std::nullopt;
  return fragment;
}

std::size_t left_in_block(std::size_t offset) { return block_bytes - offset % block_bytes; }
std::string_view rest_of_block(std::string_view file, std::size_t offset) {
  return file.substr(offset, left_in_block(offset));
}

bool all_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

bool begins(FragmentType type) { return type == FragmentType::full || type == FragmentType::first; }
bool ends(FragmentType type) { return type == FragmentType::full || type == FragmentType::last; }

/// Puts records together from fragments that may be missing.
class Assembler {
 public:
  /// The record that the fragment completes, if it does.
  std::optional<std::string_view> take(const Fragment& fragment) {
    if (begins(fragment.type)) {
      inside_ = true;
      record_.clear();
    }
    if (!inside_) return std::nullopt;
    record_ += fragment.data;
    if (!ends(fragment.type)) return std::nullopt;
    inside_ = false;
    return record_;
  }
  void lose() { inside_ = false; }

 private:
  bool inside_ = false;
  std::string record_;
};

}  // namespace

std::optional<std::string_view> WalReader::next() {
  std::size_t offset = sound_;
  bool inside = false;
  while (offset < file_.size()) {
    const std::string_view block = rest_of_block(file_, offset);
    if (left_in_block(offset) < fragment_header_bytes) {
      if (!all_zero(block)) return std::nullopt;
      offset += block.size();
      continue;
    }
    const auto fragment = fragment_at(block);
    if (!fragment || begins(fragment->type) == inside) return std::nullopt;
    offset += fragment_header_bytes + fragment->data.size();
    if (fragment->type == FragmentType::full) {
      sound_ = offset;
      return fragment->data;
    }
    if (!inside) assembled_.clear();
    inside = true;
    assembled_ += fragment->data;
    if (!ends(fragment->type)) continue;
    sound_ = offset;
    return assembled_;
  }
  return std::nullopt;
}

void salvage_records(std::string_view file, std::size_t from, const std::vector<std::size_t>& starts,
                     const std::function<bool(std::string_view record)>& visit) {
  Assembler assembler;
  const std::size_t first_block_end = from + left_in_block(from);
  std::size_t budget = salvage_bytes_max;
  // Where to try next in the block, after `offset`, where nothing is.
  const auto next_start = [&](std::size_t offset, std::size_t block_end) {
    if (starts.empty()) return offset < first_block_end ? offset + 1 : block_end;
    const auto start = std::ranges::upper_bound(starts, offset);
    return start == starts.end() ? block_end : std::min(*start, block_end);
  };
  for (std::size_t offset = from; offset < file.size();) {
    const std::string_view block = rest_of_block(file, offset);
    const std::size_t block_end = offset + left_in_block(offset);
    const auto header = header_at(block);
    const bool affordable = header && header->data.size() < budget;
    if (affordable) budget -= header->data.size();
    if (const auto fragment = affordable ? fragment_at(block) : std::nullopt) {
      if (const auto record = assembler.take(*fragment); record && !visit(*record)) return;
      offset += fragment_header_bytes + fragment->data.size();
    } else {
      const bool trailer = block_end - offset < fragment_header_bytes && all_zero(block);
      if (!trailer) assembler.lose();
      offset = trailer ? block_end : next_start(offset, block_end);
    }
    if (offset >= block_end) budget = salvage_bytes_max;
  }
}

void find_in_records(std::string_view file, std::size_t from, std::string_view pattern, std::size_t size,
                     const std::function<void(std::size_t offset, std::string_view found)>& visit) {
  const auto search = [&](std::string_view bytes, std::size_t offset) {
    for (std::size_t at = bytes.find(pattern); at != std::string_view::npos; at = bytes.find(pattern, at + 1))
      if (at + size <= bytes.size()) visit(offset + at, bytes.substr(at, size));
  };
  std::string joined;
  for (std::size_t offset = from; offset < file.size();) {
    const std::string_view block = rest_of_block(file, offset);
    search(block, offset);
    offset += block.size();
    if (offset + fragment_header_bytes >= file.size()) return;
    // Where a block ends within the bytes looked for, the next block's header is between their parts.
    const std::string_view tail = block.substr(block.size() - std::min(block.size(), size - 1));
    joined.assign(tail);
    joined += file.substr(offset + fragment_header_bytes, size - 1);
    search(joined, offset - tail.size());
  }
}

}  // namespace muster
