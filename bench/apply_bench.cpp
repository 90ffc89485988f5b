// The tool: `muster apply` from a file of JSON Lines, process and all.
#include <fstream>
#include <semaphore>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include <muster/json/writer.hpp>

#include "history.hpp"
#include "measure.hpp"
#include "raw_loop.hpp"

namespace muster::bench {
namespace {

std::string line_of(const Request& request) {
  boost::json::object line =
      std::visit([](const auto& c) { return json_of_set_members(c); }, request.command);
  const std::string_view name = name_of(request.command);
  line["command"] = boost::json::string_view{name.data(), name.size()};
  line["caller"] = std::string{request.caller.account.view()};
  line["at"] = request.at->ms;
  if (request.id) line["id"] = std::string{request.id->view()};
  return boost::json::serialize(line);
}

}  // namespace

void measure_apply(Report& report, const Settings& settings) {
  const Folder folder{settings.work};
  History history{{.seed = 3, .groups = settings.quick ? 20U : 1000U}};
  std::vector<Request> requests = history.beginning();
  for (Request& request : history.next(settings.quick ? 500 : 300'000))
    requests.push_back(std::move(request));
  const std::filesystem::path input = folder.path() / "commands.jsonl";
  {
    std::ofstream out{input};
    for (const Request& request : requests) out << line_of(request) << '\n';
  }
  const auto recording = std::make_shared<Recording>();
  {
    auto engine = Engine::open(recording_store(open_store(folder.path() / "recorded"), recording),
                               {.allow_future = true});
    // As many in flight as the tool has.
    std::counting_semaphore<> room{8192};
    for (const Request& request : requests) {
      room.acquire();
      Request copy = request;
      if (engine->submit(std::move(copy), [&room](const Result&) { room.release(); }))
        throw std::runtime_error{"the engine was overloaded"};
    }
    for (int i = 0; i < 8192; ++i) room.acquire();
    engine->close();
  }

  Figure speed{.name = fmt::format("muster apply of {} JSON lines: commands", requests.size()),
               .unit = "per second",
               .baseline = "raw RocksDB loop, batches of an engine with as many in flight",
               .values = {},
               .bases = {},
               .more_is_better = true,
               .target_ratio = {},
               .target = 1e5,
               .note = {}};
  Figure memory{.name = "peak memory of that muster apply",
                .unit = "bytes",
                .baseline = {},
                .values = {},
                .bases = {},
                .target_ratio = {},
                .target = {},
                .note = {}};
  const auto count = static_cast<double>(requests.size());
  for (std::size_t i = 0; i < settings.runs; ++i) {
    const Folder fresh{settings.work};
    const Ran ran = run_program({settings.muster, "apply", "--db", fresh.path() / "db", "--input", input,
                                 "--output", fresh.path() / "results.jsonl", "--allow-future"});
    if (ran.status != 0) throw std::runtime_error{"muster apply failed"};
    speed.values.push_back(count / ran.seconds);
    memory.values.push_back(ran.peak_bytes);
    const Folder raw{settings.work};
    speed.bases.push_back(count / raw_loop(raw.path() / "raw", {}, *recording).seconds);
  }
  report.add(std::move(speed));
  report.add(std::move(memory));
}

}  // namespace muster::bench
