#include <muster/domain/lifecycle/group_machine.hpp>

namespace muster::lifecycle {
namespace {

/// A closed circle: nobody joins by request, members bring others in; invisible until its first message.
struct Work : GroupMachine<Work> {
  // clang-format off
  struct transition_table : mpl::vector<
      //   From       Command        To          Action               Guard
      Row< Absent   , CreateGroup  , Inactive  , create             , permitted   >,
      Row< Absent   , ImportGroup  , Active    , create             , permitted   >,
      Row< Inactive , PostMessage  , Active    , activate           , permitted   >,
      Row< Active   , PostMessage  , none      , stay               , permitted   >,
      Row< Inactive , DismissGroup , Dismissed , dismiss            , permitted   >,
      Row< Active   , DismissGroup , Dismissed , dismiss            , permitted   >,
      Row< Inactive , RecycleGroup , Recycled  , recycle<idle>      , permitted   >,
      Row< Active   , RecycleGroup , Recycled  , recycle<idle>      , permitted   >,
      Row< Inactive , none         , Recycled  , recycle<abandoned> , owner_left  >,
      Row< Active   , none         , Recycled  , recycle<empty>     , nobody_left >
  > {};
  struct internal_transition_table : Commands<
      AcceptApplication, RefuseApplication, InviteUsers, QuitGroup, KickMembers, TransferGroup,
      SetGroupInfo, SetMemberInfo, SetReceiveOption, MarkMessagesRead, SweepOfflineMembers, SendSystemNotification,
      ImportMembers, ImportMessages
  > {};
  // clang-format on
};

}  // namespace

Run run_work(GroupState from, Decider& decider, const Command& command) {
  return run_machine<Work>(from, decider, command);
}
std::vector<RowInfo> rows_of_work() { return rows_of_machine<Work>(); }

}  // namespace muster::lifecycle
