#pragma once

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/app/rows.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/groups/rows.hpp>
#include <muster/domain/membership/rows.hpp>
#include <muster/domain/messages/rows.hpp>

/// State as rows: what evolve writes, decide reads and queries show. One command touches a handful of them,
/// whatever the size of the group. The features' lists joined.
namespace muster {

/// The key that a row of a kind stands under.
template <class Row>
using Key = typename Row::Key;

/// Every kind of row.
using RowKinds = boost::mp11::mp_append<app::Rows, groups::Rows, membership::Rows, messages::Rows,
                                        boost::mp11::mp_list<CommandIdRow>>;

}  // namespace muster
