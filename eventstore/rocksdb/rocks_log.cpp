#include <algorithm>

#include <fmt/format.h>

#include <muster/eventstore/rocksdb/rocks_log.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

StoreError hole(Position position) {
  return {StoreErrorCode::corrupt,
          fmt::format("the log has no commit at position {}; restore the store from a backup", position)};
}

}  // namespace

RocksLog::RocksLog(Database& database, RocksWriter& writer, std::shared_ptr<ReadGate> gate)
    : database_(database),
      writer_(writer),
      gate_(std::move(gate)),
      commits_(database.family(rocksdb::kDefaultColumnFamilyName)),
      streams_(database.family(streams_family)),
      last_(writer.chain().last),
      last_hash_(writer.chain().hash) {}

AppendResult RocksLog::append(Position after, std::span<const EncodedCommit> commits) {
  return append_with(writer_.begin(0, 0), after, commits);
}

AppendResult RocksLog::append_with(rocksdb::WriteBatch batch, Position after,
                                   std::span<const EncodedCommit> commits,
                                   const std::function<void()>& then) {
  if (auto refused = refusal(after, commits)) return {last(), std::move(refused)};
  add(batch, after, commits);
  try {
    commit(batch, commits, then);
  } catch (const StoreError& error) {
    return {after, error};
  }
  advance(after + commits.size(), writer_.chain().hash);
  return {after + commits.size(), std::nullopt};
}

void RocksLog::commit(rocksdb::WriteBatch& batch, std::span<const EncodedCommit> commits,
                      const std::function<void()>& then) {
  constexpr std::string_view doing = "appending to the log";
  if (!commits.empty())
    writer_.write(batch, writer_.chain().last + commits.size(), stored_hash(commits.back().bytes), doing);
  else if (batch.Count() != 0)
    writer_.write(batch, doing);
  if (!then) return;
  try {
    then();
  } catch (...) {
    writer_.health().failure->happened();
    throw;
  }
}

std::optional<StoreError> RocksLog::refusal(Position after, std::span<const EncodedCommit> commits) const {
  if (auto refused = writer_.health().refusal()) return refused;
  if (after != last())
    return StoreError{StoreErrorCode::wrong_position,
                      fmt::format("decided after {}, but the log is at {}; decide again", after, last())};
  for (const EncodedCommit& commit : commits)
    if (commit.bytes.empty() || commit.bytes.size() > commit_bytes_max)
      return StoreError{StoreErrorCode::too_large, fmt::format("a commit of {} bytes; it must have 1 to {}",
                                                               commit.bytes.size(), commit_bytes_max)};
  return std::nullopt;
}

void RocksLog::add(rocksdb::WriteBatch& batch, Position after, std::span<const EncodedCommit> commits) const {
  if (commits.empty()) return;
  Position position = after;
  std::vector<std::pair<std::string, std::string>> index;  // in order, as the database keeps it
  index.reserve(commits.size());
  for (const EncodedCommit& commit : commits) {
    std::string key = position_bytes(++position);
    batch.Put(commits_.get(), key, commit.bytes);
    index.emplace_back(stream_key(commit.stream, commit.revision), std::move(key));
  }
  std::ranges::sort(index);
  for (const auto& [key, value] : index) batch.Put(streams_.get(), key, value);
}

std::pair<Position, Digest> RocksLog::end() const {
  const std::scoped_lock lock{mutex_};
  return {last(), last_hash_};
}

void RocksLog::advance(Position last, const Digest& hash) {
  {
    const std::scoped_lock lock{mutex_};
    last_.store(last, std::memory_order_release);
    last_hash_ = hash;
  }
  advanced_.notify_all();
}

std::optional<std::string> RocksLog::read(Position position) const {
  const ReadGate::Read reading{*gate_};
  if (position == 0 || position > last()) return std::nullopt;
  std::string bytes;
  const rocksdb::Status status =
      database_.db().Get(rocksdb::ReadOptions{}, commits_.get(), position_bytes(position), &bytes);
  if (status.IsNotFound()) throw hole(position);
  require(status, "reading the log");
  return bytes;
}

std::optional<Position> RocksLog::position_of(const StreamId& stream, Revision revision) const {
  const ReadGate::Read reading{*gate_};
  std::string bytes;
  const rocksdb::Status status =
      database_.db().Get(rocksdb::ReadOptions{}, streams_.get(), stream_key(stream, revision), &bytes);
  if (status.IsNotFound()) return std::nullopt;
  require(status, "reading the index of streams");
  const Position position = bytes.size() == position_size ? read_big_endian<Position>(bytes) : 0;
  if (position == 0)
    throw StoreError{StoreErrorCode::corrupt,
                     "an entry of the index of streams is no position; restore the store from a backup"};
  if (position > last()) return std::nullopt;  // on its way
  return position;
}

void RocksLog::scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const {
  const ReadGate::Read reading{*gate_};
  const Position end = last();
  Position position = std::max<Position>(from, 1);
  if (position > end) return;
  const std::unique_ptr<rocksdb::Iterator> entry{
      database_.db().NewIterator(rocksdb::ReadOptions{}, commits_.get())};
  for (entry->Seek(position_bytes(position)); position <= end; entry->Next(), ++position) {
    if (!entry->Valid()) require(entry->status(), "reading the log");
    if (!entry->Valid() || entry->key().ToStringView() != position_bytes(position)) throw hole(position);
    if (!visit(position, entry->value().ToStringView())) return;
  }
}

void RocksLog::release() {
  commits_.reset();
  streams_.reset();
}

bool RocksLog::wait_beyond(Position position, std::chrono::milliseconds timeout) const {
  std::unique_lock lock{mutex_};
  return advanced_.wait_for(lock, timeout, [&] { return last() > position; });
}

}  // namespace muster
