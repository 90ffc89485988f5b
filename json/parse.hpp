#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/json/value.hpp>

namespace muster {

/// What is wrong with a line of JSON, and where.
struct JsonProblem {
  std::string message;
};

/// Parses one line. Stricter than JSON: a key stands in an object once.
std::variant<boost::json::value, JsonProblem> parse_json(std::string_view text);

}  // namespace muster
