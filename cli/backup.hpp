#pragma once

#include <filesystem>

namespace muster::cli {

/// What `muster backup` is asked.
struct BackupOptions {
  std::filesystem::path db;
  std::filesystem::path to;
  bool copy = false;  // the tables, instead of linking them
};

/// Copies the store and prints where to and how far; the exit status. Throws StoreError.
int backup(const BackupOptions& options);

}  // namespace muster::cli
