#include "support/paths.hpp"

namespace muster::test {

const std::filesystem::path& source_dir() {
  static const std::filesystem::path path{MUSTER_SOURCE_DIR};
  return path;
}

const std::string& muster_binary() {
  static const std::string path{MUSTER_BINARY};
  return path;
}

}  // namespace muster::test
