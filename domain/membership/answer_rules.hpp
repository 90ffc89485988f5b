#pragma once

#include <array>

#include <muster/domain/core/announcer.hpp>
#include <muster/domain/membership/applications.hpp>

/// What accepting and refusing an application have in common.
namespace muster {

inline constexpr Rule applications_member{"applications.member", Error::not_member, "2",
                                          "you must be a member to answer applications"};
inline constexpr Rule applications_level{"applications.level", Error::not_permitted, "2",
                                         "your level is too low to answer applications"};
inline constexpr Rule applications_found{"applications.found", Error::application_not_found, "6",
                                         "this user has no application"};
inline constexpr Rule applications_handled{"applications.handled", Error::application_handled, "6",
                                           "the application has already been answered"};
inline constexpr std::array<const Rule*, 5> answer_rules{&applications_type, &applications_member,
                                                         &applications_level, &applications_found,
                                                         &applications_handled};

/// Step 6: refuses when `user` has no application that waits for an answer.
bool check_answerable(Decider& d, const Account& user);
/// To the applicant, or to whoever invited the account.
void announce_answer(Announcer& to, const Account& user, ApplicationKind kind, const Account& inviter,
                     ApplicationStatus status, const FreeText& reply, Delivery delivery);

}  // namespace muster
