#include <muster/domain/judge/judgement.hpp>

namespace muster {

bool judge(Judgement& j, const AcceptApplication& c) {
  if (!j.supports(j.type().applications.supported, "applications.type")) return false;
  if (!j.not_system()) return false;
  if (!j.reaches(j.type().applications.least, "applications.member", "applications.level")) return false;
  if (!j.at_expected_revision()) return false;

  const ApplicationRow* application = j.rows().application(j.group_id(), c.user);
  if (application == nullptr) return j.refuse("applications.found", {.user = c.user});
  if (application->status != ApplicationStatus::pending)
    return j.refuse("applications.handled", {.user = c.user,
                                             .status = application->status,
                                             .by = application->handler,
                                             .time = application->handled_time});
  return j.has_room_for(c.user);
}

void perform(Judgement& j, const AcceptApplication& c) {
  const ApplicationRow application = *j.rows().application(j.group_id(), c.user);
  const bool invited = application.kind == ApplicationKind::invite;
  j.record(ApplicationAccepted{.user = c.user,
                               .kind = application.kind,
                               .inviter = application.inviter,
                               .reply = c.message.value_or(FreeText{}),
                               .to_applicant = j.always_stored()});
  j.record(MembersJoined{.members = {Joiner{c.user, Role::member}},
                         .via = invited ? Via::invite : Via::approval,
                         .inviter = application.inviter,
                         .announcement = j.announce(NoticeCategory::member_change)});
}

}  // namespace muster
