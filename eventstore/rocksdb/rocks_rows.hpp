#pragma once

#include <memory>

#include <rocksdb/write_batch.h>

#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/read_gate.hpp>
#include <muster/eventstore/rocksdb/rocks_writer.hpp>

namespace muster {

class RowSnapshots;

/// One generation of rows: a column family.
class RocksRows final : public RowStore {
 public:
  /// `database` and `writer` outlive the rows; their snapshots may live longer.
  RocksRows(Database& database, std::uint64_t generation, RocksWriter& writer,
            std::shared_ptr<ReadGate> gate);
  ~RocksRows() override;

  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  std::shared_ptr<const RowReader> snapshot() const override;
  void write(const RowBatch& batch) override;

  /// A batch with its mark and these writes, to be written by the writer; then wrote().
  [[nodiscard]] rocksdb::WriteBatch batch_of(const RowBatch& rows) const;
  /// Releases the database's handles; the gate is closed.
  void release();
  void wrote(const RowBatch& rows) { applied_ = rows.applied.value_or(applied_); }

 private:
  Database& database_;
  std::uint64_t generation_;
  Database::Family family_;
  RocksWriter& writer_;
  std::shared_ptr<ReadGate> gate_;
  std::shared_ptr<RowSnapshots> snapshots_;
  Position applied_;
};

}  // namespace muster
