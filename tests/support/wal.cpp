#include "support/wal.hpp"

#include <algorithm>
#include <cstdint>

#include <boost/crc.hpp>

namespace muster::test {
namespace {

constexpr std::size_t block_bytes = 32768;
constexpr std::size_t header_bytes = 7;

void append_little_endian(std::string& out, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> (8 * i)));
}

}  // namespace

std::string fragment_of(int type, std::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc32c;
  crc32c.process_byte(static_cast<unsigned char>(type));
  crc32c.process_bytes(data.data(), data.size());
  const std::uint32_t crc = crc32c.checksum();
  std::string fragment;
  append_little_endian(fragment, ((crc >> 15) | (crc << 17)) + 0xa282ead8U, 4);
  append_little_endian(fragment, data.size(), 2);
  fragment.push_back(static_cast<char>(type));
  fragment += data;
  return fragment;
}

std::string wal_of(const std::vector<std::string>& records) {
  std::string file;
  for (std::string_view record : records) {
    bool begin = true;
    do {
      std::size_t left = block_bytes - file.size() % block_bytes;
      if (left < header_bytes) {
        file.append(left, '\0');
        left = block_bytes;
      }
      const std::string_view part = record.substr(0, left - header_bytes);
      record.remove_prefix(part.size());
      const bool end = record.empty();
      file += fragment_of(begin && end ? 1 : begin ? 2 : end ? 4 : 3, part);
      begin = false;
    } while (!record.empty());
  }
  return file;
}

std::string batch_of(std::uint64_t sequence, std::string_view key, std::string_view value) {
  std::string batch;
  append_little_endian(batch, sequence, 8);
  append_little_endian(batch, 1, 4);
  batch.push_back('\1');  // a put to the family `default`
  batch.push_back(static_cast<char>(key.size()));
  batch += key;
  batch.push_back(static_cast<char>(value.size()));
  batch += value;
  return batch;
}

}  // namespace muster::test
