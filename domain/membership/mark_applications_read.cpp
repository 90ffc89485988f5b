#include <algorithm>

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/disclose.hpp>

namespace muster {
namespace {

/// The caller's mark; its row is there when it has ever been in a group that it has not left.
TimeMs mark_of(const Decider& d) {
  const AccountRow* row = d.rows().find<AccountRow>(d.caller());
  if (row == nullptr && !d.rows().memberships(d.caller(), {}, 1).empty())
    d.rows().missing(AccountRow::info.name, key_text(d.caller()));
  return row == nullptr ? TimeMs{} : row->applications_read;
}

/// Whether somebody has applied, after `since`, to a living group whose applications the caller decides.
bool has_news(const Decider& d, TimeMs since) {
  bool news = false;
  for_each_membership(d.rows(), d.caller(), {}, [&](const AccountMembership& membership) {
    const GroupRow& group = d.rows().need<GroupRow>(membership.group);
    news = group.newest_pending_time > since && decides_applications(d.rules(), group, membership.row.role);
    return !news;
  });
  return news;
}

void emit(Decider& d, const MarkApplicationsRead&) {
  const TimeMs upto = d.at();
  if (const TimeMs mark = mark_of(d); upto > mark && has_news(d, mark)) d.record(ApplicationsRead{upto});
}

void fold(Folder& f, const ApplicationsRead& e) {
  if (!f.in_account()) return;
  TimeMs& read = f.rows().edit<AccountRow>(f.account()).applications_read;
  read = std::max(read, e.upto);
}

}  // namespace

constinit const CommandSpec<MarkApplicationsRead> MarkApplicationsRead::spec{
    .acting = Acting::for_oneself, .stream = StreamKind::account, .emit = emit};
constinit const EventSpec<ApplicationsRead> ApplicationsRead::spec{.fold = fold};

}  // namespace muster
