#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/judge/judgement.hpp>
#include <muster/domain/kinds.hpp>

/// The state machines, one a built-in type: which commands a group of the type knows in which state of its
/// life. Open `machines/work.cpp` to see in one screen what a Work group can do.
namespace muster::machines {

enum class Verdict : std::uint8_t {
  taken = 1,    // the guard allowed it and the action recorded its events
  refused = 2,  // the guard refused it; the judgement has the refusal
  no_row = 3    // the type has no such operation in this state
};

struct Run {
  Verdict verdict;
  Life life;  // where the machine ended
};

/// Enters the machine of `base` in the state `from` and feeds it one command.
/// from  absent, inactive or active: a gone group is not asked
Run run(BaseType base, Life from, Judgement& judgement, const Command& command);

/// One row of a machine, for tests and for the documentation that is printed from it.
struct RowInfo {
  Life from;                 // absent for rows that stand for every state of the life
  std::string_view command;  // empty for the completion rows, which recycle
  Life to;                   // the same as `from` when the command does not move the life
  bool any_state;            // an internal row of the machine: from wherever it is
};
std::vector<RowInfo> rows_of(BaseType base);

// clang-format off
Run run_work      (Life from, Judgement& judgement, const Command& command);
Run run_public    (Life from, Judgement& judgement, const Command& command);
Run run_meeting   (Life from, Judgement& judgement, const Command& command);
Run run_avchatroom(Life from, Judgement& judgement, const Command& command);
Run run_community (Life from, Judgement& judgement, const Command& command);
std::vector<RowInfo> rows_of_work();
std::vector<RowInfo> rows_of_public();
std::vector<RowInfo> rows_of_meeting();
std::vector<RowInfo> rows_of_avchatroom();
std::vector<RowInfo> rows_of_community();
// clang-format on

}  // namespace muster::machines
