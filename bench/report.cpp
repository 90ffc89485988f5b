#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/utsname.h>

#include <muster/version.hpp>

namespace muster::bench {
namespace {

std::string number(double value) {
  if (value >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.1f} k", value / 1e3);
  if (value >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

std::string first_line_with(const char* file, const std::string& start) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(start)) return line.substr(std::min(line.size(), line.find(": ") + 2));
  return "unknown";
}

// The worst run, of more than a hundred the one at p99: the large end for times, the small one for rates.
double worst(const Figure& figure, const std::vector<double>& values) {
  return percentile(values, figure.more_is_better ? 1 : 99);
}

std::string verdict(const Figure& figure) {
  const auto met = figure.met();
  if (!met) return "";
  const std::string wanted =
      figure.target_ratio ? fmt::format("{:.2f}x", *figure.target_ratio) : number(*figure.target);
  return fmt::format("{} {} {}", *met ? "met" : "MISSED", figure.more_is_better ? ">=" : "<=", wanted);
}

}  // namespace

double percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

std::optional<double> Figure::ratio() const {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(values.size(), bases.size()); ++i)
    if (bases[i] > 0) ratios.push_back(values[i] / bases[i]);
  if (ratios.empty()) return std::nullopt;
  return median(ratios);
}

std::optional<bool> Figure::met() const {
  if (!target && !target_ratio) return std::nullopt;
  const double found = target_ratio ? ratio().value_or(0) : median(values);
  const double wanted = target_ratio ? *target_ratio : *target;
  return more_is_better ? found >= wanted : found <= wanted;
}

Figure figure(std::string name, std::string unit, std::string baseline, bool more_is_better) {
  Figure made;
  made.name = std::move(name);
  made.unit = std::move(unit);
  made.baseline = std::move(baseline);
  made.more_is_better = more_is_better;
  return made;
}

void Report::add(Figure figure) {
  fmt::print(stderr, "  {}\n", figure.name);
  figures_.push_back(std::move(figure));
}

void Report::print() const {
  fmt::print("{:<58} {:>10} {:>10} {:>10} {:>7}  {:<17} {}\n", "what", "median", "worst", "baseline", "ratio",
             "target", "unit; baseline");
  for (const Figure& figure : figures_) {
    const auto ratio = figure.ratio();
    fmt::print(
        "{:<58} {:>10} {:>10} {:>10} {:>7}  {:<17} {}{}{}\n", figure.name, number(median(figure.values)),
        number(worst(figure, figure.values)), figure.bases.empty() ? "" : number(median(figure.bases)),
        ratio ? fmt::format("{:.2f}", *ratio) : "", verdict(figure), figure.unit,
        figure.baseline.empty() ? "" : "; " + figure.baseline, figure.note.empty() ? "" : "; " + figure.note);
  }
}

void Report::write_json(const std::filesystem::path& file) const {
  namespace json = boost::json;
  json::object document;
  document["muster"] = std::string{version};
  json::object& where = (document["machine"] = json::object{}).as_object();
  for (const auto& [name, value] : machine()) where[name] = value;
  for (const auto& [name, value] : remarks_) where[name] = value;
  json::array& list = (document["figures"] = json::array{}).as_array();
  for (const Figure& figure : figures_) {
    json::object entry{{"name", figure.name},
                       {"unit", figure.unit},
                       {"median", median(figure.values)},
                       {"worst", worst(figure, figure.values)},
                       {"values", json::value_from(figure.values)}};
    if (!figure.bases.empty()) {
      entry["baseline"] = figure.baseline;
      entry["baseline_values"] = json::value_from(figure.bases);
      if (const auto ratio = figure.ratio()) entry["ratio"] = *ratio;
    }
    if (const auto met = figure.met()) entry["met"] = *met;
    if (!figure.note.empty()) entry["note"] = figure.note;
    list.push_back(std::move(entry));
  }
  std::ofstream{file} << json::serialize(document) << '\n';
}

std::string file_system_of(const std::filesystem::path& folder) {
  struct ::statfs found {};
  if (::statfs(folder.c_str(), &found) != 0) return "unknown";
  switch (found.f_type) {
    case TMPFS_MAGIC:
    case RAMFS_MAGIC: return "memory";
    case EXT4_SUPER_MAGIC: return "ext4";
    case XFS_SUPER_MAGIC: return "xfs";
    case BTRFS_SUPER_MAGIC: return "btrfs";
    default: return fmt::format("{:#x}", static_cast<unsigned long>(found.f_type));
  }
}

std::vector<std::pair<std::string, std::string>> machine() {
  struct ::utsname system {};
  ::uname(&system);
  return {{"processor", first_line_with("/proc/cpuinfo", "model name")},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory", first_line_with("/proc/meminfo", "MemTotal")},
          {"kernel", std::string{system.sysname} + " " + system.release},
          {"compiler", "g++ " __VERSION__}};
}

}  // namespace muster::bench
