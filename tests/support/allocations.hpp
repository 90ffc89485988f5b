#pragma once

#include <cstdint>

/// An operator new that counts, and throws std::bad_alloc when a test says so, for programs that call one of
/// these.
namespace muster::test {

/// How often this program has asked for memory so far.
std::uint64_t allocations();

/// While it lives, the n-th allocation of this thread, counted from 1, fails; all others are as ever.
class FailingAllocation {
 public:
  explicit FailingAllocation(std::uint64_t n);
  ~FailingAllocation();
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;
  /// Whether the allocation came, and failed.
  [[nodiscard]] bool failed() const;
};

}  // namespace muster::test
