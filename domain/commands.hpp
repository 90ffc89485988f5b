#pragma once

#include <string_view>
#include <type_traits>
#include <variant>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/groups/groups.hpp>
#include <muster/domain/membership/membership.hpp>
#include <muster/domain/messages/messages.hpp>

/// Every command: the features' lists joined.
namespace muster {

/// On disk a command is its tag; the order here means nothing.
using Command =
    boost::mp11::mp_rename<boost::mp11::mp_append<groups::Commands, membership::Commands, messages::Commands>,
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

}  // namespace muster
