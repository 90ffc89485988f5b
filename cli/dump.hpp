#pragma once

#include <filesystem>
#include <string>

#include <muster/cli/row_output.hpp>

namespace muster::cli {

struct DumpOptions {
  std::filesystem::path db;
  std::string group;  // empty: every group, and the rows of no group
  Format format = Format::json;
  std::string at;  // empty: now; digits are a revision of the group, else a time: RFC 3339 or t:MILLISECONDS
};

/// `muster dump`: every read-model row as a JSON line on standard output, by kind, then by key. The exit
/// status. Throws StoreError; UsageError for an `at` that is none.
int dump(const DumpOptions& options);

}  // namespace muster::cli
