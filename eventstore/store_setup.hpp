#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <muster/eventstore/store.hpp>

namespace rocksdb {
class Env;
}

namespace muster {

/// How a store is opened, with options that only tests use.
struct StoreSetup {
  StoreOptions options;
  /// Log and rows in two databases (`log/` and `rows/`) instead of one. For tests of what holds between them.
  bool split = false;
  /// The environment that RocksDB runs on; null is its default one. Not owned. For tests with a faulty disk.
  rocksdb::Env* env = nullptr;
  /// How much of each family of rows or commits is kept in memory before it goes to a table; 0: what suits
  /// production. For tests that want tables and write-ahead logs to come and go.
  std::size_t write_buffer_bytes = 0;
  /// Called by a split store between the durable write of the log and that of the rows. For tests that end
  /// there, by a kill or by throwing, which fails the store.
  std::function<void()> between_writes;
};

/// A store in memory that asks `before_write` before each write: an error fails the store, as a broken disk
/// does.
std::unique_ptr<Store> make_memory_store_that_fails(std::function<std::optional<StoreError>()> before_write);

/// open_store(), for tests.
std::unique_ptr<Store> open_store_as(const std::filesystem::path& folder, const StoreSetup& setup);

}  // namespace muster
