#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// A few bytes that say of themselves what they are and whether they are whole.
/// Shape  kind, 8 bytes | format, 4 bytes | payload | XXH3 of all that, 8 bytes; numbers big-endian.
///        This frame never changes, so that an older muster can tell `newer` from `damaged`.
struct Sealed {
  std::uint32_t format = 0;
  std::string payload;
};

/// `kind` has exactly 8 bytes.
std::string seal(std::string_view kind, const Sealed& content);

/// Opens what `seal` made. Throws StoreError: corrupt, or newer_format for one beyond `store_format`.
/// what  names it in the message: "the file `/data/HEAD`"
Sealed unseal(std::string_view kind, std::string_view bytes, std::string_view what);

}  // namespace muster
