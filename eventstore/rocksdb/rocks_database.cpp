#include <cassert>
#include <mutex>
#include <utility>

#include <rocksdb/convenience.h>

#include <muster/eventstore/rocksdb/checked_files.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/rocksdb/rocks_options.hpp>
#include <muster/eventstore/rocksdb/rocks_status.hpp>

namespace muster {
namespace {

rocksdb::Status families_to_open(const DatabaseSpec& spec, const rocksdb::DBOptions& options,
                                 std::vector<std::string>& names) {
  names = spec.create;
  names.insert(names.begin(), rocksdb::kDefaultColumnFamilyName);
  if (!spec.create.empty()) return rocksdb::Status::OK();
  // RocksDB calls a database without CURRENT no database and would be glad to start one.
  rocksdb::Status there = options.env->FileExists(spec.path + "/CURRENT");
  if (there.IsNotFound()) return rocksdb::Status::Corruption("there is no file CURRENT", spec.path);
  if (!there.ok()) return there;
  return rocksdb::DB::ListColumnFamilies(options, spec.path, &names);
}

}  // namespace

rocksdb::Status Database::open(const DatabaseSpec& spec, std::unique_ptr<Database>& out) {
  const rocksdb::DBOptions options = database_options(spec);
  std::vector<std::string> names;
  if (rocksdb::Status status = families_to_open(spec, options, names); !status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const std::string& name : names) families.emplace_back(name, family_options(spec, name));

  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::Status status = spec.read_only
                               ? rocksdb::DB::OpenForReadOnly(options, spec.path, families, &handles, &db)
                               : rocksdb::DB::Open(options, spec.path, families, &handles, &db);
  if (!status.ok()) return status;
  out.reset(new Database{spec});
  out->db_.reset(db);
  for (rocksdb::ColumnFamilyHandle* handle : handles) out->families_.emplace(handle->GetName(), handle);
  return status;
}

Database::~Database() {
  families_.clear();  // the handles go before the database
  if (spec_.files && (left_ || spec_.files->switch_failed())) abandon();
}

void Database::leave() {
  left_ = true;
  rocksdb::CancelAllBackgroundWork(db_.get(), false);
}

/// RocksDB 7.8.3 forgets to release families that were to be flushed when it cannot switch to the next
/// write-ahead log: because it cannot create one, or cannot write the manifest. Closing such a database ends
/// the process where RocksDB was built with assertions, so it stays open, without its lock.
void Database::abandon() {
  rocksdb::CancelAllBackgroundWork(db_.get(), true);
  spec_.files->unlock();
  static std::mutex mutex;
  static auto* const abandoned = new std::vector<std::pair<DatabaseSpec, std::unique_ptr<rocksdb::DB>>>;
  const std::scoped_lock lock{mutex};
  abandoned->emplace_back(spec_, std::move(db_));
}

Database::Family Database::family(std::string_view name) const {
  const auto found = families_.find(name);
  return found == families_.end() ? nullptr : found->second;
}

std::vector<std::string> Database::family_names() const {
  std::vector<std::string> names;
  for (const auto& [name, family] : families_) names.push_back(name);
  return names;
}

Database::Family Database::create_family(const std::string& name) {
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  const rocksdb::Status status = db_->CreateColumnFamily(family_options(spec_, name), name, &handle);
  // A failure may return a handle too, and it must be released before the database is closed.
  Family made{handle};
  require(status, "starting a generation of rows");
  return families_.emplace(name, std::move(made)).first->second;
}

void Database::drop_family(const std::string& name) {
  const Family gone = family(name);
  assert(gone != nullptr);
  require(db_->DropColumnFamily(gone.get()), "dropping a generation of rows");
  families_.erase(name);
}

rocksdb::Status Database::flush() {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (const auto& [name, family] : families_) handles.push_back(family.get());
  return db_->Flush(rocksdb::FlushOptions{}, handles);
}

}  // namespace muster
