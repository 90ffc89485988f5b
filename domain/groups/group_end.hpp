#pragma once

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/folder.hpp>

namespace muster {

/// The group ends in `state`, dismissed or recycled.
void end_group(Folder& f, GroupState state);

}  // namespace muster
