#pragma once

#include <cstdint>

/// Makes operator new throw std::bad_alloc when a test says so. A program that calls this gets an operator
/// new of its own.
namespace muster::test {

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
