#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <boost/algorithm/hex.hpp>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/projections/row_codec.hpp>

/// The pages of lists, and the cursors between them.
namespace muster {

/// The most items of a page.
inline constexpr std::size_t page_max = 1000;
/// How many rows a query keeps decoded.
inline constexpr std::size_t scratch_rows = 4096;

/// Cursors are the hexadecimal bytes of the place in the index: opaque, and safe to pass on.
inline std::string to_cursor(std::string_view bytes) {
  return boost::algorithm::hex_lower(std::string{bytes});
}
inline std::optional<std::string> from_cursor(const std::string& text) {
  try {
    return boost::algorithm::unhex(text);
  } catch (const boost::algorithm::hex_decode_error&) {
    return std::nullopt;
  }
}

/// Where the roster of a group starts, or of one role in it.
inline std::string roster_of(const GroupId& group, const std::optional<Role>& role) {
  const std::size_t fixed = 1 + group.view().size() + 1;
  return row_key<RosterRow>({group, role.value_or(Role::owner), {}, {}}).substr(0, fixed + (role ? 1 : 0));
}

/// Whether a key is a member's place in the part of a roster that starts with the prefix.
inline bool is_place(const std::string& key, const std::string& prefix) {
  const std::size_t fixed = prefix.find(detail::key_end) + 1 + 9;  // the group, the role, the time
  if (!key.starts_with(prefix) || key.size() <= fixed) return false;
  const RosterKey place = key_of<RosterRow>(key);
  return !name_of(place.role).empty() && !place.account.empty() && row_key<RosterRow>(place) == key;
}

inline Refusal bad_cursor() { return bad_argument(show_cursor, "after", "is not a cursor of this list"); }

inline std::size_t size_of_page(std::size_t limit) { return std::clamp<std::size_t>(limit, 1, page_max); }

}  // namespace muster
