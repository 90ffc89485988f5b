#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/answer_rules.hpp>

namespace muster {
namespace {

bool check_state(Decider& d, const RefuseApplication& c) { return check_answerable(d, c.user); }

void emit(Decider& d, const RefuseApplication& c) {
  const ApplicationRow application = d.rows().need<ApplicationRow>({d.group_id(), c.user});
  d.record(ApplicationRefused{.user = c.user,
                              .kind = application.kind,
                              .inviter = application.inviter,
                              .reply = c.message.value_or(FreeText{}),
                              .to_applicant = d.always_stored()});
}

void fold(Folder& f, const ApplicationRefused& e) {
  if (f.group_is_alive()) answer_application(f, e.user, ApplicationStatus::refused, e.reply);
}

void announce(Announcer& to, const ApplicationRefused& e) {
  announce_answer(to, e.user, e.kind, e.inviter, ApplicationStatus::refused, e.reply, e.to_applicant);
}

}  // namespace

constinit const CommandSpec<RefuseApplication> RefuseApplication::spec{.cell = cell<&TypeRules::applications>,
                                                                       .unsupported = &applications_type,
                                                                       .outside = &applications_member,
                                                                       .below = &applications_level,
                                                                       .state = check_state,
                                                                       .emit = emit,
                                                                       .rules = answer_rules};
constinit const EventSpec<ApplicationRefused> ApplicationRefused::spec{.fold = fold, .announce = announce};

}  // namespace muster
