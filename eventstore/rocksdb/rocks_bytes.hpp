#pragma once

#include <cstdint>
#include <string_view>

#include <boost/crc.hpp>

/// Numbers and checksums as RocksDB writes them.
namespace muster {

/// A number, least significant byte first.
inline std::uint64_t read_little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = (number << 8) | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

/// CRC-32C, masked: checksums of bytes that hold checksums would have a pattern.
inline std::uint32_t masked_crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc32c;
  crc32c.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t crc = crc32c.checksum();
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

}  // namespace muster
