#include <algorithm>

#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>

namespace muster {
namespace {

constexpr Rule recycle_type{"recycle.type", Error::not_supported, "5",
                            "groups of this type are not recycled when they are idle"};
constexpr Rule recycle_off{"recycle.off", Error::not_idle, "5",
                           "no idle time is set after which groups of this type are recycled"};
constexpr Rule recycle_active{"recycle.active", Error::not_idle, "5",
                              "the group has not been idle for long enough"};
constexpr std::array<const Rule*, 3> rules{&recycle_type, &recycle_off, &recycle_active};

/// When something last happened that counts as activity: the group was made, a message or a profile change.
TimeMs last_active(const Decider& d) {
  const GroupRow& group = d.group();
  const ProfileRow& profile = d.rows().need<ProfileRow>(d.group_id());
  return std::max(
      {group.create_time, profile.import_time.value_or(TimeMs{}), group.last_msg_time, group.last_info_time});
}

bool check_state(Decider& d, const RecycleGroup&) {
  const std::uint64_t needed = idle_seconds_of(d.rows().app(), d.type().name);
  if (needed == 0) return d.refuse(recycle_off);
  const auto idle_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(d.time().ms - last_active(d).ms, 0));
  return idle_ms / 1000 >= needed ||
         d.refuse(recycle_active, {.count = idle_ms / 1000, .limit = needed, .time = last_active(d)});
}

void emit(Decider& d, const RecycleGroup&) {
  d.record(GroupRecycled{.reason = RecycleReason::idle, .to_members = d.always_stored()});
}

}  // namespace

constinit const CommandSpec<RecycleGroup> RecycleGroup::spec{.callers = Callers::system,
                                                             .cell = cell<&TypeRules::recycle_idle>,
                                                             .unsupported = &recycle_type,
                                                             .state = check_state,
                                                             .emit = emit,
                                                             .rules = rules};

}  // namespace muster
