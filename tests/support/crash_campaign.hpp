#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace muster::test {

/// The results of a campaign of crashes.
struct CrashReport {
  std::uint64_t stores = 0;
  std::uint64_t rounds = 0;
  std::map<std::string, std::uint64_t> faults;  // how often each was met
  std::uint64_t answered = 0;                   // commands that were answered, before their round's fault
  std::uint64_t unknown = 0;                    // whose outcome was unknown
  std::uint64_t lost = 0;             // answered, and not there, where the disk had promised to have it
  std::uint64_t doubled = 0;          // twice there
  std::uint64_t refused = 0;          // stores that should have opened, and did not
  std::uint64_t wrong = 0;            // anything else that should not be
  std::vector<std::string> problems;  // a sentence each, with the store's seed
};
std::string to_string(const CrashReport& report);

/// Engines on a faulty disk under several threads, one store after another, each through some rounds of a
/// fault and a reopening; then every command is repeated under its id, and the whole store verified.
/// until  no new store is begun after that long
CrashReport run_crashes(std::uint64_t seed, std::chrono::milliseconds until);

}  // namespace muster::test
