#include <muster/domain/lifecycle/group_machine.hpp>

namespace muster::lifecycle {
namespace {

/// Large and open; it may be divided into topics.
struct Community : GroupMachine<Community> {
  // clang-format off
  struct transition_table : mpl::vector<
      //   From       Command        To          Action               Guard
      Row< Absent   , CreateGroup  , Active    , create             , permitted   >,
      Row< Absent   , ImportGroup  , Active    , create             , permitted   >,
      Row< Active   , DismissGroup , Dismissed , dismiss            , permitted   >,
      Row< Active   , RecycleGroup , Recycled  , recycle<idle>      , permitted   >,
      Row< Active   , none         , Recycled  , recycle<empty>     , nobody_left >
  > {};
  struct internal_transition_table : Commands<
      JoinGroup, AcceptApplication, RefuseApplication, InviteUsers, QuitGroup, KickMembers,
      SetMemberRole, TransferGroup, SetGroupInfo, SetMemberInfo, SetReceiveOption, PostMessage,
      MuteMember, MarkMessagesRead, SendSystemNotification, ImportMembers, ImportMessages,
      CreateTopic, SetTopicInfo, DeleteTopic
  > {};
  // clang-format on
};

}  // namespace

Run run_community(GroupState from, Decider& decider, const Command& command) {
  return run_machine<Community>(from, decider, command);
}
std::vector<RowInfo> rows_of_community() { return rows_of_machine<Community>(); }

}  // namespace muster::lifecycle
