#pragma once

#include <optional>

#include <muster/domain/refusal.hpp>
#include <muster/domain/rules.hpp>
#include <muster/domain/view.hpp>

/// What a caller may see of a group at all, and as what it looks at it. Asked by commands and queries alike.
namespace muster {

/// True for a group that has ended.
constexpr bool is_gone(Life life) { return life == Life::dismissed || life == Life::recycled; }

/// Whether the group stands in its member's joined-groups list: alive and listed; an inactive one in its
/// owner's only.
bool is_listed(const GroupRow& group, const Account& member);

/// The row of a group that ever was; null for an id that no group has had. A group has a profile, too, so
/// that a lost row is not taken for no group.
const GroupRow* existing_group(const View& rows, const GroupId& id);

/// Step (2) of the precedence: none when the caller sees the group. One that it may not see looks like one
/// that never was. Source: docs/rules.md sections 3 and 5
std::optional<Refusal> check_visible(const View& rows, const GroupId& id, const Caller& caller);

/// The account's membership of the group; null for none. An owner, and whoever has a member's row, is a
/// member, so that a lost row is not taken for none.
const MembershipRow* membership_of(const View& rows, const GroupId& group, const Account& account);

/// The caller's level in the group. `personal`: an app admin counts as an ordinary account.
Level level_held(const View& rows, const GroupId& group, const Caller& caller, bool personal);

/// The column of the rules that holds for a group: its type's own, or its base's when the document has lost
/// the type.
const TypeRules& column_of(const Rules& rules, const GroupRow& group);

}  // namespace muster
