#include "reference/trial.hpp"

// What holds for the whole app: custom fields (section 10), plans and policies (section 12).
namespace muster::reference {
namespace {

constexpr std::size_t group_fields_max = 10;
constexpr std::size_t member_fields_max = 5;

}  // namespace

void Trial::operator()(const DefineGroupField& c) {
  in_app();
  app_admins_only();
  auto& fields = state_.app.group_fields;
  need(!fields.contains(c.key), "field.defined");
  need(fields.size() < group_fields_max, "field.limit");
  if (refused()) return;

  fields[c.key] = {.read = c.read, .write = c.write};
  happened("GroupFieldDefined");
}

void Trial::operator()(const DefineMemberField& c) {
  in_app();
  const TypeColumn& of = *type_column(c.type.view());
  need(of.member_profiles, "field.type");
  app_admins_only();
  auto& fields = state_.app.member_fields[of.name];
  need(!fields.contains(c.key), "field.defined");
  need(fields.size() < member_fields_max, "field.limit");
  if (refused()) return;

  fields[c.key] = {.read = c.read,
                   .write = c.write,
                   .self_read = c.self_read.value_or(true),
                   .self_write = c.self_write.value_or(true)};
  happened("MemberFieldDefined");
}

void Trial::operator()(const SetPlan& c) {
  in_app();
  app_admins_only();
  if (refused()) return;

  App& app = state_.app;
  bool changed = change(app.edition, std::optional{c.edition});
  changed =
      change(app.member_cap, std::optional{c.member_cap.value_or(plan_column(c.edition).member_cap_min)}) ||
      changed;
  changed =
      change(app.avchatrooms_unlimited, std::optional{c.avchatrooms_unlimited.value_or(false)}) || changed;
  if (changed) happened("PlanSet");
}

void Trial::operator()(const SetNotificationPolicy& c) {
  in_app();
  const TypeColumn& of = *type_column(c.type.view());
  const NoticeCell& cell = notice_cell(of, c.category);
  need(!cell.fixed && c.delivery <= cell.at_most, "policy.notices");
  app_admins_only();
  if (refused()) return;

  auto& deliveries = state_.app.deliveries;
  const auto found = deliveries.find({of.name, c.category});
  if ((found == deliveries.end() ? cell.initial : found->second) == c.delivery) return;
  if (c.delivery == cell.initial)
    deliveries.erase({of.name, c.category});
  else
    deliveries[{of.name, c.category}] = c.delivery;
  happened("NotificationPolicySet");
}

void Trial::operator()(const SetRecyclePolicy& c) {
  in_app();
  const TypeColumn& of = *type_column(c.type.view());
  need(of.recycles, "policy.recycle");
  app_admins_only();
  if (refused()) return;

  auto& policies = state_.app.idle_seconds;
  const auto found = policies.find(of.name);
  if ((found == policies.end() ? 0 : found->second) == c.idle_seconds) return;
  if (c.idle_seconds == 0)
    policies.erase(of.name);
  else
    policies[of.name] = c.idle_seconds;
  happened("RecyclePolicySet");
}

void Trial::operator()(const SetSweepPolicy& c) {
  in_app();
  const TypeColumn& of = *type_column(c.type.view());
  need(of.sweeps, "policy.sweep");
  app_admins_only();
  if (refused() || state_.app.sweep.contains(of.name) == c.enabled) return;

  if (c.enabled)
    state_.app.sweep.insert(of.name);
  else
    state_.app.sweep.erase(of.name);
  happened("SweepPolicySet");
}

void Trial::operator()(const SetHistoryPolicy& c) {
  in_app();
  const TypeColumn& of = *type_column(c.type.view());
  need(of.history, "policy.history");
  app_admins_only();
  if (refused()) return;

  auto& policies = state_.app.before_join;
  const auto found = policies.find(of.name);
  if ((found == policies.end() ? of.earlier_history : found->second) == c.before_join) return;
  if (c.before_join == of.earlier_history)
    policies.erase(of.name);
  else
    policies[of.name] = c.before_join;
  happened("HistoryPolicySet");
}

}  // namespace muster::reference
