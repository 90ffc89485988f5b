#pragma once

#include <muster/domain/core/decider.hpp>

namespace muster {

/// What a command needs that changes a member's profile: the group stores profiles of all members. Its
/// type's rules say so, and did when it was made.
inline Requirement member_profiles_supported(const Decider& d) {
  constexpr CellRef profiles = cell<&TypeRules::member_profiles>;
  return {.supported = profiles.of(d.type()).supported && d.group().traits.member_profiles,
          .cell = profiles.name};
}

}  // namespace muster
