#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/groups/group_end.hpp>
#include <muster/domain/groups/quotas.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

void fold(Folder& f, const GroupRecycled&) { end_group(f, GroupState::recycled); }
void announce(Announcer& to, const GroupRecycled& e) {
  to.to_members(NoticeName::on_group_recycled, e.to_members);
}

}  // namespace

void end_group(Folder& f, GroupState state) {
  if (!f.group_is_alive()) return;
  f.group().life = state;
  count_group_ended(f, f.group().traits.quota);
  f.rows().remove<GroupByTypeRow>({f.group().type, f.group_id()});
  f.rows().edit<ProfileRow>(f.group_id()).ending = Ending{.by = f.stamp().caller, .time = f.stamp().time};
  // Their memberships end at once, so that creating and dismissing again and again does not pile up rows.
  const Account owner = f.group().owner;
  end_membership(f, owner);
  end_membership(f, f.caller());
}

constinit const EventSpec<GroupRecycled> GroupRecycled::spec{.fold = fold, .announce = announce};

}  // namespace muster
