#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/generators.hpp"

// What holds for every sequence of commands and, for evolve, of events.
namespace muster::test {
namespace {

/// The rows that the log folds to, from nothing.
MemoryRows folded(const std::vector<Commit>& log) {
  MemoryRows rows;
  for (std::size_t i = 0; i < log.size(); ++i) {
    Overlay overlay{&rows};
    fold(overlay, log[i], i + 1, Digest{});
    rows.apply(overlay);
  }
  return rows;
}

RC_GTEST_PROP(Decisions, ARefusedCommandChangesNothingAndAnAcceptedOneKeepsTheRowsSound,
              (const std::vector<Move>& moves)) {
  World world;
  std::size_t accepted = 0;
  for (const Move& move : moves) {
    const MemoryRows before = world.rows();
    const Tried tried = world.tries(move.caller, move.command, move.with);
    if (tried.accepted() == nullptr)
      RC_ASSERT(world.rows() == before);
    else
      ++accepted;
    expect_sound(world.rows());
    RC_ASSERT(!testing::Test::HasFailure());
  }
  RC_CLASSIFY(accepted > 5, "more than five accepted");
}

RC_GTEST_PROP(Decisions, TheRowsAreTheFoldOfTheLog, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  RC_ASSERT(folded(world.log()) == world.rows());
  RC_CLASSIFY(world.log().size() > 5, "more than five commits");
}

RC_GTEST_PROP(Decisions, TheSameCommandOnTheSameRowsIsDecidedTheSame,
              (const std::vector<Move>& moves, const Move& last)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  const auto decide_once = [&] {
    Overlay overlay{&world.rows()};
    return try_on(overlay, world.rules(), last.caller, last.command, last.with);
  };
  const Tried first = decide_once();
  const Tried second = decide_once();
  RC_ASSERT(first.outcome.index() == second.outcome.index());
  RC_ASSERT(first.commit == second.commit);
  if (const Refusal* refusal = first.refusal()) RC_ASSERT(*refusal == *second.refusal());
}

RC_GTEST_PROP(Decisions, TheSameIdAnswersTheSame, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) {
    const Tried first = world.tries(move.caller, move.command, move.with);
    if (first.accepted() == nullptr || first.accepted()->events.empty() || !move.with.id) continue;
    const std::size_t commits = world.log().size();
    const Tried again = world.tries(move.caller, move.command, move.with);
    RC_ASSERT(again.repeated() != nullptr);
    RC_ASSERT(again.repeated()->answer.events == first.accepted()->events);
    RC_ASSERT(again.repeated()->answer.position == commits);
    RC_ASSERT(world.log().size() == commits);
  }
}

RC_GTEST_PROP(Decisions, RevisionsAreGaplessAndStreamTimesNeverRunBackwards,
              (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  std::map<StreamId, StreamHead> heads;
  for (const Commit& commit : world.log()) {
    StreamHead& head = heads[commit.head.stream];
    RC_ASSERT(commit.head.revision == head.revision + 1);
    RC_ASSERT(commit.head.time >= head.time);
    head = {commit.head.revision, commit.head.time, {}};
  }
}

RC_GTEST_PROP(Decisions, NumbersNeverFallAndGoneIsFinal, (const std::vector<Move>& moves)) {
  World world;
  std::map<GroupId, GroupRow> before;
  for (const Move& move : moves) {
    world.tries(move.caller, move.command, move.with);
    world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
      if constexpr (std::is_same_v<Row, GroupRow>) {
        const auto was = before.find(key);
        if (was != before.end()) {
          RC_ASSERT(row.next_msg_seq >= was->second.next_msg_seq);
          RC_ASSERT(row.info_seq >= was->second.info_seq);
          const bool gone =
              was->second.life == GroupState::dismissed || was->second.life == GroupState::recycled;
          if (gone) RC_ASSERT(row == was->second);
        }
        before.insert_or_assign(key, row);
      }
    });
  }
}

RC_GTEST_PROP(Decisions, NobodyRaisesTheirOwnRole, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) {
    const bool creates = std::holds_alternative<CreateGroup>(move.command);
    std::map<GroupId, Role> before;
    world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
      if constexpr (std::is_same_v<Row, MembershipRow>)
        if (key.first == move.caller.account) before[key.second] = row.role;
    });
    world.tries(move.caller, move.command, move.with);
    if (creates || move.caller.kind != CallerKind::user) continue;
    world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
      if constexpr (std::is_same_v<Row, MembershipRow>) {
        if (key.first != move.caller.account) return;
        const auto was = before.find(key.second);
        RC_ASSERT(row.role <= (was == before.end() ? Role::member : was->second));
      }
    });
  }
}

RC_GTEST_PROP(Decisions, RolesAreOnlyOfTheTypeAndOnlyWhoMayChangesThem, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) {
    std::map<std::pair<Account, GroupId>, Role> before;
    const auto each_role = [&](auto&& visit) {
      world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
        if constexpr (std::is_same_v<Row, MembershipRow>) visit(key, row.role);
      });
    };
    each_role([&](const AccountGroup& key, Role role) { before[{key.first, key.second}] = role; });
    const GroupId* named = group_of(move.command);
    const auto own = named == nullptr ? before.end() : before.find({move.caller.account, *named});
    const bool owned = own != before.end() && own->second == Role::owner;
    world.tries(move.caller, move.command, move.with);
    each_role([&](const AccountGroup& key, Role role) {
      RC_ASSERT(role != Role::admin || world.rules().find(world.group(key.second).type)->has_admins);
      const auto was = before.find({key.first, key.second});
      if (was != before.end() && was->second != role)
        RC_ASSERT(owned || move.caller.kind == CallerKind::app_admin);
    });
  }
}

RC_GTEST_PROP(Decisions, AMuteGoesOnlyByBeingLiftedOrByOwnership, (const std::vector<Move>& moves)) {
  World world;
  std::size_t kept = 0;
  for (const Move& move : moves) {
    std::map<std::pair<GroupId, Account>, TimeMs> before;
    world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
      if constexpr (std::is_same_v<Row, MuteRow>) before[{key.first, key.second}] = row.until;
    });
    world.tries(move.caller, move.command, move.with);
    const bool may_change = std::holds_alternative<MuteMember>(move.command) ||
                            std::holds_alternative<TransferGroup>(move.command);
    for (const auto& [key, until] : before) {
      const MuteRow* row = world.rows().find<MuteRow>({key.first, key.second});
      if (!may_change) RC_ASSERT(row != nullptr && row->until == until);
      ++kept;
    }
  }
  RC_CLASSIFY(kept > 0, "some mutes");
}

// Generated commands that come to nothing would prove nothing.
TEST(Generators, MakeHistoriesInWhichEveryCommandIsAcceptedAndEveryErrorMet) {
  World world;
  std::set<std::string_view> accepted;
  std::set<Error> errors;
  const auto gen = a_move();
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const Move move = gen(rc::Random(i), 100).value();
    if (i % 200 == 0) world = World{};
    const Tried tried = world.tries(move.caller, move.command, move.with);
    if (tried.accepted() != nullptr && !tried.accepted()->events.empty())
      accepted.insert(name_of(move.command));
    if (const Refusal* refusal = tried.refusal()) errors.insert(refusal->error);
  }
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        EXPECT_TRUE(accepted.contains(C::persisted.name)) << C::persisted.name << " is never accepted";
      });
  EXPECT_GE(errors.size(), 12U);
}

RC_GTEST_PROP(Evolve, IsTotalOverArbitraryEvents, ()) {
  const auto events = *rc::gen::container<std::vector<std::pair<Event, Stamp>>>(a_stamped_event());
  MemoryRows rows;
  for (const auto& [event, stamp] : events) {
    Overlay overlay{&rows};
    evolve(overlay, event, stamp);
    rows.apply(overlay);
    expect_sound(rows);
    RC_ASSERT(!testing::Test::HasFailure());
  }
}

RC_GTEST_PROP(Evolve, GivesTheSameRowsWhetherBatchedOrNot, ()) {
  const auto events = *rc::gen::container<std::vector<std::pair<Event, Stamp>>>(a_stamped_event());
  MemoryRows one_by_one;
  MemoryRows at_once;
  Overlay batch{&at_once};
  for (const auto& [event, stamp] : events) {
    Overlay single{&one_by_one};
    evolve(single, event, stamp);
    one_by_one.apply(single);
    Overlay command{&batch};
    evolve(command, event, stamp);
    command.merge_into(batch);
  }
  at_once.apply(batch);
  RC_ASSERT(one_by_one == at_once);
}

}  // namespace
}  // namespace muster::test
