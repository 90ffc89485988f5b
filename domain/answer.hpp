#pragma once

#include <optional>
#include <vector>

#include <muster/domain/catalogue.hpp>
#include <muster/domain/events.hpp>
#include <muster/domain/ids.hpp>
#include <muster/domain/kinds.hpp>
#include <muster/domain/rows.hpp>

namespace muster {

/// What became of one item of a list: a verdict, or the error that refused this item alone.
struct ItemResult {
  Account user;
  Verdict verdict = Verdict::ok;
  std::optional<Error> refused;
  bool operator==(const ItemResult&) const = default;
};
BOOST_DESCRIBE_STRUCT(ItemResult, (), (user, verdict, refused))

/// What an accepted command answers beside its events. Recorded in its commit.
struct Outcome {
  std::optional<Verdict> result;    // of JoinGroup
  std::vector<ItemResult> results;  // of commands with a list, an item each, in the order given
  bool operator==(const Outcome&) const = default;
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (result, results))

/// An accepted command's answer.
/// revision  the group's after the command; none for commands of the app's or an account's stream
/// position  where it was committed; none when it changed nothing
/// replayed  it was answered from before, by its command id
struct Answer {
  std::optional<GroupId> group;
  std::optional<Revision> revision;
  std::optional<Position> position;
  Events events;
  Outcome outcome;
  bool replayed = false;
  bool operator==(const Answer&) const = default;
};

}  // namespace muster
