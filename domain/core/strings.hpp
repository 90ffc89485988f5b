#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include <boost/locale/utf.hpp>

namespace muster {

/// Concatenates printable things; for messages, not for hot paths.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream text;
  text.exceptions(std::ios::badbit);  // else a lack of memory would only cut the text short
  (text << ... << parts);
  return std::move(text).str();
}

/// Whether `text` is well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
inline bool is_utf8(std::string_view text) {
  namespace utf = boost::locale::utf;
  for (auto at = text.begin(); at != text.end();) {
    const auto point = utf::utf_traits<char>::decode(at, text.end());
    if (point == utf::illegal || point == utf::incomplete) return false;
  }
  return true;
}

/// Whether all bytes are printable ASCII, 0x20 to 0x7e.
inline bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

/// Whether all bytes are of [A-Za-z0-9_].
inline bool is_word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace muster
