#include <gtest/gtest.h>

#include <muster/cli/point_in_time.hpp>

namespace muster::cli {
namespace {

TimeMs time_of(std::string_view text) {
  const auto point = parse_point_in_time(text);
  EXPECT_TRUE(point && std::holds_alternative<TimeMs>(*point)) << text;
  return point && std::holds_alternative<TimeMs>(*point) ? std::get<TimeMs>(*point) : TimeMs{-1};
}

TEST(PointInTime, DigitsAreARevision) {
  EXPECT_EQ(std::get<Revision>(*parse_point_in_time("12")), 12U);
  EXPECT_EQ(std::get<Revision>(*parse_point_in_time("0")), 0U);
}

TEST(PointInTime, ATimeIsRfc3339OrMilliseconds) {
  EXPECT_EQ(time_of("t:1700000000123"), TimeMs{1700000000123});
  EXPECT_EQ(time_of("2023-11-14T22:13:20Z"), TimeMs{1700000000000});
  EXPECT_EQ(time_of("2023-11-14t22:13:20.5z"), TimeMs{1700000000500});
  EXPECT_EQ(time_of("2023-11-15T00:13:20.123456789+02:00"), TimeMs{1700000000123});
  EXPECT_EQ(time_of("2023-11-14T20:43:20-01:30"), TimeMs{1700000000000});
  EXPECT_EQ(time_of("1970-01-01T00:00:00Z"), TimeMs{0});
}

TEST(PointInTime, AnythingElseIsNone) {
  for (const char* bad : {"", "x", "-1", "1.5", "t:", "t:-1", "t:1e3", "t:253402300799000", "2023-11-14",
                          "2023-11-14T22:13:20", "2023-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
                          "2023-11-14T24:00:00Z", "1969-12-31T23:59:59Z", "99999999999999999999"})
    EXPECT_EQ(parse_point_in_time(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace muster::cli
