#include <muster/domain/membership/applications.hpp>

namespace muster {
namespace {

const PendingRow* pending(Folder& f, const Account& user) {
  return user.empty() ? nullptr : f.rows().find<PendingRow>({f.group_id(), user});
}

/// Removes an application from the pending ones, which are linked in the order of filing: the group's row
/// says how new the newest one is, so that it need not be searched for.
void no_longer_pending(Folder& f, const Account& user) {
  const PendingRow* row = pending(f, user);
  if (row == nullptr) return;
  const PendingRow gone = *row;
  f.rows().remove<PendingRow>({f.group_id(), user});
  const PendingRow* older = pending(f, gone.older);
  if (f.group().newest_pending == user) {
    f.group().newest_pending = older == nullptr ? Account{} : gone.older;
    f.group().newest_pending_time = older == nullptr ? TimeMs{} : older->time;
  }
  if (older != nullptr) f.rows().edit<PendingRow>({f.group_id(), gone.older}).newer = gone.newer;
  if (pending(f, gone.newer) != nullptr)
    f.rows().edit<PendingRow>({f.group_id(), gone.newer}).older = gone.older;
}

}  // namespace

const ApplicationRow* pending_application(const View& rows, const GroupId& group, const Account& account) {
  const ApplicationRow* application = rows.find<ApplicationRow>({group, account});
  if (application == nullptr && rows.is_pending(group, account))
    rows.missing(ApplicationRow::info.name, key_text(GroupAccount{group, account}));
  return application != nullptr && application->status == ApplicationStatus::pending ? application : nullptr;
}

Requirement applications_supported(const TypeRules& type, std::string_view field) {
  constexpr CellRef applications = cell<&TypeRules::applications>;
  return {.supported = applications.of(type).supported,
          .cell = applications.name,
          .field = field,
          .unsupported = &applications_type};
}

void withdraw_application(Folder& f, const Account& user) {
  const ApplicationRow* row = f.rows().find<ApplicationRow>({f.group_id(), user});
  if (row == nullptr) return;
  f.rows().remove<ApplicationByTimeRow>({f.group_id(), row->time, user});
  f.rows().remove<ApplicationRow>({f.group_id(), user});
  no_longer_pending(f, user);
}

void file_application(Folder& f, const Account& user, const ApplicationRow& application) {
  withdraw_application(f, user);
  f.rows().put<ApplicationRow>({f.group_id(), user}, application);
  f.rows().put<ApplicationByTimeRow>({f.group_id(), application.time, user}, {});
  const Account older = f.group().newest_pending;
  f.rows().put<PendingRow>({f.group_id(), user}, {.time = application.time, .older = older, .newer = {}});
  if (pending(f, older) != nullptr) f.rows().edit<PendingRow>({f.group_id(), older}).newer = user;
  f.group().newest_pending = user;
  f.group().newest_pending_time = application.time;
}

void answer_application(Folder& f, const Account& user, ApplicationStatus status, const FreeText& reply) {
  if (f.rows().find<ApplicationRow>({f.group_id(), user}) == nullptr) return;
  no_longer_pending(f, user);
  ApplicationRow& row = f.rows().edit<ApplicationRow>({f.group_id(), user});
  row.status = status;
  row.handler = f.caller();
  row.handled_time = f.stamp().time;
  row.reply = reply;
}

}  // namespace muster
