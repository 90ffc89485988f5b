#pragma once

#include <filesystem>

namespace muster::cli {

/// `muster verify`: a line for each finding, then one that sums up. Returns the exit status: 0, or 3 when
/// something was found.
int verify(const std::filesystem::path& db);

}  // namespace muster::cli
