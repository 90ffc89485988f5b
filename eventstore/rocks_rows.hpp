#pragma once

#include <rocksdb/write_batch.h>

#include <muster/eventstore/rocks_database.hpp>
#include <muster/eventstore/rocks_log.hpp>
#include <muster/eventstore/row_store.hpp>

namespace muster {

/// One generation of rows: a column family.
class RocksRows final : public RowStore {
 public:
  /// `database` and `health` outlive the rows and their snapshots.
  RocksRows(Database& database, Database::Family family, WriteHealth& health);

  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  std::shared_ptr<const RowReader> snapshot() const override;
  void write(const RowBatch& batch) override;

  /// Adds the writes to a batch of RocksDB.
  void add(rocksdb::WriteBatch& batch, const RowBatch& rows) const;

 private:
  Database& database_;
  Database::Family family_;
  WriteHealth& health_;
};

}  // namespace muster
