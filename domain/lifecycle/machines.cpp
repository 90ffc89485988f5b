#include <cassert>

#include <muster/domain/lifecycle/machines.hpp>

namespace muster::lifecycle {

Run run(BaseType base, GroupState from, Decider& decider, const Command& command) {
  switch (base) {
    case BaseType::work: return run_work(from, decider, command);
    case BaseType::public_: return run_public(from, decider, command);
    case BaseType::meeting: return run_meeting(from, decider, command);
    case BaseType::avchatroom: return run_avchatroom(from, decider, command);
    case BaseType::community: return run_community(from, decider, command);
  }
  assert(false && "a type without a built-in base");
  return {Handled::unsupported, from};
}

std::vector<RowInfo> rows_of(BaseType base) {
  switch (base) {
    case BaseType::work: return rows_of_work();
    case BaseType::public_: return rows_of_public();
    case BaseType::meeting: return rows_of_meeting();
    case BaseType::avchatroom: return rows_of_avchatroom();
    case BaseType::community: return rows_of_community();
  }
  return {};
}

}  // namespace muster::lifecycle
