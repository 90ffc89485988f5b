#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// Numbers as bytes that sort as the numbers do.
template <std::unsigned_integral T>
void append_big_endian(std::string& out, T number) {
  for (std::size_t shift = sizeof(T) * 8; shift != 0;) {
    shift -= 8;
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
  }
}

/// Reads `sizeof(T)` bytes from the start of `bytes`, which must have them.
template <std::unsigned_integral T>
T read_big_endian(std::string_view bytes) {
  T number = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    number = static_cast<T>((number << 8) | static_cast<std::uint8_t>(bytes[i]));
  return number;
}

/// Appends the bytes as they are.
template <std::size_t Size>
void append_bytes(std::string& out, const std::array<std::uint8_t, Size>& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), Size);
}
/// Fills `out` from the start of `bytes`, which must have as many.
template <std::size_t Size>
void copy_bytes(std::string_view bytes, std::array<std::uint8_t, Size>& out) {
  std::copy_n(bytes.begin(), Size, out.begin());
}

}  // namespace muster
