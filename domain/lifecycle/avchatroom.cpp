#include <muster/domain/lifecycle/group_machine.hpp>

namespace muster::lifecycle {
namespace {

/// A broadcast: joined and left freely, without limit; nothing is kept of its viewers except that they are
/// members.
struct AvChatRoom : GroupMachine<AvChatRoom> {
  // clang-format off
  struct transition_table : mpl::vector<
      //   From       Command        To          Action               Guard
      Row< Absent   , CreateGroup  , Active    , create             , permitted   >,
      Row< Active   , DismissGroup , Dismissed , dismiss            , permitted   >,
      Row< Active   , none         , Recycled  , recycle<empty>     , nobody_left >
  > {};
  struct internal_transition_table : Commands<
      JoinGroup, QuitGroup, SetGroupInfo, PostMessage, MuteMember, SendSystemNotification
  > {};
  // clang-format on
};

}  // namespace

Run run_avchatroom(GroupState from, Decider& decider, const Command& command) {
  return run_machine<AvChatRoom>(from, decider, command);
}
std::vector<RowInfo> rows_of_avchatroom() { return rows_of_machine<AvChatRoom>(); }

}  // namespace muster::lifecycle
