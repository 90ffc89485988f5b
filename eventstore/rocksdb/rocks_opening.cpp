#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/rocksdb/rocks_opening.hpp>
#include <muster/eventstore/rocksdb/rocks_recovery.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/whole_file.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

// An environment that outlives the setup's owner only if that lets it.
std::shared_ptr<rocksdb::Env> env_of(const StoreSetup& setup) {
  return {std::shared_ptr<rocksdb::Env>{}, setup.env};
}

fs::path log_path(const fs::path& folder, FolderContent content) {
  return content == FolderContent::split ? folder / "log" : folder;
}

std::unique_ptr<Database> make_database(const fs::path& path, const StoreSetup& setup,
                                        const std::vector<std::string>& families, std::string_view doing) {
  std::unique_ptr<Database> database;
  require(Database::open({.path = path.string(),
                          .env = env_of(setup),
                          .write_buffer_bytes = setup.write_buffer_bytes,
                          .create = families},
                         database),
          doing);
  return database;
}

// Makes a whole, empty store. A crash on the way leaves the mark, and the next opening starts over.
void make_store(const fs::path& folder, const StoreSetup& setup) {
  constexpr std::string_view doing = "making the log";
  begin_making(folder, setup.env);
  std::vector<std::string> families{std::string{streams_family}};
  if (setup.split)
    make_database(folder / "rows", setup, {rows_family(1)}, "making the rows");
  else
    families.push_back(rows_family(1));
  const auto made = make_database(setup.split ? folder / "log" : folder, setup, families, doing);
  const StoreId store = random_store_id();
  WriteHealth health;
  RocksWriter writer{*made, made->family(streams_family), health, true, {.store = store}};
  rocksdb::WriteBatch batch = writer.begin(0, 0);
  require(batch.Put(position_bytes(0), encode(StoreRecord{store_format, 1, store})), doing);
  writer.write(batch, doing);
  write_head(folder, {.durability = setup.options.durability, .store = store}, setup.env);
  finish_making(folder, setup.env);
}

RecoverySpec recovery_of(const OpenParts& store, const fs::path& path) {
  return {.path = path.string(),
          .env = env_of(store.setup),
          .failure = store.health->failure,
          .read_only = store.setup.options.read_only,
          .write_buffer_bytes = store.setup.write_buffer_bytes,
          .folder = store.folder,
          .head = store.head};
}

StorePart part_of(OpenParts& store, const StoreId& id, Recovered& found, std::string_view chain_family,
                  bool sync) {
  StorePart part{.database = std::move(found.database), .writer = nullptr};
  part.writer = std::make_unique<RocksWriter>(
      *part.database, part.database->family(chain_family), *store.health, sync,
      RocksWriter::Chain{
          .store = id, .next_ordinal = found.next_ordinal, .last = found.last, .hash = found.hash});
  return part;
}

/// The next opening takes damage before a batch for judged. Else it would judge it again, perhaps under
/// another durability.
void mark_end(RocksWriter& writer) {
  rocksdb::WriteBatch batch = writer.begin(0, 0);
  writer.write(batch, "marking the end of the log");
}

void open_databases(OpenParts& store, FolderContent content) {
  store.head = read_head(store.folder);
  Recovered log = recover_log(recovery_of(store, log_path(store.folder, content)));
  const bool split = content == FolderContent::split;
  store.record = log.record;
  store.head = log.head;
  store.opening.last = log.last;
  store.opening.notes = std::move(log.notes);
  // Rows are not synced when they have a database of their own, so the log must not lag behind them.
  const bool sync = split || store.setup.options.durability == Durability::fsync;
  // A store of the first format gets its name now.
  const bool marked = store.head.format >= marked_format;
  const StoreId id = marked ? store.head.store : random_store_id();
  store.log = part_of(store, id, log, streams_family, sync);
  if (log.dropped && marked && !store.setup.options.read_only) mark_end(*store.log.writer);
  if (!split) return;
  Recovered rows = recover_rows(recovery_of(store, store.folder / "rows"));
  std::ranges::move(rows.notes, std::back_inserter(store.opening.notes));
  store.rows = part_of(store, id, rows, rocksdb::kDefaultColumnFamilyName, false);
}

void require_rows(OpenParts& store) {
  if (store.rows_part().database->family(rows_family(store.record.generation)) == nullptr)
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("the rows of generation {} are missing in `{}`; restore the "
                                 "store from a backup",
                                 store.record.generation, store.folder.string())};
}

// What a crash between starting and finishing left, or between finishing and dropping.
void drop_other_generations(OpenParts& store) {
  Database& rows = *store.rows_part().database;
  for (const std::string& name : rows.family_names()) {
    if (!name.starts_with(rows_prefix) || name == rows_family(store.record.generation)) continue;
    rows.drop_family(name);
    store.opening.notes.push_back(
        fmt::format("the rows `{}` were left from an interrupted upgrade and have been removed", name));
  }
}

StoreError no_store(const fs::path& folder) {
  return {StoreErrorCode::not_found,
          fmt::format("there is no store in `{}`; check the path, or send commands there to create one",
                      folder.string())};
}

// Starting over erases what is there, so it must be certain that nothing was ever stored.
void require_unused(const fs::path& folder, const StoreSetup& setup) {
  const auto env = env_of(setup);
  Position last = fs::exists(folder / "HEAD") ? read_head(folder).position : 0;
  for (const fs::path& path : {folder, folder / "log"}) last = std::max(last, commits_in(path.string(), env));
  if (last == 0) return;
  throw StoreError{
      StoreErrorCode::corrupt,
      fmt::format("`{}` says that making this store was interrupted, but it has commits up to position "
                  "{}; if a whole store was copied into the folder, remove that file",
                  (folder / making_file_name).string(), last)};
}

// A database of ours has our files beside it, or at least our families.
void require_ours(const fs::path& folder) {
  if (is_head(folder / "HEAD") || fs::exists(folder / lock_file_name)) return;
  std::vector<std::string> families;
  const auto status = rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions{}, folder.string(), &families);
  if (status.ok() && std::ranges::find(families, streams_family) != families.end()) return;
  throw StoreError{
      StoreErrorCode::not_a_store,
      fmt::format("`{}` belongs to another program; give a store's folder or an empty one", folder.string())};
}

// Whether a store has to be made; throws when there is none and none is to be made.
bool must_be_made(const fs::path& folder, FolderContent content, const StoreSetup& setup) {
  if (content == FolderContent::joined) require_ours(folder);
  if (content == FolderContent::joined || content == FolderContent::split) return false;
  if (content == FolderContent::unmade) require_unused(folder, setup);
  if (setup.options.read_only || !setup.options.create) throw no_store(folder);
  return true;
}

void make_folder(const fs::path& folder, rocksdb::Env* env) {
  std::error_code error;
  if (!fs::create_directories(folder, error) && !error) return;
  if (error) throw write_error(error.value(), "making", folder);
  sync_names(env_or_default(env), folder.parent_path());
}

OpenParts open_to_read(const fs::path& folder, const StoreSetup& setup) {
  OpenParts store;
  store.folder = folder;
  store.setup = setup;
  must_be_made(folder, inspect_folder(folder), setup);
  store.lock = StoreLock::for_reading(folder);
  const FolderContent content = inspect_folder(folder);
  must_be_made(folder, content, setup);
  open_databases(store, content);
  require_rows(store);
  return store;
}

OpenParts open_to_write(const fs::path& folder, const StoreSetup& setup) {
  OpenParts store;
  store.folder = folder;
  store.setup = setup;
  if (must_be_made(folder, inspect_folder(folder), setup)) make_folder(folder, setup.env);
  require_writable(folder);
  store.lock = StoreLock::for_writing(folder);
  // Only now does nobody else change what there is.
  FolderContent content = inspect_folder(folder);
  if (must_be_made(folder, content, setup)) {
    make_store(folder, setup);
    store.opening.made = true;
    content = inspect_folder(folder);
  }
  // The file that said that it was being made may be gone for us and not for the disk, if making ended there.
  sync_names(env_or_default(setup.env), folder);
  open_databases(store, content);
  require_rows(store);
  drop_other_generations(store);
  return store;
}

}  // namespace

OpenParts open_parts(const fs::path& folder, const StoreSetup& setup) {
  const fs::path whole = whole_path(folder);
  return setup.options.read_only ? open_to_read(whole, setup) : open_to_write(whole, setup);
}

}  // namespace muster
