#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include <muster/domain/core/values.hpp>

namespace muster::cli {

/// A point in time as people type it: digits are a revision; a time is RFC 3339 or `t:MILLISECONDS`.
/// None for anything else, and for a time outside the years 1970 to 9999.
std::optional<std::variant<Revision, TimeMs>> parse_point_in_time(std::string_view text);

}  // namespace muster::cli
