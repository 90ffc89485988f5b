#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/step.hpp>

/// Whether a command would be accepted, and what would have to be different. Pure, and nothing is written.
namespace muster {

/// Whether step() would accept the request on these rows: the same checks in the same order, without events.
/// rows     not changed; what was written on them counts
/// Returns  none when it would be accepted, also when it would change nothing or repeat an answer; else the refusal
/// Env      `trace` receives the steps; where step() needs an id in `assigned`, any may be there, or none; nothing else is
///          used but `rules` and `time`
/// Cost     as many rows as deciding reads; measured in docs/performance.md
/// Threads  one at a time for each `rows`
std::optional<Refusal> can(Overlay& rows, const Request& request, const Env& env);

/// What is different in a change under which a refused request would be accepted.
enum class ChangeKind : std::uint8_t {
  level = 1,        // the caller has another level in the group
  caller_kind = 2,  // the caller is an app admin, the system or a user
  argument = 3,     // the command leaves out a field, or names another type
  time = 4,         // the command comes later
  option = 5,       // the group has another option
  target = 6,       // the account that the command names has another role, or an application, or is not there
  mute = 7,         // a mute is lifted
  room = 8,         // there is more room, or less is used of a quota
  setting = 9,      // the app has another plan, policy or custom field
  rule = 10         // the rules document has another value in a cell
};
template <>
inline constexpr std::array names<ChangeKind>{
    Named{ChangeKind::level, "level"},       Named{ChangeKind::caller_kind, "caller_kind"},
    Named{ChangeKind::argument, "argument"}, Named{ChangeKind::time, "time"},
    Named{ChangeKind::option, "option"},     Named{ChangeKind::target, "target"},
    Named{ChangeKind::mute, "mute"},         Named{ChangeKind::room, "room"},
    Named{ChangeKind::setting, "setting"},   Named{ChangeKind::rule, "rule"}};

/// A single change under which a refused request would be accepted.
struct NearChange {
  ChangeKind kind = ChangeKind::level;
  std::string text;  // for people, as "if `otto` were an Admin"
  bool operator==(const NearChange&) const = default;
};

/// The single changes under which a refused request would be accepted: each possible change is tried by
/// itself, on rows with it. Of several levels only the nearest is returned. Empty when the request would be
/// accepted, when no single change is enough, and when the caller cannot see the group: a change would tell
/// that there is one. For the backend's own people: a change may tell a caller what it may not see, as
/// whether an account is a member.
/// Threads  any
std::vector<NearChange> nearest_changes(const View& rows, const Request& request, const Env& env);

/// The levels from which a user or app admin could give the command, whoever it is, low to high. A level is
/// tried with an account that the app does not know, or with the group's owner for Owner; the request's
/// caller is not looked at. Empty for commands of the system.
/// Threads  any
std::vector<Level> levels_that_can(const View& rows, const Request& request, const Env& env);

}  // namespace muster
