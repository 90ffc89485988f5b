#include <algorithm>

#include <muster/domain/judge/judgement.hpp>
#include <muster/domain/visibility.hpp>

namespace muster {

bool Judgement::refuse(Slug rule, Facts facts, std::string_view field) {
  facts.type = type().name;
  facts.level = level();
  if (subject_.life != Life::absent) facts.state = subject_.life;
  refusal_ = muster::refusal(rule, std::move(facts));
  refusal_->field = field;
  return false;
}

bool Judgement::not_system() {
  return kind() != CallerKind::system || refuse("caller.system", {.caller_kind = kind()});
}

bool Judgement::reaches(Level least, Slug outside, Slug too_low, std::string_view field) {
  if (level() >= least) return true;
  return refuse(level() == Level::anyone ? outside : too_low, {.level_needed = least}, field);
}

bool Judgement::at_expected_revision() {
  const Revision found = group().head.revision;
  if (!context_.expect || *context_.expect == found) return true;
  return refuse("expect.revision", {.revision = found});
}

bool Judgement::has_room_for(const Account& user) {
  const GroupRow& g = group();
  if (g.max_member_num != 0 && g.member_num >= g.max_member_num)
    return refuse("join.capacity", {.count = g.member_num, .limit = g.max_member_num});
  // An inactive group counts against its owner only.
  return !g.traits.counted || g.life == Life::inactive || within_joined_quota(user);
}

bool Judgement::within_joined_quota(const Account& user) {
  if (!joined_quota_reached(rows_, rules(), user)) return true;
  const std::uint32_t limit = rules().plan(rows_.app().edition).joined_groups;
  return refuse("quota.joined", {.limit = limit, .user = user});
}

void Judgement::fold_in(const Event& event) {
  const Revision revision = head_of(rows_, subject_.stream).revision + 1;
  evolve(rows_, event, Stamp{subject_.stream, revision, context_.position, time(), context_.caller});
  group_ = nullptr;
}

Delivery Judgement::delivery_of(NoticeCategory category) const {
  if (group().life == Life::inactive) return Delivery::off;
  const NoticeRule& rule = type().notices.of(category);
  if (rule.fixed) return rule.initial;
  const auto& policies = rows_.app().policies;
  const auto set = std::ranges::find_if(policies, [&](const NoticePolicy& policy) {
    return policy.category == category && policy.type == type().name;
  });
  return set == policies.end() ? rule.initial : std::min(set->delivery, rule.at_most);
}

Announcement Judgement::announce(Delivery delivery) const {
  return {delivery, delivery == Delivery::push_and_store ? group().next_msg_seq : 0};
}

Delivery Judgement::always_stored() const {
  return group().life == Life::inactive ? Delivery::off : Delivery::push_and_store;
}

bool joined_quota_reached(const View& rows, const Rules& rules, const Account& account) {
  const std::uint32_t limit = rules.plan(rows.app().edition).joined_groups;
  const AccountRow* bound = rows.account(account);
  if (bound == nullptr || bound->joined < limit) return false;
  // Of the groups in the bound, some have ended, and inactive ones count for their owner only. A few of them
  // settle it, so that groups that have ended are not all looked at.
  std::uint32_t joined = 0;
  std::uint32_t others = 0;
  for_each_membership(rows, account, {}, [&](const AccountMembership& membership) {
    const GroupRow& group = rows.need<GroupRow>(membership.group);
    if (!group.traits.counted) return true;
    const bool counts =
        group.life == Life::active || (group.life == Life::inactive && group.owner == account);
    ++(counts ? joined : others);
    return joined < limit && bound->joined - std::min(bound->joined, others) >= limit;
  });
  return joined >= limit;
}

Level rank_of(const Judgement& j, const Account& account) {
  const MembershipRow* membership = membership_of(j.rows(), j.group_id(), account);
  return membership == nullptr ? Level::anyone : level_of(membership->role);
}

CustomChanges custom_changes(const CustomValues& present, const std::optional<CustomValues>& set,
                             const std::function<bool(const CustomKey&)>& announced) {
  CustomChanges changes;
  if (!set) return changes;
  for (const auto& [key, value] : *set) {
    const auto found = present.find(key);
    const std::string before = found == present.end() ? std::string{} : found->second;
    if (before != value) changes.emplace(key, CustomChange{before, value, announced(key)});
  }
  return changes;
}

bool is_emptied(const Judgement& j) {
  const GroupRow& group = j.group();
  if (!group.had_owner) return false;
  return group.life == Life::inactive ? group.owner.empty() : group.member_num == 0;
}

void recycle_emptied(Judgement& j) {
  const bool abandoned = j.group().life == Life::inactive;
  j.record(GroupRecycled{.reason = abandoned ? RecycleReason::abandoned : RecycleReason::empty,
                         .to_members = j.always_stored()});
}

}  // namespace muster
