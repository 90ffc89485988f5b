#pragma once

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>

namespace muster {

/// Where and when an event happened, and by whom: its commit's head, and the position of the commit.
struct Stamp {
  StreamId stream;
  Revision revision = 0;
  Position position = 0;
  TimeMs time;
  Caller caller;
};

/// Applies one event to the rows. Total: it believes every event, in any order, on any rows; it knows no
/// rules, reads no clock and never fails, and no count of its wraps. What an event says of a group that is
/// not there, or has ended, is let go.
void evolve(Overlay& rows, const Event& event, const Stamp& stamp);

/// Where a stream stands; all zero for one without commits.
StreamHead head_of(const View& rows, const StreamId& stream);

/// Closes a commit: the stream's head moves to it, and its command id is remembered.
/// hash            of this commit, in its stream's chain
/// assigned_group  the engine chose the group's id (see command_id_key)
void seal(Overlay& rows, const CommitHead& head, Position position, const Digest& hash, bool assigned_group);

/// Applies a whole commit as the log has it: its events in order, then seal().
void fold(Overlay& rows, const Commit& commit, Position position, const Digest& hash);

/// What a commit's command id is remembered under. Creations that named no group, and commands of the app,
/// are remembered in the app's stream; all others in the stream that they went to.
CommandIdKey command_id_key(const StreamId& stream, const Caller& caller, const CommandId& id,
                            bool assigned_group);

}  // namespace muster
