#include <fmt/format.h>

#include <muster/eventstore/rocksdb/rocks_status.hpp>
#include <muster/eventstore/rocksdb/rocks_writer.hpp>
#include <muster/eventstore/rocksdb/wal_batch.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {

std::optional<StoreError> WriteHealth::refusal() const {
  if (forked())
    return StoreError{StoreErrorCode::closed,
                      "the store belongs to the parent of this process; open it here"};
  if (closed) return StoreError{StoreErrorCode::closed, "the store has been closed; open it again to write"};
  if (read_only)
    return StoreError{StoreErrorCode::not_writable, "the store was opened to read only; open it to write"};
  if (*failure)
    return StoreError{StoreErrorCode::failed,
                      fmt::format("an earlier write failed: {}; reopen the store and read what is in it",
                                  failure->cause())};
  return std::nullopt;
}

RocksWriter::RocksWriter(Database& database, Database::Family chain_family, WriteHealth& health, bool sync,
                         Chain chain)
    : database_(database), chain_family_(std::move(chain_family)), health_(health), chain_(chain) {
  options_.sync = sync;
}

rocksdb::WriteBatch RocksWriter::begin(std::uint64_t generation, Position applied) const {
  rocksdb::WriteBatch batch;
  batch.PutLogData(encode(BatchMark{.store = chain_.store,
                                    .ordinal = chain_.next_ordinal,
                                    .last = chain_.last,
                                    .hash = chain_.hash,
                                    .generation = generation,
                                    .applied = applied}));
  return batch;
}

void RocksWriter::write(rocksdb::WriteBatch& batch, Position last, const Digest& hash,
                        std::string_view doing) {
  if (const auto refused = health_.refusal()) throw *refused;
  try {
    require(batch.Put(chain_family_.get(), chain_key(), encode(ChainKey{last, chain_.next_ordinal})), doing);
    require(database_.db().Write(options_, &batch), doing);
  } catch (...) {
    health_.failure->happened();
    throw;
  }
  ++chain_.next_ordinal;
  chain_.last = last;
  chain_.hash = hash;
}

}  // namespace muster
