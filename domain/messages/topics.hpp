#pragma once

#include <muster/domain/core/refusal.hpp>

namespace muster {

inline constexpr Rule type_topics{"type.topics", Error::not_supported, "2", "the group does not have topics"};

}  // namespace muster
