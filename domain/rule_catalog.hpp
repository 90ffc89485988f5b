#pragma once

#include <string_view>
#include <vector>

#include <muster/domain/core/refusal.hpp>

namespace muster {

/// Every rule that can refuse, once, ordered by slug: those of all commands and of the queries. Docs and
/// tests read it.
/// Threads  any
const std::vector<const Rule*>& all_rules();
/// Null when no rule has the slug.
const Rule* find_rule(std::string_view slug);

}  // namespace muster
