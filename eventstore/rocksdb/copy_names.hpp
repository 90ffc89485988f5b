#pragma once

#include <filesystem>

namespace muster {

/// A copy is made under another name, so that what has the name is whole; RocksDB makes its part under a
/// third.
struct CopyNames {
  std::filesystem::path whole;
  std::filesystem::path partial;
  std::filesystem::path staging;
};

/// Where a copy goes: not into the store itself, and nowhere that something is. Touches nothing.
/// Throws StoreError (not_writable), std::filesystem::filesystem_error.
CopyNames names_of_copy(const std::filesystem::path& folder, const std::filesystem::path& store);

}  // namespace muster
