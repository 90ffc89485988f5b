#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <muster/domain/lifecycle/machines.hpp>

#include "support/world.hpp"

// docs/rules.md sections 2 and 5: the machines have a row for exactly what the types' columns have open.
namespace muster::test {
namespace {

using lifecycle::RowInfo;
using lifecycle::rows_of;

std::set<std::string> commands_of(BaseType type) {
  std::set<std::string> commands;
  for (const RowInfo& row : rows_of(type))
    if (!row.command.empty()) commands.emplace(row.command);
  return commands;
}

TEST(Machines, KnowExactlyTheCommandsOfTheirTypes) {
  // Typed by hand from the table of section 2.
  const std::set<std::string> everything{"CreateGroup",         "JoinGroup",
                                         "AcceptApplication",   "RefuseApplication",
                                         "QuitGroup",           "PostMessage",
                                         "DismissGroup",        "TransferGroup",
                                         "InviteUsers",         "KickMembers",
                                         "SetMemberRole",       "SetGroupInfo",
                                         "MuteMember",          "SetMemberInfo",
                                         "SetReceiveOption",    "MarkMessagesRead",
                                         "ImportGroup",         "ImportMembers",
                                         "ImportMessages",      "RecycleGroup",
                                         "SweepOfflineMembers", "SendSystemNotification",
                                         "CreateTopic",         "SetTopicInfo",
                                         "DeleteTopic"};
  const auto without = [&](std::initializer_list<const char*> missing) {
    std::set<std::string> commands = everything;
    for (const char* command : missing) EXPECT_EQ(commands.erase(command), 1U) << command;
    return commands;
  };
  const std::map<BaseType, std::set<std::string>> table{
      {BaseType::work,
       without({"JoinGroup", "SetMemberRole", "MuteMember", "CreateTopic", "SetTopicInfo", "DeleteTopic"})},
      {BaseType::public_, without({"CreateTopic", "SetTopicInfo", "DeleteTopic"})},
      {BaseType::meeting, without({"MarkMessagesRead", "CreateTopic", "SetTopicInfo", "DeleteTopic"})},
      {BaseType::avchatroom,
       without({"AcceptApplication", "RefuseApplication", "InviteUsers", "KickMembers", "SetMemberRole",
                "TransferGroup", "SetMemberInfo", "SetReceiveOption", "MarkMessagesRead", "ImportGroup",
                "ImportMembers", "ImportMessages", "RecycleGroup", "SweepOfflineMembers", "CreateTopic",
                "SetTopicInfo", "DeleteTopic"})},
      {BaseType::community, without({"SweepOfflineMembers"})}};
  for (const auto& [type, commands] : table) EXPECT_EQ(commands_of(type), commands) << name_of(type);
}

TEST(Machines, AgreeWithTheCellsOfTheRules) {
  for (const TypeRules& type_rules : default_rules().types) {
    const auto commands = commands_of(type_rules.base);
    EXPECT_EQ(commands.contains("JoinGroup"), type_rules.join_group) << type_rules.name;
    EXPECT_EQ(commands.contains("AcceptApplication"), type_rules.applications.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("RefuseApplication"), type_rules.applications.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("DismissGroup"), type_rules.dismiss_group.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("TransferGroup"), type_rules.transfer_group.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("InviteUsers"), type_rules.invite_users.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("KickMembers"), type_rules.kick_members.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("SetMemberRole"), type_rules.set_member_role.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("MuteMember"), type_rules.mute_member.supported) << type_rules.name;
    EXPECT_EQ(commands.contains("SetMemberInfo"), type_rules.member_profiles) << type_rules.name;
    EXPECT_EQ(commands.contains("SetReceiveOption"), type_rules.member_profiles) << type_rules.name;
    EXPECT_EQ(commands.contains("MarkMessagesRead"), type_rules.unread_count) << type_rules.name;
    EXPECT_EQ(type_rules.mark_read.supported, type_rules.unread_count) << type_rules.name;
    for (const char* import : {"ImportGroup", "ImportMembers", "ImportMessages"})
      EXPECT_EQ(commands.contains(import), type_rules.import) << type_rules.name;
    EXPECT_EQ(commands.contains("RecycleGroup"), type_rules.recycle_idle) << type_rules.name;
    EXPECT_EQ(commands.contains("SweepOfflineMembers"), type_rules.sweep_offline) << type_rules.name;
    for (const char* topics : {"CreateTopic", "SetTopicInfo", "DeleteTopic"})
      EXPECT_EQ(commands.contains(topics), type_rules.manage_topics.supported) << type_rules.name;
  }
}

TEST(Machines, OnlyWorkIsEverInactive) {
  for (const BaseType type : all_types) {
    const auto rows = rows_of(type);
    const bool inactive =
        std::ranges::any_of(rows, [](const RowInfo& row) { return row.from == GroupState::inactive; });
    EXPECT_EQ(inactive, type == BaseType::work) << name_of(type);
    EXPECT_EQ(default_rules().find(TypeName{name_of(type)})->activation, type == BaseType::work);
  }
}

TEST(Machines, LeadNowhereFromAGroupThatIsGone) {
  for (const BaseType type : all_types)
    for (const RowInfo& row : rows_of(type)) {
      EXPECT_NE(row.from, GroupState::dismissed);
      EXPECT_NE(row.from, GroupState::recycled);
    }
}

TEST(Machines, RecycleFromEveryLivingState) {
  for (const BaseType type : all_types) {
    std::set<GroupState> from;
    for (const RowInfo& row : rows_of(type))
      if (row.command.empty()) {
        from.insert(row.from);
        EXPECT_EQ(row.to, GroupState::recycled);
      }
    EXPECT_EQ(from, type == BaseType::work ? (std::set{GroupState::inactive, GroupState::active})
                                           : std::set{GroupState::active});
  }
}

TEST(Machines, HaveOneRowAStateAndCommand) {
  for (const BaseType type : all_types) {
    std::set<std::pair<GroupState, std::string_view>> seen;
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

}  // namespace
}  // namespace muster::test
