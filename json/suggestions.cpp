#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include <muster/json/suggestions.hpp>

namespace muster {
namespace {

constexpr std::size_t shown_bytes_max = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// How many letters must be added, removed, replaced or swapped with their neighbour to turn one name into
/// the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  // distances[i % 3][j]: between the first i bytes of `from` and the first j of `to`.
  std::array<std::vector<std::size_t>, 3> distances;
  distances.fill(std::vector<std::size_t>(to.size() + 1));
  for (std::size_t j = 0; j <= to.size(); ++j) distances[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    auto& now = distances[i % 3];
    const auto& before = distances[(i - 1) % 3];
    now[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const bool same = lower(from[i - 1]) == lower(to[j - 1]);
      now[j] = std::min({before[j] + 1, now[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(from[i - 1]) == lower(to[j - 2]) && lower(from[i - 2]) == lower(to[j - 1]))
        now[j] = std::min(now[j], distances[(i - 2) % 3][j - 2] + 1);
    }
  }
  return distances[from.size() % 3][to.size()];
}

}  // namespace

std::string shortened(std::string_view text) {
  if (text.size() <= shown_bytes_max) return std::string{text};
  std::size_t end = shown_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string{text.substr(0, end)} + "…";
}

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known) {
  if (written.size() > shown_bytes_max) return {};
  std::string_view nearest;
  std::size_t least = shown_bytes_max;
  for (const std::string_view name : known) {
    // A third of the letters may be wrong, and always one.
    const std::size_t most = std::max<std::size_t>(1, std::max(name.size(), written.size()) / 3);
    const std::size_t distance = edit_distance(written, name);
    if (distance > most || distance >= least) continue;
    nearest = name;
    least = distance;
  }
  return nearest.empty() ? std::string{} : fmt::format("; did you mean `{}`?", nearest);
}

}  // namespace muster
