#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <muster/domain/core/kinds.hpp>

namespace muster {

/// The steps that a command is taken through, in this order; the first that refuses ends it.
/// Source  docs/rules.md section 3
enum class Step : std::uint8_t {
  arguments = 1,
  repeated = 2,
  visible = 3,
  supported = 4,
  permitted = 5,
  revision = 6,
  state = 7,
  capacity = 8
};
template <>
inline constexpr std::array names<Step>{
    Named{Step::arguments, "arguments"}, Named{Step::repeated, "repeated"},
    Named{Step::visible, "visible"},     Named{Step::supported, "supported"},
    Named{Step::permitted, "permitted"}, Named{Step::revision, "revision"},
    Named{Step::state, "state"},         Named{Step::capacity, "capacity"}};

/// A step that was walked. The last one of a refused command did not pass.
struct TracedStep {
  Step step;
  bool passed;
  bool operator==(const TracedStep&) const = default;
};
using Trace = std::vector<TracedStep>;

}  // namespace muster
