#pragma once

#include <muster/domain/core/decider.hpp>

/// Letting accounts into a group: whether they fit, and that they have come.
namespace muster {

inline constexpr Rule join_already{"join.already", Error::already_member, "6",
                                   "the account is already a member"};
inline constexpr Rule join_capacity{"join.capacity", Error::group_full, "6",
                                    "the group has reached its `max_member_num`"};
inline constexpr Rule quota_joined{"quota.joined", Error::joined_group_quota_exceeded, "12",
                                   "the account has joined as many groups as the plan allows"};

/// Whether the group takes no more than `coming` members.
bool is_full(const GroupRow& group, std::uint64_t coming = 0);
/// Whether one more group would be over the account's quota. The row's upper bound is checked first.
bool joined_quota_reached(const Decider& d, const Account& account);
/// Whether the group counts against the quota of members who join now: an inactive one is its owner's alone.
bool counts_for_newcomers(const GroupRow& group);

/// Step 7: refuses when the account's quota is reached.
bool check_joined_quota(Decider& d, const Account& account);
/// Step 7: refuses when one more member does not fit into the group, or the group into the account's quota.
bool check_admission(Decider& d, const Account& account);

/// Records that members have come.
/// inviter  who brought them, when that is not the caller
void record_joined(Decider& d, Joiners members, JoinCause cause, const Account& inviter = {});

}  // namespace muster
