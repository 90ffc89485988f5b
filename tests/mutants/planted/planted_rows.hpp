#pragma once

#include <muster/domain/commands.hpp>
#include <muster/domain/core/kinds.hpp>

namespace muster::planted {

/// Whether the chosen fault removes the machine's row for the command.
bool row_is_missing(BaseType base, GroupState from, const Command& command);

}  // namespace muster::planted
