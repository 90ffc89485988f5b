#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

constexpr Rule policy_sweep{"policy.sweep", Error::not_supported, "12",
                            "groups of this type do not support removing offline members"};
constexpr std::array<const Rule*, 1> rules{&policy_sweep};

void emit(Decider& d, const SetSweepPolicy& c) {
  if (c.enabled != sweeps(d.rows().app(), c.type))
    d.record(SweepPolicySet{.type = c.type, .enabled = c.enabled});
}

void fold(Folder& f, const SweepPolicySet& e) {
  if (!f.in_app()) return;
  auto& swept = f.rows().edit<AppRow>({}).sweep;
  std::erase(swept, e.type);
  if (e.enabled) swept.push_back(e.type);
}

}  // namespace

constinit const CommandSpec<SetSweepPolicy> SetSweepPolicy::spec{.callers = Callers::app_admins,
                                                                 .stream = StreamKind::app,
                                                                 .cell = cell<&TypeRules::sweep_offline>,
                                                                 .unsupported = &policy_sweep,
                                                                 .emit = emit,
                                                                 .rules = rules};
constinit const EventSpec<SweepPolicySet> SweepPolicySet::spec{.fold = fold};

}  // namespace muster
