#include <cassert>

#include <fmt/format.h>
#include <rocksdb/utilities/checkpoint.h>

#include <muster/eventstore/head_file.hpp>
#include <muster/eventstore/rocks_database.hpp>
#include <muster/eventstore/rocks_keys.hpp>
#include <muster/eventstore/rocks_log.hpp>
#include <muster/eventstore/rocks_recovery.hpp>
#include <muster/eventstore/rocks_rows.hpp>
#include <muster/eventstore/rocks_status.hpp>
#include <muster/eventstore/store_folder.hpp>
#include <muster/eventstore/store_record.hpp>
#include <muster/eventstore/store_setup.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

// The databases of a store, and what was found while opening them.
struct OpenStore {
  fs::path folder;
  StoreSetup setup;
  StoreLock lock;
  std::unique_ptr<Database> log;
  std::unique_ptr<Database> rows;  // null: they are in the log's
  StoreRecord record;
  HeadNote head;
  Position last = 0;
  std::vector<std::string> notes;

  [[nodiscard]] Database& rows_database() const { return rows ? *rows : *log; }
};

class RocksStore final : public Store {
 public:
  explicit RocksStore(OpenStore parts);

  CommitLog& log() override { return *log_; }
  RowStore& rows() override { return *rows_; }
  AppendResult write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) override;
  RowStore& begin_generation() override;
  void finish_generation() override;
  std::vector<std::string> recovery_notes() const override { return parts_.notes; }
  std::optional<RecordedHead> recorded_head() const override;
  void record_head(Position last, const Digest& hash) override;
  void checkpoint(const fs::path& folder, Position last, const Digest& hash) override;
  void close() override;

 private:
  void copy_to(const fs::path& folder, const HeadNote& head);
  void require_usable() const;
  // Runs a write of RocksDB; whatever it throws fails the store.
  template <class Write>
  void guarded(Write write);
  void drop_unfinished();
  void record_generation(std::uint64_t generation);

  OpenStore parts_;
  WriteHealth health_;
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<RocksRows> rows_;
  std::unique_ptr<RocksRows> unfinished_;
};

RocksStore::RocksStore(OpenStore parts) : parts_(std::move(parts)) {
  health_.read_only = parts_.setup.options.read_only;
  // Rows are not synced when they stand alone, so the log must not lag behind them.
  const Durability durability = parts_.rows ? Durability::fsync : parts_.setup.options.durability;
  log_ = std::make_unique<RocksLog>(*parts_.log, health_, durability, parts_.last);
  Database& rows = parts_.rows_database();
  rows_ = std::make_unique<RocksRows>(rows, rows.family(rows_family(parts_.record.generation)), health_);
}

AppendResult RocksStore::write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) {
  rocksdb::WriteBatch batch;
  if (!parts_.rows) {
    rows_->add(batch, rows);
    return log_->append_with(std::move(batch), after, commits);
  }
  return log_->append_with(std::move(batch), after, commits, [&] {
    if (parts_.setup.between_writes) parts_.setup.between_writes();
    rows_->write(rows);
  });
}

void RocksStore::require_usable() const {
  if (const auto refused = health_.refusal()) throw *refused;
}

template <class Write>
void RocksStore::guarded(Write write) {
  require_usable();
  try {
    write();
  } catch (...) {
    health_.failed = true;
    throw;
  }
}

RowStore& RocksStore::begin_generation() {
  Database& database = parts_.rows_database();
  guarded([&] {
    drop_unfinished();
    const std::string name = rows_family(parts_.record.generation + 1);
    unfinished_ = std::make_unique<RocksRows>(database, database.create_family(name), health_);
  });
  return *unfinished_;
}

void RocksStore::drop_unfinished() {
  if (!unfinished_) return;
  unfinished_.reset();
  parts_.rows_database().drop_family(rows_family(parts_.record.generation + 1));
}

void RocksStore::finish_generation() {
  assert(unfinished_ != nullptr);
  const std::uint64_t old = parts_.record.generation;
  guarded([&] {
    // The rows first: the record must never name rows that a crash can still take.
    if (parts_.rows) require(parts_.rows->db().SyncWAL(), "syncing rows");
    record_generation(old + 1);
    rows_ = std::move(unfinished_);
    parts_.rows_database().drop_family(rows_family(old));
  });
}

void RocksStore::record_generation(std::uint64_t generation) {
  StoreRecord record = parts_.record;
  record.generation = generation;
  rocksdb::WriteOptions options;
  options.sync = true;  // also what stands before it in the same write-ahead log
  require(parts_.log->db().Put(options, position_bytes(0), encode(record)),
          "recording the generation of rows");
  parts_.record = record;
}

std::optional<Store::RecordedHead> RocksStore::recorded_head() const {
  if (parts_.head.position == 0) return std::nullopt;
  return RecordedHead{parts_.head.position, parts_.head.hash};
}

void RocksStore::record_head(Position last, const Digest& hash) {
  if (parts_.setup.options.read_only) return;
  require_usable();
  assert(last <= log_->last());
  // What the file says must not outlive what the log has.
  if (parts_.setup.options.durability == Durability::os)
    guarded([&] { require(parts_.log->db().SyncWAL(), "syncing the log"); });
  write_head(parts_.folder, {last, hash});
}

void copy_database(Database& database, const fs::path& to) {
  rocksdb::Checkpoint* made = nullptr;
  require(rocksdb::Checkpoint::Create(&database.db(), &made), "starting a checkpoint");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
  // Everything into tables first: a copy without a write-ahead log needs no recovery.
  const rocksdb::Status status = checkpoint->CreateCheckpoint(to.string(), 0);
  if (status.IsPathNotFound())  // of the copy: what is not found of a store is damage
    throw StoreError{StoreErrorCode::io,
                     fmt::format("cannot copy to `{}`: {}", to.string(), status.ToString())};
  require(status, "copying the store");
}

// `store/` and `store` are one.
fs::path whole_path(const fs::path& folder) {
  fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

// A copy is made under another name, so that what has the name is whole; RocksDB makes its part under a
// third.
struct CopyNames {
  fs::path whole;
  fs::path partial;
  fs::path staging;
};

StoreError taken(const fs::path& path, std::string_view cure) {
  return {StoreErrorCode::not_writable, fmt::format("`{}` {}", path.string(), cure)};
}

// Where a copy goes: not into the store itself, and nowhere that something is.
CopyNames names_of_copy(const fs::path& folder, const fs::path& store) {
  CopyNames names{.whole = whole_path(folder)};
  names.partial = names.whole.string() + ".partial";
  names.staging = names.partial.string() + ".tmp";
  const auto is_there = [](const fs::path& path) {
    return fs::symlink_status(path).type() != fs::file_type::not_found;
  };
  if (is_there(names.whole)) throw taken(names.whole, "is there already; give a path where nothing is");
  const fs::path inside = fs::weakly_canonical(names.whole).lexically_relative(fs::weakly_canonical(store));
  if (!inside.empty() && *inside.begin() != "..")
    throw taken(names.whole, "is in the store itself; give a path outside of it");
  for (const fs::path& path : {names.partial, names.staging})
    if (is_there(path))
      throw taken(path, "is there already: remove it if an interrupted copy left it, or give another path");
  return names;
}

// Makes the folders above a path, durably.
void make_parents(const fs::path& path) {
  std::vector<fs::path> missing;
  for (fs::path folder = path.parent_path(); !fs::exists(folder); folder = folder.parent_path())
    missing.push_back(folder);
  fs::create_directories(path.parent_path());
  for (const fs::path& folder : missing) sync_folder(folder.parent_path());
}

void RocksStore::checkpoint(const fs::path& folder, Position last, const Digest& hash) try {
  require_usable();
  const CopyNames names = names_of_copy(folder, parts_.folder);
  make_parents(names.whole);
  try {
    copy_to(names.partial, {last, hash});
    fs::rename(names.partial, names.whole);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(names.staging, ignored);
    fs::remove_all(names.partial, ignored);
    throw;
  }
  sync_folder(names.whole.parent_path());
} catch (const fs::filesystem_error& error) {
  throw write_error(error.code().value(), "copying the store to", folder);
}

void RocksStore::copy_to(const fs::path& folder, const HeadNote& head) {
  if (parts_.rows) {
    fs::create_directory(folder);
    copy_database(*parts_.rows, folder / "rows");
  }
  copy_database(*parts_.log, parts_.rows ? folder / "log" : folder);
  write_head(folder, head);
  sync_folder(folder);
}

void RocksStore::close() {
  const bool flush = !health_.read_only && !health_.failed;
  rocksdb::Status status;
  if (flush) status = parts_.log->flush();
  if (flush && status.ok() && parts_.rows) status = parts_.rows->flush();
  health_.failed = true;
  [[maybe_unused]] std::uint64_t snapshots = 0;
  assert(!parts_.rows_database().db().GetIntProperty("rocksdb.num-snapshots", &snapshots) || snapshots == 0);
  rows_.reset();
  unfinished_.reset();
  log_.reset();
  parts_.rows.reset();
  parts_.log.reset();
  parts_.lock = StoreLock{};
  require(status, "closing the store");
}

// ---- opening

DatabaseSpec spec_of(const fs::path& path, const StoreSetup& setup) {
  return {.path = path.string(),
          .env = setup.env,
          .read_only = setup.options.read_only,
          .write_buffer_bytes = setup.write_buffer_bytes};
}

std::unique_ptr<Database> open_database(const DatabaseSpec& spec, std::string_view doing) {
  std::unique_ptr<Database> database;
  require(Database::open(spec, database), doing);
  return database;
}

fs::path log_path(const fs::path& folder, FolderContent content) {
  return content == FolderContent::split ? folder / "log" : folder;
}

// Makes a whole, empty store. A crash on the way leaves the mark, and the next opening starts over.
void make_store(const fs::path& folder, const StoreSetup& setup) {
  begin_making(folder);
  DatabaseSpec log = spec_of(folder, setup);
  log.create = {std::string{streams_family}};
  if (setup.split) {
    log.path = folder / "log";
    DatabaseSpec rows = spec_of(folder / "rows", setup);
    rows.create = {rows_family(1)};
    open_database(rows, "making the rows");
  } else {
    log.create.push_back(rows_family(1));
  }
  const std::unique_ptr<Database> made = open_database(log, "making the log");
  rocksdb::WriteOptions synced;
  synced.sync = true;
  require(made->db().Put(synced, position_bytes(0), encode(StoreRecord{store_format, 1})), "making the log");
  write_head(folder, {});
  finish_making(folder);
}

std::unique_ptr<Database> open_rows(const fs::path& folder, const StoreSetup& setup) {
  DatabaseSpec spec = spec_of(folder / "rows", setup);
  // Rows can be folded again, so it does no harm when they are behind; only a hole in them would.
  spec.recovery = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return open_database(spec, "opening the rows");
}

void open_databases(OpenStore& store, FolderContent content) {
  store.head = read_head(store.folder);
  const fs::path path = log_path(store.folder, content);
  Recovery found = look_at_log(path.string(), store.setup.env, store.head);
  store.record = found.record.value();
  store.last = found.last;
  store.notes = found.notes;
  store.log = std::move(found.database);
  if (!store.setup.options.read_only) {
    store.log.reset();
    DatabaseSpec spec = spec_of(path, store.setup);
    spec.recovery = found.mode;
    store.log = open_database(spec, "opening the log");
  }
  if (content == FolderContent::split) store.rows = open_rows(store.folder, store.setup);
}

void check_recovered(const OpenStore& store) {
  if (const Position last = last_position(*store.log); last != store.last)
    throw StoreError{
        StoreErrorCode::corrupt,
        fmt::format("the log in `{}` ended at position {} when looked at and at {} when opened; restore "
                    "the store from a backup",
                    store.folder.string(), store.last, last)};
  if (store.rows_database().family(rows_family(store.record.generation)) == nullptr)
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("the rows of generation {} are missing in `{}`; restore the "
                                 "store from a backup",
                                 store.record.generation, store.folder.string())};
}

// What a crash between starting and finishing left, or between finishing and dropping.
void drop_other_generations(OpenStore& store) {
  Database& rows = store.rows_database();
  for (const std::string& name : rows.family_names()) {
    if (!name.starts_with(rows_prefix) || name == rows_family(store.record.generation)) continue;
    rows.drop_family(name);
    store.notes.push_back(fmt::format("the rows `{}` were not the current ones and are dropped", name));
  }
}

StoreError no_store(const fs::path& folder) {
  return {StoreErrorCode::not_found,
          fmt::format("there is no store in `{}`; give the folder of one, or open it to make one",
                      folder.string())};
}

// Whether a store has to be made; throws when there is none and none is to be made.
bool must_be_made(const fs::path& folder, FolderContent content, const StoreSetup& setup) {
  if (content == FolderContent::joined || content == FolderContent::split) return false;
  if (setup.options.read_only || !setup.options.create) throw no_store(folder);
  return true;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::create_directories(folder, error) && !error) return;
  if (error) throw write_error(error.value(), "making", folder);
  sync_folder(folder.parent_path());
}

OpenStore open_to_read(const fs::path& folder, const StoreSetup& setup) {
  OpenStore store{.folder = folder, .setup = setup};
  must_be_made(folder, inspect_folder(folder), setup);
  store.lock = StoreLock::for_reading(folder);
  const FolderContent content = inspect_folder(folder);
  must_be_made(folder, content, setup);
  open_databases(store, content);
  check_recovered(store);
  return store;
}

OpenStore open_to_write(const fs::path& folder, const StoreSetup& setup) {
  OpenStore store{.folder = folder, .setup = setup};
  if (must_be_made(folder, inspect_folder(folder), setup)) make_folder(folder);
  require_writable(folder);
  store.lock = StoreLock::for_writing(folder);
  // Only now does nobody else change what there is.
  FolderContent content = inspect_folder(folder);
  if (must_be_made(folder, content, setup)) {
    make_store(folder, setup);
    content = inspect_folder(folder);
  }
  open_databases(store, content);
  check_recovered(store);
  drop_other_generations(store);
  return store;
}

}  // namespace

std::unique_ptr<Store> open_store_as(const fs::path& folder, const StoreSetup& setup) try {
  const fs::path whole = whole_path(folder);
  return std::make_unique<RocksStore>(setup.options.read_only ? open_to_read(whole, setup)
                                                              : open_to_write(whole, setup));
} catch (const fs::filesystem_error& error) {
  throw StoreError{StoreErrorCode::io, error.what()};
}

std::unique_ptr<Store> open_store(const fs::path& folder, const StoreOptions& options) {
  StoreSetup setup;
  setup.options = options;
  return open_store_as(folder, setup);
}

}  // namespace muster
