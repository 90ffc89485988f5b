#include <algorithm>
#include <cassert>

#include <muster/domain/arguments.hpp>
#include <muster/domain/decide.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/domain/judge/judgement.hpp>
#include <muster/domain/machines/machine.hpp>
#include <muster/domain/visibility.hpp>

namespace muster {
namespace {

// Why a type lacks a command that its machine has no row for.
// clang-format off
template <class C> constexpr Slug missing_row = "type.setting";
template <> constexpr Slug missing_row<JoinGroup>         = "join.type";
template <> constexpr Slug missing_row<AcceptApplication> = "applications.type";
template <> constexpr Slug missing_row<RefuseApplication> = "applications.type";
template <> constexpr Slug missing_row<InviteUsers>       = "invite.type";
template <> constexpr Slug missing_row<KickMembers>       = "kick.type";
template <> constexpr Slug missing_row<SetMemberRole>     = "role.type";
template <> constexpr Slug missing_row<TransferGroup>     = "transfer.type";
template <> constexpr Slug missing_row<SetGroupInfo>      = "info.type";
template <> constexpr Slug missing_row<MuteMember>        = "mute.type";
template <> constexpr Slug missing_row<SetMemberInfo>     = "member-info.type";
template <> constexpr Slug missing_row<SetReceiveOption>  = "receive-option.type";
template <> constexpr Slug missing_row<MarkMessagesRead>  = "read.type";
// clang-format on

/// What a caller may claim in a group that it makes.
Level level_of_creator(CallerKind kind) {
  switch (kind) {
    case CallerKind::user: return Level::owner;
    case CallerKind::app_admin: return Level::app_admin;
    case CallerKind::system: break;
  }
  return Level::anyone;
}

/// Where the commit of a command goes that is no creation.
template <class C>
StreamId stream_of(const C& command, const Caller& caller) {
  if constexpr (OfAccount<C>)
    return StreamId::of(caller.account);
  else
    return StreamId::of(command.group);
}

template <class C>
Judgement::Subject subject_of(const View& rows, const C& command, const Context& context) {
  if constexpr (Creation<C>) {
    const GroupId id = command.group.value_or(context.assigned.group);
    return {.stream = StreamId::of(id),
            .group = id,
            .type = context.rules->find(command.type),
            .life = Life::absent,
            .time = context.at,
            .level = level_of_creator(context.caller.kind)};
  } else {
    const GroupRow& group = *rows.group(command.group);
    const StreamId stream = stream_of(command, context.caller);
    return {.stream = stream,
            .group = command.group,
            .type = &column_of(*context.rules, group),
            .life = group.life,
            .time = std::max(context.at, head_of(rows, stream).time),
            .level = level_held(rows, command.group, context.caller, Personal<C>)};
  }
}

template <class C>
Decision decide_one(Overlay& rows, const Command& whole, const C& command, const Context& context) {
  bool assigned = false;
  if constexpr (Creation<C>) {
    assigned = !command.group;
  } else {
    if (auto refused = check_visible(rows, command.group, context.caller)) return *std::move(refused);
  }
  const Judgement::Subject subject = subject_of(rows, command, context);
  // Made and judged where it is returned: an event is large to move about.
  Decision decision{std::in_place_type<Accepted>, subject.stream, subject.time, subject.level};
  auto& accepted = std::get<Accepted>(decision);
  Judgement judgement{rows, context, subject, accepted};
  const machines::Run run = machines::run(subject.type->base, subject.life, judgement, whole);
  if (run.verdict == machines::Verdict::no_row) judgement.refuse(missing_row<C>);
  if (run.verdict != machines::Verdict::taken) {
    decision = std::move(judgement).refusal();
  } else {
    assert(rows.group(subject.group) != nullptr && rows.group(subject.group)->life == run.life);
    accepted.assigned_group = assigned;
  }
  return decision;
}

/// Whether the account has ever been in a group that it has not left.
bool has_memberships(const View& rows, const Account& account) {
  return !rows.memberships(account, {}, 1).empty();
}

/// Whether somebody has applied, after `since`, to a living group whose applications the account decides.
bool has_news(const View& rows, const Rules& rules, const Account& account, TimeMs since) {
  bool news = false;
  for_each_membership(rows, account, {}, [&](const AccountMembership& membership) {
    const GroupRow& group = rows.need<GroupRow>(membership.group);
    news = group.newest_pending_time > since && decides_applications(rules, group, membership.row.role);
    return !news;
  });
  return news;
}

/// The one command that is about no group: the caller's mark on the applications of all groups.
Decision decide_one(Overlay& rows, const Command&, const MarkApplicationsRead&, const Context& context) {
  const Account& account = context.caller.account;
  if (context.caller.kind == CallerKind::system)
    return refusal("caller.system", {.level = Level::anyone, .caller_kind = context.caller.kind});
  const StreamId stream = StreamId::of(account);
  const StreamHead head = head_of(rows, stream);
  const AccountRow* row = rows.account(account);
  if (row == nullptr && has_memberships(rows, account)) rows.missing(row_name<AccountRow>, key_text(account));
  const TimeMs mark = row == nullptr ? TimeMs{} : row->applications_read;
  Accepted accepted{stream, std::max(context.at, head.time), Level::anyone};
  if (context.at > mark && has_news(rows, *context.rules, account, mark)) {
    accepted.events.push_back(ApplicationsRead{context.at});
    evolve(rows, accepted.events.front(),
           {stream, head.revision + 1, context.position, accepted.time, context.caller});
  }
  return accepted;
}

/// Right after step (1): a command id that was answered already.
std::optional<Decision> check_repeated(const View& rows, const Command& command, const Context& context) {
  if (!context.id) return std::nullopt;
  const GroupId* named = group_of(command);
  const StreamId stream = is_of_account(command) ? StreamId::of(context.caller.account)
                          : named == nullptr     ? StreamId::app()
                                                 : StreamId::of(*named);
  const AnsweredRow* answered =
      rows.answered({.stream = stream, .caller = context.caller, .id = *context.id});
  if (answered == nullptr) return std::nullopt;
  auto remembered = rows.recall(answered->position);
  if (!remembered) return std::nullopt;
  if (remembered->command != command) {
    return bad_argument("repeat.differs", "id",
                        "was used before, by another command or with other arguments");
  }
  remembered->answer.replayed = true;
  return Repeated{std::move(remembered->answer)};
}

}  // namespace

Decision decide(Overlay& rows, const Command& command, const Context& context) {
  if (auto refused = check_arguments(command, context)) return *std::move(refused);
  if (auto repeated = check_repeated(rows, command, context)) return *std::move(repeated);
  return std::visit([&](const auto& c) { return decide_one(rows, command, c, context); }, command);
}

}  // namespace muster
