#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>

namespace muster {
namespace {

constexpr Rule policy_notices{"policy.notices", Error::not_supported, "15",
                              "this delivery cannot be set for these notices of the group type"};
constexpr std::array<const Rule*, 1> rules{&policy_notices};

/// Where the rules document decides about a category.
std::string cell_of(NoticeCategory category) {
  std::string_view cell;
  const NoticeRules rules_of_type;
  for_each_member(rules_of_type, [&](std::string_view name, const NoticeRule& rule) {
    if (&rule == &rules_of_type.of(category)) cell = name;
  });
  return concat("notices.", cell);
}

bool check_supported(Decider& d, const SetNotificationPolicy& c) {
  const NoticeRule& rule = d.type().notices.of(c.category);
  return (!rule.fixed && c.delivery <= rule.at_most) ||
         d.refuse(policy_notices, {.cell = cell_of(c.category)}, rule.fixed ? "category" : "delivery");
}

void emit(Decider& d, const SetNotificationPolicy& c) {
  const Delivery initial = d.type().notices.of(c.category).initial;
  const NoticePolicy* policy = find_policy(d.rows().app().policies, c.type, c.category);
  if (c.delivery == (policy == nullptr ? initial : policy->delivery)) return;
  d.record(NotificationPolicySet{
      .type = c.type, .category = c.category, .delivery = c.delivery, .is_default = c.delivery == initial});
}

void fold(Folder& f, const NotificationPolicySet& e) {
  if (!f.in_app()) return;
  auto& policies = f.rows().edit<AppRow>({}).policies;
  const NoticePolicy policy{.type = e.type, .category = e.category, .delivery = e.delivery};
  set_policy(policies, find_policy(policies, e.type, e.category),
             e.is_default ? std::nullopt : std::optional{policy});
}

}  // namespace

constinit const CommandSpec<SetNotificationPolicy> SetNotificationPolicy::spec{.callers = Callers::app_admins,
                                                                               .stream = StreamKind::app,
                                                                               .supported = check_supported,
                                                                               .emit = emit,
                                                                               .rules = rules};
constinit const EventSpec<NotificationPolicySet> NotificationPolicySet::spec{.fold = fold};

}  // namespace muster
