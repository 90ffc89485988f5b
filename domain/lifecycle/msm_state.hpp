#pragma once

#include <array>
#include <stdexcept>
#include <type_traits>

#include <boost/mpl/for_each.hpp>
#include <boost/mpl/size.hpp>
#include <boost/msm/back/metafunctions.hpp>
#include <boost/type.hpp>

/// How a machine of MSM enters a state of ours. For the machines' own `.cpp` files only.
namespace muster::lifecycle {

/// MSM has no setter for the active state; its public serialize() is the one way in. This "archive" fills the
/// array of active states (one region: int[1]) and leaves all else alone.
struct StateArchive {
  int state_id;
  StateArchive& operator&(auto& field) {
    if constexpr (std::is_same_v<decltype(field), int(&)[1]>) field[0] = state_id;
    return *this;
  }
};

/// Throws std::logic_error when the machine has no such state, and when this version of MSM does not let
/// itself be entered so.
template <class Machine>
void enter_state(Machine& machine, int state_id) {
  if (state_id < 0)
    throw std::logic_error{"the group is in a state that the machine of its type does not have"};
  StateArchive archive{state_id};
  machine.serialize(archive, 0);
  if (machine.current_state()[0] != state_id)
    throw std::logic_error{"Boost.MSM keeps its states in another way than this code knows"};
}

/// Translates between a fixed enumeration of ours and the ids that MSM numbers its states by, which follow
/// the order of the rows and must never be stored or printed. Each state has its `value`.
template <class Machine, class Enum>
class StateIds {
 public:
  /// -1 when the machine has no such state.
  static int of(Enum value) {
    for (std::size_t id = 0; id < table().size(); ++id)
      if (table()[id] == value) return static_cast<int>(id);
    return -1;
  }
  static Enum value(int id) { return table()[static_cast<std::size_t>(id)]; }

 private:
  using Stt = typename Machine::stt;
  using States = typename boost::msm::back::generate_state_set<Stt>::type;
  using Table = std::array<Enum, boost::mpl::size<States>::value>;

  static const Table& table() {
    static const Table filled = [] {
      Table values{};
      boost::mpl::for_each<States, boost::type<boost::mpl::_1>>([&]<class State>(boost::type<State>) {
        values[boost::msm::back::get_state_id<Stt, State>::value] = State::value;
      });
      return values;
    }();
    return filled;
  }
};

}  // namespace muster::lifecycle
