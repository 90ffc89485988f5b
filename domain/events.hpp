#pragma once

#include <string_view>
#include <variant>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/app/app.hpp>
#include <muster/domain/groups/groups.hpp>
#include <muster/domain/membership/membership.hpp>
#include <muster/domain/messages/messages.hpp>

/// Every event: what happened, as facts that no rule is needed to read. Who did it and when stand in the head
/// of the commit. The features' lists joined.
namespace muster {

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
