#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <muster/domain/core/kinds.hpp>

namespace muster {

/// What can be wrong with a store; each has its own cure (docs/operations.md).
enum class StoreErrorCode : std::uint8_t {
  not_found = 1,       // there is no store at the path
  locked = 2,          // another process has it open
  not_writable = 3,    // the folder or its files may not be written
  newer_format = 4,    // written by a newer muster
  corrupt = 5,         // bytes are not what was written
  lost_tail = 6,       // acknowledged commits at the end are gone
  full = 7,            // no space left; outcome unknown when it happens on a write
  io = 8,              // any other failure of the file system; outcome unknown when it happens on a write
  wrong_position = 9,  // an append decided on a position that is not the last
  too_large = 10,      // a commit over commit_bytes_max
  failed = 11,         // an earlier append failed: nothing more is taken until the store is reopened
  not_a_store = 12,    // the folder has something else in it
  closed = 13          // the store has been closed
};
// clang-format off
template <> inline constexpr std::array names<StoreErrorCode>{
    Named{StoreErrorCode::not_found, "not found"}, Named{StoreErrorCode::locked, "locked"},
    Named{StoreErrorCode::not_writable, "not writable"}, Named{StoreErrorCode::newer_format, "newer format"},
    Named{StoreErrorCode::corrupt, "corrupt"}, Named{StoreErrorCode::lost_tail, "lost tail"},
    Named{StoreErrorCode::full, "disk full"}, Named{StoreErrorCode::io, "input/output error"},
    Named{StoreErrorCode::wrong_position, "wrong position"}, Named{StoreErrorCode::too_large, "too large"},
    Named{StoreErrorCode::failed, "failed before"}, Named{StoreErrorCode::not_a_store, "not a store"},
    Named{StoreErrorCode::closed, "closed"}};
// clang-format on

/// A store that is broken or cannot be had. Thrown by opening and reading; returned by appends.
class StoreError : public std::runtime_error {
 public:
  /// message  what, where and what would be right; starts with the code's name
  StoreError(StoreErrorCode code, const std::string& detail)
      : std::runtime_error(std::string{name_of(code)} + ": " + detail), code_(code) {}
  [[nodiscard]] StoreErrorCode code() const { return code_; }

 private:
  StoreErrorCode code_;
};

}  // namespace muster
