#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/app/app.hpp>
#include <muster/domain/groups/groups.hpp>
#include <muster/domain/membership/membership.hpp>
#include <muster/domain/messages/messages.hpp>

/// Every command and every event: the features' lists joined. An event states what happened, as facts that no
/// rule is needed to read; who did it and when is in the head of its commit.
namespace muster {

/// On disk a command is its tag; the order here means nothing.
using Command = boost::mp11::mp_rename<
    boost::mp11::mp_append<groups::Commands, membership::Commands, messages::Commands, app::Commands>,
    std::variant>;

/// The command's name, as docs/rules.md spells it.
inline std::string_view name_of(const Command& command) {
  return std::visit([]<class C>(const C&) { return C::persisted.name; }, command);
}

/// The group that the command names; null for a creation without one and for commands that have none.
inline const GroupId* group_of(const Command& command) {
  return std::visit(
      []<class C>(const C& c) -> const GroupId* {
        if constexpr (requires { c.group.has_value(); })
          return c.group ? &*c.group : nullptr;
        else if constexpr (requires { c.group; })
          return &c.group;
        else
          return nullptr;
      },
      command);
}

/// On disk an event is its tag; the order here means nothing.
using Event = boost::mp11::mp_rename<
    boost::mp11::mp_append<groups::Events, membership::Events, messages::Events, app::Events>, std::variant>;
/// The events of one command, in the order in which they happened; two at most without an allocation.
using Events = boost::container::small_vector<Event, 2>;

/// The event's name, as docs/rules.md spells it.
inline std::string_view name_of(const Event& event) {
  return std::visit([]<class E>(const E&) { return E::persisted.name; }, event);
}

}  // namespace muster
