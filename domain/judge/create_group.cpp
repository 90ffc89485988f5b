#include <algorithm>
#include <vector>

#include <muster/domain/judge/judgement.hpp>
#include <muster/domain/visibility.hpp>

namespace muster {
namespace {

Account owner_of(const Judgement& j, const CreateGroup& c) {
  if (c.owner) return *c.owner;
  return j.kind() == CallerKind::user ? j.caller() : Account{};
}

/// The initial members without repeats and without the owner; the first one's role counts.
std::vector<Joiner> joiners_of(const Judgement& j, const CreateGroup& c) {
  std::vector<Joiner> joiners;
  if (!c.members) return joiners;
  const Account owner = owner_of(j, c);
  for (const InitialMember& member : *c.members) {
    const bool repeated = std::ranges::find(joiners, member.user, &Joiner::user) != joiners.end();
    if (member.user != owner && !repeated)
      joiners.push_back({member.user, member.role.value_or(Role::member)});
  }
  return joiners;
}

/// The most members that the plan allows a group of the type; 0: any number.
std::uint32_t ceiling_of(const Judgement& j) {
  switch (j.type().quota) {
    case QuotaClass::avchatrooms: return 0;
    case QuotaClass::communities: return j.rules().plan(j.rows().app().edition).community_members;
    case QuotaClass::groups: break;
  }
  return j.rows().app().member_cap;
}

std::uint64_t max_members_of(const Judgement& j, const CreateGroup& c) {
  return c.max_member_num.value_or(ceiling_of(j));
}

bool fields_exist(Judgement& j, const CreateGroup& c) {
  const TypeRules& type = j.type();
  if (!j.supports(!c.max_member_num || type.edit_limits.supported, "type.setting", "max_member_num"))
    return false;
  if (!j.supports(!c.apply_join_option || type.apply_join_option.settable, "type.setting",
                  "apply_join_option"))
    return false;
  if (!j.supports(!c.invite_option || type.invite_option.settable, "type.setting", "invite_option"))
    return false;
  const bool joining_asks = c.apply_join_option == JoinOption::need_permission;
  if (!j.supports(!joining_asks || type.applications.supported, "applications.type", "apply_join_option"))
    return false;
  const bool inviting_asks = c.invite_option == InviteOption::need_permission;
  if (!j.supports(!inviting_asks || type.applications.supported, "applications.type", "invite_option"))
    return false;
  const bool members = c.members && !c.members->empty();
  if (!j.supports(!members || type.initial_members, "type.members", "members")) return false;
  if (!j.supports(!c.support_topic.value_or(false) || type.topics, "type.topics", "support_topic"))
    return false;
  if (!c.custom) return true;
  const auto& fields = j.rows().app().group_fields;
  for (const auto& [key, value] : *c.custom) {
    if (std::ranges::find(fields, key, &GroupField::key) == fields.end())
      return j.refuse("custom.known", {.key = std::string{key.view()}}, "custom");
  }
  return true;
}

bool caller_may(Judgement& j, const CreateGroup& c) {
  if (!j.not_system()) return false;
  if (j.kind() == CallerKind::user && c.owner && *c.owner != j.caller())
    return j.refuse("create.owner", {.user = *c.owner}, "owner");
  if (!c.custom) return true;
  for (const auto& [key, value] : *c.custom) {
    const Level needed = std::ranges::find(j.rows().app().group_fields, key, &GroupField::key)->write;
    if (j.level() < needed)
      return j.refuse("custom.write", {.level_needed = needed, .key = std::string{key.view()}}, "custom");
  }
  return true;
}

bool id_is_free(Judgement& j) {
  const GroupRow* used = existing_group(j.rows(), j.group_id());
  if (used == nullptr) return true;
  const bool own = j.kind() == CallerKind::user && used->owner == j.caller() &&
                   (used->life == Life::inactive || used->life == Life::active);
  j.refuse("create.id", {}, "group");
  if (own) j.recode(10025);
  return false;
}

bool has_quota(Judgement& j, const CreateGroup& c, const std::vector<Joiner>& joiners) {
  const TypeRules& type = j.type();
  const Account owner = owner_of(j, c);
  if (!type.joined_quota) return true;
  if (!owner.empty() && !j.within_joined_quota(owner)) return false;
  // An inactive group counts against its owner only.
  return type.activation || std::ranges::all_of(joiners, [&](const Joiner& joiner) {
           return j.within_joined_quota(joiner.user);
         });
}

}  // namespace

bool judge(Judgement& j, const CreateGroup& c) {
  if (!fields_exist(j, c) || !caller_may(j, c)) return false;

  const std::uint32_t ceiling = ceiling_of(j);
  if (j.type().quota == QuotaClass::communities && ceiling == 0) return j.refuse("create.plan", {}, "type");
  if (!id_is_free(j)) return false;
  const std::uint64_t most = max_members_of(j, c);
  if (ceiling != 0 && most > ceiling) return j.refuse("create.ceiling", {.limit = ceiling}, "max_member_num");
  const std::vector<Joiner> joiners = joiners_of(j, c);
  const std::uint64_t members = joiners.size() + (owner_of(j, c).empty() ? 0 : 1);
  if (most != 0 && members > most)
    return j.refuse("create.capacity", {.count = members, .limit = most}, "members");
  return has_quota(j, c, joiners);
}

void perform(Judgement& j, const CreateGroup& c) {
  const TypeRules& type = j.type();
  const Account owner = owner_of(j, c);
  GroupCreated created{.type = type.name,
                       .base = type.base,
                       .traits = {.member_profiles = type.member_profiles,
                                  .listed = type.joined_list,
                                  .counted = type.joined_quota,
                                  .quota = type.quota,
                                  .msg_flag = type.msg_flag},
                       .life = type.activation ? Life::inactive : Life::active,
                       .owner = owner,
                       .name = c.name,
                       .introduction = c.introduction.value_or(Introduction{}),
                       .notification = c.notification.value_or(Notification{}),
                       .face_url = c.face_url.value_or(FaceUrl{}),
                       .max_member_num = static_cast<std::uint32_t>(
                           std::min<std::uint64_t>(max_members_of(j, c), std::uint32_t(-1))),
                       .apply_join_option = c.apply_join_option.value_or(type.apply_join_option.initial),
                       .invite_option = c.invite_option.value_or(type.invite_option.initial),
                       .support_topic = c.support_topic.value_or(false),
                       .custom = {},
                       .to_owner = owner.empty() ? Delivery::off : Delivery::push_and_store};
  for (const auto& [key, value] : c.custom.value_or(CustomValues{}))
    if (!value.empty()) created.custom.emplace(key, value);
  std::vector<Joiner> joiners = joiners_of(j, c);
  j.record(std::move(created));
  if (joiners.empty()) return;
  j.record(MembersJoined{.members = {joiners.begin(), joiners.end()},
                         .via = Via::create,
                         .inviter = {},
                         .announcement = j.announce(NoticeCategory::member_change)});
}

}  // namespace muster
