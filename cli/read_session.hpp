#pragma once

#include <filesystem>
#include <memory>

#include <muster/eventstore/store_setup.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/queries.hpp>

namespace muster::cli {

/// A store opened for reading, with rows as new as its log, and the rules of its last commit. Throws
/// StoreError.
class ReadSession {
 public:
  explicit ReadSession(const std::filesystem::path& db)
      : store_(open_store(db, {.create = false, .read_only = true})),
        rows_(*store_),
        rules_(latest_rules(*store_)) {}
  [[nodiscard]] Queries queries() const { return {rows_.rows(), rules_}; }

 private:
  std::unique_ptr<Store> store_;
  ReadableRows rows_;
  Rules rules_;
};

}  // namespace muster::cli
