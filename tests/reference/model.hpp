#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "reference/state.hpp"

/// A second implementation of docs/rules.md: plain maps, and one function for each command. It shares the
/// command structs and value types with the library, and none of its rules.
namespace muster::reference {

/// The answer to a command.
struct Verdict {
  enum class Kind : std::uint8_t { refused, accepted, repeated };
  Kind kind = Kind::accepted;
  // Of a refused one.
  std::string error;
  std::uint32_t code = 0;
  std::string slug;
  // Of an accepted one; of a repeated one, what was answered the first time.
  std::optional<GroupId> group;
  std::optional<Revision> revision;
  std::string result;  // empty: none
  std::vector<std::pair<Account, std::string>> results;
  std::vector<std::string> events;  // empty: nothing changed

  bool operator==(const Verdict&) const = default;
};

/// What goes with a command.
struct Envelope {
  Caller caller;
  TimeMs at;
  std::optional<CommandId> id;
  std::optional<Revision> expect;
  Assigned assigned;  // ids to use where the command leaves something unnamed
};

/// All groups of an app, decided under the default rules.
/// Source  docs/rules.md, and nothing else
class Model {
 public:
  /// Decides a command; changes the state only when it is accepted.
  Verdict apply(const Command& command, const Envelope& envelope);

  [[nodiscard]] const State& state() const { return state_; }

 private:
  struct Remembered {
    Command command;
    Verdict answer;
  };
  /// A stream by its name, and the caller and id.
  using RememberedKey = std::tuple<StreamId, Account, CallerKind, CommandId>;

  State state_;
  std::map<RememberedKey, Remembered> remembered_;
};

/// Section 3, step (1): the slug of the rule that refuses what can be checked without any state; empty when
/// none does.
std::string_view refused_argument(const Command& command, const Envelope& envelope);

}  // namespace muster::reference
