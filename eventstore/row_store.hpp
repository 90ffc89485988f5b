#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <muster/eventstore/store_error.hpp>

namespace muster {

/// Writes to rows, applied all or none; a key stands in it at most once.
struct RowBatch {
  struct Write {
    std::string key;
    std::optional<std::string> value;  // none: the row goes
  };
  std::vector<Write> writes;

  void put(std::string key, std::string value) { writes.push_back({std::move(key), std::move(value)}); }
  void erase(std::string key) { writes.push_back({std::move(key), std::nullopt}); }
};

/// Rows by key, bytes both (projections/ knows what they mean), sorted by key.
/// Throws StoreError (corrupt, io). Threads: any.
class RowReader {
 public:
  virtual ~RowReader() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  /// Calls `visit(key, value)` for the keys that start with `prefix` and are not before `from` (which may be
  /// empty), in order of their bytes; stops early when `visit` says false.
  virtual void scan(std::string_view prefix, std::string_view from,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const = 0;
};

/// One generation of rows: as they stand now, and as they stood.
class RowStore : public RowReader {
 public:
  /// The rows as they are now, unmoved by later writes, for as long as the pointer is held. A snapshot must
  /// not outlive the store.
  [[nodiscard]] virtual std::shared_ptr<const RowReader> snapshot() const = 0;
  /// Applies a batch; durable with the log's next append at the latest. One writer at a time.
  virtual void write(const RowBatch& batch) = 0;
};

}  // namespace muster
