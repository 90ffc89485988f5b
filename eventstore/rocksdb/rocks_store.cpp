#include <algorithm>
#include <atomic>
#include <cassert>
#include <tuple>

#include <fmt/format.h>
#include <rocksdb/utilities/checkpoint.h>

#include <muster/eventstore/rocksdb/checked_files.hpp>
#include <muster/eventstore/rocksdb/copy_names.hpp>
#include <muster/eventstore/rocksdb/damaged_tables.hpp>
#include <muster/eventstore/rocksdb/rocks_log.hpp>
#include <muster/eventstore/rocksdb/rocks_opening.hpp>
#include <muster/eventstore/rocksdb/rocks_rows.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/whole_file.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

class RocksStore final : public Store {
 public:
  explicit RocksStore(OpenParts parts);
  ~RocksStore() override {
    if (parts_.health->forked())
      abandon();
    else
      release();
  }

  CommitLog& log() override { return *log_; }
  RowStore& rows() override { return *rows_; }
  AppendResult write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) override;
  RowStore& begin_generation() override;
  void finish_generation() override;
  const Opening& opening() const override { return parts_.opening; }
  bool read_only() const override { return parts_.setup.options.read_only; }
  void record_head() override;
  Position recorded_head() const override { return recorded_head_; }
  Position checkpoint(const fs::path& folder, CopyTables tables,
                      const std::function<void(Store&)>& complete) override;
  std::vector<StoredFamily> families() const override;
  void scan_family(const std::string& name,
                   const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  std::vector<std::string> damaged_files() const override;
  void close() override;

 private:
  std::vector<StoredFamily> families_of(const Database& database, bool has_log) const;
  Position copy_to(const fs::path& folder, CopyTables tables, const std::function<void(Store&)>& complete);
  void copy_database(Database& database, const fs::path& to, CopyTables tables);
  void require_usable() const;
  std::optional<StoreError> displaced();
  // Runs a write of RocksDB; whatever it throws fails the store.
  template <class Write>
  void guarded(Write write);
  std::unique_ptr<RocksRows> rows_of(std::uint64_t generation);
  void drop_unfinished();
  void record_generation(std::uint64_t generation);
  void upgrade();
  void name_durability();
  rocksdb::Status flush();
  void release();
  void abandon();

  OpenParts parts_;
  std::shared_ptr<ReadGate> gate_ = std::make_shared<ReadGate>();
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<RocksRows> rows_;
  std::unique_ptr<RocksRows> unfinished_;
  std::atomic<Position> recorded_head_ = 0;
  std::optional<StoreError> close_error_;
};

RocksStore::RocksStore(OpenParts parts) : parts_(std::move(parts)) {
  parts_.health->read_only = parts_.setup.options.read_only;
  recorded_head_ = parts_.head.position;
  log_ = std::make_unique<RocksLog>(*parts_.log.database, *parts_.log.writer, gate_);
  rows_ = rows_of(parts_.record.generation);
  parts_.opening.rows_ahead = applied_of(*rows_) > log_->last();
  // Only where the system had not written the log, but had written tables of rows.
  if (parts_.opening.rows_ahead && (parts_.split() || parts_.head.durability != Durability::os))
    throw StoreError{
        StoreErrorCode::corrupt,
        fmt::format("the rows in `{}` are folded to position {}, but the log ends at {}; restore the "
                    "store from a backup",
                    parts_.folder.string(), applied_of(*rows_), log_->last())};
  if (parts_.health->read_only) return;
  upgrade();
  // Rows that are ahead are explained by the durability until they have been folded anew.
  if (!parts_.opening.rows_ahead) name_durability();
}

std::unique_ptr<RocksRows> RocksStore::rows_of(std::uint64_t generation) {
  StorePart& part = parts_.rows_part();
  return std::make_unique<RocksRows>(*part.database, generation, *part.writer, gate_);
}

// Stores of the first format get a name, and marks from then on. Recovery has emptied their write-ahead logs.
void RocksStore::upgrade() {
  if (parts_.record.format >= marked_format) return;
  HeadNote head = parts_.head;
  if (head.format < marked_format) {
    head.format = store_format;
    head.store = parts_.log.writer->chain().store;
    write_head(parts_.folder, head, parts_.setup.env);
    parts_.head = head;
  }
  StoreRecord record = parts_.record;
  record.format = store_format;
  record.store = parts_.head.store;
  parts_.record = record;
  record_generation(record.generation);
}

// Before the first write under another durability, everything written under the old one is synced.
void RocksStore::name_durability() {
  HeadNote head = parts_.head;
  if (head.durability == parts_.setup.options.durability) return;
  require(parts_.log.database->db().SyncWAL(), "syncing the log");
  head.durability = parts_.setup.options.durability;
  write_head(parts_.folder, head, parts_.setup.env);
  parts_.head = head;
}

AppendResult RocksStore::write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) {
  if (auto elsewhere = displaced()) return {log_->last(), std::move(elsewhere)};
  if (!parts_.split()) {
    AppendResult result = log_->append_with(rows_->batch_of(rows), after, commits);
    if (!result.error) rows_->wrote(rows);
    return result;
  }
  return log_->append_with(parts_.log.writer->begin(0, 0), after, commits, [&] {
    if (parts_.setup.between_writes) parts_.setup.between_writes();
    rows_->write(rows);
  });
}

void RocksStore::require_usable() const {
  if (const auto refused = parts_.health->refusal()) throw *refused;
}

/// Files are written by their paths, and another store may be there now.
std::optional<StoreError> RocksStore::displaced() {
  if (parts_.health->refusal() || parts_.lock.guards(parts_.folder)) return std::nullopt;
  StoreError error{
      StoreErrorCode::not_found,
      fmt::format("`{}` is no longer the folder that was opened: it was moved, removed or replaced; "
                  "open the store where it is now",
                  parts_.folder.string())};
  parts_.health->failure->happened(error.what());
  parts_.log.database->leave();
  if (parts_.split()) parts_.rows.database->leave();
  return error;
}

template <class Write>
void RocksStore::guarded(Write write) {
  require_usable();
  try {
    write();
  } catch (...) {
    parts_.health->failure->happened();
    throw;
  }
}

RowStore& RocksStore::begin_generation() {
  guarded([&] {
    drop_unfinished();
    const std::uint64_t next = parts_.record.generation + 1;
    parts_.rows_part().database->create_family(rows_family(next));
    unfinished_ = rows_of(next);
  });
  return *unfinished_;
}

void RocksStore::drop_unfinished() {
  if (!unfinished_) return;
  unfinished_.reset();
  parts_.rows_part().database->drop_family(rows_family(parts_.record.generation + 1));
}

void RocksStore::finish_generation() {
  assert(unfinished_ != nullptr);
  const std::uint64_t old = parts_.record.generation;
  guarded([&] {
    // The rows first: the record must never name rows that a crash can still take.
    if (parts_.split()) require(parts_.rows.database->db().SyncWAL(), "syncing rows");
    record_generation(old + 1);
    rows_ = std::move(unfinished_);
    parts_.rows_part().database->drop_family(rows_family(old));
  });
  if (std::exchange(parts_.opening.rows_ahead, false)) guarded([&] { name_durability(); });
}

void RocksStore::record_generation(std::uint64_t generation) {
  constexpr std::string_view doing = "recording the generation of rows";
  StoreRecord record = parts_.record;
  record.generation = generation;
  rocksdb::WriteBatch batch = parts_.log.writer->begin(0, 0);
  require(batch.Put(position_bytes(0), encode(record)), doing);
  parts_.log.writer->write(batch, doing);
  // Also what was written before it to the same write-ahead log.
  if (parts_.setup.options.durability == Durability::os) require(parts_.log.database->db().SyncWAL(), doing);
  parts_.record = record;
}

void RocksStore::record_head() {
  if (parts_.setup.options.read_only) return;
  require_usable();
  if (const auto elsewhere = displaced()) throw *elsewhere;
  HeadNote head = parts_.head;
  std::tie(head.position, head.hash) = log_->end();
  if (head.position == parts_.head.position) return;
  // What the file says must not outlive what the log has.
  if (parts_.setup.options.durability == Durability::os)
    guarded([&] { require(parts_.log.database->db().SyncWAL(), "syncing the log"); });
  write_head(parts_.folder, head, parts_.setup.env);
  parts_.head = head;
  recorded_head_ = head.position;
}

// Makes the folders above a path, durably.
void make_parents(const fs::path& path, rocksdb::Env* env) {
  std::vector<fs::path> missing;
  for (fs::path folder = path.parent_path(); !fs::exists(folder); folder = folder.parent_path())
    missing.push_back(folder);
  fs::create_directories(path.parent_path());
  for (const fs::path& folder : missing) sync_names(env_or_default(env), folder.parent_path());
}

Position RocksStore::checkpoint(const fs::path& folder, CopyTables tables,
                                const std::function<void(Store&)>& complete) try {
  require_usable();
  if (const auto elsewhere = displaced()) throw *elsewhere;
  const CopyNames names = names_of_copy(folder, parts_.folder);
  make_parents(names.whole, parts_.setup.env);
  Position last = 0;
  try {
    last = copy_to(names.partial, tables, complete);
    fs::rename(names.partial, names.whole);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(names.staging, ignored);
    fs::remove_all(names.partial, ignored);
    throw;
  }
  sync_names(env_or_default(parts_.setup.env), names.whole.parent_path());
  return last;
} catch (const fs::filesystem_error& error) {
  throw write_error(error.code().value(), "copying the store to", folder);
}

/// Whether RocksDB may link files, until the policy's end.
class LinkPolicy {
 public:
  LinkPolicy(CheckedFiles& files, bool allowed) : files_(files) { files_.allow_links(allowed); }
  ~LinkPolicy() { files_.allow_links(true); }
  LinkPolicy(const LinkPolicy&) = delete;
  LinkPolicy& operator=(const LinkPolicy&) = delete;

 private:
  CheckedFiles& files_;
};

Position RocksStore::copy_to(const fs::path& folder, CopyTables tables,
                             const std::function<void(Store&)>& complete) {
  // What is in by now is in the copy, and more may be: commands go on being written.
  HeadNote least{.durability = parts_.setup.options.durability, .store = parts_.log.writer->chain().store};
  std::tie(least.position, least.hash) = log_->end();
  if (parts_.split()) {
    fs::create_directory(folder);
    copy_database(*parts_.rows.database, folder / "rows", tables);
  }
  copy_database(*parts_.log.database, parts_.split() ? folder / "log" : folder, tables);
  write_head(folder, least, parts_.setup.env);
  // The copy's own recovery finds where it ends, and that it is whole.
  StoreSetup setup = parts_.setup;
  setup.between_writes = nullptr;
  setup.options = {.durability = parts_.setup.options.durability, .create = false};
  const auto copy = open_store_as(folder, setup);
  if (complete) complete(*copy);
  const Position last = copy->log().last();
  copy->record_head();
  copy->close();
  fs::remove(folder / lock_file_name);
  sync_names(env_or_default(parts_.setup.env), folder);
  return last;
}

void RocksStore::copy_database(Database& database, const fs::path& to, CopyTables tables) {
  const LinkPolicy links{*database.spec().files, tables == CopyTables::link};
  rocksdb::Checkpoint* made = nullptr;
  require(rocksdb::Checkpoint::Create(&database.db(), &made), "starting a checkpoint");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
  // Everything into tables first: little is left in the write-ahead logs to be copied.
  const rocksdb::Status status = checkpoint->CreateCheckpoint(to.string(), 0);
  if (status.IsPathNotFound())  // of the copy: what is not found of a store is damage
    throw StoreError{StoreErrorCode::io,
                     fmt::format("cannot copy to `{}`: {}", to.string(), status.ToString())};
  require(status, "copying the store");
}

// ---- checking

constexpr std::string_view of_rows = "rows/";  // begins the names of a split store's second database

std::vector<StoredFamily> RocksStore::families_of(const Database& database, bool has_log) const {
  std::vector<StoredFamily> families;
  for (const std::string& name : database.family_names()) {
    FamilyUse use = FamilyUse::none;
    if (name.starts_with(rows_prefix))
      use = name == rows_family(parts_.record.generation) ? FamilyUse::rows : FamilyUse::old_rows;
    else if (has_log && name == streams_family)
      use = FamilyUse::streams;
    else if (has_log && name == rocksdb::kDefaultColumnFamilyName)
      use = FamilyUse::commits;
    families.push_back({has_log ? name : std::string{of_rows} + name, use});
  }
  return families;
}

std::vector<StoredFamily> RocksStore::families() const {
  const ReadGate::Read reading{*gate_};
  std::vector<StoredFamily> all = families_of(*parts_.log.database, true);
  if (parts_.split()) std::ranges::move(families_of(*parts_.rows.database, false), std::back_inserter(all));
  return all;
}

void RocksStore::scan_family(const std::string& name,
                             const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const ReadGate::Read reading{*gate_};
  const bool second = name.starts_with(of_rows);
  const StorePart& part = second ? parts_.rows : parts_.log;
  const std::string inside = second ? name.substr(of_rows.size()) : name;
  const bool is_default = inside == rocksdb::kDefaultColumnFamilyName;
  // The record in the log, the chain key in the index or, of a second database, in the default family.
  const std::string own = is_default && !second                    ? position_bytes(0)
                          : is_default || inside == streams_family ? chain_key()
                                                                   : std::string{};
  const Database::Family family = part.database->family(inside);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> entry{part.database->db().NewIterator(options, family.get())};
  for (entry->SeekToFirst(); entry->Valid(); entry->Next())
    if (own.empty() || entry->key().ToStringView() != own)
      if (!visit(entry->key().ToStringView(), entry->value().ToStringView())) return;
  require(entry->status(), fmt::format("reading the family `{}`", name));
}

std::vector<std::string> RocksStore::damaged_files() const {
  const ReadGate::Read reading{*gate_};
  std::vector<std::string> damaged = damaged_tables(*parts_.log.database);
  if (parts_.split()) std::ranges::move(damaged_tables(*parts_.rows.database), std::back_inserter(damaged));
  return damaged;
}

// ---- closing

rocksdb::Status RocksStore::flush() {
  if (parts_.health->read_only || *parts_.health->failure) return rocksdb::Status::OK();
  rocksdb::Status status = parts_.log.database->flush();
  if (status.ok() && parts_.split()) status = parts_.rows.database->flush();
  return status;
}

void RocksStore::close() {
  if (parts_.health->forked()) throw *parts_.health->refusal();
  gate_->close();
  if (!parts_.health->closed) {
    try {
      if (const auto elsewhere = displaced()) throw *elsewhere;
      require(flush(), "closing the store");
    } catch (const StoreError& error) {
      close_error_ = error;
    }
    release();
  }
  if (close_error_) throw *close_error_;
}

// Nobody may be reading. Objects that people may still hold stay, and answer that the store is closed.
void RocksStore::release() {
  if (parts_.health->closed.exchange(true)) return;
  gate_->close();
  if (rows_) rows_->release();
  unfinished_.reset();
  log_->release();
  for (StorePart* part : {&parts_.rows, &parts_.log}) {
    if (part->writer) part->writer->release();
    part->database.reset();
  }
  parts_.lock = StoreLock{};
}

// In a forked child: nothing of it may be touched, for the parent goes on with it.
void RocksStore::abandon() {
  static_cast<void>(rows_.release());
  static_cast<void>(unfinished_.release());
  static_cast<void>(log_.release());
  for (StorePart* part : {&parts_.rows, &parts_.log}) {
    static_cast<void>(part->writer.release());
    static_cast<void>(part->database.release());
  }
}

}  // namespace

std::unique_ptr<Store> open_store_as(const fs::path& folder, const StoreSetup& setup) try {
  return std::make_unique<RocksStore>(open_parts(folder, setup));
} catch (const fs::filesystem_error& error) {
  throw StoreError{StoreErrorCode::io, error.what()};
}

std::unique_ptr<Store> open_store(const fs::path& folder, const StoreOptions& options) {
  StoreSetup setup;
  setup.options = options;
  return open_store_as(folder, setup);
}

}  // namespace muster
