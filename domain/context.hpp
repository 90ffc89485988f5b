#pragma once

#include <optional>
#include <variant>

#include <muster/domain/commit.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/core/trace.hpp>
#include <muster/domain/rules.hpp>

namespace muster {

/// Everything that a decision depends on beside the rows: nothing is read from a clock or drawn at random.
struct Context {
  const Rules* rules = nullptr;  // not owned; never null
  Caller caller;
  TimeMs at;  // the command's own; the effective time is never before its stream's last
  std::optional<CommandId> id;
  std::optional<Revision> expect;
  std::optional<Correlation> correlation;
  Assigned assigned;       // ids to take for what the command leaves unnamed
  Position position = 0;   // that the commit will get
  Trace* trace = nullptr;  // takes the steps that were walked; null: nobody wants them
};

/// A command that was accepted: what goes into its commit. No events: it changes nothing and is not
/// committed.
struct Accepted {
  // No aggregate, so that it is made in its place: moving it costs more than many a judgement.
  Accepted(const StreamId& its_stream, TimeMs its_time, Level its_level)
      : stream(its_stream), time(its_time), level(its_level) {}

  StreamId stream;
  TimeMs time;  // effective
  Level level;
  bool assigned_group = false;
  Events events;
  Reply outcome;
};

/// A command id that was answered before, with the same command: its answer stands.
struct Repeated {
  Answer answer;
};

/// What decide() comes to.
using Decision = std::variant<Accepted, Repeated, Refusal>;

}  // namespace muster
