#include "measure.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace muster::bench {
namespace {

template <class Visit>
void for_each_file(const std::filesystem::path& folder, Visit&& visit) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.is_regular_file()) visit(entry);
}

// getrusage would tell the peak of this process too, which the child was for a moment.
double peak_of(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024;
  return 0;
}

}  // namespace

void give(Engine& engine, Request request) {
  // What is not taken is left as it was.
  if (engine.submit(std::move(request), [](const Result&) {}))
    static_cast<void>(
        engine.execute(std::move(request), {.lane = Lane::bulk}));  // NOLINT(bugprone-use-after-move)
}

Ran run_program(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  Ran ran;
  const auto start = Clock::now();
  pid_t child = 0;
  if (::posix_spawn(&child, pointers[0], nullptr, nullptr, pointers.data(), environ) != 0)
    throw std::runtime_error{"cannot start " + arguments[0]};
  while (::waitpid(child, &ran.status, WNOHANG) == 0) {
    ran.peak_bytes = std::max(ran.peak_bytes, peak_of(child));
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  ran.seconds = seconds_since(start);
  return ran;
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for_each_file(folder, [&](const auto& entry) { bytes += entry.file_size(); });
  return bytes;
}

void drop_page_cache(const std::filesystem::path& folder) {
  for_each_file(folder, [](const auto& entry) {
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    static_cast<void>(::fsync(file));  // what is not on the disk yet cannot go
    static_cast<void>(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    ::close(file);
  });
}

}  // namespace muster::bench
