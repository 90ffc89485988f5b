#include <algorithm>
#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <unistd.h>

#include <muster/eventstore/posix_file.hpp>
#include <muster/eventstore/rocksdb/rocks_options.hpp>
#include <muster/eventstore/store_keys.hpp>

namespace muster {
namespace {

constexpr std::size_t mib = 1024 * 1024;

class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*values*/) override {}
};

// What RocksDB says of itself, in its file `LOG`. Its own logger ends the process with the first line after
// one that could not be written, where it was built with assertions: a full disk would. This one does without
// what it cannot write.
class Diary : public rocksdb::Logger {
 public:
  explicit Diary(const std::string& folder) : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {
    const std::filesystem::path path = std::filesystem::path{folder} / "LOG";
    std::error_code ignored;
    if (std::filesystem::file_size(path, ignored) > 0 && !ignored)
      std::filesystem::rename(path, path.string() + ".old", ignored);
    file_ = Descriptor{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)};
  }
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list values) override {
    std::array<char, 4096> text{};
    const int size = std::vsnprintf(text.data(), text.size(), format, values);
    if (size <= 0) return;
    const std::size_t bytes = std::min(text.size() - 1, static_cast<std::size_t>(size));
    const std::string line = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(std::time(nullptr)),
                                         std::string_view{text.data(), bytes});
    if (written_.fetch_add(line.size()) > mib) return;
    if (::write(file_.get(), line.data(), line.size()) < 0) return;  // it is of no use to anybody then
  }

 private:
  Descriptor file_;
  std::atomic<std::size_t> written_ = 0;
};

// A failed write stays failed: RocksDB is not to mend itself behind our back, for what it holds then is
// unknown. And whoever asks it to sync a log that it could not write before ends the process, where it was
// built with assertions.
class NoSelfRepair : public rocksdb::EventListener {
 public:
  explicit NoSelfRepair(std::shared_ptr<WriteFailure> failure) : failure_(std::move(failure)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override {
    if (error->severity() >= rocksdb::Status::Severity::kHardError) failure_->happened(error->ToString());
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  std::shared_ptr<WriteFailure> failure_;
};

// One cache for everything that this process opens.
const std::shared_ptr<rocksdb::Cache>& block_cache() {
  static const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(128 * mib);
  return cache;
}

}  // namespace

rocksdb::DBOptions database_options(const DatabaseSpec& spec) {
  rocksdb::DBOptions options;
  if (spec.env) options.env = spec.env.get();
  options.create_if_missing = !spec.create.empty();
  options.create_missing_column_families = !spec.create.empty();
  options.error_if_exists = !spec.create.empty();
  // It is shown only what our own reader has found sound: whatever else it finds wrong, it must say.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  // Bounds both the memory for rows that change rarely and the time that recovery takes.
  options.max_total_wal_size = 128 * mib;
  options.recycle_log_file_num = 0;  // old records in a file would pass for a damaged tail
  options.track_and_verify_wals_in_manifest = true;
  options.max_bgerror_resume_count = 0;
  options.listeners.push_back(std::make_shared<NoSelfRepair>(spec.failure));
  options.max_background_jobs = 2;
  options.bytes_per_sync = mib;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();  // for damaged_tables()
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  if (spec.read_only)
    options.info_log = std::make_shared<NoLog>();
  else
    options.info_log = std::make_shared<Diary>(spec.path);
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const DatabaseSpec& spec, std::string_view family) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = block_cache();
  // Over whole keys only: with a prefix extractor, iterators that cross prefixes skip rows in silence.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // In pieces of a page: whole, a large table's filter is megabytes, and the first row asked for waits for
  // them.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = (family == streams_family ? 16 : 64) * mib;
  if (spec.write_buffer_bytes != 0) options.write_buffer_size = spec.write_buffer_bytes;
  options.max_write_buffer_number = 3;
  // Most rows that are asked for and not there yet, or not in memory, are told so without a search.
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  // Rows of a kind come sorted in a batch: each is looked for from where the one before it went. No extractor
  // of prefixes for reading comes with it.
  if (family != rocksdb::kDefaultColumnFamilyName)
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

}  // namespace muster
