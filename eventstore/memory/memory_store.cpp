#include <cassert>
#include <memory>

#include <muster/eventstore/memory/memory_log.hpp>
#include <muster/eventstore/memory/memory_row_store.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/eventstore/store_setup.hpp>

namespace muster {
namespace {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::function<std::optional<StoreError>()> before_write)
      : before_write_(std::move(before_write)) {}

  CommitLog& log() override { return log_; }
  RowStore& rows() override { return *rows_; }
  AppendResult write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) override {
    if (!failed_ && before_write_) {
      if (auto error = before_write_()) {
        failed_ = true;
        return {log_.last(), std::move(error)};
      }
    }
    if (gate_->closed())
      return {log_.last(), StoreError{StoreErrorCode::closed, "the store has been closed"}};
    if (failed_)
      return {log_.last(), StoreError{StoreErrorCode::failed, "an earlier write failed; open another store"}};
    try {
      return log_.append_with(after, commits, [&] { rows_->write(rows); });
    } catch (...) {
      // Out of memory: there may be a part of the batch, which nobody must see.
      failed_ = true;
      gate_->close();
      throw;
    }
  }
  RowStore& begin_generation() override {
    unfinished_ = std::make_unique<MemoryRowStore>(gate_);
    return *unfinished_;
  }
  void finish_generation() override {
    assert(unfinished_ != nullptr);
    rows_ = std::move(unfinished_);
  }
  const Opening& opening() const override { return opening_; }
  bool read_only() const override { return false; }
  void record_head() override {}
  Position recorded_head() const override { return 0; }
  Position checkpoint(const std::filesystem::path& /*folder*/, CopyTables /*tables*/,
                      const std::function<void(Store&)>& /*complete*/) override {
    throw StoreError{StoreErrorCode::not_writable,
                     "a store in memory has no files to copy; open one in a folder"};
  }
  std::vector<StoredFamily> families() const override {
    return {{"default", FamilyUse::commits}, {"streams", FamilyUse::streams}, {"rows.1", FamilyUse::rows}};
  }
  void scan_family(const std::string& name,
                   const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    if (name == "default")
      log_.scan(1, [&](Position position, std::string_view bytes) {
        return visit(position_bytes(position), bytes);
      });
    else if (name == "streams")
      log_.scan_streams(visit);
    else
      rows_->scan({}, {}, visit);
  }
  std::vector<std::string> damaged_files() const override { return {}; }
  void close() override { gate_->close(); }

 private:
  std::function<std::optional<StoreError>()> before_write_;
  bool failed_ = false;
  Opening opening_{.made = true};
  std::shared_ptr<ReadGate> gate_ = std::make_shared<ReadGate>();
  MemoryLog log_{gate_};
  std::unique_ptr<MemoryRowStore> rows_ = std::make_unique<MemoryRowStore>(gate_);
  std::unique_ptr<MemoryRowStore> unfinished_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return make_memory_store_that_fails(nullptr); }

std::unique_ptr<Store> make_memory_store_that_fails(std::function<std::optional<StoreError>()> before_write) {
  return std::make_unique<MemoryStore>(std::move(before_write));
}

}  // namespace muster
