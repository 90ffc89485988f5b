#include <muster/domain/machines/front.hpp>

namespace muster::machines {
namespace {

/// Joined and left freely.
struct Meeting : LifeOf<Meeting> {
  // clang-format off
  struct transition_table : mpl::vector<
      //   From       Command        To          Action    Guard
      Row< Absent   , CreateGroup  , Active    , act     , may     >,
      Row< Active   , DismissGroup , Dismissed , act     , may     >,
      Row< Active   , none         , Recycled  , recycle , emptied >
  > {};
  struct internal_transition_table : mpl::vector<
      //        Command             Action  Guard
      Internal< JoinGroup         , act   , may >,
      Internal< AcceptApplication , act   , may >,
      Internal< QuitGroup         , act   , may >,
      Internal< PostMessage       , act   , may >,
      Internal< InviteUsers       , act   , may >,
      Internal< RefuseApplication , act   , may >,
      Internal< KickMembers       , act   , may >,
      Internal< SetMemberRole     , act   , may >,
      Internal< TransferGroup     , act   , may >,
      Internal< SetGroupInfo      , act   , may >,
      Internal< MuteMember        , act   , may >,
      Internal< SetMemberInfo     , act   , may >,
      Internal< SetReceiveOption  , act   , may >
  > {};
  // clang-format on
};

}  // namespace

Run run_meeting(Life from, Judgement& judgement, const Command& command) {
  return run_machine<Meeting>(from, judgement, command);
}
std::vector<RowInfo> rows_of_meeting() { return rows_of_machine<Meeting>(); }

}  // namespace muster::machines
