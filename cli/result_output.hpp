#pragma once

#include <optional>
#include <string>

#include <muster/engine/engine.hpp>

namespace muster::cli {

/// The result of a command as a line of JSON, without its end. `full`: whole events instead of their names.
std::string result_line(const Result& result, const std::optional<std::string>& group, bool full);
/// The same for people: the command as in asked_text(), and the outcome.
std::string result_text(const Result& result, const std::string& asked);
/// A command in short: `mia JoinGroup readers`.
std::string asked_text(const Request& request);

}  // namespace muster::cli
