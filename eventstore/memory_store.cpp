#include <cassert>
#include <memory>

#include <muster/eventstore/memory_log.hpp>
#include <muster/eventstore/memory_row_store.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {
namespace {

class MemoryStore final : public Store {
 public:
  CommitLog& log() override { return log_; }
  RowStore& rows() override { return *rows_; }
  AppendResult write(Position after, std::span<const EncodedCommit> commits, const RowBatch& rows) override {
    return log_.append_with(after, commits, [&] { rows_->write(rows); });
  }
  RowStore& begin_generation() override {
    unfinished_ = std::make_unique<MemoryRowStore>();
    return *unfinished_;
  }
  void finish_generation() override {
    assert(unfinished_ != nullptr);
    rows_ = std::move(unfinished_);
  }
  std::vector<std::string> recovery_notes() const override { return {}; }
  std::optional<RecordedHead> recorded_head() const override { return std::nullopt; }
  void record_head(Position /*last*/, const Digest& /*hash*/) override {}
  void checkpoint(const std::filesystem::path& /*folder*/, Position /*last*/,
                  const Digest& /*hash*/) override {
    throw StoreError{StoreErrorCode::not_writable,
                     "a store in memory has no files to copy; open one in a folder"};
  }
  void close() override {}

 private:
  MemoryLog log_;
  std::unique_ptr<MemoryRowStore> rows_ = std::make_unique<MemoryRowStore>();
  std::unique_ptr<MemoryRowStore> unfinished_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace muster
