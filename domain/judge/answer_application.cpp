#include <muster/domain/judge/judgement.hpp>

namespace muster {

namespace {

/// What accepting and refusing have in common: who may, and that there is something to decide.
template <class Answering>
bool may_answer(Judgement& j, const Answering& c) {
  if (!j.supports(j.type().applications.supported, "applications.type")) return false;
  if (!j.not_system()) return false;
  if (!j.reaches(j.type().applications.least, "applications.member", "applications.level")) return false;
  if (!j.at_expected_revision()) return false;

  const ApplicationRow* application = j.rows().application(j.group_id(), c.user);
  if (application == nullptr &&
      j.rows().find(GroupAccount{j.group_id(), c.user}, RowKind<PendingRow>{}) != nullptr)
    j.rows().missing(row_name<ApplicationRow>, key_text(GroupAccount{j.group_id(), c.user}));
  if (application == nullptr) return j.refuse("applications.found", {.user = c.user});
  if (application->status == ApplicationStatus::pending) return true;
  return j.refuse("applications.handled", {.user = c.user,
                                           .status = application->status,
                                           .by = application->handler,
                                           .time = application->handled_time});
}

}  // namespace

bool judge(Judgement& j, const AcceptApplication& c) { return may_answer(j, c) && j.has_room_for(c.user); }

bool judge(Judgement& j, const RefuseApplication& c) { return may_answer(j, c); }

void perform(Judgement& j, const RefuseApplication& c) {
  const ApplicationRow application = *j.rows().application(j.group_id(), c.user);
  j.record(ApplicationRefused{.user = c.user,
                              .kind = application.kind,
                              .inviter = application.inviter,
                              .reply = c.message.value_or(FreeText{}),
                              .to_applicant = j.always_stored()});
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
