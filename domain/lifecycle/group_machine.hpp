#pragma once

#define BOOST_MPL_CFG_NO_PREPROCESSED_HEADERS
#define BOOST_MPL_LIMIT_VECTOR_SIZE 50
#define BOOST_MPL_LIMIT_LIST_SIZE 50

#include <type_traits>

#include <boost/mpl/for_each.hpp>
#include <boost/mpl/vector.hpp>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <muster/domain/core/decider.hpp>
#include <muster/domain/lifecycle/machines.hpp>
#include <muster/domain/lifecycle/msm_state.hpp>

/// What the machines of all types share: the states of a group, the guards and the actions. Included by the
/// machines' `.cpp` files only, one machine each.
namespace muster::lifecycle {

namespace mpl = boost::mpl;
namespace msm = boost::msm;
using msm::front::none;
using msm::front::Row;

// clang-format off
struct Absent    : msm::front::state<> { static constexpr GroupState value = GroupState::absent; };
struct Inactive  : msm::front::state<> { static constexpr GroupState value = GroupState::inactive; };
struct Active    : msm::front::state<> { static constexpr GroupState value = GroupState::active; };
struct Dismissed : msm::front::state<> { static constexpr GroupState value = GroupState::dismissed; };
struct Recycled  : msm::front::state<> { static constexpr GroupState value = GroupState::recycled; };
// clang-format on

// ---- guards

/// The pipeline's steps allow the command; else the decider has the refusal.
struct permitted {
  bool operator()(const auto& /*command*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    return machine.decider->check();
  }
};
/// The group had an owner, who has left.
struct owner_left {
  static constexpr std::string_view condition = "the owner leaves";
  bool operator()(const auto& /*none*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    const GroupRow& group = machine.decider->group();
    return group.had_owner && group.owner.empty();
  }
};
/// The group had an owner, and nobody is left in it.
struct nobody_left {
  static constexpr std::string_view condition = "the last member leaves";
  bool operator()(const auto& /*none*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    const GroupRow& group = machine.decider->group();
    return group.had_owner && group.member_num == 0;
  }
};

// ---- actions; those that record the event which moves the group say where it must lead

/// Records the command's events, which leave the group in its state.
struct stay {
  void operator()(const auto& /*command*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    machine.decider->emit();
  }
};
/// GroupCreated or GroupImported, in the state that the row names.
struct create {
  template <class To>
  void operator()(const auto& /*command*/, auto& machine, auto& /*from*/, To& /*to*/) const {
    static_assert(To::value == GroupState::inactive || To::value == GroupState::active);
    machine.decider->create_in(To::value);
  }
};
/// GroupActivated, and then the command's events.
struct activate {
  template <class From, class To>
  void operator()(const auto& /*command*/, auto& machine, From& /*from*/, To& /*to*/) const {
    static_assert(From::value == GroupState::inactive && To::value == GroupState::active);
    machine.decider->record(GroupActivated{});
    machine.decider->emit();
  }
};
/// GroupDismissed.
struct dismiss {
  template <class To>
  void operator()(const DismissGroup& /*command*/, auto& machine, auto& /*from*/, To& /*to*/) const {
    static_assert(To::value == GroupState::dismissed);
    machine.decider->emit();
  }
};
/// GroupRecycled: recorded by the command, or after a command that left nobody behind.
template <RecycleReason Reason>
struct recycle {
  template <class To>
  void operator()(const RecycleGroup& /*command*/, auto& machine, auto& /*from*/, To& /*to*/) const {
    static_assert(To::value == GroupState::recycled && Reason == RecycleReason::idle);
    machine.decider->emit();
  }
  template <class To>
  void operator()(const auto& /*none*/, auto& machine, auto& /*from*/, To& /*to*/) const {
    static_assert(To::value == GroupState::recycled);
    Decider& decider = *machine.decider;
    decider.record(GroupRecycled{.reason = Reason, .to_members = decider.always_stored()});
  }
};
inline constexpr RecycleReason empty = RecycleReason::empty;
inline constexpr RecycleReason abandoned = RecycleReason::abandoned;
inline constexpr RecycleReason idle = RecycleReason::idle;

/// The commands of a type that never move the group, in any state.
template <class... C>
struct Commands : mpl::vector<msm::front::Internal<C, stay, permitted>...> {};

template <class Def>
struct GroupMachine : msm::front::state_machine_def<Def> {
  using initial_state = Absent;
  using no_message_queue = int;     // one command in, one state out: no queue, no allocation
  using no_exception_thrown = int;  // guards throw only when storage is broken: let that propagate
  Decider* decider = nullptr;       // not owned
  void no_transition(const auto& /*command*/, auto& /*machine*/, int /*state*/) {}
};

template <class Def>
Run run_machine(GroupState from, Decider& decider, const Command& command) {
  using Machine = msm::back::state_machine<Def>;
  using Ids = StateIds<Machine, GroupState>;
  Machine machine;
  enter_state(machine, Ids::of(from));
  machine.decider = &decider;
  const auto result = std::visit([&](const auto& c) { return machine.process_event(c); }, command);
  const Handled handled = result == msm::back::HANDLED_TRUE           ? Handled::accepted
                          : result == msm::back::HANDLED_GUARD_REJECT ? Handled::refused
                                                                      : Handled::unsupported;
  return {handled, Ids::value(machine.current_state()[0])};
}

template <class Def>
std::vector<RowInfo> rows_of_machine() {
  std::vector<RowInfo> rows;
  const auto name = []<class Event>(boost::type<Event>) -> std::string_view {
    if constexpr (std::is_same_v<Event, none>)
      return {};
    else
      return Event::persisted.name;
  };
  mpl::for_each<typename Def::transition_table, boost::type<mpl::_1>>([&]<class R>(boost::type<R>) {
    const GroupState from = R::Source::value;
    GroupState to = from;
    if constexpr (!std::is_same_v<typename R::Target, none>) to = R::Target::value;
    std::string_view condition;
    if constexpr (requires { R::Guard::condition; }) condition = R::Guard::condition;
    rows.push_back({from, name(boost::type<typename R::Evt>{}), to, false, condition});
  });
  mpl::for_each<typename Def::internal_transition_table, boost::type<mpl::_1>>([&]<class R>(boost::type<R>) {
    rows.push_back({GroupState::absent, name(boost::type<typename R::Evt>{}), GroupState::absent, true});
  });
  return rows;
}

}  // namespace muster::lifecycle
