#pragma once

#include <array>

#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/folder.hpp>
#include <muster/domain/groups/member_ceiling.hpp>
#include <muster/domain/groups/quotas.hpp>
#include <muster/domain/membership/admission.hpp>
#include <muster/domain/membership/applications.hpp>
#include <muster/domain/messages/topics.hpp>

/// What creating and importing a group have in common. An import is checked as the creation of the same
/// group.
/// Source  docs/rules.md sections 5 and 11
namespace muster {

inline constexpr Rule create_plan{"create.plan", Error::type_not_in_plan, "12",
                                  "the plan does not include groups of this type"};
inline constexpr Rule create_id{"create.id", Error::group_id_in_use, "4",
                                "the group id is, or has been, in use"};
inline constexpr Rule create_ceiling{"create.ceiling", Error::plan_member_limit, "12",
                                     "`max_member_num` is above what the plan allows"};
inline constexpr Rule create_capacity{"create.capacity", Error::group_full, "5",
                                      "the owner and the initial members do not fit into `max_member_num`"};
inline constexpr Rule create_owner{"create.owner", Error::not_permitted, "5",
                                   "you can only create groups that you own"};
inline constexpr Rule type_members{"type.members", Error::not_supported, "5",
                                   "this group type does not support initial members"};
/// Of all checks here.
inline constexpr std::array<const Rule*, 15> creation_rules{
    &type_setting,    &type_members, &type_topics,  &applications_type, &custom_known,
    &custom_write,    &create_owner, &create_plan,  &create_id,         &create_ceiling,
    &create_capacity, &quota_joined, &quota_groups, &quota_avchatrooms, &quota_day};

void check_creation_arguments(ArgumentChecker& found, const CreateGroup& c);
void require_for_creation(const Decider& d, const CreateGroup& c, Requirements& needed);
bool check_creation_supported(Decider& d, const CreateGroup& c);
bool check_creation_permitted(Decider& d, const CreateGroup& c);
bool check_creation_state(Decider& d, const CreateGroup& c);
/// begins_inactive  the group counts against its owner's quota only
bool check_creation_capacity(Decider& d, const CreateGroup& c, bool begins_inactive);

/// The group as it begins, in the decider's first state.
GroupCreated created_group(const Decider& d, const CreateGroup& c);
/// The initial members without repeats and without the owner; the first one's role counts.
Joiners initial_members(const Decider& d, const CreateGroup& c);

/// Makes the rows of a group and of its owner. False when there has been a group of that id.
bool begin_group(Folder& f, const GroupCreated& e, TimeMs create_time, MsgSeq next_msg_seq = 1);

}  // namespace muster
