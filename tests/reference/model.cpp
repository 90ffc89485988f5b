#include "reference/model.hpp"

#include <algorithm>

#include "reference/trial.hpp"

namespace muster::reference {

std::int64_t day_of(TimeMs time) { return time.ms / 86'400'000; }

std::uint64_t State::joined(const Account& account) const {
  std::uint64_t count = 0;
  for (const auto& [id, group] : groups) {
    if (!group.type->joined_quota || !group.members.contains(account)) continue;
    // An inactive group counts against the quota of its owner only.
    if (group.life == GroupState::active || (group.life == GroupState::inactive && group.owner == account))
      ++count;
  }
  return count;
}

GroupCounts State::counts() const {
  GroupCounts counts;
  for (const auto& [id, group] : groups) {
    if (!group.alive()) continue;
    ++(group.type->name == "AVChatRoom"  ? counts.avchatrooms
       : group.type->name == "Community" ? counts.communities
                                         : counts.groups);
  }
  return counts;
}

bool change_custom(CustomValues& values, const std::optional<CustomValues>& given) {
  if (!given) return false;
  const CustomValues before = values;
  for (const auto& [key, value] : *given) {
    if (value.empty())
      values.erase(key);
    else
      values[key] = value;
  }
  return values != before;
}

namespace {

/// Section 13: the stream under which a command id is remembered.
StreamId stream_of(const Command& command, const Caller& caller) {
  if (std::holds_alternative<MarkMessagesRead>(command) ||
      std::holds_alternative<MarkApplicationsRead>(command))
    return StreamId::of(caller.account);
  const GroupId* group = group_of(command);
  return group == nullptr ? StreamId::app() : StreamId::of(*group);
}

}  // namespace

Verdict Model::apply(const Command& command, const Envelope& envelope) {
  if (const std::string_view slug = refused_argument(command, envelope); !slug.empty()) {
    const RuleRow& row = rule_row(slug);
    return {.kind = Verdict::Kind::refused,
            .error = std::string{row.error},
            .code = row.code,
            .slug = std::string{slug}};
  }
  const Caller& caller = envelope.caller;
  const StreamId stream = stream_of(command, caller);
  const RememberedKey key{stream, caller.account, caller.kind, envelope.id.value_or(CommandId{})};
  if (envelope.id) {
    if (const auto found = remembered_.find(key); found != remembered_.end()) {
      if (found->second.command != command) {
        const RuleRow& row = rule_row("repeat.differs");
        return {.kind = Verdict::Kind::refused,
                .error = std::string{row.error},
                .code = row.code,
                .slug = std::string{row.slug}};
      }
      Verdict again = found->second.answer;
      again.kind = Verdict::Kind::repeated;
      return again;
    }
  }
  Trial trial{state_, envelope};
  std::visit(trial, command);
  if (trial.refused()) return trial.refusal();
  Verdict& verdict = trial.verdict();
  if (verdict.events.empty()) return std::move(verdict);
  trial.commit();
  if (envelope.id) remembered_.emplace(key, Remembered{command, verdict});
  return std::move(verdict);
}

}  // namespace muster::reference
