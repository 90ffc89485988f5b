#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>

namespace muster {
namespace {

void check_arguments(ArgumentChecker& found, const SetPlan& c) {
  if (name_of(c.edition).empty()) return;
  const PlanRules& plan = found.rules().plan(c.edition);
  if (c.member_cap && (*c.member_cap < plan.member_cap_min || *c.member_cap > plan.member_cap_max))
    found.invalid("member_cap", concat("is ", *c.member_cap, "; the edition ", name_of(c.edition), " has ",
                                       plan.member_cap_min, " to ", plan.member_cap_max));
  if (c.avchatrooms_unlimited.value_or(false) && !plan.avchatrooms_unlimited)
    found.invalid("avchatrooms_unlimited", concat("must not be true for the edition ", name_of(c.edition)));
}

void emit(Decider& d, const SetPlan& c) {
  const AppRow& app = d.rows().app();
  const PlanSet set{.edition = c.edition,
                    .member_cap = c.member_cap.value_or(d.rules().plan(c.edition).member_cap_min),
                    .avchatrooms_unlimited = c.avchatrooms_unlimited.value_or(false)};
  const PlanSet present{.edition = app.edition,
                        .member_cap = app.member_cap,
                        .avchatrooms_unlimited = app.avchatrooms_unlimited};
  if (set != present) d.record(set);
}

void fold(Folder& f, const PlanSet& e) {
  if (f.in_app()) copy_shared_members(e, f.rows().edit<AppRow>({}));
}

}  // namespace

constinit const CommandSpec<SetPlan> SetPlan::spec{
    .callers = Callers::app_admins, .stream = StreamKind::app, .arguments = check_arguments, .emit = emit};
constinit const EventSpec<PlanSet> PlanSet::spec{.fold = fold};

}  // namespace muster
