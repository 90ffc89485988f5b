#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <muster/domain/core/ids.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {

/// Writes to rows, applied all or none; each key at most once.
struct RowBatch {
  struct Write {
    std::string key;
    std::optional<std::string> value;  // none: the row is removed
  };
  std::vector<Write> writes;
  /// The position that the rows are folded to afterwards; none: as before.
  std::optional<Position> applied;

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

/// The key of the row that says how far rows are folded. It sorts before all rows.
inline constexpr std::string_view applied_key{"\0applied", 8};
/// The position that rows are folded to; 0 for none. Throws StoreError (corrupt, io).
Position applied_of(const RowReader& rows);
/// The value of that row, and what it says. Throws StoreError (corrupt).
std::string encode_applied(Position position);
Position decode_applied(std::string_view value);

/// One generation of rows: as they are now, and as they were.
class RowStore : public RowReader {
 public:
  /// The rows as they are now, unmoved by later writes, for as long as the pointer is held. Once the store is
  /// closed, reading them throws StoreError (closed).
  [[nodiscard]] virtual std::shared_ptr<const RowReader> snapshot() const = 0;
  /// Applies a batch, as durable as commits are. One writer at a time.
  virtual void write(const RowBatch& batch) = 0;
};

}  // namespace muster
