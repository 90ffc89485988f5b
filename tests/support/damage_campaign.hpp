#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace muster::test {

/// The results of a campaign of damages.
struct DamageReport {
  std::uint64_t trials = 0;
  std::map<std::string, std::uint64_t> outcomes;  // a refusal's code, `right`, `shorter`, ...
  std::uint64_t silent = 0;                       // something is missing or other, and nothing says so
  std::vector<std::string> problems;              // a sentence for each of these
};
std::string to_string(const DamageReport& report);

/// Stores that engines wrote, each with several write-ahead logs and tables, closed or as a crash leaves
/// them. A damage of random kind and place to one file of one of them; then the store is opened, to read or
/// to write, and everything in it is compared with what was written.
DamageReport run_damages(std::uint64_t seed, std::uint64_t trials);

}  // namespace muster::test
