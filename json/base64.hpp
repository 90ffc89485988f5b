#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
/// The bytes; none for text that to_base64 would not produce.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace muster
