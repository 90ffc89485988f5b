#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include <muster/domain/core/decider.hpp>

namespace muster {

inline constexpr Rule type_setting{"type.setting", Error::not_supported, "2",
                                   "this group type does not have this setting"};

/// The most members that a plan allows in a group of the class; 0: any number.
inline std::uint32_t member_ceiling(const Decider& d, QuotaClass quota, std::uint32_t community_members) {
  switch (quota) {
    case QuotaClass::avchatrooms: return 0;
    case QuotaClass::communities: return community_members;
    case QuotaClass::groups: break;
  }
  return d.rows().app().member_cap;
}

/// `max_member_num` as it is stored: without a ceiling, numbers that do not fit become the largest that does.
inline std::uint32_t kept_limit(std::uint64_t max_member_num) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(max_member_num, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace muster
