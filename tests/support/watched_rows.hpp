#pragma once

#include <muster/eventstore/ports.hpp>

namespace muster::test {

/// Rows that count how many of them are read, may fail to be read, and may lack one.
class WatchedRows final : public RowReader {
 public:
  explicit WatchedRows(const RowReader& rows) : rows_(rows) {}
  std::optional<std::string> get(std::string_view key) const override {
    ++asked;
    if (failing) throw StoreError{StoreErrorCode::io, "not now"};
    if (key == without) return std::nullopt;
    return rows_.get(key);
  }
  void scan(std::string_view prefix, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    rows_.scan(prefix, from, [&](std::string_view key, std::string_view value) {
      ++visited;
      return key == without || visit(key, value);
    });
  }

  mutable std::size_t asked = 0;    // by key
  mutable std::size_t visited = 0;  // in scans
  bool failing = false;
  std::string without;  // the key of a row that is not there

 private:
  const RowReader& rows_;
};

}  // namespace muster::test
