#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/container/small_vector.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/values.hpp>

/// What holds for the whole app. Its commands, with the fields that people type, and its events.
/// A command may hold anything: what a field must be is checked when it is decided. An unset optional is an
/// absent field.
namespace muster {

/// Commits from here on are decided under this rules document, which the store did not know before.
struct RulesInstalled {
  static constexpr Persisted persisted{.tag = 10, .schema = 0, .name = "RulesInstalled"};
  static const EventSpec<RulesInstalled> spec;
  std::string digest;    // SHA-256 of `document`, 32 bytes
  std::string document;  // docs/format.md, "rules document"
  bool operator==(const RulesInstalled&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulesInstalled, (), (digest, document))

namespace app {
using Events = boost::mp11::mp_list<RulesInstalled>;
}  // namespace app

}  // namespace muster
