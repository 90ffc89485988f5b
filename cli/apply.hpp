#pragma once

#include <filesystem>
#include <optional>

#include <muster/eventstore/store.hpp>

namespace muster::cli {

struct ApplyOptions {
  std::filesystem::path db;
  std::filesystem::path input;   // empty: standard input
  std::filesystem::path output;  // empty: standard output
  std::filesystem::path rules;   // empty: the built-in rules
  Durability durability = Durability::fsync;
  bool existing = false;  // fail if there is no store
  bool allow_future = false;
  bool full_events = false;
  bool text = false;  // text for people instead of JSON
};

/// `muster apply`: applies JSON Lines and writes a result line for each. Returns the exit status. Throws
/// UsageError, StoreError, std::system_error, and std::runtime_error for a bad rules file.
int apply(const ApplyOptions& options);

}  // namespace muster::cli
