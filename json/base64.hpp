#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// Standard base64 with padding (RFC 4648 section 4).
std::string to_base64(std::string_view bytes);
/// None for anything that to_base64 would not have written.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace muster
