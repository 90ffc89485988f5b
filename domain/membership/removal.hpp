#pragma once

#include <muster/domain/core/decider.hpp>

/// Removing members from a group: by those who rank above them, or because they have been offline.
namespace muster {

/// A removal, decided item by item.
struct Removal {
  const List<Account, 1, 100>& users;
  LeaveCause cause;
  FreeText reason;
  Level above;  // only members who rank below this level are removed, and never the owner
  const Rule& not_member;
  const Rule& ranks_too_high;
};

/// Replies with a result for each user, and records that those who could be removed have left.
void remove_members(Decider& d, const Removal& removal);

}  // namespace muster
