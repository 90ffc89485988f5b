#include "support/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0};
constexpr std::uint64_t never = 0;
thread_local std::uint64_t until_failure = never;
thread_local bool has_failed = false;

void count_allocation() {
  count.fetch_add(1, std::memory_order_relaxed);
  if (until_failure == never || --until_failure != never) return;
  has_failed = true;
  throw std::bad_alloc{};
}

}  // namespace

// Every other form of new ends in one of these.
void* operator new(std::size_t size) {
  count_allocation();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  count_allocation();
  const auto align = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (size + align - 1) / align * align)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace muster::test {

std::uint64_t allocations() { return count.load(std::memory_order_relaxed); }

FailingAllocation::FailingAllocation(std::uint64_t n) {
  has_failed = false;
  until_failure = n;
}
FailingAllocation::~FailingAllocation() { until_failure = never; }
bool FailingAllocation::failed() const { return has_failed; }

}  // namespace muster::test
