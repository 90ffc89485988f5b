#pragma once

#include <functional>

#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/ports.hpp>

namespace muster {

/// Calls `visit` for every commit from `from` on, in order, up to what is last() when it starts. The log is
/// read and decoded ahead on a thread of its own, `visit` is called on the caller's. What it is given is its
/// own only until it returns. Throws StoreError (corrupt, newer_format, io), and whatever `visit` throws.
void scan_decoded(const CommitLog& log, Position from, Want want,
                  const std::function<void(Position, const DecodedCommit&)>& visit);

}  // namespace muster
