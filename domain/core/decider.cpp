#include <algorithm>

#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/evolve.hpp>

namespace muster {
namespace {

constexpr Rule expect_revision{"expect.revision", Error::wrong_revision, "3",
                               "the group is not at the expected revision"};

constexpr Rule caller_app_admin{"caller.app-admin", Error::not_permitted, "1",
                                "only an app admin can do this"};
constexpr Rule caller_scheduler{"caller.scheduler", Error::not_permitted, "1",
                                "only a `system` caller can do this"};

constexpr std::array<const Rule*, 3> rules{&expect_revision, &caller_app_admin, &caller_scheduler};

std::optional<std::string> named(std::string_view cell) {
  return cell.empty() ? std::nullopt : std::optional{std::string{cell}};
}

}  // namespace

const std::span<const Rule* const> pipeline_rules = rules;

template <class Holds>
bool Decider::step(Step step, Holds holds) {
  const bool passed = holds();
  if (env_.trace != nullptr) env_.trace->push_back({step, passed});
  return passed;
}

bool Decider::check() {
  const Requirements needed = requirements();
  return step(Step::supported, [&] { return supported(needed) && check_supported(); }) &&
         step(Step::permitted,
              [&] { return kind_may_call() && level_suffices(needed) && check_permitted(); }) &&
         step(Step::revision, [&] { return at_expected_revision(); }) &&
         step(Step::state, [&] { return check_state(); }) &&
         step(Step::capacity, [&] { return check_capacity(); });
}

void Decider::refuse_unsupported() {
  step(Step::supported, [&] { return refuse(*unsupported_rule()); });
}

bool Decider::supported(const Requirements& requirements) {
  const auto missing = std::ranges::find(requirements, false, &Requirement::supported);
  if (missing == requirements.end()) return true;
  const Rule* rule = missing->unsupported == nullptr ? unsupported_rule() : missing->unsupported;
  return refuse(*rule, {.cell = named(missing->cell)}, missing->field);
}

bool Decider::kind_may_call() {
  switch (callers()) {
    case Callers::people:
      return kind() != CallerKind::system || refuse(caller_system, {.caller_kind = kind()});
    case Callers::app_admins:
      return kind() == CallerKind::app_admin || refuse(caller_app_admin, {.caller_kind = kind()});
    case Callers::system: break;
  }
  return kind() == CallerKind::system || refuse(caller_scheduler, {.caller_kind = kind()});
}

bool Decider::level_suffices(const Requirements& requirements) {
  const Requirement& highest = *std::ranges::max_element(requirements, {}, &Requirement::least);
  if (level() >= highest.least) return true;
  return refuse(level() == Level::anyone ? *outside_rule() : *below_rule(),
                {.level_needed = highest.least, .cell = named(highest.cell)}, highest.field);
}

bool Decider::at_expected_revision() {
  if (!expects_revision()) return true;
  const Revision found = group().head.revision;
  if (!request_.expect || *request_.expect == found) return true;
  return refuse(expect_revision, {.revision = found});
}

bool Decider::refuse(const Rule& rule, Facts facts, std::string_view field) {
  if (subject_.type != nullptr) facts.type = type().name;
  facts.level = level();
  if (subject_.state != GroupState::absent) facts.state = subject_.state;
  refusal_ = muster::refusal(rule, std::move(facts));
  refusal_->field = field;
  return false;
}

Level Decider::rank_of(const Account& account) const {
  const MembershipRow* membership = membership_of(rows_, group_id(), account);
  return membership == nullptr ? Level::anyone : level_of(membership->role);
}

void Decider::fold_in(const Event& event) {
  const Revision revision = head_of(rows_, subject_.stream).revision + 1;
  evolve(rows_, event, Stamp{subject_.stream, revision, env_.position, time(), request_.caller});
  group_ = nullptr;
}

Delivery Decider::delivery_of(NoticeCategory category) const {
  if (group().life == GroupState::inactive) return Delivery::off;
  const NoticeRule& rule = type().notices.of(category);
  if (rule.fixed) return rule.initial;
  const NoticePolicy* set = find_policy(rows_.app().policies, type().name, category);
  return set == nullptr ? rule.initial : std::min(set->delivery, rule.at_most);
}

Announcement Decider::announce(Delivery delivery) const {
  return {delivery, delivery == Delivery::push_and_store ? group().next_msg_seq : 0};
}

Delivery Decider::always_stored() const {
  return group().life == GroupState::inactive ? Delivery::off : Delivery::push_and_store;
}

}  // namespace muster
