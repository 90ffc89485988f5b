#pragma once

#include <cstdint>
#include <memory>

#include <muster/eventstore/posix_file.hpp>

/// What becomes of a store in a forked child: nothing, for it is the parent's.
namespace muster {

/// How many times this process has come out of a fork as the child. What was made before belongs to the
/// parent.
std::uint64_t forks_as_child();

/// A file that a forked child does not share: its descriptor is closed there at once, so that the child never
/// keeps the parent's lock. It is closed only, never unlocked, which would take the lock from the parent too.
/// Threads  any
class UnsharedFile {
 public:
  UnsharedFile() = default;
  explicit UnsharedFile(Descriptor file);
  UnsharedFile(UnsharedFile&& other) noexcept = default;
  UnsharedFile& operator=(UnsharedFile&& other) noexcept = default;
  /// -1 where there is none, and in a forked child.
  [[nodiscard]] int get() const;

 private:
  struct Entry;
  struct Forget {
    void operator()(Entry* entry) const;
  };
  std::unique_ptr<Entry, Forget> entry_;
};

}  // namespace muster
