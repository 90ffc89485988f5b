#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include <muster/domain/commit.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/json/parse.hpp>

namespace muster {

/// The longest line that is read: 1 MiB.
inline constexpr std::size_t line_bytes_max = 1024 * 1024;

/// What a line of input contains: a request, or the reason why there is none.
struct ReadLine {
  std::optional<Request> request;
  std::optional<JsonProblem> problem;  // set when there is no request
  std::optional<std::string> group;    // the value of `group` if it is a string, also when there is a problem
  bool malformed = false;              // not a JSON object with unique keys
};

/// Reads one command with its envelope. Source: docs/protocol.md
ReadLine read_request(std::string_view line);
/// The same for a line over `line_bytes_max`, which is not read.
ReadLine overlong_line();
/// A field of a command as people type it: text where the field takes text, else JSON, as in `users=["bob"]`.
std::variant<boost::json::value, JsonProblem> field_value(std::string_view command, std::string_view field,
                                                          std::string_view text);

/// An accepted command as a JSON object. `full`: whole events instead of their names.
boost::json::object answer_object(const Answer& answer, bool full);
/// A refused command or query as a JSON object.
boost::json::object refusal_object(const Refusal& refusal, const std::optional<std::string>& group);
/// The result of a line without a request. `number` counts the lines of the input from 1.
std::string refusal_line(const ReadLine& read, std::size_t number);

}  // namespace muster
