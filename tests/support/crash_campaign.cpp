#include "support/crash_campaign.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <random>
#include <semaphore>
#include <thread>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <muster/engine/engine.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/store_setup.hpp>
#include <muster/replay/verify.hpp>

#include "support/faulty_file_system.hpp"
#include "support/world.hpp"

namespace muster::test {
namespace {

constexpr std::size_t threads = 3;
constexpr std::size_t rounds_max = 12;
constexpr std::size_t problems_max = 20;

enum class Fault {
  none,
  killed,        // the process is gone, the machine goes on
  power_cut,     // the machine is gone
  failing_sync,  // once, and the machine goes on
  failing_then_cut,
  lying_sync,  // and then the machine is gone
  full,
  open_files,
  failing_reads
};
constexpr std::array fault_names{"none",
                                 "killed",
                                 "power cut",
                                 "failing sync",
                                 "failing sync and power cut",
                                 "lying sync and power cut",
                                 "disk full",
                                 "too many open files",
                                 "failing reads"};
constexpr std::size_t faults = fault_names.size();

/// A command that was sent, under an id of its own.
struct Sent {
  Request request;
  std::optional<Answer> answer;
};

/// The commands of one thread: groups of its own, with people coming, talking and going.
class Sender {
 public:
  explicit Sender(std::size_t number) : number_(number) {}

  /// Sends commands until the engine takes no more, or `count`.
  void send(Engine& engine, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      Sent& sent = sent_.emplace_back(Sent{next(), {}});
      if (!execute(engine, sent)) return;
    }
  }
  /// The same without waiting for each, so that batches are large and both stages of the writer are at work.
  void send_at_once(Engine& engine, std::size_t count) {
    const std::size_t first = sent_.size();
    for (std::size_t i = 0; i < count; ++i) sent_.push_back(Sent{next(), {}});
    std::counting_semaphore<> answered{0};
    std::size_t taken = 0;
    for (; taken < count; ++taken) {
      Sent& sent = sent_[first + taken];
      const auto done = [this, &sent, &answered](Result&& result) {
        note(sent, std::move(result));
        answered.release();
      };
      if (engine.submit(Request{sent.request}, done)) break;
    }
    for (std::size_t i = 0; i < taken; ++i) answered.acquire();
    sent_.resize(first + taken);
  }
  /// Sends everything once more; what was answered before must be answered the same. Returns why a command
  /// failed, which none should: the disk is sound.
  std::optional<std::string> repeat(Engine& engine, std::vector<std::string>& problems) {
    for (Sent& sent : sent_) {
      const auto before = sent.answer;
      if (!execute(engine, sent)) return "a command failed on a sound disk: " + failure_;
      if (!before) continue;
      if (!sent.answer || sent.answer->position != before->position)
        problems.push_back(
            fmt::format("the command {} was answered at position {} first, and then {}",
                        sent.request.id->view(), before->position.value_or(0),
                        sent.answer ? fmt::format("at {}", sent.answer->position.value_or(0)) : "not"));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<Sent>& sent() { return sent_; }
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }

 private:
  Request next() {
    const std::size_t i = sent_.size();
    const GroupId group{fmt::format("t{}-{}", number_, i / 50)};
    const Account owner{fmt::format("owner{}", number_)};
    const Account guest{fmt::format("guest{}", i / 3 % 7)};
    Request request{.command = PostMessage{.group = group, .message_id = {}, .topic = {}},
                    .caller = {owner, CallerKind::user},
                    .at = TimeMs{1'700'000'000'000 + static_cast<std::int64_t>(i)},
                    .id = CommandId{fmt::format("{}-{}", number_, i)},
                    .expect = {},
                    .correlation = {}};
    if (i % 50 == 0) {
      CreateGroup create = creation(BaseType::meeting);
      create.group = group;
      request.command = create;
    } else if (i % 3 == 1) {
      request.command = JoinGroup{.group = group, .message = {}};
      request.caller.account = guest;
    } else if (i % 9 == 2) {
      request.command = QuitGroup{.group = group};
      request.caller.account = guest;
    }
    return request;
  }
  /// False when the engine takes no more.
  bool execute(Engine& engine, Sent& sent) { return note(sent, engine.execute(sent.request)); }
  bool note(Sent& sent, Result&& result) {
    if (auto* answer = std::get_if<Answer>(&result)) {
      sent.answer = std::move(*answer);
      if (!sent.answer->position) sent.answer.reset();  // no events: nothing is remembered
      return true;
    }
    if (std::holds_alternative<Refusal>(result)) return true;
    const auto& failure = std::get<Failure>(result);
    failure_ = failure.message;
    if (failure.outcome_unknown) ++unknown_;
    return failure.kind == FailureKind::not_judged;
  }

  std::size_t number_;
  std::vector<Sent> sent_;
  std::uint64_t unknown_ = 0;
  std::string failure_;
};

/// One store through its rounds.
class CrashedStore {
 public:
  CrashedStore(std::uint64_t seed, CrashReport& report) : seed_(seed), random_(seed), report_(report) {
    setup_.split = random_() % 3 == 0;
    setup_.write_buffer_bytes = std::array<std::size_t, 3>{0, 65'536, 150'000}[random_() % 3];
    setup_.env = disk_.env.get();
    history_ =
        fmt::format("{}, buffers of {} bytes", setup_.split ? "split" : "joined", setup_.write_buffer_bytes);
    for (std::size_t i = 0; i < threads; ++i) senders_.emplace_back(i);
  }

  void run() {
    ++report_.stores;
    const std::size_t rounds = 2 + random_() % rounds_max;
    for (std::size_t i = 0; i < rounds; ++i)
      if (!round()) return;
    finish();
  }

 private:
  /// False when the store is to be given up.
  bool round() {
    ++report_.rounds;
    const auto fault = static_cast<Fault>(random_() % faults);
    ++report_.faults[fault_names[static_cast<std::size_t>(fault)]];
    setup_.options.durability = random_() % 4 == 0 ? Durability::os : Durability::fsync;
    os_since_cut_ = os_since_cut_ || setup_.options.durability == Durability::os;
    const bool while_opening = random_() % 4 == 0;
    history_ += fmt::format("; {}{}{}", fault_names[static_cast<std::size_t>(fault)],
                            while_opening ? " while opening" : "",
                            setup_.options.durability == Durability::os ? ", os" : "");
    if (while_opening) arm(fault);
    if (auto engine = open(while_opening && fault != Fault::none)) {
      check_there(engine->opening().last);
      if (!while_opening) arm(fault);
      work(*engine);
      end(std::move(engine), fault);
    }
    const bool cut =
        fault == Fault::power_cut || fault == Fault::failing_then_cut || fault == Fault::lying_sync;
    disk_.files->mend();
    if (!cut) return true;
    disk_.files->lose_power(random_);
    return look_after_cut(fault == Fault::lying_sync);
  }

  void arm(Fault fault) {
    FaultyFileSystem& files = *disk_.files;
    const std::uint64_t soon = 1 + random_() % 300;
    switch (fault) {
      case Fault::none: return;
      case Fault::killed:
      case Fault::power_cut: return files.crash_at_change(soon);
      case Fault::failing_sync:
      case Fault::failing_then_cut: return files.fail_sync(1 + random_() % 40);
      case Fault::lying_sync: files.lie_about_syncs(); return files.crash_at_change(soon);
      case Fault::full: return files.limit_bytes(random_() % 400'000);
      case Fault::open_files: return files.fail_openings(random_() % 20, 1 + random_() % 6);
      case Fault::failing_reads: return files.fail_reads(random_() % 40, 1 + random_() % 4);
    }
  }

  std::unique_ptr<Engine> open(bool may_fail) {
    EngineOptions options;
    options.store = setup_.options;
    options.allow_future = true;
    options.cached_rows = random_() % 2 == 0 ? 200'000 : 100;  // so that some rows are read
    options.head_lag_max = std::chrono::milliseconds{1000};
    try {
      return Engine::open(open_store_as(folder_.path() / "db", setup_), std::move(options));
    } catch (const StoreError& error) {
      if (may_fail) return nullptr;
      ++report_.refused;
      problem(error.what());
      return nullptr;
    }
  }

  void work(Engine& engine) {
    std::vector<std::thread> running;
    const std::size_t count = 20 + random_() % 150;
    const bool at_once = random_() % 2 == 0;
    for (Sender& sender : senders_)
      running.emplace_back([&engine, &sender, count, at_once] {
        if (at_once)
          sender.send_at_once(engine, 3 * count);
        else
          sender.send(engine, count);
      });
    for (std::thread& thread : running) thread.join();
  }

  void end(std::unique_ptr<Engine> engine, Fault fault) {
    if (random_() % 2 == 0) return;  // the destructor closes it
    try {
      engine->close();
    } catch (const StoreError& error) {
      if (fault == Fault::none) wrong(error.what());
    }
  }

  /// After the machine was gone: what may be missing is the end, and only where the disk had not promised to
  /// have it.
  bool look_after_cut(bool lied) {
    const bool may_lose = lied || os_since_cut_;
    os_since_cut_ = false;
    if (!std::filesystem::exists(folder_.path() / "db")) return true;
    const Position head = head_of_store();
    setup_.options.durability = Durability::os;
    std::unique_ptr<Store> store;
    try {
      store = open_store_as(folder_.path() / "db", setup_);
    } catch (const StoreError& error) {
      if (lied) return false;  // named, which is all that one can ask for
      ++report_.refused;
      problem(error.what());
      return false;
    }
    const Position last = store->opening().last;
    if (last < head && !lied) {
      ++report_.lost;
      problem(fmt::format("the log ends at position {}, before {}, which HEAD names", last, head));
    }
    if (may_lose) forget_beyond(last);
    store.reset();
    check_there(last);
    return !lied || is_sound();
  }

  /// A disk that lied about a sync may have lost pages in the middle of tables, which opening does not read.
  /// Verifying names them, and such a store ends here: later rounds would meet its damage, not theirs.
  bool is_sound() {
    StoreSetup reading = setup_;
    reading.options.read_only = true;
    bool sound = true;
    try {
      (void)verify(*open_store_as(folder_.path() / "db", reading), [&](const Finding&) { sound = false; });
    } catch (const StoreError&) {
      sound = false;
    }
    return sound;
  }

  [[nodiscard]] Position head_of_store() const {
    try {
      return read_head(folder_.path() / "db").position;
    } catch (const StoreError&) {
      return 0;  // opening says what there is to say of it
    }
  }

  void forget_beyond(Position last) {
    for (Sender& sender : senders_)
      for (Sent& sent : sender.sent())
        if (sent.answer && *sent.answer->position > last) sent.answer.reset();
  }

  void check_there(Position last) {
    std::uint64_t beyond = 0;
    for (Sender& sender : senders_)
      for (Sent& sent : sender.sent())
        if (sent.answer && *sent.answer->position > last) ++beyond;
    if (beyond == 0) return;
    report_.lost += beyond;
    problem(fmt::format("{} answered commands are gone: the log ends at position {}", beyond, last));
    forget_beyond(last);
  }

  void finish() {
    disk_.files->mend();
    for (Sender& sender : senders_) {
      report_.unknown += sender.unknown();
      for (const Sent& sent : sender.sent()) report_.answered += sent.answer ? 1 : 0;
    }
    if (const auto engine = open(false)) {
      std::vector<std::string> problems;
      for (Sender& sender : senders_)
        if (const auto failure = sender.repeat(*engine, problems)) wrong(*failure);
      report_.doubled += problems.size();
      for (const std::string& text : problems) problem(text);
      engine->close();
    }
    examine();
  }

  /// Every answered command is where its answer says, once; and the whole store is sound.
  void examine() {
    setup_.options.read_only = true;
    const auto store = open_store_as(folder_.path() / "db", setup_);
    std::map<std::string, Position> positions;
    store->log().scan(1, [&](Position position, std::string_view bytes) {
      const CommitHead head = decode_commit_at(position, bytes).commit.head;
      if (head.id.empty()) return true;
      if (!positions.emplace(head.id.view(), position).second) {
        ++report_.doubled;
        problem(fmt::format("the command {} is there twice", head.id.view()));
      }
      return true;
    });
    for (Sender& sender : senders_) {
      for (const Sent& sent : sender.sent()) {
        if (!sent.answer) continue;
        const auto found = positions.find(std::string{sent.request.id->view()});
        if (found != positions.end() && found->second == sent.answer->position) continue;
        ++report_.lost;
        problem(fmt::format("the command {} is not at position {}", sent.request.id->view(),
                            *sent.answer->position));
      }
    }
    (void)verify(*store, [&](const Finding& finding) { wrong(finding.message); });
  }

  void wrong(std::string_view what) {
    ++report_.wrong;
    problem(what);
  }
  void problem(std::string_view what) {
    if (report_.problems.size() < problems_max)
      report_.problems.push_back(fmt::format("store {} ({}): {}", seed_, history_, what));
  }

  const std::uint64_t seed_;
  std::mt19937_64 random_;
  CrashReport& report_;
  TempFolder folder_;
  FaultyDisk disk_;
  StoreSetup setup_;
  std::vector<Sender> senders_;
  std::string history_;        // what was done to it
  bool os_since_cut_ = false;  // something was written that the disk did not promise to have
};

}  // namespace

std::string to_string(const CrashReport& report) {
  std::string text = fmt::format(
      "{} stores, {} rounds; {} commands answered, {} of unknown outcome\n{} lost, {} doubled, {} stores "
      "refused that "
      "were sound, {} other faults\n",
      report.stores, report.rounds, report.answered, report.unknown, report.lost, report.doubled,
      report.refused, report.wrong);
  for (const auto& [fault, count] : report.faults) text += fmt::format("  {}: {}\n", fault, count);
  for (const std::string& problem : report.problems) text += problem + '\n';
  return text;
}

CrashReport run_crashes(std::uint64_t seed, std::chrono::milliseconds until, std::uint64_t stores_max) {
  CrashReport report;
  const auto end = std::chrono::steady_clock::now() + until;
  do {
    CrashedStore{seed++, report}.run();
  } while (std::chrono::steady_clock::now() < end && report.stores < stores_max);
  return report;
}

namespace {

/// Calls `visit(name, count)` for each count of a report.
template <class Report, class Visit>
void for_each_count(Report& report, Visit&& visit) {
  visit("stores", report.stores);
  visit("rounds", report.rounds);
  visit("answered", report.answered);
  visit("unknown", report.unknown);
  visit("lost", report.lost);
  visit("doubled", report.doubled);
  visit("refused", report.refused);
  visit("wrong", report.wrong);
}

/// A report as lines: `stores 12`, `fault 3 a name`, `problem a sentence`, and `end`.
void write_lines(const CrashReport& report, std::FILE* out) {
  for_each_count(report,
                 [&](const char* name, std::uint64_t count) { fmt::print(out, "{} {}\n", name, count); });
  for (const auto& [fault, count] : report.faults) fmt::print(out, "fault {} {}\n", count, fault);
  for (std::string problem : report.problems) {
    std::ranges::replace(problem, '\n', ' ');
    fmt::print(out, "problem {}\n", problem);
  }
  fmt::print(out, "end\n");
}

/// Adds what write_lines() wrote; false when its end is missing.
bool add_lines(std::istream& in, CrashReport& report) {
  for (std::string word; in >> word;) {
    if (word == "end") return true;
    std::uint64_t count = 0;
    std::string text;
    if (word == "problem") {
      std::getline(in >> std::ws, report.problems.emplace_back());
    } else if (word == "fault") {
      in >> count;
      std::getline(in >> std::ws, text);
      report.faults[text] += count;
    } else {
      in >> count;
      for_each_count(report,
                     [&](std::string_view name, std::uint64_t& sum) { sum += name == word ? count : 0; });
    }
  }
  return false;
}

}  // namespace

CrashReport run_crashes_in_processes(std::uint64_t seed, std::chrono::milliseconds until) {
  constexpr std::uint64_t stores_a_process = 200;
  CrashReport report;
  const auto end = std::chrono::steady_clock::now() + until;
  const TempFolder folder;
  const std::string results = (folder.path() / "report").string();
  for (; std::chrono::steady_clock::now() < end; seed += stores_a_process) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error{"cannot start a process"};
    if (child == 0) {
      const CrashReport part = run_crashes(seed, left, stores_a_process);
      std::FILE* out = std::fopen(results.c_str(), "w");
      if (out == nullptr) std::_Exit(1);
      write_lines(part, out);
      const bool written = std::fclose(out) == 0;
      TempFolders::all().remove_own();
      std::_Exit(written ? 0 : 1);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    std::ifstream in{results};
    if (status == 0 && add_lines(in, report)) {
      std::filesystem::remove(results);
      continue;
    }
    ++report.wrong;
    report.problems.push_back(fmt::format(
        "the process of the stores from {} on ended by itself, with wait status {}", seed, status));
  }
  return report;
}

}  // namespace muster::test
