#include <rocksdb/snapshot.h>

#include <muster/eventstore/rocks_rows.hpp>
#include <muster/eventstore/rocks_status.hpp>

namespace muster {
namespace {

constexpr std::string_view reading = "reading rows";

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
  require(status, reading);
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
  require(row->status(), reading);
}

class RowsAsTheyStood final : public RowReader {
 public:
  RowsAsTheyStood(rocksdb::DB& db, Database::Family family)
      : db_(db), family_(std::move(family)), moment_(&db) {
    options_.snapshot = moment_.snapshot();
  }
  std::optional<std::string> get(std::string_view key) const override {
    return get_row(db_, family_.get(), options_, key);
  }
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    scan_rows(db_, family_.get(), options_, prefix, from, visit);
  }

 private:
  rocksdb::DB& db_;
  Database::Family family_;
  rocksdb::ManagedSnapshot moment_;
  rocksdb::ReadOptions options_;
};

}  // namespace

RocksRows::RocksRows(Database& database, Database::Family family, WriteHealth& health)
    : database_(database), family_(std::move(family)), health_(health) {}

std::optional<std::string> RocksRows::get(std::string_view key) const {
  return get_row(database_.db(), family_.get(), {}, key);
}

void RocksRows::scan(std::string_view prefix, std::string_view from,
                     const std::function<bool(std::string_view, std::string_view)>& visit) const {
  scan_rows(database_.db(), family_.get(), {}, prefix, from, visit);
}

std::shared_ptr<const RowReader> RocksRows::snapshot() const {
  return std::make_shared<RowsAsTheyStood>(database_.db(), family_);
}

void RocksRows::write(const RowBatch& rows) {
  if (const auto refused = health_.refusal()) throw *refused;
  rocksdb::WriteBatch batch;
  add(batch, rows);
  if (const rocksdb::Status status = database_.db().Write({}, &batch); !status.ok()) {
    health_.failed = true;
    throw error_of(status, "writing rows");
  }
}

void RocksRows::add(rocksdb::WriteBatch& batch, const RowBatch& rows) const {
  for (const RowBatch::Write& write : rows.writes) {
    if (write.value) {
      batch.Put(family_.get(), write.key, *write.value);
    } else {
      batch.Delete(family_.get(), write.key);
    }
  }
}

}  // namespace muster
