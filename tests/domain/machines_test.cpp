#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <muster/domain/machines/machine.hpp>

#include "support/world.hpp"

// docs/rules.md sections 2 and 5: the machines have a row for exactly what the types' columns have open.
namespace muster::test {
namespace {

using machines::RowInfo;
using machines::rows_of;

std::set<std::string> commands_of(BaseType type) {
  std::set<std::string> commands;
  for (const RowInfo& row : rows_of(type))
    if (!row.command.empty()) commands.emplace(row.command);
  return commands;
}

TEST(Machines, KnowExactlyTheCommandsOfTheirTypes) {
  // Typed by hand from the table of section 2.
  const std::set<std::string> everything{
      "CreateGroup", "JoinGroup",     "AcceptApplication", "RefuseApplication",
      "QuitGroup",   "PostMessage",   "DismissGroup",      "TransferGroup",
      "InviteUsers", "KickMembers",   "SetMemberRole",     "SetGroupInfo",
      "MuteMember",  "SetMemberInfo", "SetReceiveOption",  "MarkMessagesRead"};
  const auto without = [&](std::initializer_list<const char*> missing) {
    std::set<std::string> commands = everything;
    for (const char* command : missing) EXPECT_EQ(commands.erase(command), 1U) << command;
    return commands;
  };
  const std::map<BaseType, std::set<std::string>> table{
      {BaseType::work, without({"JoinGroup", "SetMemberRole", "MuteMember"})},
      {BaseType::public_, everything},
      {BaseType::meeting, without({"MarkMessagesRead"})},
      {BaseType::avchatroom,
       without({"AcceptApplication", "RefuseApplication", "InviteUsers", "KickMembers", "SetMemberRole",
                "TransferGroup", "SetMemberInfo", "SetReceiveOption", "MarkMessagesRead"})},
      {BaseType::community, everything}};
  for (const auto& [type, commands] : table) EXPECT_EQ(commands_of(type), commands) << name_of(type);
}

TEST(Machines, AgreeWithTheCellsOfTheRules) {
  for (const TypeRules& column : default_rules().types) {
    const auto commands = commands_of(column.base);
    EXPECT_EQ(commands.contains("JoinGroup"), column.join_group) << column.name;
    EXPECT_EQ(commands.contains("AcceptApplication"), column.applications.supported) << column.name;
    EXPECT_EQ(commands.contains("RefuseApplication"), column.applications.supported) << column.name;
    EXPECT_EQ(commands.contains("DismissGroup"), column.dismiss_group.supported) << column.name;
    EXPECT_EQ(commands.contains("TransferGroup"), column.transfer_group.supported) << column.name;
    EXPECT_EQ(commands.contains("InviteUsers"), column.invite_users.supported) << column.name;
    EXPECT_EQ(commands.contains("KickMembers"), column.kick_members.supported) << column.name;
    EXPECT_EQ(commands.contains("SetMemberRole"), column.set_member_role.supported) << column.name;
    EXPECT_EQ(commands.contains("MuteMember"), column.mute_member.supported) << column.name;
    EXPECT_EQ(commands.contains("SetMemberInfo"), column.member_profiles) << column.name;
    EXPECT_EQ(commands.contains("SetReceiveOption"), column.member_profiles) << column.name;
    EXPECT_EQ(commands.contains("MarkMessagesRead"), column.unread_count) << column.name;
  }
}

TEST(Machines, OnlyWorkIsEverInactive) {
  for (const BaseType type : all_types) {
    const auto rows = rows_of(type);
    const bool inactive =
        std::ranges::any_of(rows, [](const RowInfo& row) { return row.from == Life::inactive; });
    EXPECT_EQ(inactive, type == BaseType::work) << name_of(type);
    EXPECT_EQ(default_rules().find(TypeName{name_of(type)})->activation, type == BaseType::work);
  }
}

TEST(Machines, LeadNowhereFromAGroupThatIsGone) {
  for (const BaseType type : all_types)
    for (const RowInfo& row : rows_of(type)) {
      EXPECT_NE(row.from, Life::dismissed);
      EXPECT_NE(row.from, Life::recycled);
    }
}

TEST(Machines, RecycleFromEveryLivingState) {
  for (const BaseType type : all_types) {
    std::set<Life> from;
    for (const RowInfo& row : rows_of(type))
      if (row.command.empty()) {
        from.insert(row.from);
        EXPECT_EQ(row.to, Life::recycled);
      }
    EXPECT_EQ(from,
              type == BaseType::work ? (std::set{Life::inactive, Life::active}) : std::set{Life::active});
  }
}

TEST(Machines, HaveOneRowAStateAndCommand) {
  for (const BaseType type : all_types) {
    std::set<std::pair<Life, std::string_view>> seen;
    std::set<std::string_view> internal;
    for (const RowInfo& row : rows_of(type)) {
      if (row.any_state) {
        EXPECT_TRUE(internal.insert(row.command).second) << row.command;
      } else {
        EXPECT_TRUE(seen.insert({row.from, row.command}).second) << row.command;
      }
    }
    for (const auto& [from, command] : seen) EXPECT_FALSE(internal.contains(command)) << command;
  }
}

// The membership machine, all phases and steps, typed by hand.
TEST(Membership, TakesExactlyTheseSteps) {
  const std::map<std::pair<Phase, Step>, Phase> table{
      {{Phase::outside, Step::apply}, Phase::applicant}, {{Phase::applicant, Step::apply}, Phase::applicant},
      {{Phase::outside, Step::enter}, Phase::member},    {{Phase::applicant, Step::enter}, Phase::member},
      {{Phase::member, Step::leave}, Phase::outside},    {{Phase::admin, Step::leave}, Phase::outside},
      {{Phase::owner, Step::leave}, Phase::outside},     {{Phase::member, Step::remove}, Phase::outside},
      {{Phase::admin, Step::remove}, Phase::outside},    {{Phase::member, Step::grant}, Phase::admin},
      {{Phase::admin, Step::revoke}, Phase::member},     {{Phase::member, Step::succeed}, Phase::owner},
      {{Phase::admin, Step::succeed}, Phase::owner},     {{Phase::owner, Step::step_down}, Phase::member}};
  for (const auto& [phase, phase_name] : names<Phase>)
    for (const auto& [step, step_name] : names<Step>) {
      const StepResult result = take_step(phase, step, true);
      const auto row = table.find({phase, step});
      if (row == table.end()) {
        EXPECT_EQ(result.refused, StepRefused::no_row) << phase_name << ' ' << step_name;
        EXPECT_EQ(result.phase, phase);
      } else {
        EXPECT_EQ(result.refused, std::nullopt) << phase_name << ' ' << step_name;
        EXPECT_EQ(result.phase, row->second);
      }
    }
}

TEST(Membership, TheGuardKeepsAnOwnerWhoMayNotLeave) {
  EXPECT_EQ(take_step(Phase::owner, Step::leave, false).refused, StepRefused::by_guard);
  EXPECT_EQ(take_step(Phase::admin, Step::leave, false).refused, std::nullopt);
}

}  // namespace
}  // namespace muster::test
