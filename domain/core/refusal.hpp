#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/ids.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/rule.hpp>

namespace muster {

/// What the refusing rule looked at; only what it used is set, and only what the caller may see.
struct Facts {
  std::optional<TypeName> type;
  std::optional<GroupState> state;
  std::optional<Level> level;         // held by the caller
  std::optional<Level> level_needed;  // least level that may
  std::optional<CallerKind> caller_kind;
  std::optional<Revision> revision;         // found, where another was expected
  std::optional<std::uint64_t> count;       // what stands there already
  std::optional<std::uint64_t> limit;       // how many may
  std::optional<Account> user;              // whom the rule is about, when not the caller
  std::optional<TimeMs> until;              // when a mute ends
  std::optional<ApplicationStatus> status;  // of an application
  std::optional<Account> by;                // who answered the application, or ended the group
  std::optional<TimeMs> time;               // when
  std::optional<std::string> key;           // of a custom field
  std::optional<std::string> cell;          // of the rules document, when one decided
  bool operator==(const Facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(Facts, (),
                      (type, state, level, level_needed, caller_kind, revision, count, limit, user, until,
                       status, by, time, key, cell))

/// Why a command was refused. A value, never thrown; a refused command changed nothing.
/// Source  docs/rules.md section 3
struct Refusal {
  Error error = Error::invalid_argument;
  std::uint32_t code = 0;  // the service's number for the error
  RuleId rule;             // which rule refused; docs/rules.md explains it
  Facts facts;
  std::string field;   // for an argument: its name, with its place in a list, as `members[3].user`
  std::string detail;  // for an argument: what is wrong with it and what would be right
  bool operator==(const Refusal&) const = default;
};

/// A refusal by `rule`.
Refusal refusal(const Rule& rule, Facts facts = {});
/// A refusal of the argument `field`.
Refusal bad_argument(const Rule& rule, std::string field, std::string detail);
/// One line for a person: what the rule says, and what was found. Lower case, no full stop.
std::string message_of(const Refusal& refusal);

}  // namespace muster
