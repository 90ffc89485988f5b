// What a decision costs: decide with evolve a command and type, a whole history in memory, and the codec.
#include <map>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <muster/domain/can.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/hash_chain.hpp>

#include "history.hpp"
#include "measure.hpp"
#include "raw_loop.hpp"
#include "scene.hpp"
#include "support/allocations.hpp"

namespace muster::bench {
namespace {

/// Keeps what Google Benchmark measures, a value a repetition.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      const auto items = run.counters.find("items");
      const double each = items == run.counters.end() ? 1 : items->second.value;
      times[run.run_name.function_name].push_back(run.GetAdjustedRealTime() / each);
      if (const auto found = run.counters.find("allocations"); found != run.counters.end())
        allocations[run.run_name.function_name] = found->second.value;
    }
  }
  std::map<std::string, std::vector<double>> times;  // nanoseconds
  std::map<std::string, double> allocations;         // of one command
};

/// The rows that a command reads, looked up in the same tables and nothing done with them: the floor.
void look_up(benchmark::State& state, const Scene& scene, const Caller& caller) {
  const View& rows = scene.rows();
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.find<GroupRow>(scene.group()));
    benchmark::DoNotOptimize(rows.find<MembershipRow>({caller.account, scene.group()}));
    benchmark::DoNotOptimize(rows.find<MemberProfileRow>({scene.group(), caller.account}));
    benchmark::DoNotOptimize(rows.find<AccountRow>(caller.account));
    benchmark::DoNotOptimize(rows.find<MuteRow>({scene.group(), caller.account}));
  }
}

void decide_one(benchmark::State& state, const Scene& scene, const Caller& caller, const Command& command) {
  Overlay overlay{&scene.rows()};
  const Env env = scene.env();
  Request request{.command = command, .caller = caller};
  std::vector<Commit> commits;
  const auto once = [&] {
    Outcome outcome = step(overlay, std::move(request), env, commits);
    benchmark::DoNotOptimize(outcome);
    // The command goes back to where it was taken from.
    if (!commits.empty()) request.command = *std::move(commits.back().command);
    commits.clear();
    overlay.clear();
  };
  once();
  const std::uint64_t before = test::allocations();
  once();
  const auto asked = static_cast<double>(test::allocations() - before);
  for (auto _ : state) once();
  state.counters["allocations"] = asked;
}

/// The verdict alone: whether the command would be accepted.
void judge_one(benchmark::State& state, const Scene& scene, const Caller& caller, const Command& command) {
  Overlay overlay{&scene.rows()};
  const Env env = scene.env();
  const Request request{.command = command, .caller = caller};
  for (auto _ : state) {
    benchmark::DoNotOptimize(can(overlay, request, env));
    overlay.clear();
  }
}

/// A whole history in memory, each command on what came of those before it.
struct Told {
  std::vector<Request> beginning;
  std::vector<Request> rest;
};

void apply_to(MemoryRows& rows, Overlay& overlay, Request&& request, Position& position,
              std::vector<Commit>& commits) {
  static const RulesDocument rules = document_of(default_rules());
  step(overlay, std::move(request), {.rules = &rules, .position = position + 1}, commits);
  position += commits.size();
  if (!commits.empty()) rows.apply(overlay);
  commits.clear();
  overlay.clear();
}

void decide_history(benchmark::State& state, const Told& told) {
  for (auto _ : state) {
    state.PauseTiming();
    auto rows = std::make_unique<MemoryRows>();
    Overlay overlay{rows.get()};
    Position position = 0;
    std::vector<Commit> commits;
    Told fresh = told;
    for (Request& request : fresh.beginning) apply_to(*rows, overlay, std::move(request), position, commits);
    state.ResumeTiming();
    for (Request& request : fresh.rest) apply_to(*rows, overlay, std::move(request), position, commits);
    state.PauseTiming();
    rows.reset();
    state.ResumeTiming();
  }
  state.counters["items"] = static_cast<double>(told.rest.size());
}

/// The stored commits of a history.
std::vector<std::string> commits_of(const Told& told) {
  const auto recording = std::make_shared<Recording>();
  auto engine = Engine::open(recording_store(make_memory_store(), recording), {.allow_future = true});
  for (const Request& request : told.beginning) static_cast<void>(engine->execute(request));
  recording->clear();
  for (const Request& request : told.rest) static_cast<void>(engine->execute(request));
  engine->close();
  std::vector<std::string> commits;
  for (const WrittenBatch& batch : *recording)
    for (const EncodedCommit& commit : batch.commits) commits.push_back(commit.bytes);
  return commits;
}

void encode_all(benchmark::State& state, const std::vector<Commit>& commits) {
  CommitEncoder encoder;
  for (auto _ : state)
    for (const Commit& commit : commits) benchmark::DoNotOptimize(encoder.encode(commit, Digest{}));
  state.counters["items"] = static_cast<double>(commits.size());
}
void decode_all(benchmark::State& state, const std::vector<std::string>& encoded) {
  for (auto _ : state)
    for (const std::string& bytes : encoded) benchmark::DoNotOptimize(decode_commit(bytes));
  state.counters["items"] = static_cast<double>(encoded.size());
}
void hash_all(benchmark::State& state, const std::vector<std::string>& encoded) {
  Hasher hasher;
  for (auto _ : state)
    for (const std::string& bytes : encoded) benchmark::DoNotOptimize(hasher.sha256({bytes}));
  state.counters["items"] = static_cast<double>(encoded.size());
}

}  // namespace

void measure_domain(Report& report, const Settings& settings) {
  std::vector<std::unique_ptr<Scene>> scenes;
  std::vector<std::pair<std::string, std::string>> decisions;  // each with its baseline
  std::vector<std::pair<std::string, std::string>> verdicts;   // the same
  for (const auto& [base, name] : names<BaseType>) {
    const Scene& scene = *scenes.emplace_back(std::make_unique<Scene>(base));
    const std::string lookups = fmt::format("lookups in {}", name);
    benchmark::RegisterBenchmark(lookups.c_str(), [&scene](benchmark::State& state) {
      look_up(state, scene, {Account{"mia"}, CallerKind::user});
    });
    for (const auto& [caller, command] : scene.accepted()) {
      const std::string title = fmt::format("decide+evolve {} {}", name, name_of(command));
      benchmark::RegisterBenchmark(title.c_str(),
                                   [&scene, caller = caller, command = command](benchmark::State& state) {
                                     decide_one(state, scene, caller, command);
                                   });
      decisions.emplace_back(title, lookups);
      if (base != BaseType::public_) continue;
      const std::string verdict = fmt::format("can {} {}", name, name_of(command));
      benchmark::RegisterBenchmark(verdict.c_str(),
                                   [&scene, caller = caller, command = command](benchmark::State& state) {
                                     judge_one(state, scene, caller, command);
                                   });
      verdicts.emplace_back(verdict, lookups);
    }
  }

  History history{{.seed = 7, .groups = settings.quick ? 20U : 1000U}};
  const Told told{history.beginning(), history.next(settings.quick ? 200 : 20'000)};
  const std::vector<std::string> encoded = commits_of(told);
  std::vector<Commit> commits;
  commits.reserve(encoded.size());
  for (const std::string& bytes : encoded)
    commits.push_back(std::get<DecodedCommit>(decode_commit(bytes)).commit);
  benchmark::RegisterBenchmark("history", [&](benchmark::State& state) { decide_history(state, told); });
  benchmark::RegisterBenchmark("encode", [&](benchmark::State& state) { encode_all(state, commits); });
  benchmark::RegisterBenchmark("decode", [&](benchmark::State& state) { decode_all(state, encoded); });
  benchmark::RegisterBenchmark("hash", [&](benchmark::State& state) { hash_all(state, encoded); });

  std::vector<std::string> arguments{"bench", "--benchmark_enable_random_interleaving=true",
                                     fmt::format("--benchmark_min_time={}", settings.quick ? 0.0001 : 0.05),
                                     fmt::format("--benchmark_repetitions={}", settings.quick ? 2 : 9)};
  std::vector<char*> pointers;
  pointers.reserve(arguments.size());
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);

  for (const auto& [title, lookups] : decisions) {
    const bool held = title.ends_with(" PostMessage") || title == "decide+evolve Meeting JoinGroup" ||
                      title == "decide+evolve AVChatRoom JoinGroup" ||
                      title == "decide+evolve Community JoinGroup";
    report.add({.name = title,
                .unit = "ns",
                .baseline = "five lookups in the same rows",
                .values = collector.times[title],
                .bases = collector.times[lookups],
                .target_ratio = {},
                .target = held ? std::optional{150.0} : std::nullopt,
                .note = fmt::format("{} allocations", collector.allocations[title])});
    // What the accept path of these promises; the short run, which the tests make, does not let it go.
    if (held && settings.quick && collector.allocations[title] != 0)
      throw std::runtime_error{title + " asks for memory"};
  }
  for (const auto& [title, lookups] : verdicts)
    report.add({.name = title,
                .unit = "ns",
                .baseline = "five lookups in the same rows",
                .values = collector.times[title],
                .bases = collector.times[lookups],
                .target_ratio = {},
                .target = 1000.0,
                .note = {}});
  report.add({.name = "decide+evolve+keep a history in memory, a command",
              .unit = "ns",
              .baseline = "SHA-256 of its commit",
              .values = collector.times["history"],
              .bases = collector.times["hash"],
              .target_ratio = {},
              .target = {},
              .note = {}});
  for (const char* direction : {"encode", "decode"})
    report.add({.name = fmt::format("{} a commit of a history", direction),
                .unit = "ns",
                .baseline = "SHA-256 of the same bytes",
                .values = collector.times[direction],
                .bases = collector.times["hash"],
                .target_ratio = {},
                .target = {},
                .note = {}});
}

}  // namespace muster::bench
