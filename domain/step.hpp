#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/domain/rules/rules.hpp>

/// The one way from a request to its outcome. The writer, the benchmarks and the tests of commands call it.
namespace muster {

/// Everything that a decision depends on besides the rows and the request: nothing is read from a clock or
/// drawn at random.
struct Env {
  const RulesDocument* rules = nullptr;  // not owned; never null
  TimeMs time;                           // of a request that has no time of its own
  Assigned assigned;                     // ids to use where the command leaves something unnamed
  Position position = 0;                 // that the next commit will get
  std::span<const HookVerdict> hooks{};  // recorded in the commit; not owned
  Trace* trace = nullptr;                // receives the steps that were checked; may be null
};

/// The request was accepted and has events: its commit is the last one of `commits`.
struct Committed {
  std::size_t count = 1;  // commits added; two when the rules document had to be installed first
};
/// The request was accepted and changes nothing.
struct Unchanged {
  Answer answer;
};
/// The request's id was used before, with the same command: this is the answer that it got.
struct Repeated {
  Answer answer;
};
/// The outcome of a request.
using Outcome = std::variant<Committed, Unchanged, Repeated, Refusal>;

/// Decides one request on the rows as they are. Pure: the same rows, request and environment give the same
/// outcome.
/// rows     holds what the new commits write, with the heads of their streams moved and the command id
///          stored, but for the hashes of the heads, which are those of the commits before until the commits
///          are encoded (close_commit); unchanged unless Committed
/// request  its command is moved into the commit; unchanged unless Committed
/// commits  whole commits are added at the end. A commit is large: they are made in place
/// Order    of the refusals: docs/rules.md section 3; the first that applies is returned
/// Errors   only what the view throws when storage is broken, and std::bad_alloc; `commits` is then as it was,
///          and `rows` must be cleared
/// Threads  one at a time for each `rows`
Outcome step(Overlay& rows, Request&& request, const Env& env, std::vector<Commit>& commits);

/// Whether the command makes something that it leaves unnamed, so that `Env::assigned` needs an id.
bool needs_id(const Command& command);
/// The id for the group or topic that a command leaves unnamed.
/// digits  that no other group or topic has: 32 hexadecimal ones
/// Source  docs/rules.md section 4
Assigned assigned_id(const Command& command, const Rules& rules, std::string_view digits);

}  // namespace muster
