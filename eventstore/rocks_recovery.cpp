#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/rocks_keys.hpp>
#include <muster/eventstore/rocks_recovery.hpp>
#include <muster/eventstore/rocks_status.hpp>
#include <muster/eventstore/rocks_wal.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {
namespace {

using Mode = rocksdb::WALRecoveryMode;

// A hole is looked for as far back as a lost write-ahead log file is likely to have left one.
constexpr Position tail_checked = 1024;

[[noreturn]] void corrupt(const std::string& detail) {
  throw StoreError{StoreErrorCode::corrupt, detail + "; restore the store from a backup"};
}

rocksdb::Status look(const std::string& path, rocksdb::Env* env, Mode mode, std::unique_ptr<Database>& out) {
  return Database::open({.path = path, .env = env, .read_only = true, .recovery = mode}, out);
}

Position position_of_key(const rocksdb::Slice& key) {
  if (key.size() != position_size) corrupt("a key of the log is no position");
  return read_big_endian<Position>(key.ToStringView());
}

void check_index(const Database& database, Position last) {
  const Database::Family streams = database.family(streams_family);
  if (streams == nullptr) corrupt("the index of streams is missing");
  std::string mark;
  const rocksdb::Status status =
      database.db().Get(rocksdb::ReadOptions{}, streams.get(), index_mark_key(), &mark);
  if (!status.IsNotFound()) require(status, "reading the index of streams");
  if (mark != (last == 0 ? std::string{} : position_bytes(last)))
    corrupt(fmt::format("the index of streams is not at position {}, where the log is", last));
}

// None when there is no record. Comes before any other look, for a newer format may have all else
// differently.
std::optional<StoreRecord> read_record(const Database& database) {
  std::string bytes;
  const rocksdb::Status status =
      database.db().Get(rocksdb::ReadOptions{}, database.family(rocksdb::kDefaultColumnFamilyName).get(),
                        position_bytes(0), &bytes);
  if (status.IsNotFound()) return std::nullopt;
  require(status, "reading the store's own record");
  return decode_record(bytes);
}

// Only the last write may be torn, for nobody was told that it is in. All that is behind it must be gone with
// it.
void require_only_the_tail_torn(const std::string& path, rocksdb::Env* env, Position last) {
  std::unique_ptr<Database> all;
  require(look(path, env, Mode::kSkipAnyCorruptedRecords, all), "opening the log");
  // RocksDB gives up on a file whose damage is in the length of a record, whatever the mode: so look
  // ourselves.
  const Position beyond = std::max(last_position(*all), last_commit_in_wals(path));
  if (beyond > last)
    corrupt(fmt::format(
        "the write-ahead log in `{}` is damaged behind position {}, and has commits up to {} after that",
        path, last, beyond));
}

Recovery found_in(std::unique_ptr<Database> database) {
  Recovery found{.database = std::move(database)};
  found.record = read_record(*found.database);
  found.last = last_position(*found.database);
  return found;
}

Recovery look_past_the_damage(const std::string& path, rocksdb::Env* env, const rocksdb::Status& damage) {
  std::unique_ptr<Database> database;
  // If it fails once more, then not for the end of the write-ahead log.
  require(look(path, env, Mode::kPointInTimeRecovery, database), "opening the log");
  Recovery found = found_in(std::move(database));
  require_only_the_tail_torn(path, env, found.last);
  found.mode = Mode::kPointInTimeRecovery;
  found.notes.push_back(fmt::format(
      "the last write, behind position {}, was torn and is dropped: nobody was told that it was in ({})",
      found.last, damage.ToString()));
  return found;
}

Recovery open_to_look(const std::string& path, rocksdb::Env* env) {
  std::unique_ptr<Database> database;
  // The strictest mode, so that we hear of any byte at the end that is no record.
  const rocksdb::Status status = look(path, env, Mode::kAbsoluteConsistency, database);
  if (status.IsCorruption()) return look_past_the_damage(path, env, status);
  require(status, "opening the log");
  return found_in(std::move(database));
}

}  // namespace

Recovery look_at_log(const std::string& path, rocksdb::Env* env, const HeadNote& head) {
  Recovery found = open_to_look(path, env);
  if (found.last < head.position)
    throw StoreError{
        StoreErrorCode::lost_tail,
        fmt::format(
            "the log in `{}` ends at position {}, but `HEAD` says that it reached {}; look for its missing "
            "files, or restore the store from a backup",
            path, found.last, head.position)};
  if (!found.record) corrupt("the store's own record, at position 0 of the log, is missing");
  return found;
}

Position last_position(const Database& database) {
  const std::unique_ptr<rocksdb::Iterator> entry{database.db().NewIterator(
      rocksdb::ReadOptions{}, database.family(rocksdb::kDefaultColumnFamilyName).get())};
  entry->SeekToLast();
  const Position last = entry->Valid() ? position_of_key(entry->key()) : 0;
  const Position first_checked = last > tail_checked ? last - tail_checked : 0;
  for (Position position = last; entry->Valid() && position > first_checked; entry->Prev(), --position)
    if (position_of_key(entry->key()) != position)
      corrupt(fmt::format("the log has no commit at position {}, but one at {}", position, last));
  require(entry->status(), "reading the log");
  check_index(database, last);
  return last;
}

}  // namespace muster
