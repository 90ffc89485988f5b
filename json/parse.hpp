#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/json/value.hpp>

namespace muster {

/// Why some JSON cannot be used.
struct JsonProblem {
  std::string message;  // one line for people: lower case, no full stop
  std::string field;    // the field that is wrong, as `members[3].user`; empty: the text as a whole
};

/// Parses one JSON value. Stricter than JSON: an object with a duplicate key is a problem.
std::variant<boost::json::value, JsonProblem> parse_json(std::string_view text);

}  // namespace muster
