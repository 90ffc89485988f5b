#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/generators.hpp"

/// Moves for the model and the library: those of the generators, and others that go where these do not.
namespace muster::reference {

/// A history for a seed, the same on every machine: generated moves, and others with many fields set, some of
/// them malformed; over groups that change with time, at times that jump.
std::vector<test::Move> mixed_moves(std::uint64_t seed, std::size_t count);
/// A history on the plan Free, which runs into its quotas.
std::vector<test::Move> quota_moves(std::uint64_t seed, std::size_t count);

/// A move with all its fields, on one line.
std::string to_string(const test::Move& move);

}  // namespace muster::reference
