#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/answer.hpp>
#include <muster/domain/commands.hpp>
#include <muster/domain/core/values.hpp>
#include <muster/domain/events.hpp>
#include <muster/domain/rows.hpp>

namespace muster {

/// Who, when, where and under what a command was decided. Stored before the body, readable without it.
struct CommitHead {
  StreamId stream;
  Revision revision = 0;  // of the stream, from 1, gapless
  TimeMs time;            // effective: never before the stream's last
  Caller caller;
  CommandId id;             // empty: none
  Correlation correlation;  // empty: none
  Digest rules{};           // of the document it was decided under
  Revision app_revision = 0;
  Level level = Level::anyone;  // that the caller held in the group
  bool operator==(const CommitHead&) const = default;
};
BOOST_DESCRIBE_STRUCT(CommitHead, (),
                      (stream, revision, time, caller, id, correlation, rules, app_revision, level))

/// Ids that the engine chose for a command before it was decided.
struct Assigned {
  GroupId group;  // empty: none
  TopicId topic;  // empty: none
  bool operator==(const Assigned&) const = default;
};
BOOST_DESCRIBE_STRUCT(Assigned, (), (group, topic))

/// What one of the host's before-hooks said of a command.
struct HookVerdict {
  std::string hook;
  std::uint32_t code = 0;  // 0: go on
  std::string message;
  bool operator==(const HookVerdict&) const = default;
};
BOOST_DESCRIBE_STRUCT(HookVerdict, (), (hook, code, message))

/// One command's outcome, whole: what was asked, what happened, what was answered.
/// `command` is empty only for what the engine writes by itself (RulesInstalled).
struct Commit {
  CommitHead head;
  std::optional<Command> command;
  Assigned assigned;
  std::vector<HookVerdict> hooks;
  Events events;
  Reply outcome;
  bool operator==(const Commit&) const = default;
};

/// What the command was answered, once its commit stands at a position.
inline Answer answer_of(const Commit& commit, Position position) {
  Answer answer;
  answer.position = position;
  answer.events = commit.events;
  answer.outcome = commit.outcome;
  if (commit.head.stream.kind == StreamKind::group) {
    answer.group = commit.head.stream.group();
    answer.revision = commit.head.revision;
  } else if (commit.command) {
    if (const GroupId* named = group_of(*commit.command)) answer.group = *named;
  }
  return answer;
}

}  // namespace muster
