#include "support/store_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 32768;
constexpr std::size_t header_bytes = 7;
constexpr std::size_t page_bytes = 4096;

std::string bytes_of_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

constexpr std::array kind_names{"flip_bit",  "flip_header", "garble",        "zero_run",      "zero_page",
                                "zero_file", "cut",         "cut_at_record", "grow_by_zeros", "remove",
                                "duplicate", "swap",        "older",         "misdirect"};

bool is_log_format(const std::string& name) {
  return name.ends_with(".log") || name.find("MANIFEST-") != std::string::npos;
}

bool matters(const std::string& name, const std::string& bytes) {
  const std::string base = fs::path{name}.filename();
  return !bytes.empty() && !base.starts_with("LOG") && !base.starts_with("OPTIONS-") && base != "IDENTITY";
}

/// A number that no file of the store has.
std::string free_name(const Files& files, const std::string& like) {
  const fs::path path{like};
  for (int number = 900;; ++number) {
    const std::string name =
        (path.parent_path() / fmt::format("{:06}{}", number, path.extension().string())).string();
    if (!files.contains(name)) return name;
  }
}

}  // namespace

Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (entry.is_regular_file())
      files.emplace(fs::relative(entry.path(), folder).string(), bytes_of_file(entry.path()));
  return files;
}

void write_files(const fs::path& folder, const Files& files) {
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (entry.is_regular_file() && !files.contains(fs::relative(entry.path(), folder).string()))
      fs::remove(entry.path());
  for (const auto& [name, bytes] : files) {
    const fs::path path = folder / name;
    if (fs::exists(path) && fs::file_size(path) == bytes.size() && bytes_of_file(path) == bytes) continue;
    fs::create_directories(path.parent_path());
    fs::remove(path);  // not through a link
    std::ofstream{path, std::ios::binary} << bytes;
  }
}

std::vector<std::string> named(const Files& files, std::string_view affix) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files)
    if (name.ends_with(affix) || name.starts_with(affix)) names.push_back(name);
  return names;
}

std::vector<std::size_t> fragments_of(std::string_view log) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at + header_bytes <= log.size();) {
    const std::size_t left = block_bytes - at % block_bytes;
    if (left < header_bytes) {
      at += left;
      continue;
    }
    starts.push_back(at);
    at +=
        header_bytes + static_cast<std::uint8_t>(log[at + 4]) + 256U * static_cast<std::uint8_t>(log[at + 5]);
  }
  return starts;
}

std::vector<std::size_t> record_ends(std::string_view log) {
  std::vector<std::size_t> ends;
  const std::vector<std::size_t> starts = fragments_of(log);
  for (const std::size_t at : starts) {
    const std::size_t length =
        static_cast<std::uint8_t>(log[at + 4]) + 256U * static_cast<std::uint8_t>(log[at + 5]);
    const auto type = static_cast<std::uint8_t>(log[at + 6]);
    if (type == 1 || type == 4) ends.push_back(at + header_bytes + length);
  }
  return ends;
}

std::string to_string(const Damage& damage) {
  return fmt::format("{} {} at {} ({} bytes, bits {:#x}, other {})",
                     kind_names[static_cast<std::size_t>(damage.kind)], damage.file, damage.offset,
                     damage.length, damage.bits, damage.other);
}

Damage random_damage(std::mt19937_64& random, const Files& files) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files)
    if (matters(name, bytes)) names.push_back(name);
  Damage damage;
  damage.file = names[random() % names.size()];
  const std::string& bytes = files.at(damage.file);
  damage.kind = static_cast<Damage::Kind>(random() % kind_names.size());
  damage.offset = random() % bytes.size();
  damage.length =
      1 + random() % (random() % 2 == 0 ? 16 : std::max<std::size_t>(1, bytes.size() - damage.offset));
  damage.bits = static_cast<std::uint8_t>(1U << random() % 8);
  damage.seed = random();
  damage.other = names[random() % names.size()];
  switch (damage.kind) {
    case Damage::Kind::flip_header:
      if (is_log_format(damage.file)) {
        const auto starts = fragments_of(bytes);
        damage.offset = starts[random() % starts.size()] + random() % header_bytes;
      }
      break;
    case Damage::Kind::cut_at_record:
      if (is_log_format(damage.file)) {
        const auto ends = record_ends(bytes);
        damage.offset = random() % 4 == 0 ? 0 : ends[random() % ends.size()];
      }
      break;
    case Damage::Kind::duplicate: damage.other = free_name(files, damage.file); break;
    default: break;
  }
  return damage;
}

Files damaged(Files files, const Damage& damage, const Files& earlier) {
  std::string& bytes = files.at(damage.file);
  const std::size_t end = std::min(bytes.size(), damage.offset + damage.length);
  switch (damage.kind) {
    case Damage::Kind::flip_bit:
    case Damage::Kind::flip_header:
      bytes[damage.offset] = static_cast<char>(static_cast<std::uint8_t>(bytes[damage.offset]) ^ damage.bits);
      break;
    case Damage::Kind::garble: {
      std::mt19937_64 random{damage.seed};
      for (std::size_t at = damage.offset; at < end; ++at) bytes[at] = static_cast<char>(random());
      break;
    }
    case Damage::Kind::zero_run:
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(damage.offset),
                bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
      break;
    case Damage::Kind::zero_page: {
      const std::size_t start = damage.offset / page_bytes * page_bytes;
      for (std::size_t at = start; at < std::min(bytes.size(), start + page_bytes); ++at) bytes[at] = '\0';
      break;
    }
    case Damage::Kind::misdirect: {
      const std::size_t block = bytes.size() > 2 * block_bytes ? block_bytes : page_bytes;
      const std::string moved = bytes.substr(damage.offset / block * block, block);
      const std::size_t to = damage.seed % (bytes.size() / block + 1) * block;
      for (std::size_t i = 0; i < moved.size() && to + i < bytes.size(); ++i) bytes[to + i] = moved[i];
      break;
    }
    case Damage::Kind::zero_file: std::ranges::fill(bytes, '\0'); break;
    case Damage::Kind::cut:
    case Damage::Kind::cut_at_record: bytes.resize(damage.offset); break;
    case Damage::Kind::grow_by_zeros: bytes.append(damage.length, '\0'); break;
    case Damage::Kind::remove: files.erase(damage.file); break;
    case Damage::Kind::duplicate: files[damage.other] = std::string{bytes}; break;
    case Damage::Kind::swap: std::swap(bytes, files.at(damage.other)); break;
    case Damage::Kind::older: {
      const auto then = earlier.find(damage.file);
      if (then == earlier.end())
        files.erase(damage.file);
      else
        bytes = then->second;
      break;
    }
  }
  return files;
}

}  // namespace muster::test
