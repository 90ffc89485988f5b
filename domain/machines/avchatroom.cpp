#include <muster/domain/machines/front.hpp>

namespace muster::machines {
namespace {

/// A broadcast: joined and left freely, without limit; nothing is kept of its viewers but that they are
/// there.
struct AvChatRoom : LifeOf<AvChatRoom> {
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
      Internal< QuitGroup         , act   , may >,
      Internal< PostMessage       , act   , may >,
      Internal< SetGroupInfo      , act   , may >,
      Internal< MuteMember        , act   , may >
  > {};
  // clang-format on
};

}  // namespace

Run run_avchatroom(Life from, Judgement& judgement, const Command& command) {
  return run_machine<AvChatRoom>(from, judgement, command);
}
std::vector<RowInfo> rows_of_avchatroom() { return rows_of_machine<AvChatRoom>(); }

}  // namespace muster::machines
