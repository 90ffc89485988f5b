#include "raw_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster::bench {
namespace {

class RecordingStore final : public Store {
 public:
  RecordingStore(std::unique_ptr<Store> store, std::shared_ptr<Recording> recording)
      : store_(std::move(store)), recording_(std::move(recording)) {}

  CommitLog& log() override { return store_->log(); }
  RowStore& rows() override { return store_->rows(); }
  AppendResult write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) override {
    recording_->push_back({{commits.begin(), commits.end()}, rows});
    return store_->write(after, commits, rows);
  }
  RowStore& begin_generation() override { return store_->begin_generation(); }
  void finish_generation() override { store_->finish_generation(); }
  const Opening& opening() const override { return store_->opening(); }
  bool read_only() const override { return store_->read_only(); }
  void record_head() override { store_->record_head(); }
  Position recorded_head() const override { return store_->recorded_head(); }
  Position checkpoint(const std::filesystem::path& folder, CopyTables tables,
                      const std::function<void(Store&)>& complete) override {
    return store_->checkpoint(folder, tables, complete);
  }
  std::vector<StoredFamily> families() const override { return store_->families(); }
  void scan_family(const std::string& name,
                   const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    store_->scan_family(name, visit);
  }
  std::vector<std::string> damaged_files() const override { return store_->damaged_files(); }
  void close() override { store_->close(); }

 private:
  std::unique_ptr<Store> store_;
  std::shared_ptr<Recording> recording_;
};

struct RawDatabase {
  explicit RawDatabase(const std::filesystem::path& folder) {
    DatabaseSpec spec{.path = folder.string()};
    spec.create = {std::string{streams_family}, rows_family(1)};
    require(Database::open(spec, database), "opening the raw database");
    commits = database->family(rocksdb::kDefaultColumnFamilyName);
    streams = database->family(streams_family);
    rows = database->family(rows_family(1));
  }
  void write(const WrittenBatch& written) {
    rocksdb::WriteBatch batch;
    for (const RowBatch::Write& row : written.rows.writes) {
      if (row.value)
        batch.Put(rows.get(), row.key, *row.value);
      else
        batch.Delete(rows.get(), row.key);
    }
    std::vector<std::pair<std::string, std::string>> index;  // sorted, as the engine's
    index.reserve(written.commits.size());
    for (const EncodedCommit& commit : written.commits) {
      const std::string key = position_bytes(++position);
      batch.Put(commits.get(), key, commit.bytes);
      index.emplace_back(stream_key(commit.stream, commit.revision), key);
    }
    std::sort(index.begin(), index.end());
    for (const auto& [key, value] : index) batch.Put(streams.get(), key, value);
    batch.Put(streams.get(), chain_key(), position_bytes(position));
    rocksdb::WriteOptions options;
    options.sync = true;
    require(database->db().Write(options, &batch), "writing raw");
  }
  std::unique_ptr<Database> database;
  Database::Family commits, streams, rows;
  Position position = 0;
};

std::size_t size_of(const WrittenBatch& batch) {
  std::size_t bytes = 0;
  for (const EncodedCommit& commit : batch.commits) bytes += commit.bytes.size() + 64;
  for (const RowBatch::Write& row : batch.rows.writes)
    bytes += row.key.size() + (row.value ? row.value->size() : 0) + 4;
  return bytes;
}

template <class Write>
Timings timed_each(const Recording& recording, Write&& write) {
  Timings timings;
  timings.latencies.reserve(recording.size());
  timings.seconds = timed([&] {
    for (const WrittenBatch& batch : recording)
      timings.latencies.push_back(1e6 * timed([&] { write(batch); }));
  });
  return timings;
}

}  // namespace

std::unique_ptr<Store> recording_store(std::unique_ptr<Store> store, std::shared_ptr<Recording> recording) {
  return std::make_unique<RecordingStore>(std::move(store), std::move(recording));
}

Timings raw_loop(const std::filesystem::path& folder, const Recording& before, const Recording& recording) {
  RawDatabase raw{folder};
  for (const WrittenBatch& batch : before) raw.write(batch);
  return timed_each(recording, [&](const WrittenBatch& batch) { raw.write(batch); });
}

Timings sync_loop(const std::filesystem::path& folder, const Recording& recording) {
  const int file = ::open((folder / "synced").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw std::system_error{errno, std::generic_category(), "opening a file to sync"};
  std::string bytes;
  Timings timings = timed_each(recording, [&](const WrittenBatch& batch) {
    bytes.assign(size_of(batch), 'm');
    if (::write(file, bytes.data(), bytes.size()) < 0 || ::fdatasync(file) != 0)
      throw std::system_error{errno, std::generic_category(), "syncing"};
  });
  ::close(file);
  return timings;
}

}  // namespace muster::bench
