#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/locale/utf.hpp>

namespace muster {

/// True when `text` is well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
inline bool is_utf8(std::string_view text) {
  namespace utf = boost::locale::utf;
  for (auto at = text.begin(); at != text.end();) {
    const auto point = utf::utf_traits<char>::decode(at, text.end());
    if (point == utf::illegal || point == utf::incomplete) return false;
  }
  return true;
}

/// A free text with its bounds in its type: `BytesMin` to `BytesMax` bytes of UTF-8.
/// Holds any bytes; decide() judges them, as an argument of the command that carries them.
/// Source  docs/rules.md section 4
template <class Tag, std::size_t BytesMin, std::size_t BytesMax>
struct Text {
  static constexpr std::size_t bytes_min = BytesMin;
  static constexpr std::size_t bytes_max = BytesMax;
  std::string value;

  Text() = default;
  explicit Text(std::string text) : value(std::move(text)) {}
  bool operator==(const Text&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Text& text) { return out << text.value; }
};

/// The texts of groups and members, with their bounds. Source: docs/rules.md section 4.
using GroupName = Text<struct GroupNameTag, 1, 30>;
using Introduction = Text<struct IntroductionTag, 0, 240>;
using Notification = Text<struct NotificationTag, 0, 300>;
using FaceUrl = Text<struct FaceUrlTag, 0, 100>;
using NameCard = Text<struct NameCardTag, 0, 50>;
/// A `message` or `reason` that goes with a command.
using FreeText = Text<struct FreeTextTag, 0, 300>;

}  // namespace muster
