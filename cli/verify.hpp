#pragma once

#include <filesystem>

namespace muster::cli {

/// `muster verify`: prints a line for each finding, then a summary. Returns the exit status: 0, or 3 if there
/// are findings. Throws StoreError for a store that cannot be checked.
int verify(const std::filesystem::path& db);

}  // namespace muster::cli
