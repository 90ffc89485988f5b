// Durable commands, as many in flight as a backend has: against a raw RocksDB loop that writes the very same
// batches, and against the disk's own rate of fdatasync.
#include <mutex>
#include <semaphore>

#include <fmt/format.h>

#include "history.hpp"
#include "measure.hpp"
#include "raw_loop.hpp"

namespace muster::bench {
namespace {

struct Workload {
  std::string name;
  Scale scale;
  std::size_t in_flight;
  std::size_t commands;
};

struct Run {
  double seconds = 0;
  std::vector<double> latencies;  // microseconds, a command each
  std::size_t commits = 0;
};

/// Keeps `in_flight` commands with the engine, no more, and no fewer while there are any.
Run drive(Engine& engine, std::vector<Request> requests, std::size_t in_flight) {
  Run run;
  run.latencies.resize(requests.size());
  std::counting_semaphore<> room{static_cast<std::ptrdiff_t>(in_flight)};
  const auto start = Clock::now();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (in_flight == 1) {
      const auto sent = Clock::now();
      static_cast<void>(engine.execute(std::move(requests[i])));
      run.latencies[i] = seconds_since(sent) * 1e6;
      continue;
    }
    room.acquire();
    const auto done = [&run, &room, i, sent = Clock::now()](const Result&) {
      run.latencies[i] = seconds_since(sent) * 1e6;
      room.release();
    };
    if (engine.submit(std::move(requests[i]), done)) throw std::runtime_error{"the engine was overloaded"};
  }
  if (in_flight > 1)
    for (std::size_t i = 0; i < in_flight; ++i) room.acquire();
  run.seconds = seconds_since(start);
  return run;
}

void submit_all(Engine& engine, std::vector<Request> requests) {
  static_cast<void>(drive(engine, std::move(requests), 4096));
}

struct Recorded {
  Recording before;
  Recording recording;
  Run run;
};

/// One run of the engine on a fresh store. The first recording is of the beginning, which is not timed.
Recorded run_engine(const Settings& settings, const Workload& workload, std::uint64_t seed) {
  Scale scale = workload.scale;
  scale.seed = seed;
  History history{scale};
  const Folder folder{settings.work};
  const auto recording = std::make_shared<Recording>();
  auto engine =
      Engine::open(recording_store(open_store(folder.path() / "db"), recording), {.allow_future = true});
  submit_all(*engine, history.beginning());
  Recorded recorded;
  recorded.before = std::exchange(*recording, {});
  recording->reserve(workload.commands);
  recorded.run = drive(*engine, history.next(workload.commands), workload.in_flight);
  recorded.recording = std::exchange(*recording, {});
  for (const WrittenBatch& batch : recorded.recording) recorded.run.commits += batch.commits.size();
  engine->close();
  return recorded;
}

void measure(Report& report, const Settings& settings, const Workload& workload) {
  const std::string title = fmt::format("{}, {} in flight: ", workload.name, workload.in_flight);
  Figure throughput = figure(title + "commands", "per second", "raw RocksDB loop, same batches", true);
  throughput.target_ratio = 0.7;
  Figure syncs = figure(title + "batches", "per second", "bare fdatasync, same sizes", true);
  if (workload.in_flight == 1) syncs.target_ratio = 0.85;
  Figure p50 = figure(title + "command, median", "us", "raw RocksDB loop, a batch", false);
  Figure p99 = figure(title + "command, p99", "us", "raw RocksDB loop, a batch, p99", false);
  double commits = 0;
  double batches = 0;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    const Recorded one = run_engine(settings, workload, run + 1);
    // The loops need what the engine wrote, so it goes first; they take turns.
    const Folder folder{settings.work};
    Timings synced;
    if (run % 2 == 0) synced = sync_loop(folder.path(), one.recording);
    const Timings raw = raw_loop(folder.path() / "raw", one.before, one.recording);
    if (run % 2 != 0) synced = sync_loop(folder.path(), one.recording);
    const auto commands = static_cast<double>(workload.commands);
    const auto written = static_cast<double>(one.recording.size());
    throughput.values.push_back(commands / one.run.seconds);
    throughput.bases.push_back(commands / raw.seconds);
    syncs.values.push_back(written / one.run.seconds);
    syncs.bases.push_back(written / synced.seconds);
    p50.values.push_back(percentile(one.run.latencies, 50));
    p50.bases.push_back(percentile(raw.latencies, 50));
    p99.values.push_back(percentile(one.run.latencies, 99));
    p99.bases.push_back(percentile(raw.latencies, 99));
    commits += static_cast<double>(one.run.commits);
    batches += written;
  }
  const auto all = static_cast<double>(workload.commands * settings.runs);
  throughput.note =
      fmt::format("{:.0f} % committed, {:.1f} commits a batch", 100 * commits / all, commits / batches);
  for (Figure* one : {&throughput, &syncs, &p50, &p99}) report.add(std::move(*one));
}

}  // namespace

void measure_durable(Report& report, const Settings& settings) {
  const bool quick = settings.quick;
  const std::vector<std::pair<std::string, Scale>> scales{
      {"1 000 groups", {.groups = quick ? 20U : 1000U}},
      {"one hot group",
       {.groups = 1, .members = quick ? 20U : 1000U, .begins_and_ends = false, .only = BaseType::community}},
      {"100 000 groups", {.groups = quick ? 50U : 100'000U, .members = 1}}};
  for (const auto& [name, scale] : scales)
    for (const std::size_t in_flight : {1, 8, 64, 512}) {
      const std::size_t commands = quick ? 200 : std::min<std::size_t>(100'000, 5000 * in_flight);
      measure(report, settings, {name, scale, in_flight, commands});
    }
}

}  // namespace muster::bench
