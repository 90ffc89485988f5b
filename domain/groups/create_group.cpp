#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/groups/creation.hpp>

namespace muster {
namespace {

bool check_capacity(Decider& d, const CreateGroup& c) {
  return check_creation_capacity(d, c, d.type().activation);
}

void emit(Decider& d, const CreateGroup& c) {
  Joiners joiners = initial_members(d, c);
  d.record(created_group(d, c));
  if (!joiners.empty()) record_joined(d, std::move(joiners), JoinCause::create);
}

void fold(Folder& f, const GroupCreated& e) { begin_group(f, e, f.stamp().time); }

void announce(Announcer& to, const GroupCreated& e) {
  if (!e.owner.empty()) to.to_accounts(NoticeName::on_group_created, e.to_owner, {e.owner}, {e.owner});
}

}  // namespace

constinit const CommandSpec<CreateGroup> CreateGroup::spec{.creates = true,
                                                           .arguments = check_creation_arguments,
                                                           .require = require_for_creation,
                                                           .supported = check_creation_supported,
                                                           .permitted = check_creation_permitted,
                                                           .state = check_creation_state,
                                                           .capacity = check_capacity,
                                                           .emit = emit,
                                                           .rules = creation_rules};
constinit const EventSpec<GroupCreated> GroupCreated::spec{.fold = fold, .announce = announce};

}  // namespace muster
