#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <muster/domain/commit.hpp>
#include <muster/domain/core/refusal.hpp>

namespace muster {

/// The longest line that is looked into: 1 MiB.
inline constexpr std::size_t line_bytes_max = 1024 * 1024;

/// A line as it was understood: a request, or why there is none.
struct ReadLine {
  std::optional<Request> request;
  std::optional<Refusal> refusal;
  std::optional<std::string> group;  // that the line names, whether understood or not
  bool no_object = false;            // the line is not a JSON object at all
};

/// Reads one command with its envelope, as docs/protocol.md has it.
ReadLine read_request(std::string_view line);

/// An answer as a JSON object. `full`: whole events instead of their names.
boost::json::object answer_object(const Answer& answer, bool full);
/// A refusal as a JSON object.
boost::json::object refusal_object(const Refusal& refusal, const std::optional<std::string>& group);
/// The result line of a line that could not be understood; `number` is the line's, from 1.
std::string refusal_line(const ReadLine& read, std::size_t number);

}  // namespace muster
