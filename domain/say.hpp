#pragma once

#include <sstream>
#include <string>

namespace muster {

/// One text of several printable things; for messages, not for hot paths.
template <class... Parts>
std::string say(const Parts&... parts) {
  std::ostringstream text;
  text.exceptions(std::ios::badbit);  // else a lack of memory would only cut the text short
  (text << ... << parts);
  return std::move(text).str();
}

}  // namespace muster
