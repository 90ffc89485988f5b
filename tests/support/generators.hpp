#pragma once

#include <rapidcheck.h>

#include "support/world.hpp"

/// Generated commands and events over a small cast and few groups, so that they meet.
namespace muster::test {

/// Somebody who brings a command, and the command.
struct Move {
  Caller caller;
  Command command;
  With with;
};

rc::Gen<Account> an_account();
rc::Gen<GroupId> a_group();
rc::Gen<Caller> a_caller();
/// Any command of this version, mostly sensible, sometimes not.
rc::Gen<Command> a_command();
/// A command with its caller, at any time, sometimes under an id that was used before.
rc::Gen<Move> a_move();
rc::Gen<Event> an_event();
/// An event of any stream at any place, as no history would have it.
rc::Gen<std::pair<Event, Stamp>> a_stamped_event();

/// What the rows must always be; the test fails, naming the group, when they are not.
void expect_sound(const MemoryRows& rows);

}  // namespace muster::test

namespace rc {
template <>
struct Arbitrary<muster::test::Move> {
  static Gen<muster::test::Move> arbitrary() { return muster::test::a_move(); }
};
}  // namespace rc
namespace muster::test {
inline void showValue(const Move& move, std::ostream& out) {
  out << name_of(move.caller.kind) << ' ' << move.caller.account << ' ' << name_of(move.command);
  if (const GroupId* group = group_of(move.command)) out << ' ' << *group;
  if (const auto* create = std::get_if<CreateGroup>(&move.command)) out << ' ' << create->type;
}
}  // namespace muster::test
