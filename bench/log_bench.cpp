// A store of a million commits: reading its log, folding it, one group's history, opening it, its size and
// memory.
#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <muster/domain/overlay.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_codec.hpp>

#include "history.hpp"
#include "measure.hpp"

namespace muster::bench {
namespace {

/// Applies a history, as many in flight as fit, until the log has `commits`.
void fill(Engine& engine, std::size_t commits, std::size_t groups) {
  History history{{.seed = 11, .groups = groups}};
  for (Request& request : history.beginning()) give(engine, std::move(request));
  while (engine.snapshot().position() < commits)
    for (int i = 0; i < 4096; ++i) give(engine, history.next());
}

double scan_raw(const std::filesystem::path& folder, Position last) {
  DatabaseSpec spec{.path = folder.string(), .env = nullptr, .read_only = true};
  std::unique_ptr<Database> database;
  require(Database::open(spec, database), "opening raw");
  const auto commits = database->family(rocksdb::kDefaultColumnFamilyName);
  std::size_t bytes = 0;
  return timed([&] {
    const std::unique_ptr<rocksdb::Iterator> entry{
        database->db().NewIterator(rocksdb::ReadOptions{}, commits.get())};
    Position seen = 0;
    for (entry->Seek(position_bytes(1)); entry->Valid(); entry->Next(), ++seen)
      bytes += entry->value().size();
    if (seen != last || bytes == 0) throw std::runtime_error{"the raw scan saw another number of commits"};
  });
}

void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

/// The rows of a store were folded by other code: all of them are folded anew.
double fold_anew(const std::filesystem::path& closed, const std::filesystem::path& work) {
  const Folder folder{work};
  copy_store(closed, folder.path() / "store");
  const auto store = open_store(folder.path() / "store");
  RowBatch foreign;
  foreign.put(std::string{detail::row_schema_key}, "of other code");
  store->rows().write(foreign);
  std::vector<std::string> notes;
  const double seconds = timed([&] { notes = catch_up(*store); });
  if (notes.empty()) throw std::runtime_error{"the rows were not folded anew"};
  store->close();
  return seconds;
}

/// The longest stream's commits, by its index.
double read_history(const CommitLog& log, const StreamId& stream, std::size_t& commits) {
  return timed([&] {
    Revision revision = 0;
    while (const auto position = log.position_of(stream, revision + 1)) {
      static_cast<void>(decode_commit_at(*position, log.read(*position).value()));
      ++revision;
    }
    commits = revision;
  });
}
double read_positions(const CommitLog& log, const StreamId& stream) {
  std::vector<Position> positions;
  for (Revision revision = 1; const auto position = log.position_of(stream, revision); ++revision)
    positions.push_back(*position);
  return timed([&] {
    for (const Position position : positions) static_cast<void>(log.read(position));
  });
}

StreamId longest_stream(const CommitLog& log) {
  StreamId longest;
  Revision most = 0;
  log.scan(1, [&](Position position, std::string_view bytes) {
    const CommitHead head = decode_commit_at(position, bytes).commit.head;
    if (head.stream.kind == StreamKind::group && head.revision > most) {
      most = head.revision;
      longest = head.stream;
    }
    return true;
  });
  return longest;
}

void measure_opening(Report& report, const Settings& settings, const std::filesystem::path& killed,
                     std::filesystem::path& closed) {
  Figure after_kill = figure("opening after a kill", "ms", "opening its RocksDB database alone", false);
  after_kill.target_ratio = 2;
  for (std::size_t run = 0; run < settings.runs; ++run) {
    closed = settings.work / fmt::format("closed-{}", run);
    copy_store(killed, closed);
    std::unique_ptr<Engine> engine;
    after_kill.values.push_back(1e3 * timed([&] { engine = Engine::open(closed); }));
    engine->close();
    const Folder raw{settings.work};
    copy_store(killed, raw.path() / "raw");
    DatabaseSpec spec{.path = raw.path() / "raw"};
    std::unique_ptr<Database> database;
    after_kill.bases.push_back(1e3 * timed([&] { require(Database::open(spec, database), "opening raw"); }));
    if (run + 1 < settings.runs) std::filesystem::remove_all(closed);
  }
  Figure clean = figure("opening a store that was closed", "ms", "opening its RocksDB database alone", false);
  clean.target = 100;
  clean.note = after_kill.note = "files in the page cache";
  for (std::size_t run = 0; run < settings.runs; ++run) {
    std::unique_ptr<Engine> engine;
    clean.values.push_back(1e3 * timed([&] { engine = Engine::open(closed); }));
    engine->close();
    DatabaseSpec spec{.path = closed.string()};
    std::unique_ptr<Database> database;
    clean.bases.push_back(1e3 * timed([&] { require(Database::open(spec, database), "opening raw"); }));
  }
  report.add(std::move(after_kill));
  report.add(std::move(clean));
}

}  // namespace

int fill_and_die(const std::filesystem::path& store, std::size_t commits, std::size_t groups) {
  const auto engine = Engine::open(store, {.allow_future = true});
  fill(*engine, commits, groups);
  return ::kill(::getpid(), SIGKILL);
}

void measure_log(Report& report, const Settings& settings) {
  const std::size_t commits = settings.quick ? 2000 : 1'000'000;
  const std::filesystem::path killed = settings.work / "killed";
  Figure memory =
      figure(fmt::format("peak memory of a process that applied {} commits", commits), "bytes", "", false);
  const Ran filled = run_program({settings.program, "--fill", killed, "--commits", std::to_string(commits),
                                  "--groups", settings.quick ? "20" : "10000"});
  if (!WIFSIGNALED(filled.status)) throw std::runtime_error{"the store could not be filled"};
  memory.values.push_back(filled.peak_bytes);
  std::filesystem::path closed;
  measure_opening(report, settings, killed, closed);

  const auto store =
      open_store(closed, {.durability = Durability::fsync, .create = false, .read_only = true});
  const CommitLog& log = store->log();
  const Position last = log.last();
  std::uint64_t encoded = 0;
  log.scan(1, [&](Position, std::string_view bytes) {
    encoded += bytes.size();
    return true;
  });
  Figure size =
      figure("a commit on disk, with index and rows", "bytes", "the stored commit's own bytes", false);
  size.values.push_back(static_cast<double>(bytes_in(closed)) / static_cast<double>(last));
  size.bases.push_back(static_cast<double>(encoded) / static_cast<double>(last));

  Figure scan = figure("scanning the log in global order: commits", "per second", "raw iterator scan", true);
  Figure folding = figure("folding the log into decoded rows, two threads: events", "per second",
                          "raw iterator scan, of their commits", true);
  folding.target = 2e6;
  Figure rebuilding = figure("folding a store in memory, as dump --at does: commits", "per second",
                             "raw iterator scan", true);
  Figure anew = figure("folding the rows of a store anew: commits", "per second", "raw iterator scan", true);
  Figure history = figure("one group's history: commits", "per second", "reading them by position", true);
  const StreamId longest = longest_stream(log);
  for (std::size_t run = 0; run < settings.runs; ++run) {
    const auto count = static_cast<double>(last);
    const double raw = count / scan_raw(closed, last);
    scan.values.push_back(count /
                          timed([&] { log.scan(1, [](Position, std::string_view) { return true; }); }));
    scan.bases.push_back(raw);
    {
      MemoryRows rows;
      double events = 0;
      const double seconds =
          timed([&] { events = static_cast<double>(fold_in_memory(log, {}, rows).events); });
      folding.values.push_back(events / seconds);
      folding.bases.push_back(raw * events / count);
    }
    rebuilding.values.push_back(count / timed([&] { static_cast<void>(fold_where(log, {})); }));
    rebuilding.bases.push_back(raw);
    anew.values.push_back(count / fold_anew(closed, settings.work));
    anew.bases.push_back(raw);
    std::size_t revisions = 0;
    const double seconds = read_history(log, longest, revisions);
    history.values.push_back(static_cast<double>(revisions) / seconds);
    history.bases.push_back(static_cast<double>(revisions) / read_positions(log, longest));
    history.note = fmt::format("{} revisions", revisions);
  }
  for (Figure* one : {&scan, &folding, &rebuilding, &anew, &history, &size, &memory})
    report.add(std::move(*one));
}

}  // namespace muster::bench
