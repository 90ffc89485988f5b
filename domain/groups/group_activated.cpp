#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

void fold(Folder& f, const GroupActivated&) {
  if (f.group_is_alive()) f.group().life = GroupState::active;
}

}  // namespace

constinit const EventSpec<GroupActivated> GroupActivated::spec{.fold = fold};

}  // namespace muster
