#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/kinds.hpp>

/// The state machines, one a built-in type: which commands a group of the type takes in which state, and what
/// moves it to another one. Open `work.cpp` to see in one screen what can happen to a Work group.
namespace muster {
class Decider;
}
namespace muster::lifecycle {

enum class Handled : std::uint8_t {
  accepted = 1,     // the guard allowed it, and the action recorded its events
  refused = 2,      // the guard refused it; the decider has the refusal
  unsupported = 3,  // the machine has no row for it
};

struct Run {
  Handled handled;
  GroupState state;  // where the machine ended
};

/// Enters the machine of `base` in the state `from` and feeds it one command.
/// from  absent, inactive or active: the machine of a group that has ended is never run
Run run(BaseType base, GroupState from, Decider& decider, const Command& command);

/// One row of a machine, for tests and for documentation that is printed from it.
struct RowInfo {
  GroupState from;               // absent for rows that hold in every state
  std::string_view command;      // empty for the rows that recycle, which follow any command
  GroupState to;                 // the same as `from` when the command does not move the group
  bool any_state;                // an internal row: from any state
  std::string_view condition{};  // of a row without a command
};
std::vector<RowInfo> rows_of(BaseType base);

/// Whether the machine of `base` has a row for the command in that state, whatever its guard says. Threads:
/// any
bool takes(BaseType base, GroupState state, const Command& command);

// clang-format off
Run run_work      (GroupState from, Decider& decider, const Command& command);
Run run_public    (GroupState from, Decider& decider, const Command& command);
Run run_meeting   (GroupState from, Decider& decider, const Command& command);
Run run_avchatroom(GroupState from, Decider& decider, const Command& command);
Run run_community (GroupState from, Decider& decider, const Command& command);
std::vector<RowInfo> rows_of_work();
std::vector<RowInfo> rows_of_public();
std::vector<RowInfo> rows_of_meeting();
std::vector<RowInfo> rows_of_avchatroom();
std::vector<RowInfo> rows_of_community();
// clang-format on

}  // namespace muster::lifecycle
