#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <muster/engine/engine.hpp>

#include "report.hpp"
#include "support/temp_folder.hpp"

namespace muster::bench {

/// What a campaign is to do.
struct Settings {
  std::filesystem::path work;  // a folder on the disk to be measured; everything in it goes afterwards
  bool quick = false;          // sizes that only show that it works
  std::size_t runs = 5;        // of everything, alternated with its baseline
  std::string program;         // the benchmark itself, to be started for what needs a fresh process
  std::string muster;          // the tool
};

using Clock = std::chrono::steady_clock;
inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
/// How long a deed takes, in seconds.
template <class Deed>
double timed(Deed&& deed) {
  const auto start = Clock::now();
  deed();
  return seconds_since(start);
}

using Folder = test::TempFolder;

/// Bytes of all files below a folder.
std::uint64_t bytes_in(const std::filesystem::path& folder);
/// Takes a folder's files out of the page cache, so that the next reads come from the disk.
void drop_page_cache(const std::filesystem::path& folder);

/// Submits a command whose result nobody asks for, and waits for room where there is none.
void give(Engine& engine, Request request);

/// How a program that was started ended.
struct Ran {
  int status = 0;  // as waitpid has it
  double seconds = 0;
  double peak_bytes = 0;  // of resident memory, its own: what it inherited is not counted
};
/// Starts a program and waits for its end.
Ran run_program(const std::vector<std::string>& arguments);

/// The campaigns, one a question.
void measure_domain(Report& report, const Settings& settings);
void measure_durable(Report& report, const Settings& settings);
void measure_log(Report& report, const Settings& settings);
void measure_cold(Report& report, const Settings& settings);
void measure_apply(Report& report, const Settings& settings);
void measure_lanes(Report& report, const Settings& settings);
void measure_asks(Report& report, const Settings& settings);

/// What measure_cold starts in a fresh process: reads and decides one JoinGroup, prints nanoseconds.
int decide_cold(const std::filesystem::path& store, const std::string& group);
/// What measure_log starts: applies a history until the log has so many commits, and ends by SIGKILL.
int fill_and_die(const std::filesystem::path& store, std::size_t commits, std::size_t groups);

}  // namespace muster::bench
