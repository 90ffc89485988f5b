#include <muster/domain/membership/answer_rules.hpp>

namespace muster {

bool check_answerable(Decider& d, const Account& user) {
  if (pending_application(d.rows(), d.group_id(), user) != nullptr) return true;
  const ApplicationRow* answered = d.rows().find<ApplicationRow>({d.group_id(), user});
  if (answered == nullptr) return d.refuse(applications_found, {.user = user});
  return d.refuse(
      applications_handled,
      {.user = user, .status = answered->status, .by = answered->handler, .time = answered->handled_time});
}

void announce_answer(Announcer& to, const Account& user, ApplicationKind kind, const Account& inviter,
                     ApplicationStatus status, const FreeText& reply, Delivery delivery) {
  const Account& hears = kind == ApplicationKind::invite ? inviter : user;
  Notice& notice = to.to_accounts(NoticeName::on_application_processed, delivery, {hears}, {user});
  notice.status = status;
  notice.text = reply;
}

}  // namespace muster
