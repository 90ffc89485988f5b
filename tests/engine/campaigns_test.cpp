#include <gtest/gtest.h>

#include "support/crash_campaign.hpp"
#include "support/damage_campaign.hpp"

// Short runs of what `./dev campaign` does for hours.
namespace muster::test {
namespace {

TEST(Campaign, NothingAnsweredIsLostOrDoubledInCrashes) {
  const CrashReport report = run_crashes(7'000'000, std::chrono::seconds{6});
  EXPECT_EQ(report.lost, 0U) << to_string(report);
  EXPECT_EQ(report.doubled, 0U) << to_string(report);
  EXPECT_EQ(report.refused, 0U) << to_string(report);
  EXPECT_EQ(report.wrong, 0U) << to_string(report);
  EXPECT_GT(report.answered, 200U);
}

TEST(Campaign, NoDamageLosesAnythingSilently) {
  const DamageReport report = run_damages(20'261'121, 250);
  EXPECT_EQ(report.silent, 0U) << to_string(report);
  EXPECT_GT(report.outcomes.at("corrupt"), 50U) << to_string(report);
  EXPECT_GT(report.outcomes.at("right"), 10U) << to_string(report);
}

}  // namespace
}  // namespace muster::test
