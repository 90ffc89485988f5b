#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/read_gate.hpp>

namespace muster {

/// Rows with their versions: each batch makes a new one of the keys in it. A version goes as soon as no
/// snapshot can see it, so that a snapshot costs nothing but what changes while it is held.
class RowVersions {
 public:
  using Version = std::uint64_t;
  static constexpr Version latest = ~Version{0};

  void apply(const RowBatch& batch);
  /// Holds the versions as they are now, until `release`.
  Version hold();
  void release(Version held);

  std::optional<std::string> get(std::string_view key, Version at) const;
  /// As RowReader::scan. Visits without a lock.
  void scan(std::string_view prefix, std::string_view from, Version at,
            const std::function<bool(std::string_view, std::string_view)>& visit) const;
  /// How many versions are kept of all keys together.
  std::size_t size() const;

 private:
  struct Value {
    Version since;
    std::optional<std::string> bytes;  // none: the row was gone
  };
  struct Superseded {
    Version at;  // no snapshot from here on sees what was before
    std::string key;
  };
  using Row = std::pair<std::string, std::string>;

  static const Value* value_at(const std::vector<Value>& values, Version at);
  std::vector<Row> page(std::string_view prefix, std::string_view from, bool after, Version at) const;
  /// Writes what nobody sees an older version of.
  void replace(const RowBatch& batch);
  void forget();
  void forget_before(const std::string& key, Version oldest);

  mutable std::shared_mutex mutex_;
  std::map<std::string, std::vector<Value>, std::less<>> rows_;
  std::deque<Superseded> superseded_;  // in the order of versions
  std::multiset<Version> held_;
  Version version_ = 0;
};

/// One generation of rows in memory.
class MemoryRowStore final : public RowStore {
 public:
  explicit MemoryRowStore(std::shared_ptr<ReadGate> gate = std::make_shared<ReadGate>())
      : gate_(std::move(gate)) {}

  std::optional<std::string> get(std::string_view key) const override;
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  std::shared_ptr<const RowReader> snapshot() const override;
  void write(const RowBatch& batch) override;
  [[nodiscard]] std::size_t versions_kept() const { return versions_->size(); }

 private:
  std::shared_ptr<ReadGate> gate_;
  std::shared_ptr<RowVersions> versions_ = std::make_shared<RowVersions>();
};

}  // namespace muster
