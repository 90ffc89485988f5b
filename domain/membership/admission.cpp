#include <algorithm>
#include <utility>

#include <muster/domain/membership/admission.hpp>

namespace muster {

bool is_full(const GroupRow& group, std::uint64_t coming) {
  return group.max_member_num != 0 && group.member_num + coming >= group.max_member_num;
}

bool counts_for_newcomers(const GroupRow& group) {
  return group.traits.counted && group.life != GroupState::inactive;
}

bool joined_quota_reached(const Decider& d, const Account& account) {
  const std::uint32_t limit = d.plan().joined_groups;
  const AccountRow* bound = d.rows().find<AccountRow>(account);
  if (bound == nullptr || bound->joined < limit) return false;
  // Of the groups in the bound, some have ended, and inactive ones count for their owner only. A few of them
  // settle it, so that groups that have ended are not all looked at.
  std::uint32_t joined = 0;
  std::uint32_t others = 0;
  for_each_membership(d.rows(), account, {}, [&](const AccountMembership& membership) {
    const GroupRow& group = d.rows().need<GroupRow>(membership.group);
    if (!group.traits.counted) return true;
    ++(is_visible_to_member(group, account) ? joined : others);
    return joined < limit && bound->joined - std::min(bound->joined, others) >= limit;
  });
  return joined >= limit;
}

bool check_joined_quota(Decider& d, const Account& account) {
  return !joined_quota_reached(d, account) ||
         d.refuse(quota_joined, {.limit = d.plan().joined_groups, .user = account});
}

bool check_admission(Decider& d, const Account& account) {
  const GroupRow& group = d.group();
  if (is_full(group))
    return d.refuse(join_capacity, {.count = group.member_num, .limit = group.max_member_num});
  return !counts_for_newcomers(group) || check_joined_quota(d, account);
}

void record_joined(Decider& d, Joiners members, JoinCause cause, const Account& inviter) {
  d.record(MembersJoined{.members = std::move(members),
                         .via = cause,
                         .inviter = inviter,
                         .announcement = d.announce(NoticeCategory::member_change)});
}

}  // namespace muster
