#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include <muster/domain/core/values.hpp>

namespace muster::cli {

/// A moment in a history, as people type it: digits are a revision, a time is RFC 3339 or `t:MILLISECONDS`.
/// None for anything else, or a moment that no command can have.
std::optional<std::variant<Revision, TimeMs>> parse_moment(std::string_view text);

}  // namespace muster::cli
