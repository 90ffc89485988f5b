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
/// until       no new store is begun after that long
/// stores_max  nor when there have been that many
CrashReport run_crashes(std::uint64_t seed, std::chrono::milliseconds until,
                        std::uint64_t stores_max = ~std::uint64_t{0});

/// The same in one process after another, of a few hundred stores each: databases that cannot be closed keep
/// their memory and their files until their process ends. A process that ends by itself is a fault found.
/// Threads  must be called before there are any others
CrashReport run_crashes_in_processes(std::uint64_t seed, std::chrono::milliseconds until);

}  // namespace muster::test
