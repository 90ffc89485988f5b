#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

constexpr Rule policy_recycle{"policy.recycle", Error::not_supported, "12",
                              "groups of this type are not recycled when they are idle"};
constexpr std::array<const Rule*, 1> rules{&policy_recycle};

void emit(Decider& d, const SetRecyclePolicy& c) {
  if (c.idle_seconds != idle_seconds_of(d.rows().app(), c.type))
    d.record(RecyclePolicySet{.type = c.type, .idle_seconds = c.idle_seconds});
}

void fold(Folder& f, const RecyclePolicySet& e) {
  if (!f.in_app()) return;
  auto& policies = f.rows().edit<AppRow>({}).recycle;
  const RecyclePolicy policy{.type = e.type, .idle_seconds = e.idle_seconds};
  set_policy(policies, find_policy(policies, e.type),
             e.idle_seconds == 0 ? std::nullopt : std::optional{policy});
}

}  // namespace

constinit const CommandSpec<SetRecyclePolicy> SetRecyclePolicy::spec{.callers = Callers::app_admins,
                                                                     .stream = StreamKind::app,
                                                                     .cell = cell<&TypeRules::recycle_idle>,
                                                                     .unsupported = &policy_recycle,
                                                                     .emit = emit,
                                                                     .rules = rules};
constinit const EventSpec<RecyclePolicySet> RecyclePolicySet::spec{.fold = fold};

}  // namespace muster
