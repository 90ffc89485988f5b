#pragma once

#include <filesystem>

#include <muster/domain/rows.hpp>

namespace muster {

/// How far the log surely reaches: the content of the file `HEAD`, which stands beside the database.
struct HeadNote {
  Position position = 0;
  Digest hash{};  // the chain hash of the commit at `position`
};

/// Throws StoreError (corrupt, newer_format, io); a missing file is corrupt: every store has one.
HeadNote read_head(const std::filesystem::path& folder);
/// Replaces the file; durable on return. Throws StoreError (io, full, not_writable).
void write_head(const std::filesystem::path& folder, const HeadNote& note);

}  // namespace muster
