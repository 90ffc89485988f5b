#include <array>
#include <bitset>
#include <cassert>
#include <type_traits>
#include <variant>

#include <muster/domain/lifecycle/machines.hpp>

namespace muster::lifecycle {
namespace {

/// The commands that a machine has rows for, by their index in Command, in each state.
using Taken = std::array<std::bitset<std::variant_size_v<Command>>, std::size(names<GroupState>) + 1>;
using TakenByBase = std::array<Taken, std::size(names<BaseType>) + 1>;

template <class E>
constexpr std::size_t index_of(E value) {
  return static_cast<std::size_t>(value);
}

Taken commands_taken(BaseType base) {
  Taken taken;
  for (const RowInfo& row : rows_of(base)) {
    std::size_t command = 0;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
        [&]<class C>(std::type_identity<C>) {
          for (std::size_t state = 0; persisted<C>.name == row.command && state < taken.size(); ++state)
            if (row.any_state || index_of(row.from) == state) taken[state].set(command);
          ++command;
        });
  }
  return taken;
}

}  // namespace

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

bool takes(BaseType base, GroupState state, const Command& command) {
  static const TakenByBase table = [] {
    TakenByBase taken;
    for (const auto& [each, name] : names<BaseType>) taken[index_of(each)] = commands_taken(each);
    return taken;
  }();
  return table[index_of(base)][index_of(state)].test(command.index());
}

}  // namespace muster::lifecycle
