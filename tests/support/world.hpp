#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <muster/domain/evolve.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/domain/step.hpp>

/// A small world for tests of the rules: rows in memory, a cast of people, and commands that are decided and,
/// when accepted, committed to it.
namespace muster::test {

inline const GroupId g{"g"};
/// The group of world_of(community), whose ids must start so.
inline const GroupId community_g{"@TGS#_g"};

inline const Account olive{"olive"};  // owns the group
inline const Account adam{"adam"};    // its admin, where the type has admins, else a member
inline const Account mia{"mia"};      // a member
inline const Account otto{"otto"};    // outside
inline const Account root{"root"};    // an app admin

inline Caller user(const Account& account) { return {account, CallerKind::user}; }
inline Caller app_admin(const Account& account = root) { return {account, CallerKind::app_admin}; }
inline Caller the_system() { return {Account{"timer"}, CallerKind::system}; }

inline constexpr TimeMs t0{1'700'000'000'000};
inline constexpr TimeMs later(std::int64_t ms) { return {t0.ms + ms}; }

/// What became of a command.
struct Tried {
  Outcome outcome;
  Commit commit;  // of an accepted one; of one that changes nothing its reply alone
  std::vector<Notice> notices;
  Trace trace;

  [[nodiscard]] const Refusal* refusal() const { return std::get_if<Refusal>(&outcome); }
  [[nodiscard]] const Commit* accepted() const {
    return refusal() == nullptr && repeated() == nullptr ? &commit : nullptr;
  }
  [[nodiscard]] const Repeated* repeated() const { return std::get_if<Repeated>(&outcome); }
  /// The accepted command's event of a kind; fails the test when there is none.
  template <class E>
  [[nodiscard]] E event() const {
    if (const auto* done = accepted())
      for (const Event& event : done->events)
        if (const auto* found = std::get_if<E>(&event)) return *found;
    ADD_FAILURE() << "no " << persisted<E>.name;
    return {};
  }
  [[nodiscard]] std::optional<ItemStatus> result() const {
    return accepted() == nullptr ? std::nullopt : accepted()->reply.result;
  }
  /// The first notice of a name; fails the test when there is none.
  [[nodiscard]] Notice notice(NoticeName name) const;
  [[nodiscard]] std::vector<NoticeName> notice_names() const;
};
void PrintTo(const Tried& tried, std::ostream* out);

/// What goes with a command.
struct With {
  std::optional<TimeMs> at;  // a millisecond after the last command when absent
  std::optional<CommandId> id;
  std::optional<Revision> expect;
};

/// What becomes of a command on rows that stay as they are: what it wrote is in `overlay`. The test fails
/// when can() says something else of it.
Tried try_on(Overlay& overlay, const Rules& rules, const Caller& caller, const Command& command,
             const With& with, Position position = 1);

class World {
 public:
  explicit World(Rules rules = default_rules());

  /// Decides a command, and commits it when it is accepted and has events.
  Tried tries(const Caller& caller, const Command& command, const With& with = {});
  /// The same of a user; the test fails when it is refused.
  Tried does(const Account& account, const Command& command, const With& with = {});
  Tried does(const Caller& caller, const Command& command, const With& with = {});

  [[nodiscard]] const MemoryRows& rows() const { return rows_; }
  /// For states that no command of this version makes: rows put as they are.
  [[nodiscard]] MemoryRows& rows() { return rows_; }
  /// Mutes an account that no command could mute here.
  void mute(const GroupId& group, const Account& account, TimeMs until);
  [[nodiscard]] const GroupRow& group(const GroupId& id) const { return *rows_.find<GroupRow>(id); }
  [[nodiscard]] const std::vector<Commit>& log() const { return *log_; }
  [[nodiscard]] const Rules& rules() const { return rules_.rules; }
  [[nodiscard]] TimeMs now() const { return now_; }

 private:
  RulesDocument rules_;
  std::shared_ptr<std::vector<Commit>> log_;  // shared with the rows, which look answers up in it
  MemoryRows rows_;
  TimeMs now_ = t0;
};

/// A group of the type with the cast in it: olive owns it, adam is admin where the type has admins, mia is a
/// member. A Work group is active. Its id is `g`, or `community_g` for a Community.
World world_of(BaseType type, Rules rules = default_rules());
GroupId id_of(BaseType type);
CreateGroup creation(BaseType type);
/// Every built-in type.
inline constexpr std::array all_types{BaseType::work, BaseType::public_, BaseType::meeting,
                                      BaseType::avchatroom, BaseType::community};

/// Accepted, with exactly these events, in this order.
testing::Matcher<const Tried&> accepted_with(std::vector<std::string_view> events);
/// Accepted, changing nothing.
inline testing::Matcher<const Tried&> accepted_changing_nothing() { return accepted_with({}); }
/// Refused with the error, by the rule of the slug. A match is noted in met_rules().
testing::Matcher<const Tried&> refused(Error error, std::string_view slug);

/// The slug of the rule that refused; empty when the command was not refused. For tables of slugs: a refusal
/// is noted in met_rules().
std::string_view refusing_rule(const Tried& tried);
/// The slugs of the rules that tests of this process asked for and that refused. Histories drawn at random
/// add nothing to it.
const std::set<std::string_view>& met_rules();

}  // namespace muster::test

namespace muster {
inline void PrintTo(BaseType type, std::ostream* out) { *out << name_of(type); }
inline void PrintTo(const TracedStep& traced, std::ostream* out) {
  *out << name_of(traced.step) << (traced.passed ? " passed" : " did not pass");
}
inline void PrintTo(NoticeName name, std::ostream* out) { *out << name_of(name); }
inline void PrintTo(ItemStatus verdict, std::ostream* out) { *out << name_of(verdict); }
inline void PrintTo(GroupState life, std::ostream* out) { *out << name_of(life); }
inline void PrintTo(TimeMs time, std::ostream* out) { *out << time.ms << " ms"; }
}  // namespace muster
