#pragma once

#include <muster/domain/core/folder.hpp>

/// How members come and go in the rows: memberships, member profiles and the roster.
namespace muster {

/// Adds a member who has nothing unread. Nothing happens when the account is a member already.
/// join_time  the event's, unless the membership was imported
void add_member(Folder& f, const Account& user, Role role, TimeMs join_time);
/// Does nothing when the account is not a member.
void remove_member(Folder& f, const Account& user);
/// Does nothing when the account is not a member.
void change_role(Folder& f, const Account& user, Role role);
/// The group has ended: its member's row becomes an ended membership.
void end_membership(Folder& f, const Account& user);

}  // namespace muster
