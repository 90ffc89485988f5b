#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/admission.hpp>
#include <muster/domain/membership/answer_rules.hpp>

namespace muster {
namespace {

bool check_state(Decider& d, const AcceptApplication& c) { return check_answerable(d, c.user); }
bool check_capacity(Decider& d, const AcceptApplication& c) { return check_admission(d, c.user); }

void emit(Decider& d, const AcceptApplication& c) {
  const ApplicationRow application = d.rows().need<ApplicationRow>({d.group_id(), c.user});
  d.record(ApplicationAccepted{.user = c.user,
                               .kind = application.kind,
                               .inviter = application.inviter,
                               .reply = c.message.value_or(FreeText{}),
                               .to_applicant = d.always_stored()});
  const bool invited = application.kind == ApplicationKind::invite;
  record_joined(d, {Joiner{c.user, Role::member}}, invited ? JoinCause::invite : JoinCause::approval,
                application.inviter);
}

void fold(Folder& f, const ApplicationAccepted& e) {
  if (f.group_is_alive()) answer_application(f, e.user, ApplicationStatus::accepted, e.reply);
}

void announce(Announcer& to, const ApplicationAccepted& e) {
  announce_answer(to, e.user, e.kind, e.inviter, ApplicationStatus::accepted, e.reply, e.to_applicant);
}

}  // namespace

constinit const CommandSpec<AcceptApplication> AcceptApplication::spec{.cell = cell<&TypeRules::applications>,
                                                                       .unsupported = &applications_type,
                                                                       .outside = &applications_member,
                                                                       .below = &applications_level,
                                                                       .state = check_state,
                                                                       .capacity = check_capacity,
                                                                       .emit = emit,
                                                                       .rules = answer_rules};
constinit const EventSpec<ApplicationAccepted> ApplicationAccepted::spec{.fold = fold, .announce = announce};

}  // namespace muster
