#include <exception>
#include <new>

#include <muster/eventstore/rocksdb/write_failure.hpp>

namespace muster {

void WriteFailure::happened(std::string_view cause) noexcept {
  const std::scoped_lock lock{mutex_};
  if (happened_) return;
  try {
    cause_ = cause;
  } catch (const std::bad_alloc&) {
    // That it has happened counts for more.
  }
  happened_ = true;
}

void WriteFailure::happened() noexcept {
  try {
    throw;
  } catch (const std::exception& error) {
    happened(error.what());
  } catch (...) {
    happened("something unknown was thrown");
  }
}

std::string WriteFailure::cause() const {
  const std::scoped_lock lock{mutex_};
  return cause_;
}

}  // namespace muster
