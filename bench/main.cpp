#include <filesystem>
#include <functional>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "measure.hpp"

namespace {

using namespace muster::bench;  // NOLINT(google-build-using-namespace): its own main

const std::vector<std::pair<std::string, std::function<void(Report&, const Settings&)>>> campaigns{
    {"domain", measure_domain}, {"durable", measure_durable}, {"log", measure_log},
    {"apply", measure_apply},   {"cold", measure_cold},       {"lanes", measure_lanes},
    {"asks", measure_asks},
};

int run(int argc, char** argv) {
  CLI::App app{"Measures muster against baselines in the same run: a table, and JSON."};
  Settings settings;
  std::string json;
  std::string in = std::filesystem::temp_directory_path();
  std::vector<std::string> only;
  std::string store;
  std::string group;
  std::vector<std::string> known;
  known.reserve(campaigns.size());
  for (const auto& [name, campaign] : campaigns) known.push_back(name);
  app.add_flag("--quick", settings.quick, "Tiny sizes: shows that it works, measures nothing");
  app.add_option("--runs", settings.runs, "Runs of everything")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--only", only, "Only these of domain, durable, log, apply, cold, lanes, asks")
      ->check(CLI::IsMember(known));
  app.add_option("--in", in, "A folder on the disk to be measured")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_option("--json", json, "Write the figures to FILE, too")->type_name("FILE");
  app.add_option("--decide-cold", store)->group("");
  app.add_option("--group", group)->group("");
  std::string fill;
  std::size_t commits = 0;
  std::size_t groups = 0;
  app.add_option("--fill", fill)->group("");
  app.add_option("--commits", commits)->group("");
  app.add_option("--groups", groups)->group("");
  CLI11_PARSE(app, argc, argv);
  if (!store.empty()) return decide_cold(store, group);
  if (!fill.empty()) return fill_and_die(fill, commits, groups);

  settings.program = std::filesystem::canonical("/proc/self/exe");
  settings.muster = std::filesystem::path{settings.program}.parent_path() / "muster";
  if (settings.quick) settings.runs = 1;
  Report report;
  const std::string disk = file_system_of(in);
  report.remark("file system", disk);
  if (disk == "memory" && !settings.quick) {
    fmt::print(stderr,
               "bench: `{}` is in memory, where nothing is durable; give a folder on a disk with --in\n", in);
    return 1;
  }
  for (const auto& [name, campaign] : campaigns) {
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) continue;
    fmt::print(stderr, "measuring {}\n", name);
    const Folder folder{in};
    settings.work = folder.path();
    campaign(report, settings);
  }
  report.print();
  if (!json.empty()) report.write_json(json);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
}
