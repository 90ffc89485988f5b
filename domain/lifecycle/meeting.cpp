#include <muster/domain/lifecycle/group_machine.hpp>

namespace muster::lifecycle {
namespace {

/// Joined and left freely.
struct Meeting : GroupMachine<Meeting> {
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
      MuteMember, SweepOfflineMembers, SendSystemNotification,
      ImportMembers, ImportMessages
  > {};
  // clang-format on
};

}  // namespace

Run run_meeting(GroupState from, Decider& decider, const Command& command) {
  return run_machine<Meeting>(from, decider, command);
}
std::vector<RowInfo> rows_of_meeting() { return rows_of_machine<Meeting>(); }

}  // namespace muster::lifecycle
