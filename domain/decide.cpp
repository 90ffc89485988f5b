#include <algorithm>
#include <cassert>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/decide.hpp>
#include <muster/domain/lifecycle/machines.hpp>

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

/// What a caller may claim in a group that it makes.
Level level_of_creator(CallerKind kind) {
  switch (kind) {
    case CallerKind::user: return Level::owner;
    case CallerKind::app_admin: return Level::app_admin;
    case CallerKind::system: break;
  }
  return Level::anyone;
}

/// Notes a step that is walked outside the decider.
bool passed(const Context& context, Step step, bool passed) {
  if (context.trace != nullptr) context.trace->push_back({step, passed});
  return passed;
}

/// The group that a command acts on, or makes.
template <class C>
GroupId group_id_of(const C& command, const Context& context) {
  if constexpr (!names_group<C>)
    return {};
  else if constexpr (creates_group<C>)
    return command.group.value_or(context.assigned.group);
  else
    return command.group;
}

template <class C>
Decider::Subject subject_of(const View& rows, const C& command, const Context& context) {
  Decider::Subject subject{.stream = {}, .group = group_id_of(command, context), .type = nullptr, .time = {}};
  subject.stream = C::spec.stream == StreamKind::account ? StreamId::of(context.caller.account)
                                                         : StreamId::of(subject.group);
  if constexpr (creates_group<C>) {
    subject.type = context.rules->find(command.type);
    subject.time = context.at;
    subject.level = level_of_creator(context.caller.kind);
  } else {
    subject.time = std::max(context.at, head_of(rows, subject.stream).time);
  }
  if constexpr (names_group<C> && !creates_group<C>) {
    const GroupRow& group = *rows.find<GroupRow>(subject.group);
    subject.type = &type_rules_of(*context.rules, group);
    subject.state = group.life;
    subject.level = level_of(rows, subject.group, context.caller, C::spec.acting);
  }
  return subject;
}

/// Steps 4 on, and then the command's events: in the machine of the group's type, for commands that have a
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

template <class C>
Decision decide_one(Overlay& rows, const Command& whole, const C& command, const Context& context) {
  if constexpr (names_group<C> && !creates_group<C>) {
    auto refused = check_visible(rows, command.group, context.caller);
    if (!passed(context, Step::visible, !refused)) return *std::move(refused);
  }
  const Decider::Subject subject = subject_of(rows, command, context);
  // Made and decided where it is returned: an event is large to move about.
  Decision decision{std::in_place_type<Accepted>, subject.stream, subject.time, subject.level};
  auto& accepted = std::get<Accepted>(decision);
  DeciderOf<C> decider{rows, context, subject, accepted, command};
  if (!accepts<C>(decider, subject, whole))
    decision = std::move(decider).refusal();
  else if constexpr (creates_group<C>)
    accepted.assigned_group = !command.group;
  return decision;
}

/// A command id that was answered already.
template <class C>
std::optional<Decision> check_repeated(const View& rows, const Command& whole, const C& command,
                                       const Context& context) {
  if (!context.id) return std::nullopt;
  bool assigned = false;
  if constexpr (creates_group<C>) assigned = !command.group;
  const StreamId stream = C::spec.stream == StreamKind::account ? StreamId::of(context.caller.account)
                                                                : StreamId::of(group_id_of(command, context));
  const auto* answered =
      rows.find<CommandIdRow>(command_id_key(stream, context.caller, *context.id, assigned));
  if (answered == nullptr) return std::nullopt;
  auto stored = rows.answer_at(answered->position);
  if (!stored) return std::nullopt;
  if (stored->command != whole)
    return bad_argument(repeat_differs, "id", "was used before, by another command or with other arguments");
  stored->answer.replayed = true;
  return Repeated{std::move(stored->answer)};
}

}  // namespace

Decision decide(Overlay& rows, const Command& command, const Context& context) {
  auto refused = check_arguments(command, context);
  if (!passed(context, Step::arguments, !refused)) return *std::move(refused);
  return std::visit(
      [&](const auto& c) {
        auto repeated = check_repeated(rows, command, c, context);
        if (!passed(context, Step::repeated, !repeated)) return *std::move(repeated);
        return decide_one(rows, command, c, context);
      },
      command);
}

}  // namespace muster
