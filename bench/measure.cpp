#include "measure.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace muster::bench {
namespace {

template <class Visit>
void for_each_file(const std::filesystem::path& folder, Visit&& visit) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.is_regular_file()) visit(entry);
}

}  // namespace

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for_each_file(folder, [&](const auto& entry) { bytes += entry.file_size(); });
  return bytes;
}

void drop_page_cache(const std::filesystem::path& folder) {
  for_each_file(folder, [](const auto& entry) {
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    static_cast<void>(::fsync(file));  // what is not on the disk yet cannot go
    static_cast<void>(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    ::close(file);
  });
}

}  // namespace muster::bench
