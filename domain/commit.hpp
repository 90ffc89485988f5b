#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/core/values.hpp>

/// What a command leads to: its commit, and the answer that its caller gets.
namespace muster {

/// One command with its envelope.
struct Request {
  Command command;
  Caller caller;
  std::optional<TimeMs> at;                // the engine's clock stamps it when absent
  std::optional<CommandId> id;             // makes the command repeatable
  std::optional<Revision> expect;          // the group's revision that the caller decided on
  std::optional<Correlation> correlation;  // kept in the commit, means nothing here
};

/// The result of one item of a list: a verdict, or the error that refused this item alone.
struct ItemResult {
  Account user;
  ItemStatus verdict = ItemStatus::ok;
  std::optional<Error> refused;
  bool operator==(const ItemResult&) const = default;
};
BOOST_DESCRIBE_STRUCT(ItemResult, (), (user, verdict, refused))

/// What an accepted command answers beside its events. Recorded in its commit.
struct Reply {
  std::optional<ItemStatus> result;  // of JoinGroup
  std::vector<ItemResult> results;   // of commands with a list, an item each, in the order given
  bool operator==(const Reply&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (result, results))

/// An accepted command's answer.
/// revision  the group's after the command; none for commands of the app's or an account's stream
/// position  where it was committed; none when it changed nothing
/// replayed  it was answered from before, by its command id
struct Answer {
  std::optional<GroupId> group;
  std::optional<Revision> revision;
  std::optional<Position> position;
  Events events;
  Reply reply;
  bool replayed = false;
  bool operator==(const Answer&) const = default;
};

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

/// The whole outcome of one command: the command, its events and its reply.
/// `command` is empty only for what the engine writes by itself (RulesInstalled).
struct Commit {
  /// Empty. Not defaulted here, because `Commit{}` would then clear the room for the events first (1.7 KB).
  Commit();
  CommitHead head;
  std::optional<Command> command;
  Assigned assigned;
  std::vector<HookVerdict> hooks;
  Events events;
  Reply reply;
  bool operator==(const Commit&) const = default;
};

/// The answer to the command of a commit at a position.
inline Answer answer_of(const Commit& commit, Position position) {
  Answer answer;
  answer.position = position;
  answer.events = commit.events;
  answer.reply = commit.reply;
  if (commit.head.stream.kind == StreamKind::group) {
    answer.group = commit.head.stream.group();
    answer.revision = commit.head.revision;
  } else if (commit.command) {
    if (const GroupId* named = group_of(*commit.command)) answer.group = *named;
  }
  return answer;
}

/// A command that was committed under its id, with its answer.
struct StoredAnswer {
  Command command;
  Answer answer;
};

}  // namespace muster
