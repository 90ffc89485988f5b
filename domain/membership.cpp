#include <boost/mpl/vector/vector20.hpp>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <muster/domain/machines/seed.hpp>
#include <muster/domain/membership.hpp>
#include <muster/domain/visibility.hpp>

namespace muster {
namespace {

namespace mpl = boost::mpl;
namespace msm = boost::msm;
using msm::front::none;
using msm::front::Row;

struct Outside : msm::front::state<> {
  static constexpr Phase stands_for = Phase::outside;
};
struct Applicant : msm::front::state<> {
  static constexpr Phase stands_for = Phase::applicant;
};
struct Member : msm::front::state<> {
  static constexpr Phase stands_for = Phase::member;
};
struct Admin : msm::front::state<> {
  static constexpr Phase stands_for = Phase::admin;
};
struct Owner : msm::front::state<> {
  static constexpr Phase stands_for = Phase::owner;
};

struct Apply {};
struct Enter {};
struct Leave {};
struct Remove {};
struct Grant {};
struct Revoke {};
struct Succeed {};
struct StepDown {};

struct MayLeave {
  bool operator()(const auto& /*step*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    return machine.owner_may_leave;
  }
};

struct MembershipDef : msm::front::state_machine_def<MembershipDef> {
  using initial_state = Outside;
  using no_message_queue = int;
  using no_exception_thrown = int;
  bool owner_may_leave = false;
  // clang-format off
  struct transition_table : mpl::vector14<
      //   From        Step       To          Action  Guard
      Row< Outside   , Apply    , Applicant , none  , none     >,
      Row< Applicant , Apply    , Applicant , none  , none     >,
      Row< Outside   , Enter    , Member    , none  , none     >,
      Row< Applicant , Enter    , Member    , none  , none     >,
      Row< Member    , Leave    , Outside   , none  , none     >,
      Row< Admin     , Leave    , Outside   , none  , none     >,
      Row< Owner     , Leave    , Outside   , none  , MayLeave >,
      Row< Member    , Remove   , Outside   , none  , none     >,  // the owner has no such row: nobody removes the owner
      Row< Admin     , Remove   , Outside   , none  , none     >,
      Row< Member    , Grant    , Admin     , none  , none     >,
      Row< Admin     , Revoke   , Member    , none  , none     >,
      Row< Member    , Succeed  , Owner     , none  , none     >,
      Row< Admin     , Succeed  , Owner     , none  , none     >,
      Row< Owner     , StepDown , Member    , none  , none     >
  > {};
  // clang-format on
  void no_transition(const auto& /*step*/, auto& /*machine*/, int /*state*/) {}
};

using Machine = msm::back::state_machine<MembershipDef>;
using Ids = machines::StateIds<Machine, Phase>;

StepResult take(Phase from, const auto& step, bool owner_may_leave) {
  Machine machine;
  machines::seed(machine, Ids::of(from));
  machine.owner_may_leave = owner_may_leave;
  switch (machine.process_event(step)) {
    case msm::back::HANDLED_TRUE: return {std::nullopt, Ids::value(machine.current_state()[0])};
    case msm::back::HANDLED_GUARD_REJECT: return {StepRefused::by_guard, from};
    default: return {StepRefused::no_row, from};
  }
}

}  // namespace

Phase phase_of(const View& rows, const GroupId& group, const Account& account) {
  if (const MembershipRow* row = membership_of(rows, group, account)) {
    switch (row->role) {
      case Role::member: return Phase::member;
      case Role::admin: return Phase::admin;
      case Role::owner: return Phase::owner;
    }
  }
  const ApplicationRow* application = rows.application(group, account);
  if (application == nullptr && rows.is_pending(group, account))
    rows.missing(row_name<ApplicationRow>, key_text(GroupAccount{group, account}));
  return application != nullptr && application->status == ApplicationStatus::pending ? Phase::applicant
                                                                                     : Phase::outside;
}

StepResult take_step(Phase from, Step step, bool owner_may_leave) {
  switch (step) {
    case Step::apply: return take(from, Apply{}, owner_may_leave);
    case Step::enter: return take(from, Enter{}, owner_may_leave);
    case Step::leave: return take(from, Leave{}, owner_may_leave);
    case Step::remove: return take(from, Remove{}, owner_may_leave);
    case Step::grant: return take(from, Grant{}, owner_may_leave);
    case Step::revoke: return take(from, Revoke{}, owner_may_leave);
    case Step::succeed: return take(from, Succeed{}, owner_may_leave);
    case Step::step_down: return take(from, StepDown{}, owner_may_leave);
  }
  return {StepRefused::no_row, from};
}

}  // namespace muster
