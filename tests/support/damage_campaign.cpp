#include "support/damage_campaign.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/store_setup.hpp>
#include <muster/projections/catch_up.hpp>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"
#include "support/store_files.hpp"

namespace muster::test {
namespace {

constexpr std::size_t problems_max = 20;
constexpr std::uint64_t stores = 6;
constexpr std::size_t commands = 900;

/// A store as an engine left it, with all that was answered.
class Patient {
 public:
  explicit Patient(std::uint64_t number) {
    setup_.split = number % 3 == 2;
    setup_.write_buffer_bytes = number % 2 == 0 ? 0 : 65'536;  // none, or some, of it in tables
    setup_.env = disk_.env.get();
    const TempFolder folder;
    EngineOptions options = test_options();
    auto engine = Engine::open(open_store_as(folder.path(), setup_), options);
    const auto moves = generated_moves(1000 * number, commands);
    for (std::size_t i = 0; i < moves.size(); ++i) {
      if (i == commands / 3) {
        engine->close();
        engine = Engine::open(open_store_as(folder.path(), setup_), options);
      }
      if (i == commands / 2) earlier_ = files_in(folder.path());
      (void)engine->execute(request(moves[i]));
    }
    const bool closed = number % 4 == 3;
    if (closed) engine->close();
    files_ = files_in(folder.path());
    engine.reset();
    StoreSetup reading = setup_;
    reading.options = {.create = false, .read_only = true};
    const TempFolder copy;
    write_files(copy.path(), files_);
    head_ = read_head(copy.path()).position;
    commits_ = stored_commits(open_store_as(copy.path(), reading)->log());
  }

  /// Whether a file is the write-ahead log that was written last.
  [[nodiscard]] bool is_newest_log(const std::string& file) const {
    std::string newest;
    for (const std::string& log : named(files_, ".log"))
      if (!files_.at(log).empty() && !log.starts_with("rows/")) newest = std::max(newest, log);
    return file == newest;
  }
  [[nodiscard]] Damage random_damage(std::mt19937_64& random) const {
    return test::random_damage(random, files_);
  }

  /// `right`, `shorter` by what was not promised, `shorter, untold`, a refusal's code, or `SILENT ...`.
  std::string outcome_of(const Damage& damage, bool read_only) {
    const Files after = damaged(files_, damage, earlier_);
    write_files(folder_.path(), after);
    StoreSetup setup = setup_;
    setup.options = {.create = false, .read_only = read_only};
    try {
      const auto store = open_store_as(folder_.path(), setup);
      return judge(*store);
    } catch (const StoreError& error) {
      return std::string{name_of(error.code())};
    } catch (const std::exception& error) {
      return fmt::format("SILENT: {}", error.what());
    }
  }

 private:
  std::string judge(Store& store) const {
    const auto commits = stored_commits(store.log());
    if (commits.size() != store.opening().last) return "SILENT: another last position";
    if (commits.size() < head_) return "SILENT: shorter than HEAD";
    if (commits.size() > commits_.size() || !std::equal(commits.begin(), commits.end(), commits_.begin()))
      return "SILENT: other commits";
    std::vector<std::string> notes = store.opening().notes;
    if (store.read_only()) {
      const ReadableRows rows{store};
      if (!same_rows(rows.rows(), store)) return "SILENT: other rows";
    } else {
      std::ranges::move(catch_up(store), std::back_inserter(notes));
      if (!same_rows(store.rows(), store)) return "SILENT: other rows";
    }
    if (commits.size() == commits_.size()) return "right";
    return notes.empty() ? "shorter, untold" : "shorter";
  }
  static bool same_rows(const RowReader& rows, Store& store) {
    return stored_rows(rows) == stored_rows(fold_where(store.log(), {})->rows());
  }

  StoreSetup setup_;
  FaultyDisk disk_;  // without faults, and its syncs cost nothing
  Files files_;
  Files earlier_;
  Position head_ = 0;
  std::vector<std::string> commits_;
  TempFolder folder_;
};

/// The end of the last log may be gone without a trace.
bool may_be_untold(Damage::Kind kind) {
  return kind == Damage::Kind::cut || kind == Damage::Kind::cut_at_record || kind == Damage::Kind::remove ||
         kind == Damage::Kind::older;
}

}  // namespace

std::string to_string(const DamageReport& report) {
  std::string text = fmt::format("{} damages, {} silent losses\n", report.trials, report.silent);
  for (const auto& [outcome, count] : report.outcomes) text += fmt::format("  {}: {}\n", outcome, count);
  for (const std::string& problem : report.problems) text += problem + '\n';
  return text;
}

DamageReport run_damages(std::uint64_t seed, std::uint64_t trials) {
  std::vector<std::unique_ptr<Patient>> patients;
  for (std::uint64_t number = 0; number < stores; ++number)
    patients.push_back(std::make_unique<Patient>(number));
  DamageReport report;
  std::mt19937_64 random{seed};
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    Patient& patient = *patients[random() % patients.size()];
    const Damage damage = patient.random_damage(random);
    const bool read_only = random() % 2 == 0;
    const std::string outcome = patient.outcome_of(damage, read_only);
    ++report.trials;
    ++report.outcomes[outcome];
    const bool silent =
        outcome.starts_with("SILENT") ||
        (outcome == "shorter, untold" && !(may_be_untold(damage.kind) && patient.is_newest_log(damage.file)));
    if (!silent) continue;
    ++report.silent;
    if (report.problems.size() < problems_max)
      report.problems.push_back(
          fmt::format("damage {} of seed {}: {}: {}", trial, seed, to_string(damage), outcome));
  }
  return report;
}

}  // namespace muster::test
