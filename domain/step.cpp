#include <algorithm>
#include <cassert>

#include <muster/domain/can.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/lifecycle/machines.hpp>
#include <muster/domain/step.hpp>

namespace muster {
namespace {

template <class C>
constexpr bool names_group = requires(const C& c) {
  c.group;
};

/// A creation may leave its group unnamed.
template <class C>
constexpr bool creates_group = requires(const C& c) {
  c.group.has_value();
};

/// The settings of a type of group are no group's, but need the type's rules.
template <class C>
constexpr bool names_type = requires(const C& c) {
  c.type;
};

/// What a caller may claim in a group that it makes.
Level level_of_creator(CallerKind kind) {
  switch (kind) {
    case CallerKind::user: return Level::owner;
    case CallerKind::app_admin: return Level::app_admin;
    case CallerKind::system: break;
  }
  return Level::anyone;
}

/// Traces a step that is walked outside the decider.
bool passed(const Env& env, Step step, bool passed) {
  if (env.trace != nullptr) env.trace->push_back({step, passed});
  return passed;
}

/// The group that a command acts on, or makes.
template <class C>
GroupId group_id_of(const C& command, const Env& env) {
  if constexpr (!names_group<C>)
    return {};
  else if constexpr (creates_group<C>)
    return command.group.value_or(env.assigned.group);
  else
    return command.group;
}

template <class C>
StreamId stream_of(const C& command, const Request& request, const Env& env) {
  switch (C::spec.stream) {
    case StreamKind::app: return StreamId::app();
    case StreamKind::account: return StreamId::of(request.caller.account);
    case StreamKind::group: break;
  }
  return StreamId::of(group_id_of(command, env));
}

template <class C>
Decider::Subject subject_of(const View& rows, const C& command, const Request& request, const Env& env) {
  Decider::Subject subject{.stream = stream_of(command, request, env),
                           .group = group_id_of(command, env),
                           .at = request.at.value_or(env.time)};
  if constexpr (names_type<C>) subject.type = env.rules->rules.find(command.type);
  if constexpr (creates_group<C>) {
    subject.time = subject.at;
    subject.level = level_of_creator(request.caller.kind);
  } else {
    subject.time = std::max(subject.at, head_of(rows, subject.stream).time);
  }
  if constexpr (!names_group<C>)
    if (C::spec.acting == Acting::by_role && request.caller.kind == CallerKind::app_admin)
      subject.level = Level::app_admin;
  if constexpr (names_group<C> && !creates_group<C>) {
    const GroupRow& group = *rows.find<GroupRow>(subject.group);
    subject.type = &type_rules_of(env.rules->rules, group);
    subject.state = group.life;
    subject.level = level_of(rows, subject.group, request.caller, C::spec.acting);
  }
  return subject;
}

/// Step 3 to 7, and then the command's events: in the machine of the group's type, for commands that have a
/// group.
template <class C>
bool accepts(Decider& decider, const Decider::Subject& subject, const Command& command) {
  if constexpr (!names_group<C>) {
    if (!decider.check()) return false;
    decider.emit();
    return true;
  } else {
    const lifecycle::Run run = lifecycle::run(subject.type->base, subject.state, decider, command);
    if (run.handled == lifecycle::Handled::unsupported) decider.refuse_unsupported();
    assert(run.handled != lifecycle::Handled::accepted || decider.group().life == run.state);
    return run.handled == lifecycle::Handled::accepted;
  }
}

/// The outcome of a command id that was answered before.
template <class C>
std::optional<Outcome> check_repeated(const View& rows, const C& command, const Request& request,
                                      const Env& env) {
  if (!request.id) return std::nullopt;
  bool assigned = false;
  if constexpr (creates_group<C>) assigned = !command.group;
  const auto* answered = find_command_id(
      rows, command_id_key(stream_of(command, request, env), request.caller, *request.id, assigned));
  if (answered == nullptr) return std::nullopt;
  auto stored = rows.answer_at(answered->position);
  if (!stored) return std::nullopt;
  if (stored->command != request.command)
    return bad_argument(repeat_differs, "id", "was used before, by another command or with other arguments");
  stored->answer.replayed = true;
  return Repeated{std::move(stored->answer)};
}

/// The steps from 2 on, walked by `judge(decider, subject)`, which is false when the decider has the refusal.
template <class C, class Judge>
std::optional<Refusal> walk(Overlay& rows, const C& command, const Request& request, const Env& env,
                            Commit& commit, Judge&& judge) {
  if constexpr (names_group<C> && !creates_group<C>) {
    auto refused = check_visible(rows, command.group, request.caller);
    if (!passed(env, Step::visible, !refused)) return refused;
  }
  const Decider::Subject subject = subject_of(rows, command, request, env);
  DeciderOf<C> decider{rows, request, env, subject, commit, command};
  if (!judge(decider, subject)) return std::move(decider).refusal();
  return std::nullopt;
}

/// The events and the reply are left in `commit`, and what is known of its head.
template <class C>
std::optional<Refusal> decide(Overlay& rows, const C& command, const Request& request, const Env& env,
                              Commit& commit) {
  return walk(rows, command, request, env, commit, [&](Decider& decider, const Decider::Subject& subject) {
    if (!accepts<C>(decider, subject, request.command)) return false;
    commit.head.stream = subject.stream;
    commit.head.time = subject.time;
    commit.head.level = subject.level;
    if constexpr (creates_group<C>)
      if (!command.group) commit.assigned.group = subject.group;
    if constexpr (std::is_same_v<C, CreateTopic>)
      if (!command.topic) commit.assigned.topic = env.assigned.topic;
    return true;
  });
}
std::optional<Refusal> decide(Overlay& rows, const Request& request, const Env& env, Commit& commit) {
  return std::visit([&](const auto& command) { return decide(rows, command, request, env, commit); },
                    request.command);
}

/// Takes commits back that were added and are not to stay.
class AddedCommits {
 public:
  explicit AddedCommits(std::vector<Commit>& commits) : commits_(commits), before_(commits.size()) {}
  ~AddedCommits() {
    if (!keep_) commits_.resize(before_);
  }
  AddedCommits(const AddedCommits&) = delete;
  AddedCommits& operator=(const AddedCommits&) = delete;
  Committed keep() {
    keep_ = true;
    return {commits_.size() - before_};
  }

 private:
  std::vector<Commit>& commits_;
  std::size_t before_;
  bool keep_ = false;
};

/// The answer of a command that changes nothing.
Answer unchanged(const Overlay& rows, const Request& request, Commit& commit) {
  Answer answer;
  answer.reply = std::move(commit.reply);
  if (const GroupId* named = group_of(request.command)) answer.group = *named;
  if (commit.head.stream.kind == StreamKind::group) {
    answer.group = commit.head.stream.group();
    answer.revision = rows.find<GroupRow>(*answer.group)->head.revision;
  }
  return answer;
}

/// Of an id that no engine assigns.
constexpr std::string_view no_digits = "00000000000000000000000000000000";

bool rules_known(const View& rows, const RulesDocument& rules) {
  const auto& installed = rows.app().rules;
  return rules.built_in || std::ranges::find(installed, rules.digest) != installed.end();
}

/// Commits the rules document to the app's stream.
void install_rules(Overlay& rows, const Env& env, TimeMs time, Commit& commit) {
  const StreamHead app = rows.app().head;
  commit.head = {.stream = StreamId::app(),
                 .revision = app.revision + 1,
                 .time = std::max(time, app.time),
                 .caller = {Account{"muster"}, CallerKind::system},
                 .id = {},
                 .correlation = {},
                 .rules = env.rules->digest,
                 .app_revision = app.revision,
                 .level = Level::anyone};
  commit.events.emplace_back(RulesInstalled{std::string{bytes_of(env.rules->digest)}, env.rules->bytes});
  evolve(rows, commit.events.front(), stamp_of(commit.head, env.position));
  close_commit(rows, commit, env.position);
}

}  // namespace

Commit::Commit() = default;

Outcome step(Overlay& rows, Request&& request, const Env& env, std::vector<Commit>& commits) {
  assert(rows.written() == 0);
  auto refused = check_arguments(request, env);
  if (!passed(env, Step::arguments, !refused)) return *std::move(refused);
  auto repeated = std::visit([&](const auto& command) { return check_repeated(rows, command, request, env); },
                             request.command);
  if (!passed(env, Step::repeated, !repeated)) return *std::move(repeated);

  AddedCommits added{commits};
  Commit* commit = &commits.emplace_back();
  Env now = env;
  refused = decide(rows, request, now, *commit);
  if (refused) return *std::move(refused);
  if (commit->events.empty()) return Unchanged{unchanged(rows, request, *commit)};
  if (!rules_known(rows, *env.rules)) {
    // The document goes first, so the command is decided once more, to be committed right behind it.
    const TimeMs time = commit->head.time;
    rows.clear();
    *commit = {};
    install_rules(rows, now, time, *commit);
    commit = &commits.emplace_back();
    ++now.position;
    now.trace = nullptr;
    refused = decide(rows, request, now, *commit);
    if (refused) return *std::move(refused);
  }
  CommitHead& head = commit->head;
  head.revision = head_of(rows, head.stream).revision + 1;
  head.caller = request.caller;
  if (request.id) head.id = *request.id;
  if (request.correlation) head.correlation = *request.correlation;
  head.rules = env.rules->digest;
  head.app_revision = rows.app().head.revision;
  commit->hooks.assign(env.hooks.begin(), env.hooks.end());
  close_commit(rows, *commit, now.position);
  commit->command = std::move(request.command);
  return added.keep();
}

std::optional<Refusal> can(Overlay& rows, const Request& request, const Env& env) {
  if (needs_id(request.command) && env.assigned == Assigned{}) {
    Env named = env;
    named.assigned = assigned_id(request.command, env.rules->rules, no_digits);
    return can(rows, request, named);
  }
  auto refused = check_arguments(request, env);
  if (!passed(env, Step::arguments, !refused)) return refused;
  return std::visit(
      [&]<class C>(const C& command) -> std::optional<Refusal> {
        auto repeated = check_repeated(rows, command, request, env);
        if (!passed(env, Step::repeated, !repeated)) {
          auto* differs = std::get_if<Refusal>(&*repeated);
          return differs == nullptr ? std::nullopt : std::optional{std::move(*differs)};
        }
        Commit nothing;
        return walk(rows, command, request, env, nothing,
                    [&](Decider& decider, const Decider::Subject& subject) {
                      if constexpr (names_group<C>) {
                        if (!lifecycle::takes(subject.type->base, subject.state, request.command)) {
                          decider.refuse_unsupported();
                          return false;
                        }
                      }
                      return decider.check();
                    });
      },
      request.command);
}

bool needs_id(const Command& command) {
  return std::visit(
      []<class C>(const C& c) {
        if constexpr (creates_group<C>)
          return !c.group.has_value();
        else if constexpr (std::is_same_v<C, CreateTopic>)
          return !c.topic.has_value();
        else
          return false;
      },
      command);
}

Assigned assigned_id(const Command& command, const Rules& rules, std::string_view digits) {
  return std::visit(
      [&]<class C>(const C& c) -> Assigned {
        if constexpr (creates_group<C>) {
          const TypeRules* type = rules.find(c.type);
          const bool community = type != nullptr && type->base == BaseType::community;
          return {.group = GroupId{concat(community ? community_mark : assigned_mark, digits)}, .topic = {}};
        } else if constexpr (std::is_same_v<C, CreateTopic>) {
          return {.group = {}, .topic = TopicId{concat(c.group.view(), topic_mark, digits)}};
        } else {
          return {};
        }
      },
      command);
}

}  // namespace muster
