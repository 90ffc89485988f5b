#pragma once

#include <array>
#include <optional>

#include <muster/domain/core/command_spec.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/rows.hpp>
#include <muster/domain/rules/rules.hpp>

/// Whether a caller can see a group, and at what level. Asked by commands and queries alike.
namespace muster {

inline constexpr Rule group_visible{"group.visible", Error::group_not_found, "3", "there is no such group"};
inline constexpr Rule group_gone{"group.gone", Error::group_not_found, "5",
                                 "the group has ended, and its id will not be used again"};
inline constexpr Rule caller_system{"caller.system", Error::not_permitted, "1",
                                    "a `system` caller cannot do this"};
inline constexpr std::array<const Rule*, 3> visibility_rules{&group_visible, &group_gone, &caller_system};

/// Whether the group is in its member's joined-groups list.
bool is_listed(const GroupRow& group, const Account& member);

/// The row of a group that exists or has ended; null for an id that no group has had. A group also has a
/// profile: where only that is left, the row is reported missing.
const GroupRow* existing_group(const View& rows, const GroupId& id);

/// Step 3: none when the caller sees the group. One that it may not see looks like one that never existed.
/// Source: docs/rules.md sections 3 and 5
std::optional<Refusal> check_visible(const View& rows, const GroupId& id, const Caller& caller);

/// The account's membership of the group; null for none. The owner, and an account with a member profile, has
/// one: where it is gone, the row is reported missing.
const MembershipRow* membership_of(const View& rows, const GroupId& group, const Account& account);

/// The caller's level in the group.
Level level_of(const View& rows, const GroupId& group, const Caller& caller, Acting acting);

/// The rules of a group's type; of its base when the document no longer has the type, or has it with another
/// base.
const TypeRules& type_rules_of(const Rules& rules, const GroupRow& group);

}  // namespace muster
