#pragma once

#include <filesystem>
#include <memory>

#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/rocks_writer.hpp>
#include <muster/eventstore/rocksdb/store_folder.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>
#include <muster/eventstore/store_setup.hpp>

namespace muster {

/// A database of a store, and the one way to write to it.
struct StorePart {
  std::unique_ptr<Database> database;
  std::unique_ptr<RocksWriter> writer;
};

/// The databases of a store, and what was found while opening them.
struct OpenParts {
  std::filesystem::path folder;
  StoreSetup setup;
  StoreLock lock;
  std::unique_ptr<WriteHealth> health = std::make_unique<WriteHealth>();
  StorePart log;
  StorePart rows;  // empty: they are in the log's
  StoreRecord record;
  HeadNote head;
  Opening opening;

  [[nodiscard]] bool split() const { return rows.database != nullptr; }
  [[nodiscard]] StorePart& rows_part() { return split() ? rows : log; }
};

/// Opens what is in a folder, after recovery has judged it; makes a store where there is none and one may be
/// made. A folder that is refused is left as it is.
/// Throws StoreError, as open_store() does, and std::filesystem::filesystem_error.
OpenParts open_parts(const std::filesystem::path& folder, const StoreSetup& setup);

}  // namespace muster
