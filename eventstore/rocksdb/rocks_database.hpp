#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <muster/eventstore/rocksdb/write_failure.hpp>

namespace muster {

class CheckedFiles;

/// How to open one RocksDB database.
struct DatabaseSpec {
  std::string path;
  std::shared_ptr<rocksdb::Env> env;    // null: the default one
  std::shared_ptr<CheckedFiles> files;  // that `env` is on, where it is
  /// Told when RocksDB fails in the background, and takes no more writes.
  std::shared_ptr<WriteFailure> failure = std::make_shared<WriteFailure>();
  bool read_only = false;
  std::size_t write_buffer_bytes = 0;  // 0: the default
  std::vector<std::string> create;     // not empty: make the database, with these families besides `default`
};

/// One RocksDB database with its column families by name. Kept alive by whoever reads from it.
class Database {
 public:
  using Family = std::shared_ptr<rocksdb::ColumnFamilyHandle>;

  /// Opens the families that the manifest has. Read-only it writes nothing, not even an info log.
  static rocksdb::Status open(const DatabaseSpec& spec, std::unique_ptr<Database>& out);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] rocksdb::DB& db() const { return *db_; }
  /// Null when there is none of that name.
  [[nodiscard]] Family family(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> family_names() const;

  /// Both throw StoreError.
  Family create_family(const std::string& name);
  void drop_family(const std::string& name);
  /// Writes the memtables of all families to tables.
  rocksdb::Status flush();
  /// Writes nothing from now on, nor when it is closed: its folder is another one by now.
  void leave();
  [[nodiscard]] const DatabaseSpec& spec() const { return spec_; }

 private:
  explicit Database(const DatabaseSpec& spec) : spec_(spec) {}
  void abandon();
  DatabaseSpec spec_;
  std::atomic<bool> left_ = false;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace muster
