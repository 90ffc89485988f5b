#pragma once

#include <muster/domain/core/folder.hpp>

/// How members come and go in the rows: memberships, member profiles and the roster.
namespace muster {

/// Nothing happens when the account is a member already.
void add_member(Folder& f, const Account& user, Role role);
/// Does nothing when the account is not a member.
void remove_member(Folder& f, const Account& user);
/// Does nothing when the account is not a member.
void change_role(Folder& f, const Account& user, Role role);
/// The group has ended: its member's row becomes an ended membership.
void end_membership(Folder& f, const Account& user);

}  // namespace muster
