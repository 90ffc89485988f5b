#include <mutex>
#include <set>

#include <rocksdb/snapshot.h>

#include <muster/eventstore/rocksdb/rocks_rows.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

constexpr std::string_view reading_rows = "reading rows";

// The first key after all that start with `prefix`; empty when there is none.
std::string end_of(std::string_view prefix) {
  std::string end{prefix};
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::optional<std::string> get_row(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                                   const rocksdb::ReadOptions& options, std::string_view key) {
  std::string value;
  const rocksdb::Status status = db.Get(options, family, key, &value);
  if (status.IsNotFound()) return std::nullopt;
  require(status, reading_rows);
  return value;
}

void scan_rows(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, rocksdb::ReadOptions options,
               std::string_view prefix, std::string_view from,
               const std::function<bool(std::string_view, std::string_view)>& visit) {
  const std::string end = end_of(prefix);
  const rocksdb::Slice bound{end};
  if (!end.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> row{db.NewIterator(options, family)};
  for (row->Seek(std::max(prefix, from)); row->Valid(); row->Next())
    if (!visit(row->key().ToStringView(), row->value().ToStringView())) return;
  require(row->status(), reading_rows);
}

}  // namespace

/// The snapshots that readers hold of one database. Closing gives them back to RocksDB, which must not be
/// closed before; their readers find the gate closed.
class RowSnapshots {
 public:
  explicit RowSnapshots(rocksdb::DB& db) : db_(&db) {}

  const rocksdb::Snapshot* take() {
    const std::scoped_lock lock{mutex_};
    const rocksdb::Snapshot* const snapshot = db_->GetSnapshot();
    taken_.insert(snapshot);
    return snapshot;
  }
  void give_back(const rocksdb::Snapshot* snapshot) {
    if (forks_as_child() != forks_) return;  // it is the parent's, and so may the mutex be
    const std::scoped_lock lock{mutex_};
    if (taken_.erase(snapshot) != 0) db_->ReleaseSnapshot(snapshot);
  }
  /// No read may be in progress.
  void close() {
    const std::scoped_lock lock{mutex_};
    for (const rocksdb::Snapshot* const snapshot : taken_) db_->ReleaseSnapshot(snapshot);
    taken_.clear();
  }

 private:
  const std::uint64_t forks_ = forks_as_child();
  rocksdb::DB* const db_;
  std::mutex mutex_;
  std::set<const rocksdb::Snapshot*> taken_;
};

namespace {

class RowsAsTheyWere final : public RowReader {
 public:
  RowsAsTheyWere(rocksdb::DB& db, const Database::Family& family, std::shared_ptr<ReadGate> gate,
                 std::shared_ptr<RowSnapshots> snapshots)
      : db_(db), family_(family), gate_(std::move(gate)), snapshots_(std::move(snapshots)) {
    options_.snapshot = snapshots_->take();
  }
  ~RowsAsTheyWere() override { snapshots_->give_back(options_.snapshot); }
  RowsAsTheyWere(const RowsAsTheyWere&) = delete;
  RowsAsTheyWere& operator=(const RowsAsTheyWere&) = delete;

  std::optional<std::string> get(std::string_view key) const override {
    const ReadGate::Read reading{*gate_};
    return get_row(db_, family().get(), options_, key);
  }
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const ReadGate::Read reading{*gate_};
    scan_rows(db_, family().get(), options_, prefix, from, visit);
  }

 private:
  [[nodiscard]] Database::Family family() const {
    if (auto held = family_.lock()) return held;
    throw StoreError{StoreErrorCode::closed, "these rows have been folded anew; take another snapshot"};
  }

  rocksdb::DB& db_;  // looked at only inside the gate
  std::weak_ptr<rocksdb::ColumnFamilyHandle> family_;
  std::shared_ptr<ReadGate> gate_;
  std::shared_ptr<RowSnapshots> snapshots_;
  rocksdb::ReadOptions options_;
};

}  // namespace

RocksRows::RocksRows(Database& database, std::uint64_t generation, RocksWriter& writer,
                     std::shared_ptr<ReadGate> gate)
    : database_(database),
      generation_(generation),
      family_(database.family(rows_family(generation))),
      writer_(writer),
      gate_(std::move(gate)),
      snapshots_(std::make_shared<RowSnapshots>(database.db())),
      applied_(applied_of(*this)) {}

RocksRows::~RocksRows() { release(); }

void RocksRows::release() {
  snapshots_->close();
  family_.reset();
}

std::optional<std::string> RocksRows::get(std::string_view key) const {
  const ReadGate::Read reading{*gate_};
  return get_row(database_.db(), family_.get(), {}, key);
}

void RocksRows::scan(std::string_view prefix, std::string_view from,
                     const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const ReadGate::Read reading{*gate_};
  scan_rows(database_.db(), family_.get(), {}, prefix, from, visit);
}

std::shared_ptr<const RowReader> RocksRows::snapshot() const {
  const ReadGate::Read reading{*gate_};
  return std::make_shared<RowsAsTheyWere>(database_.db(), family_, gate_, snapshots_);
}

void RocksRows::write(const RowBatch& rows) {
  if (const auto refused = writer_.health().refusal()) throw *refused;
  rocksdb::WriteBatch batch = batch_of(rows);
  writer_.write(batch, "writing rows");
  wrote(rows);
}

rocksdb::WriteBatch RocksRows::batch_of(const RowBatch& rows) const {
  rocksdb::WriteBatch batch = writer_.begin(generation_, applied_);
  for (const RowBatch::Write& write : rows.writes) {
    if (write.value) {
      batch.Put(family_.get(), write.key, *write.value);
    } else {
      batch.Delete(family_.get(), write.key);
    }
  }
  if (rows.applied) batch.Put(family_.get(), applied_key, encode_applied(*rows.applied));
  return batch;
}

}  // namespace muster
