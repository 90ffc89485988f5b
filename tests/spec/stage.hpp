#pragma once

#include <map>
#include <string>

#include "spec/table.hpp"
#include "support/world.hpp"

/// What the words of the tables mean: the worlds that a cell's type, state and options describe, its caller
/// and its command.
namespace muster::test::spec {

/// Carries out cells on worlds that are built once and stay as they are.
class Stage {
 public:
  /// The verdict of the code: `ok`, `pending`, `nothing`, `item:` and an error, or the slug of the rule that
  /// refuses. Throws std::runtime_error for a word that has no meaning here.
  std::string verdict_of(const Cell& cell);

 private:
  const World& world_of(const Cell& cell);

  std::map<std::string, World> worlds_;
};

}  // namespace muster::test::spec
