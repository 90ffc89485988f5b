#pragma once

#include <filesystem>
#include <optional>

#include <muster/eventstore/store.hpp>

namespace muster::cli {

struct ApplyOptions {
  std::filesystem::path db;
  std::filesystem::path input;   // empty: standard input
  std::filesystem::path output;  // empty: standard output
  std::filesystem::path rules;   // empty: the rulebook's own
  Durability durability = Durability::fsync;
  bool existing = false;  // fail when there is no store
  bool allow_future = false;
  bool full_events = false;
  bool text = false;  // a line for people instead of JSON
};

/// `muster apply`: applies JSON Lines, a result line each. The exit status. Throws StoreError and
/// std::exception.
int apply(const ApplyOptions& options);

}  // namespace muster::cli
