#pragma once

#define BOOST_MPL_CFG_NO_PREPROCESSED_HEADERS
#define BOOST_MPL_LIMIT_VECTOR_SIZE 50
#define BOOST_MPL_LIMIT_LIST_SIZE 50

#include <boost/mpl/vector.hpp>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <muster/domain/machines/machine.hpp>
#include <muster/domain/machines/seed.hpp>

/// What the machines of all types share: the states of a group's life, the guard and the action of every
/// command, and recycling. Included by the machines' `.cpp` files only, one machine each.
namespace muster::machines {

namespace mpl = boost::mpl;
namespace msm = boost::msm;
using msm::front::Internal;
using msm::front::none;
using msm::front::Row;

// clang-format off
struct Absent    : msm::front::state<> { static constexpr Life stands_for = Life::absent; };
struct Inactive  : msm::front::state<> { static constexpr Life stands_for = Life::inactive; };
struct Active    : msm::front::state<> { static constexpr Life stands_for = Life::active; };
struct Dismissed : msm::front::state<> { static constexpr Life stands_for = Life::dismissed; };
struct Recycled  : msm::front::state<> { static constexpr Life stands_for = Life::recycled; };
// clang-format on

/// The whole judgement of a command: its refusal, if any, is left in the judgement.
struct may {
  bool operator()(const auto& command, auto& machine, auto& /*from*/, auto& /*to*/) const {
    return judge(*machine.judgement, command);
  }
};
/// Records the command's events and folds them into the rows.
struct act {
  void operator()(const auto& command, auto& machine, auto& /*from*/, auto& /*to*/) const {
    perform(*machine.judgement, command);
  }
};
/// The group has nobody left that it could go on for; asked after every command.
struct emptied {
  bool operator()(const auto& /*none*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    return is_emptied(*machine.judgement);
  }
};
struct recycle {
  void operator()(const auto& /*none*/, auto& machine, auto& /*from*/, auto& /*to*/) const {
    recycle_emptied(*machine.judgement);
  }
};

template <class Def>
struct LifeOf : msm::front::state_machine_def<Def> {
  using initial_state = Absent;
  using no_message_queue = int;     // one command in, one state out: no queue, no allocation
  using no_exception_thrown = int;  // guards throw only when storage is broken: let that propagate
  Judgement* judgement = nullptr;   // not owned
  void no_transition(const auto& /*command*/, auto& /*machine*/, int /*state*/) {}
};

template <class Def>
Run run_machine(Life from, Judgement& judgement, const Command& command) {
  using Machine = msm::back::state_machine<Def>;
  using Ids = StateIds<Machine, Life>;
  Machine machine;
  seed(machine, Ids::of(from));
  machine.judgement = &judgement;
  const auto handled = std::visit([&](const auto& c) { return machine.process_event(c); }, command);
  const Verdict verdict = handled == msm::back::HANDLED_TRUE           ? Verdict::taken
                          : handled == msm::back::HANDLED_GUARD_REJECT ? Verdict::refused
                                                                       : Verdict::no_row;
  return {verdict, Ids::value(machine.current_state()[0])};
}

template <class Def>
std::vector<RowInfo> rows_of_machine() {
  std::vector<RowInfo> rows;
  const auto name = []<class Event>(boost::type<Event>) -> std::string_view {
    if constexpr (std::is_same_v<Event, none>)
      return {};
    else
      return wire<Event>.name;
  };
  mpl::for_each<typename Def::transition_table, boost::type<mpl::_1>>([&]<class R>(boost::type<R>) {
    const Life from = R::Source::stands_for;
    Life to = from;
    if constexpr (!std::is_same_v<typename R::Target, none>) to = R::Target::stands_for;
    rows.push_back({from, name(boost::type<typename R::Evt>{}), to, false});
  });
  mpl::for_each<typename Def::internal_transition_table, boost::type<mpl::_1>>([&]<class R>(boost::type<R>) {
    rows.push_back({Life::absent, name(boost::type<typename R::Evt>{}), Life::absent, true});
  });
  return rows;
}

}  // namespace muster::machines
