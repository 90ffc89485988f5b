#pragma once

#include <optional>
#include <vector>

#include <muster/domain/core/ids.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/rule.hpp>
#include <muster/domain/events.hpp>
#include <muster/domain/rows.hpp>

namespace muster {

/// What became of one item of a list: a verdict, or the error that refused this item alone.
struct ItemResult {
  Account user;
  ItemStatus verdict = ItemStatus::ok;
  std::optional<Error> refused;
  bool operator==(const ItemResult&) const = default;
};
BOOST_DESCRIBE_STRUCT(ItemResult, (), (user, verdict, refused))

/// What an accepted command answers beside its events. Recorded in its commit.
struct Reply {
  std::optional<ItemStatus> result;  // of JoinGroup
  std::vector<ItemResult> results;   // of commands with a list, an item each, in the order given
  bool operator==(const Reply&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (result, results))

/// An accepted command's answer.
/// revision  the group's after the command; none for commands of the app's or an account's stream
/// position  where it was committed; none when it changed nothing
/// replayed  it was answered from before, by its command id
struct Answer {
  std::optional<GroupId> group;
  std::optional<Revision> revision;
  std::optional<Position> position;
  Events events;
  Reply outcome;
  bool replayed = false;
  bool operator==(const Answer&) const = default;
};

}  // namespace muster
