#pragma once

#include <ostream>

#include <muster/domain/ids.hpp>
#include <muster/domain/kinds.hpp>
#include <muster/domain/wire.hpp>

namespace muster {

/// Who asks. An app admin acts for the backend, the system for its timers.
/// Source  docs/rules.md section 1
struct Caller {
  Account account;
  CallerKind kind = CallerKind::user;
  bool operator==(const Caller&) const = default;
};
BOOST_DESCRIBE_STRUCT(Caller, (), (account, kind))

}  // namespace muster
