#include <muster/domain/machines/front.hpp>

namespace muster::machines {
namespace {

/// A closed circle: nobody joins by asking, members bring others; invisible until its first message.
struct Work : LifeOf<Work> {
  // clang-format off
  struct transition_table : mpl::vector<
      //   From       Command        To          Action    Guard
      Row< Absent   , CreateGroup  , Inactive  , act     , may     >,
      Row< Inactive , PostMessage  , Active    , act     , may     >,
      Row< Active   , PostMessage  , none      , act     , may     >,
      Row< Inactive , DismissGroup , Dismissed , act     , may     >,
      Row< Active   , DismissGroup , Dismissed , act     , may     >,
      Row< Inactive , none         , Recycled  , recycle , emptied >,
      Row< Active   , none         , Recycled  , recycle , emptied >
  > {};
  struct internal_transition_table : mpl::vector<
      //        Command             Action  Guard
      Internal< AcceptApplication , act   , may >,
      Internal< QuitGroup         , act   , may >,
      Internal< InviteUsers       , act   , may >,
      Internal< RefuseApplication , act   , may >,
      Internal< KickMembers       , act   , may >,
      Internal< TransferGroup     , act   , may >,
      Internal< SetGroupInfo      , act   , may >,
      Internal< SetMemberInfo     , act   , may >,
      Internal< SetReceiveOption  , act   , may >,
      Internal< MarkMessagesRead  , act   , may >
  > {};
  // clang-format on
};

}  // namespace

Run run_work(Life from, Judgement& judgement, const Command& command) {
  return run_machine<Work>(from, judgement, command);
}
std::vector<RowInfo> rows_of_work() { return rows_of_machine<Work>(); }

}  // namespace muster::machines
