#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "reference/differential.hpp"
#include "support/crash_campaign.hpp"
#include "support/damage_campaign.hpp"

namespace {

using namespace muster::test;  // NOLINT(google-build-using-namespace): its own main

constexpr int found_something = 3;

int crash(std::uint64_t seed, std::chrono::seconds time) {
  const CrashReport report = run_crashes_in_processes(seed, time);
  fmt::print("{}", to_string(report));
  return report.problems.empty() ? 0 : found_something;
}

int damage(std::uint64_t seed, std::uint64_t trials) {
  const DamageReport report = run_damages(seed, trials);
  fmt::print("{}", to_string(report));
  return report.silent == 0 ? 0 : found_something;
}

int differential(std::uint64_t seed, std::uint64_t commands) {
  const auto report = muster::reference::run_differential(seed, commands);
  fmt::print("{}", to_string(report));
  return report.different == 0 ? 0 : found_something;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Campaigns that take long. Exit status 3 when one of them found something."};
  app.require_subcommand(1);
  std::uint64_t seed = 1;
  std::int64_t seconds = 3600;
  CLI::App* crashes = app.add_subcommand("crash", "Crashes on a faulty disk, with every command repeated");
  crashes->add_option("seconds", seconds, "How long")
      ->check(CLI::Range(1, 7 * 86'400))
      ->capture_default_str();
  std::uint64_t trials = 10'000;
  CLI::App* damages =
      app.add_subcommand("damage", "Damages of random kind and place to the files of a store");
  damages->add_option("trials", trials, "How many")->capture_default_str();
  std::uint64_t commands = 1'000'000;
  CLI::App* differences = app.add_subcommand(
      "differential", "Histories of commands, decided by the library and by a model of the rules");
  differences->add_option("commands", commands, "How many")->capture_default_str();
  for (CLI::App* campaign : {crashes, damages, differences})
    campaign->add_option("--seed", seed, "Of what is random; of the first store or history")
        ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (app.got_subcommand(damages)) return damage(seed, trials);
  if (app.got_subcommand(differences)) return differential(seed, commands);
  return crash(seed, std::chrono::seconds{seconds});
}
