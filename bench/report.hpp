#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace muster::bench {

/// One measured quantity over several runs, each beside a run of its baseline.
struct Figure {
  std::string name;
  std::string unit;            // of `values`: "ns", "per second", "bytes", ...
  std::string baseline;        // what the other column measures
  std::vector<double> values;  // a run each
  std::vector<double> bases;   // the baseline's runs, in the same unit; empty: there is none
  bool more_is_better = false;
  std::optional<double> target_ratio;  // of `values` to `bases`
  std::optional<double> target;        // of the value itself, in its unit
  std::string note;

  /// The middle of the runs' ratios, run by run.
  [[nodiscard]] std::optional<double> ratio() const;
  /// Nothing to meet, or met: none for the former.
  [[nodiscard]] std::optional<bool> met() const;
};

/// A figure without runs yet.
Figure figure(std::string name, std::string unit, std::string baseline, bool more_is_better);

/// The value that `percent` of the sorted values do not exceed; 0 for none.
double percentile(std::vector<double> values, double percent);
inline double median(const std::vector<double>& values) { return percentile(values, 50); }

/// Collects figures, tells them as a table and as JSON.
class Report {
 public:
  void add(Figure figure);
  /// Something that is told with the figures.
  void remark(const std::string& name, const std::string& value) { remarks_.emplace_back(name, value); }
  void print() const;
  void write_json(const std::filesystem::path& file) const;

 private:
  std::vector<Figure> figures_;
  std::vector<std::pair<std::string, std::string>> remarks_;
};

/// What the figures were taken on: processor, cores, memory, kernel, compiler.
std::vector<std::pair<std::string, std::string>> machine();
/// The kind of file system that a folder is on; "memory" for one that has no disk.
std::string file_system_of(const std::filesystem::path& folder);

}  // namespace muster::bench
