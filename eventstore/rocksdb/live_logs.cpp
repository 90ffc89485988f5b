#include <algorithm>
#include <charconv>
#include <set>

#include <rocksdb/env.h>

#include <muster/eventstore/rocksdb/live_logs.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/wal_reader.hpp>

namespace muster {
namespace {

/// The write-ahead logs in a folder: their names, by number.
std::map<std::uint64_t, std::string> log_files(const std::string& folder, rocksdb::Env& env) {
  std::vector<std::string> names;
  require(env.GetChildren(folder, &names), "listing the write-ahead logs");
  std::map<std::uint64_t, std::string> logs;
  for (std::string& name : names) {
    std::uint64_t number = 0;
    const char* const name_end = name.data() + name.size();
    const auto [end, error] = std::from_chars(name.data(), name_end, number);
    if (error == std::errc{} && std::string_view{end, name_end} == ".log")
      logs.emplace(number, std::move(name));
  }
  return logs;
}

std::string read_log(const std::string& folder, const std::string& name, rocksdb::Env& env) {
  std::string bytes;
  require(rocksdb::ReadFileToString(&env, folder + "/" + name, &bytes), "reading a write-ahead log");
  return bytes;
}

/// Goes through the logs in their order. What is wrong with a batch is said as a text; none: it is what must
/// follow.
class Walk {
 public:
  Walk(const TableState& tables, const StoreId& store, bool marked)
      : tables_(tables), store_(store), marked_(marked) {
    logs_.first = logs_.last = tables.last;
    logs_.next_ordinal = tables.chain.ordinal + 1;
    if (tables.last != 0) logs_.hash = tables.hash_at(tables.last);
  }

  void read(const std::string& name, std::string_view bytes) {
    WalReader reader{bytes};
    std::size_t sound = 0;
    std::string wrong;
    while (const auto record = reader.next()) {
      wrong = take(*record);
      if (!wrong.empty()) break;
      sound = reader.sound_bytes();
    }
    logs_.sound[name] = sound;
    if (sound == bytes.size()) return;
    const bool whole = !wrong.empty();
    if (!logs_.damage)
      logs_.damage = LogDamage{name, sound, whole ? wrong : "the record there is not whole", false};
    logs_.damage->whole = logs_.damage->whole || whole;
    look_behind(bytes, sound);
  }

  LiveLogs finish() && {
    // The batch that was being written last may have left whole pieces.
    const std::uint64_t torn = marked_ ? logs_.next_ordinal : logs_.last;
    logs_.later_batches =
        std::ranges::any_of(behind_, [torn](std::uint64_t number) { return number > torn; });
    for (const auto& [number, commits] : whole_behind_) logs_.later_commits += commits;
    return std::move(logs_);
  }

 private:
  std::string take(std::string_view record) {
    if (!batch_.parse(record, tables_.families)) return "a batch is malformed";
    if (logs_.any && batch_.sequence != logs_.last_sequence + 1) return "batches before it are missing";
    if (batch_.is_empty()) return {};
    if (std::string wrong = batch_.mark ? check_mark(*batch_.mark) : check_unmarked(); !wrong.empty())
      return wrong;
    if (std::string wrong = check_commits(); !wrong.empty()) return wrong;
    absorb();
    return {};
  }

  [[nodiscard]] std::string check_mark(const BatchMark& mark) {
    if (mark.store != store_) return "a batch belongs to another store";
    if (logs_.any ? mark.ordinal != logs_.next_ordinal : !begins(mark))
      return "batches before it are missing";
    const bool continues = logs_.any ? mark.last == logs_.last && mark.hash == logs_.hash
                                     : mark.last == 0 || tables_.hash_at(mark.last) == mark.hash;
    if (!continues) return "a batch continues another history";
    const auto folded = tables_.applied.find(mark.generation);  // none: not a batch of rows, or dropped since
    const bool first = generations_.insert(mark.generation).second;
    if (first && folded != tables_.applied.end() && mark.applied > folded->second)
      return "batches of rows before it are missing";
    return {};
  }
  /// The first batch continues what the tables have; they may have it already, and later ones.
  [[nodiscard]] bool begins(const BatchMark& mark) const {
    return batch_.sequence <= tables_.last_sequence + 1 && mark.ordinal > 0 &&
           mark.ordinal <= tables_.chain.ordinal + 1 && mark.last <= tables_.last &&
           (!tables_.families.commits || mark.last <= tables_.chain.last);
  }
  [[nodiscard]] std::string check_unmarked() const {
    if (marked_) return "a batch has no mark";
    if (!logs_.any && batch_.sequence > tables_.last_sequence + 1) return "batches before it are missing";
    if (located_ || batch_.commits.empty()) return {};
    const Position before = batch_.commits.front().first - 1;
    return before <= tables_.last && before <= tables_.chain.last ? "" : "batches before it are missing";
  }

  /// The log's last position before the batch. Without marks the first commit tells where the logs begin.
  [[nodiscard]] Position before_batch() const {
    if (located_) return logs_.last;
    if (batch_.mark) return batch_.mark->last;
    return batch_.commits.empty() ? logs_.last : batch_.commits.front().first - 1;
  }

  /// Positions go on, the index has an entry for each commit, and the chain key says the same.
  [[nodiscard]] std::string check_commits() const {
    Position last = before_batch();
    for (const auto& commit : batch_.commits)
      if (commit.first != ++last) return "a batch has the wrong positions";
    if (!tables_.families.commits) return {};
    std::vector<Position> indexed;
    for (const auto& entry : batch_.index) indexed.push_back(entry.second);
    std::ranges::sort(indexed);
    if (!std::ranges::equal(indexed, batch_.commits, {}, {}, &std::pair<Position, std::uint64_t>::first))
      return "a batch has other commits than entries of the index";
    if (!batch_.chain && (batch_.mark || !batch_.commits.empty())) return "a batch has no chain key";
    if (!batch_.chain) return {};
    const std::uint64_t ordinal = batch_.mark ? batch_.mark->ordinal : 0;
    return batch_.chain->last == last && batch_.chain->ordinal == ordinal ? ""
                                                                          : "a batch has a wrong chain key";
  }

  void absorb() {
    // An earlier opening has judged the damage, for what follows was written after it.
    logs_.damage.reset();
    behind_.clear();
    whole_behind_.clear();
    if (!located_ && (batch_.mark || !batch_.commits.empty())) {
      logs_.first = logs_.last = before_batch();
      located_ = true;
    }
    if (batch_.mark) {
      marked_ = true;
      if (batch_.mark->last == tables_.head) logs_.head_hash = batch_.mark->hash;
      logs_.next_ordinal = batch_.mark->ordinal + 1;
      logs_.hash = batch_.mark->hash;
    }
    logs_.any = true;
    logs_.last_sequence = batch_.sequence + batch_.count - 1;
    for (const auto& commit : batch_.commits) logs_.commits.push_back(commit.second);
    if (!batch_.commits.empty()) {
      logs_.last = batch_.commits.back().first;
      logs_.hash = batch_.last_hash;
    }
    if (logs_.last == tables_.head) logs_.head_hash = logs_.hash;
    std::ranges::move(batch_.index, std::back_inserter(logs_.index));
  }

  /// Collects the batches behind damage: by ordinal, or without marks by their last position.
  void look_behind(std::string_view bytes, std::size_t from) {
    std::vector<std::size_t> starts;
    find_in_records(bytes, from, mark_prefix(store_), mark_bytes,
                    [&](std::size_t offset, std::string_view found) {
                      const auto mark = decode_mark(found);
                      if (!mark) return;
                      behind_.insert(mark->ordinal);
                      starts.push_back(offset - std::min(offset, fragment_header_bytes + bytes_before_mark));
                    });
    std::ranges::sort(starts);
    if (marked_ && starts.empty()) return;
    salvage_records(bytes, from, starts, [&](std::string_view record) {
      WalBatch batch;
      if (!batch.parse(record, tables_.families) || batch.commits.empty()) return true;
      if (batch.mark ? batch.mark->store != store_ : marked_) return true;
      const std::uint64_t number = batch.mark ? batch.mark->ordinal : batch.commits.back().first;
      behind_.insert(number);
      whole_behind_[number] = batch.commits.size();
      return true;
    });
  }

  const TableState& tables_;
  const StoreId& store_;
  bool marked_;
  bool located_ = false;  // where the logs begin is known
  WalBatch batch_;
  std::set<std::uint64_t> generations_;
  std::set<std::uint64_t> behind_;
  std::map<std::uint64_t, std::size_t> whole_behind_;
  LiveLogs logs_;
};

}  // namespace

LiveLogs read_live_logs(const std::string& folder, rocksdb::Env* env, const TableState& tables,
                        const StoreId& store, bool marked) {
  Walk walk{tables, store, marked};
  for (const auto& [number, name] : log_files(folder, *env))
    if (number >= tables.min_log) walk.read(name, read_log(folder, name, *env));
  return std::move(walk).finish();
}

Position last_commit_in_logs(const std::string& folder, rocksdb::Env* env) {
  Position last = 0;
  for (const auto& [number, name] : log_files(folder, *env))
    salvage_records(read_log(folder, name, *env), 0, {}, [&](std::string_view record) {
      WalBatch batch;
      const bool parsed = batch.parse(record, {.commits = 0, .chain = 1});
      if (parsed && !batch.commits.empty()) last = std::max(last, batch.commits.back().first);
      return true;
    });
  return last;
}

}  // namespace muster
