// Interactive commands beside a bulk job, each against itself alone.
#include <semaphore>
#include <thread>

#include <fmt/format.h>

#include "history.hpp"
#include "measure.hpp"

namespace muster::bench {
namespace {

constexpr auto pause = std::chrono::milliseconds{5};  // between interactive commands

/// Somebody who posts now and then, and waits for the answer.
class Visitor {
 public:
  explicit Visitor(Engine& engine) : engine_(engine) {
    CreateGroup create;
    create.type = TypeName{"Meeting"};
    create.group = group_;
    create.name = GroupName{"quiet"};
    run(create);
  }
  /// Microseconds.
  double post() {
    return 1e6 * timed([&] { run(PostMessage{.group = group_, .message_id = {}, .topic = {}}); });
  }

 private:
  void run(Command command) {
    Request request;
    request.command = std::move(command);
    request.caller = {Account{"visitor"}, CallerKind::user};
    if (!std::holds_alternative<Answer>(engine_.execute(std::move(request))))
      throw std::runtime_error{"the visitor's command was not answered"};
  }
  Engine& engine_;
  GroupId group_{"quiet-group"};
};

/// Submits all of it, `in_flight` at a time; commands a second.
double flood(Engine& engine, std::vector<Request> requests, std::size_t in_flight) {
  std::counting_semaphore<> room{static_cast<std::ptrdiff_t>(in_flight)};
  const auto count = static_cast<double>(requests.size());
  const double seconds = timed([&] {
    for (Request& request : requests) {
      room.acquire();
      if (engine.submit(std::move(request), [&room](const Result&) { room.release(); }))
        throw std::runtime_error{"the engine was overloaded"};
    }
    for (std::size_t i = 0; i < in_flight; ++i) room.acquire();
  });
  return count / seconds;
}

}  // namespace

void measure_lanes(Report& report, const Settings& settings) {
  const std::size_t in_flight = settings.quick ? 200 : 50'000;
  const std::size_t commands = settings.quick ? 1000 : 400'000;
  const std::size_t alone = settings.quick ? 10 : 400;
  Figure p99 = figure(fmt::format("execute beside a bulk job with {} in flight, p99", in_flight), "us",
                      "execute at rest, p99", false);
  p99.target = 10'000;
  Figure p50 = figure("execute beside it, median", "us", "execute at rest, median", false);
  Figure bulk = figure("the bulk job beside interactive commands", "per second", "the bulk job alone", true);
  for (std::size_t run = 0; run < settings.runs; ++run) {
    History history{{.seed = run + 1, .groups = settings.quick ? 20U : 1000U}};
    const Folder folder{settings.work};
    const auto engine = Engine::open(folder.path() / "db", {.allow_future = true});
    flood(*engine, history.beginning(), in_flight);
    Visitor visitor{*engine};
    std::vector<double> at_rest;
    for (std::size_t i = 0; i < alone; ++i) {
      at_rest.push_back(visitor.post());
      std::this_thread::sleep_for(pause);
    }
    std::vector<double> beside;
    const auto flooding = history.next(commands);
    const auto flood_beside = [&] {
      std::jthread visits{[&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          beside.push_back(visitor.post());
          std::this_thread::sleep_for(pause);
        }
      }};
      return flood(*engine, flooding, in_flight);
    };
    // They take turns.
    if (run % 2 == 0) bulk.bases.push_back(flood(*engine, history.next(commands), in_flight));
    bulk.values.push_back(flood_beside());
    if (run % 2 != 0) bulk.bases.push_back(flood(*engine, history.next(commands), in_flight));
    p99.values.push_back(percentile(beside, 99));
    p99.bases.push_back(percentile(at_rest, 99));
    p50.values.push_back(percentile(beside, 50));
    p50.bases.push_back(percentile(at_rest, 50));
  }
  for (Figure* one : {&p99, &p50, &bulk}) report.add(std::move(*one));
}

}  // namespace muster::bench
