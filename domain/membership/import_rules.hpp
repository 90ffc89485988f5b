#pragma once

#include <muster/domain/core/refusal.hpp>

/// What the three imports have in common. Source: docs/rules.md section 11.
namespace muster {

inline constexpr Rule import_type{"import.type", Error::not_supported, "11",
                                  "this group type does not support imports"};

}  // namespace muster
