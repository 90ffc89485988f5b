#include <algorithm>
#include <charconv>

#include <muster/eventstore/rocksdb/rocks_recovery.hpp>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/posix_file.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/wal_reader.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

/// So many positions are looked at for a hole even if the write-ahead logs do not have them.
constexpr Position tail_checked = 1024;

[[noreturn]] void corrupt(const std::string& detail) {
  throw StoreError{StoreErrorCode::corrupt, detail + "; restore the store from a backup"};
}

/// A value by its key; none when it is not there.
std::optional<std::string> find(const Database& database, std::string_view family, std::string_view key) {
  std::string value;
  const rocksdb::Status status =
      database.db().Get(rocksdb::ReadOptions{}, database.family(family).get(), key, &value);
  if (status.IsNotFound()) return std::nullopt;
  require(status, "reading the database");
  return value;
}

Position last_position(const Database& database) {
  const std::unique_ptr<rocksdb::Iterator> entry{database.db().NewIterator(
      rocksdb::ReadOptions{}, database.family(rocksdb::kDefaultColumnFamilyName).get())};
  entry->SeekToLast();
  require(entry->status(), "reading the log");
  if (!entry->Valid()) return 0;
  if (entry->key().size() != position_size) corrupt("a key of the log is not a position");
  return read_big_endian<Position>(entry->key().ToStringView());
}

std::string commit_at(const Database& database, Position position) {
  auto bytes = find(database, rocksdb::kDefaultColumnFamilyName, position_bytes(position));
  if (!bytes) corrupt(fmt::format("the log has no commit at position {}", position));
  return *std::move(bytes);
}

ChainKey read_chain_key(const Database& database, std::string_view family) {
  const auto value = find(database, family, chain_key());
  if (!value) return {};
  const auto key = decode_chain_key(*value);
  if (!key) corrupt("the chain key has the wrong length");
  return *key;
}

/// How far each generation of rows is folded.
std::map<std::uint64_t, Position> read_applied(const Database& database) {
  std::map<std::uint64_t, Position> applied;
  for (const std::string& name : database.family_names()) {
    std::uint64_t generation = 0;
    const char* const end = name.data() + name.size();
    if (!name.starts_with(rows_prefix)) continue;
    if (std::from_chars(name.data() + rows_prefix.size(), end, generation).ptr != end) continue;
    const auto value = find(database, name, applied_key);
    applied[generation] = value ? decode_applied(*value) : 0;
  }
  return applied;
}

std::uint64_t min_log_of(const Database& database) {
  std::uint64_t number = 0;
  if (!database.db().GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &number))
    corrupt("RocksDB does not say which write-ahead logs it needs");
  return number;
}

/// The manifest has the same format as a log, and RocksDB's reader the same faults. A torn tail is what a
/// crash leaves; whole records behind damage are not.
void check_manifest(const std::string& path, rocksdb::Env& env) {
  std::string current;
  require(rocksdb::ReadFileToString(&env, path + "/CURRENT", &current), "reading `CURRENT`");
  while (!current.empty() && current.back() == '\n') current.pop_back();
  std::string manifest;
  if (const auto status = rocksdb::ReadFileToString(&env, path + "/" + current, &manifest); !status.ok())
    corrupt(fmt::format("the file `{}/{}`, which `CURRENT` names, cannot be read: {}", path, current,
                        status.ToString()));
  WalReader reader{manifest};
  while (reader.next()) {
  }
  if (reader.ends_cleanly()) return;
  salvage_records(manifest, reader.sound_bytes(), {}, [&](std::string_view) -> bool {
    corrupt(fmt::format("the file `{}/{}` is damaged at byte {}", path, current, reader.sound_bytes()));
  });
}

/// One database on its way from its tables to being open.
class Recovery {
 public:
  Recovery(const RecoverySpec& spec, bool has_log)
      : spec_(spec),
        has_log_(has_log),
        base_(spec.env ? *spec.env : *rocksdb::Env::Default()),
        files_(std::make_shared<CheckedFiles>(base_.GetFileSystem())),
        env_(env_with(base_, files_)),
        chain_family_(has_log ? streams_family : std::string_view{rocksdb::kDefaultColumnFamilyName}) {}

  /// Opens the tables alone, and then reads the write-ahead logs.
  void examine() {
    const std::unique_ptr<Database> tables = open(true);
    tables_.head = spec_.head.position;
    read_tables(*tables);
    const bool marked = has_log_ && (record_ ? record_->format : spec_.head.format) >= marked_format;
    if (record_ && record_->format > spec_.head.format)
      corrupt(fmt::format("the file `HEAD` for `{}` is older than the store", spec_.path));
    logs_ = read_live_logs(spec_.path, &base_, tables_, spec_.head.store, marked);
    marked_ = marked;
    if (!has_log_) return;
    compare_commits(*tables, tables_.last);
    if (spec_.head.position != 0 && spec_.head.position <= tables_.last)
      logs_.head_hash = tables_.hash_at(spec_.head.position);
  }

  /// Refuses a log in which something acknowledged is missing or damaged.
  void judge() {
    if (logs_.damage) judge_damage(*logs_.damage);
    if (logs_.last < spec_.head.position)
      throw StoreError{
          StoreErrorCode::lost_tail,
          fmt::format("the log in `{}` ends at position {}, but `HEAD` says that it reached {}; look for its "
                      "missing files, or restore the store from a backup",
                      spec_.path, logs_.last, spec_.head.position)};
    const Position beyond = std::max(tables_.last, tables_.chain.last);
    if (logs_.last < beyond || logs_.next_ordinal <= tables_.chain.ordinal)
      corrupt(fmt::format("the tables in `{}` reach position {}, but the write-ahead logs end at {}",
                          spec_.path, beyond, logs_.last));
    if (logs_.head_hash && spec_.head.position != 0 && *logs_.head_hash != spec_.head.hash)
      corrupt(fmt::format("the commit at position {} is not the one that HEAD names", spec_.head.position));
    if (record_ && record_->format >= marked_format && record_->store != spec_.head.store)
      corrupt(fmt::format("the file `HEAD` belongs to another store than `{}`", spec_.path));
    const bool unsynced = spec_.head.durability == Durability::os;
    const auto rows = tables_.applied.find(record_ ? record_->generation : 0);
    if (rows != tables_.applied.end() && rows->second > logs_.last && !unsynced)
      corrupt(fmt::format("the rows in `{}` are folded to position {}, but the log ends at {}", spec_.path,
                          rows->second, logs_.last));
    if (marked_ && !unsynced && logs_.any && logs_.last_sequence < tables_.last_sequence)
      throw StoreError{
          StoreErrorCode::lost_tail,
          fmt::format("the write-ahead logs in `{}` end at position {}, before the last write that "
                      "the manifest knows of; look for missing files, or restore the store from a "
                      "backup",
                      spec_.path, logs_.last)};
  }

  /// Drops whatever follows the sound part, of rows that can be folded again.
  void drop_damage() {
    logs_.next_ordinal = std::max(logs_.next_ordinal, tables_.chain.ordinal + 1);
    if (logs_.damage)
      notes_.push_back(
          fmt::format("the write-ahead log `{}/{}` is damaged at byte {}: the rows in it that follow "
                      "are folded again",
                      spec_.path, logs_.damage->file, logs_.damage->offset));
  }

  Recovered finish() {
    files_->show(logs_.sound);
    std::unique_ptr<Database> database = open(spec_.read_only);
    compare(*database);
    const HeadNote head = has_log_ && !spec_.read_only ? record_head() : spec_.head;
    files_->release();
    return {.database = std::move(database),
            .record = record_.value_or(StoreRecord{}),
            .head = head,
            .last = logs_.last,
            .hash = logs_.hash,
            .next_ordinal = logs_.next_ordinal,
            .dropped = logs_.damage.has_value(),
            .notes = std::move(notes_)};
  }

 private:
  /// What the logs brought in is in tables now, and durable. A store that is killed again and again would
  /// otherwise never say how far it had come.
  HeadNote record_head() const {
    HeadNote head = spec_.head;
    if (head.position == logs_.last) return head;
    head.position = logs_.last;
    head.hash = logs_.hash;
    write_head(spec_.folder, head, &base_);
    return head;
  }

  std::unique_ptr<Database> open(bool read_only) const {
    std::unique_ptr<Database> database;
    require(Database::open({.path = spec_.path,
                            .env = env_,
                            .files = files_,
                            .failure = spec_.failure,
                            .read_only = read_only,
                            .write_buffer_bytes = spec_.write_buffer_bytes},
                           database),
            fmt::format("opening `{}`", spec_.path));
    return database;
  }

  void read_tables(const Database& database) {
    const Database::Family chain = database.family(chain_family_);
    if (chain == nullptr) corrupt(fmt::format("the index of streams is missing in `{}`", spec_.path));
    tables_.families.chain = chain->GetID();
    if (has_log_) {
      tables_.families.commits = database.family(rocksdb::kDefaultColumnFamilyName)->GetID();
      read_record(database);
      tables_.last = last_position(database);
    }
    tables_.chain = read_chain_key(database, chain_family_);
    tables_.applied = read_applied(database);
    tables_.last_sequence = database.db().GetLatestSequenceNumber();
    tables_.min_log = min_log_of(database);
    // The logs are read while this is open.
    tables_.hash_at = [&database](Position position) { return stored_hash(commit_at(database, position)); };
  }

  void read_record(const Database& database) {
    const auto bytes = find(database, rocksdb::kDefaultColumnFamilyName, position_bytes(0));
    if (bytes) record_ = decode_record(*bytes);
  }

  void judge_damage(const LogDamage& damage) {
    const std::string where =
        fmt::format("the write-ahead log `{}/{}` at byte {}", spec_.path, damage.file, damage.offset);
    const bool unsynced = spec_.head.durability == Durability::os;
    if (unsynced ? damage.whole && !logs_.later_batches : damage.whole || logs_.later_batches)
      corrupt(fmt::format("{} is not what was written after position {} ({}){}", where, logs_.last,
                          damage.what, logs_.later_batches ? ", and later writes follow it" : ""));
    if (!logs_.later_batches)
      notes_.push_back(fmt::format(
          "what was written last, after position {}, was incomplete and has been discarded; {} ({})",
          logs_.last,
          unsynced ? "under durability os it may have been answered"
                   : "it had not been answered, unless the disk has damaged it since",
          where));
    else
      notes_.push_back(
          fmt::format("the system had not written everything when it stopped: {} whole commits after "
                      "position {} have been "
                      "discarded with what was lost before them (durability os; {})",
                      logs_.later_commits, logs_.last, where));
  }

  /// What RocksDB made of the logs must be what our reader saw in them.
  void compare(const Database& database) {
    if (has_log_) {
      read_record(database);
      if (!record_) corrupt("the store's own record, at position 0 of the log, is missing");
      if (record_->format >= marked_format && record_->store != spec_.head.store)
        corrupt(fmt::format("the file `HEAD` belongs to another store than `{}`", spec_.path));
      compare_commits(database, logs_.last);
      compare_index(database);
      compare_head(database);
    }
    const std::uint64_t sequence = std::max(logs_.last_sequence, tables_.last_sequence);
    const ChainKey chain = read_chain_key(database, chain_family_);
    const Position last = has_log_ ? last_position(database) : logs_.last;
    if (database.db().GetLatestSequenceNumber() != sequence || last != logs_.last ||
        chain.last != logs_.last || chain.ordinal + 1 != logs_.next_ordinal)
      corrupt(
          fmt::format("RocksDB has recovered `{}` up to position {} (batch {}, which says {}; write {}), but "
                      "its logs end at "
                      "position {} (batch {}, write {})",
                      spec_.path, last, chain.ordinal, chain.last, database.db().GetLatestSequenceNumber(),
                      logs_.last, logs_.next_ordinal - 1, sequence));
  }

  /// Every commit that the logs brought in, as far as `last`, is there as it was in them, and none of the
  /// last ones is missing.
  void compare_commits(const Database& database, Position last) const {
    const std::unique_ptr<rocksdb::Iterator> entry{database.db().NewIterator(
        rocksdb::ReadOptions{}, database.family(rocksdb::kDefaultColumnFamilyName).get())};
    Position position = std::min(logs_.first, last - std::min(last, tail_checked));
    for (entry->Seek(position_bytes(position + 1)); position < last; entry->Next()) {
      ++position;
      require(entry->status(), "reading the log");
      const bool there = entry->Valid() && entry->key().ToStringView() == position_bytes(position);
      const bool same = there && (position <= logs_.first || position > logs_.last ||
                                  XXH3_64bits(entry->value().data(), entry->value().size()) ==
                                      logs_.commits[position - logs_.first - 1]);
      if (!same)
        corrupt(fmt::format("the commit at position {} in `{}` is missing or damaged", position, spec_.path));
    }
  }

  void compare_index(const Database& database) {
    const std::unique_ptr<rocksdb::Iterator> entry{
        database.db().NewIterator(rocksdb::ReadOptions{}, database.family(streams_family).get())};
    // In the order of keys, so that most are found beside the one before.
    std::ranges::sort(logs_.index);
    for (const auto& [key, position] : logs_.index) {
      if (entry->Valid()) entry->Next();
      if (!entry->Valid() || entry->key() != rocksdb::Slice{key}) entry->Seek(key);
      require(entry->status(), "reading the index of streams");
      if (!entry->Valid() || entry->key() != rocksdb::Slice{key} ||
          entry->value().ToStringView() != position_bytes(position))
        corrupt(fmt::format("the entry of the index of streams for position {} in `{}` is missing or damaged",
                            position, spec_.path));
    }
  }

  void compare_head(const Database& database) const {
    const HeadNote& head = spec_.head;
    if (head.position != 0 && stored_hash(commit_at(database, head.position)) != head.hash)
      corrupt(fmt::format("the commit at position {} is not the one that HEAD names", head.position));
  }

  const RecoverySpec& spec_;
  const bool has_log_;
  rocksdb::Env& base_;
  std::shared_ptr<CheckedFiles> files_;
  std::shared_ptr<rocksdb::Env> env_;
  std::string_view chain_family_;
  bool marked_ = true;
  std::optional<StoreRecord> record_;
  TableState tables_;
  LiveLogs logs_;
  std::vector<std::string> notes_;
};

/// With its write-ahead logs empty.
std::unique_ptr<Database> open_tables(const std::string& path, rocksdb::Env& base,
                                      std::size_t write_buffer_bytes) {
  const auto files = std::make_shared<CheckedFiles>(base.GetFileSystem());
  std::unique_ptr<Database> database;
  require(Database::open({.path = path,
                          .env = env_with(base, files),
                          .read_only = true,
                          .write_buffer_bytes = write_buffer_bytes},
                         database),
          fmt::format("opening `{}`", path));
  return database;
}

}  // namespace

Recovered recover_log(const RecoverySpec& spec) {
  check_manifest(spec.path, spec.env ? *spec.env : *rocksdb::Env::Default());
  Recovery recovery{spec, true};
  recovery.examine();
  recovery.judge();
  return recovery.finish();
}

Recovered recover_rows(const RecoverySpec& spec) {
  check_manifest(spec.path, spec.env ? *spec.env : *rocksdb::Env::Default());
  Recovery recovery{spec, false};
  recovery.examine();
  recovery.drop_damage();
  return recovery.finish();
}

Position commits_in(const std::string& path, const std::shared_ptr<rocksdb::Env>& env) {
  rocksdb::Env& base = env ? *env : *rocksdb::Env::Default();
  if (!std::filesystem::is_directory(path)) return 0;
  Position last = last_commit_in_logs(path, &base);
  // Making a store writes no tables.
  const bool tables = std::ranges::any_of(std::filesystem::directory_iterator{path}, [](const auto& entry) {
    return entry.path().extension() == ".sst";
  });
  if (tables) last = std::max(last, last_position(*open_tables(path, base, 0)));
  return last;
}

}  // namespace muster
