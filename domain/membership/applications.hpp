#pragma once

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/folder.hpp>

/// Applications to join, and invitations that wait for a decision: one of an account in a group.
namespace muster {

inline constexpr Rule applications_type{"applications.type", Error::not_supported, "2",
                                        "this group type does not support applications"};

/// The pending application of an account; null for none, and for one that has been decided.
const ApplicationRow* pending_application(const View& rows, const GroupId& group, const Account& account);
/// What a command needs that files applications: somebody must be able to answer them.
/// field  the argument that needs it; empty: none
Requirement applications_supported(const TypeRules& type, std::string_view field = {});

/// Files an application in place of an older one.
void file_application(Folder& f, const Account& user, const ApplicationRow& application);
/// Removes a pending application.
void withdraw_application(Folder& f, const Account& user);
/// Records how an application was answered, by the caller.
void answer_application(Folder& f, const Account& user, ApplicationStatus status, const FreeText& reply);

}  // namespace muster
