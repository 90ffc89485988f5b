#include <cassert>

#include <muster/domain/machines/machine.hpp>

namespace muster::machines {

Run run(BaseType base, Life from, Judgement& judgement, const Command& command) {
  switch (base) {
    case BaseType::work: return run_work(from, judgement, command);
    case BaseType::public_: return run_public(from, judgement, command);
    case BaseType::meeting: return run_meeting(from, judgement, command);
    case BaseType::avchatroom: return run_avchatroom(from, judgement, command);
    case BaseType::community: return run_community(from, judgement, command);
  }
  assert(false && "a type without a built-in base");
  return {Verdict::no_row, from};
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

}  // namespace muster::machines
