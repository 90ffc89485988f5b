#include <charconv>
#include <chrono>
#include <cstdint>
#include <regex>
#include <string>

#include <muster/cli/point_in_time.hpp>

namespace muster::cli {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty() ? std::optional{value}
                                                                                   : std::nullopt;
}

std::optional<TimeMs> in_range(std::int64_t ms) {
  return ms >= 0 && ms <= time_max.ms ? std::optional{TimeMs{ms}} : std::nullopt;
}

std::optional<TimeMs> rfc3339(const std::string& text) {
  static const std::regex form{
      R"((\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)))"};
  std::smatch m;
  if (!std::regex_match(text, m, form)) return std::nullopt;
  const auto part = [&](std::size_t i) { return number<int>(m.str(i)).value_or(0); };
  const std::chrono::year_month_day day{std::chrono::year{part(1)},
                                        std::chrono::month{static_cast<unsigned>(part(2))},
                                        std::chrono::day{static_cast<unsigned>(part(3))}};
  if (!day.ok() || part(4) > 23 || part(5) > 59 || part(6) > 59 || part(9) > 23 || part(10) > 59)
    return std::nullopt;
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::sys_days{day}.time_since_epoch() + std::chrono::hours{part(4)} +
      std::chrono::minutes{part(5)} + std::chrono::seconds{part(6)});
  ms += std::chrono::milliseconds{number<int>((m.str(7) + "000").substr(0, 3)).value_or(0)};
  const auto offset = std::chrono::hours{part(9)} + std::chrono::minutes{part(10)};
  ms += m.str(8) == "-" ? offset : -offset;
  return in_range(ms.count());
}

}  // namespace

std::optional<std::variant<Revision, TimeMs>> parse_point_in_time(std::string_view text) {
  if (const auto revision = number<Revision>(text)) return *revision;
  if (text.starts_with("t:")) {
    const auto ms = number<std::uint64_t>(text.substr(2));
    if (!ms || *ms > static_cast<std::uint64_t>(time_max.ms)) return std::nullopt;
    return TimeMs{static_cast<std::int64_t>(*ms)};
  }
  if (const auto time = rfc3339(std::string{text})) return *time;
  return std::nullopt;
}

}  // namespace muster::cli
