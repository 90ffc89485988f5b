#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/generators.hpp"

/// The model and the library side by side: the same commands must get the same answers and lead to the same
/// state.
namespace muster::reference {

/// What the commands of some histories met.
struct Tally {
  std::uint64_t commands = 0;
  std::uint64_t accepted = 0;
  std::uint64_t unchanged = 0;  // accepted, changing nothing
  std::uint64_t refused = 0;
  std::uint64_t repeated = 0;
  std::map<std::string, std::uint64_t> slugs;  // of the rules that refused
  std::map<std::string, std::uint64_t> items;  // results of the items of lists
};

struct Difference {
  std::size_t move;  // of the history, from 0
  std::string kind;  // what differences that have one cause have in common
  std::string what;
};

/// Brings the moves before the model and `step` on rows in memory, until the two differ.
/// compare_state_every  the whole state is compared after so many moves, and at the end
/// rules                that the library decides under; the model knows only the default ones
std::optional<Difference> first_difference(const std::vector<test::Move>& moves,
                                           std::size_t compare_state_every, Tally* tally = nullptr,
                                           const Rules& rules = default_rules());
/// The same with an engine over RocksDB. The state is compared at the end, with what the log folds to.
std::optional<Difference> first_difference_with_engine(const std::vector<test::Move>& moves,
                                                       Tally* tally = nullptr);

/// A shorter history that still has a difference: without any one of its moves, it has none.
std::vector<test::Move> shortest(std::vector<test::Move> moves);
/// A difference with a list of the moves that lead to it.
std::string to_string(const Difference& difference, const std::vector<test::Move>& moves);

/// The results of a campaign.
struct DifferentialReport {
  std::uint64_t histories = 0;
  Tally tally;
  std::uint64_t different = 0;        // histories
  std::vector<std::string> problems;  // the first of each kind, with seeds and moves
};
std::string to_string(const DifferentialReport& report);

/// Histories of a few hundred moves, until there have been so many commands.
DifferentialReport run_differential(std::uint64_t seed, std::uint64_t commands);

}  // namespace muster::reference
