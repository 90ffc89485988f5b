#pragma once

#include <optional>
#include <string>

#include <muster/engine/engine.hpp>

namespace muster::cli {

/// The result line of a command, without the line's end. `full`: whole events instead of their names.
std::string result_line(const Result& result, const std::optional<std::string>& group, bool full);
/// The same for people: who asked what, and the outcome.
std::string result_text(const Result& result, const std::string& asked);
/// Who asks what: `mia JoinGroup readers`.
std::string asked_text(const Request& request);

}  // namespace muster::cli
