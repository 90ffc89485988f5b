#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Helpers for messages about names that people type.
namespace muster {

/// The text as messages quote it: at most 64 bytes, cut between characters, then `…`.
std::string shortened(std::string_view text);

/// "; did you mean `name`?" with the known name that is nearest to `written`, or an empty string when none is
/// close. Case does not count; two swapped letters count as one mistake.
std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace muster
