#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <muster/cli/row_output.hpp>

namespace muster::cli {

/// What `muster show` and `muster search` are asked.
struct ShowOptions {
  std::filesystem::path db;
  std::string as;                    // the account that asks
  bool app_admin = false;            // as an app admin
  std::vector<std::string> groups;   // of `show group`
  std::vector<std::string> fields;   // custom fields of `show group`; all that may be read when empty
  std::string group;                 // of `show members` and `search`
  std::string role;                  // of `show members`: of every role when empty
  std::optional<std::size_t> limit;  // of lists: `show members` 100 when absent, the others everything
  std::string after;                 // cursor
  Format format = Format::json;
};

// Each prints JSON Lines on standard output and returns the exit status. A refused question is a result.
// Throw StoreError; UsageError for a role that is none.
int show_groups(const ShowOptions& options);
int show_members(const ShowOptions& options);
int show_applications(const ShowOptions& options);
int show_joined(const ShowOptions& options);
int search(const ShowOptions& options);

}  // namespace muster::cli
