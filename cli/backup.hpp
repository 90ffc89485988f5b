#pragma once

#include <filesystem>

namespace muster::cli {

/// The options of `muster backup`.
struct BackupOptions {
  std::filesystem::path db;
  std::filesystem::path to;
  bool copy = false;  // copy the tables instead of linking them
};

/// Copies the store, and prints the copy's folder and last position. Returns the exit status. Throws
/// StoreError.
int backup(const BackupOptions& options);

}  // namespace muster::cli
