#pragma once

#include <muster/domain/context.hpp>
#include <muster/domain/overlay.hpp>

namespace muster {

/// Judges one command on the rows as they stand. Pure: the same rows, command and context give the same
/// decision.
/// rows    what an accepted command's events make of them is left in it; a refused one leaves it as it was
/// Order   of the rules: docs/rules.md section 3; the first that applies is returned
/// Errors  only what the View throws when storage is broken
Decision decide(Overlay& rows, const Command& command, const Context& context);

}  // namespace muster
