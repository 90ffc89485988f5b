#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

constexpr Rule policy_history{"policy.history", Error::not_supported, "9",
                              "groups of this type do not store messages"};
constexpr std::array<const Rule*, 1> rules{&policy_history};

void emit(Decider& d, const SetHistoryPolicy& c) {
  if (c.before_join == reads_before_joining(d.rows().app(), d.type())) return;
  const bool initial = d.type().earlier_history == EarlierHistory::on;
  d.record(
      HistoryPolicySet{.type = c.type, .before_join = c.before_join, .is_default = c.before_join == initial});
}

void fold(Folder& f, const HistoryPolicySet& e) {
  if (!f.in_app()) return;
  auto& policies = f.rows().edit<AppRow>({}).history;
  const HistoryPolicy policy{.type = e.type, .before_join = e.before_join};
  set_policy(policies, find_policy(policies, e.type), e.is_default ? std::nullopt : std::optional{policy});
}

}  // namespace

constinit const CommandSpec<SetHistoryPolicy> SetHistoryPolicy::spec{.callers = Callers::app_admins,
                                                                     .stream = StreamKind::app,
                                                                     .cell = cell<&TypeRules::history>,
                                                                     .unsupported = &policy_history,
                                                                     .emit = emit,
                                                                     .rules = rules};
constinit const EventSpec<HistoryPolicySet> HistoryPolicySet::spec{.fold = fold};

}  // namespace muster
