#include <algorithm>
#include <cassert>
#include <mutex>

#include <muster/eventstore/memory/memory_row_store.hpp>

namespace muster {
namespace {

constexpr std::size_t page_rows = 256;

class RowsAsTheyWere final : public RowReader {
 public:
  RowsAsTheyWere(std::shared_ptr<ReadGate> gate, std::shared_ptr<RowVersions> versions)
      : gate_(std::move(gate)), versions_(std::move(versions)), moment_(versions_->hold()) {}
  ~RowsAsTheyWere() override { versions_->release(moment_); }
  RowsAsTheyWere(const RowsAsTheyWere&) = delete;
  RowsAsTheyWere& operator=(const RowsAsTheyWere&) = delete;

  std::optional<std::string> get(std::string_view key) const override {
    const ReadGate::Read reading{*gate_};
    return versions_->get(key, moment_);
  }
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const ReadGate::Read reading{*gate_};
    versions_->scan(prefix, from, moment_, visit);
  }

 private:
  std::shared_ptr<ReadGate> gate_;
  std::shared_ptr<RowVersions> versions_;
  RowVersions::Version moment_;
};

}  // namespace

void RowVersions::apply(const RowBatch& batch) {
  const std::unique_lock lock{mutex_};
  ++version_;
  if (held_.empty()) return replace(batch);
  for (const RowBatch::Write& write : batch.writes) {
    rows_[write.key].push_back({version_, write.value});
    superseded_.push_back({version_, write.key});
  }
  forget();
}

void RowVersions::replace(const RowBatch& batch) {
  auto near = rows_.begin();
  for (const RowBatch::Write& write : batch.writes) {
    near = rows_.try_emplace(near, write.key);
    if (!write.value) {
      near = rows_.erase(near);
      continue;
    }
    near->second.clear();
    near->second.push_back({version_, write.value});
  }
}

RowVersions::Version RowVersions::hold() {
  const std::unique_lock lock{mutex_};
  held_.insert(version_);
  return version_;
}

void RowVersions::release(Version held) {
  const std::unique_lock lock{mutex_};
  held_.erase(held_.find(held));
  forget();
}

void RowVersions::forget() {
  const Version oldest = held_.empty() ? version_ : *held_.begin();
  while (!superseded_.empty() && superseded_.front().at <= oldest) {
    forget_before(superseded_.front().key, oldest);
    superseded_.pop_front();
  }
}

void RowVersions::forget_before(const std::string& key, Version oldest) {
  const auto row = rows_.find(key);
  if (row == rows_.end()) return;
  std::vector<Value>& values = row->second;
  const Value* seen = value_at(values, oldest);
  if (seen == nullptr) return;
  values.erase(values.begin(), values.begin() + (seen - values.data()));
  if (values.size() == 1 && !values.front().bytes) rows_.erase(row);
}

const RowVersions::Value* RowVersions::value_at(const std::vector<Value>& values, Version at) {
  const auto later =
      std::upper_bound(values.begin(), values.end(), at,
                       [](Version version, const Value& value) { return version < value.since; });
  return later == values.begin() ? nullptr : &*std::prev(later);
}

std::optional<std::string> RowVersions::get(std::string_view key, Version at) const {
  const std::shared_lock lock{mutex_};
  const auto row = rows_.find(key);
  if (row == rows_.end()) return std::nullopt;
  const Value* value = value_at(row->second, at);
  return value == nullptr ? std::nullopt : value->bytes;
}

std::vector<RowVersions::Row> RowVersions::page(std::string_view prefix, std::string_view from, bool after,
                                                Version at) const {
  const std::shared_lock lock{mutex_};
  std::vector<Row> found;
  auto row = after ? rows_.upper_bound(from) : rows_.lower_bound(from);
  for (; row != rows_.end() && row->first.starts_with(prefix) && found.size() < page_rows; ++row)
    if (const Value* value = value_at(row->second, at); value != nullptr && value->bytes)
      found.emplace_back(row->first, *value->bytes);
  return found;
}

void RowVersions::scan(std::string_view prefix, std::string_view from, Version at,
                       const std::function<bool(std::string_view, std::string_view)>& visit) const {
  std::vector<Row> rows = page(prefix, std::max(prefix, from), false, at);
  while (!rows.empty()) {
    for (const auto& [key, value] : rows)
      if (!visit(key, value)) return;
    const std::string seen = rows.back().first;
    rows = page(prefix, seen, true, at);
  }
}

std::size_t RowVersions::size() const {
  const std::shared_lock lock{mutex_};
  std::size_t count = 0;
  for (const auto& [key, values] : rows_) count += values.size();
  return count;
}

std::optional<std::string> MemoryRowStore::get(std::string_view key) const {
  const ReadGate::Read reading{*gate_};
  return versions_->get(key, RowVersions::latest);
}

void MemoryRowStore::scan(std::string_view prefix, std::string_view from,
                          const std::function<bool(std::string_view, std::string_view)>& visit) const {
  snapshot()->scan(prefix, from, visit);  // it is one moment's rows that are visited
}

std::shared_ptr<const RowReader> MemoryRowStore::snapshot() const {
  const ReadGate::Read reading{*gate_};
  return std::make_shared<RowsAsTheyWere>(gate_, versions_);
}

void MemoryRowStore::write(const RowBatch& batch) {
  if (gate_->closed()) throw StoreError{StoreErrorCode::closed, "the store has been closed"};
  if (!batch.applied) return versions_->apply(batch);
  RowBatch with_mark = batch;
  with_mark.put(std::string{applied_key}, encode_applied(*batch.applied));
  versions_->apply(with_mark);
}

}  // namespace muster
