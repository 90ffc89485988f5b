#include <fmt/format.h>

#include <muster/eventstore/rocksdb/copy_names.hpp>
#include <muster/eventstore/rocksdb/store_folder.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

StoreError taken(const fs::path& path, std::string_view cure) {
  return {StoreErrorCode::not_writable, fmt::format("`{}` {}", path.string(), cure)};
}

}  // namespace

CopyNames names_of_copy(const fs::path& folder, const fs::path& store) {
  CopyNames names{.whole = whole_path(folder)};
  names.partial = names.whole.string() + ".partial";
  names.staging = names.partial.string() + ".tmp";
  const auto is_there = [](const fs::path& path) {
    return fs::symlink_status(path).type() != fs::file_type::not_found;
  };
  if (is_there(names.whole)) throw taken(names.whole, "is there already; give a path where nothing is");
  const fs::path inside = fs::weakly_canonical(names.whole).lexically_relative(fs::weakly_canonical(store));
  if (!inside.empty() && *inside.begin() != "..")
    throw taken(names.whole, "is in the store itself; give a path outside of it");
  for (const fs::path& path : {names.partial, names.staging})
    if (is_there(path))
      throw taken(path, "is there already: remove it if an interrupted copy left it, or give another path");
  return names;
}

}  // namespace muster
