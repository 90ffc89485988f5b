#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <boost/container/small_vector.hpp>

#include <muster/domain/core/refusal.hpp>
#include <muster/domain/rows.hpp>
#include <muster/domain/rules/rules.hpp>

/// What is specific to a command, as data. decide() walks the steps of docs/rules.md section 3 by it.
namespace muster {

class ArgumentChecker;
class Decider;

/// Whether an app admin acts by role or for itself in a command.
enum class Acting : std::uint8_t {
  by_role = 1,     // with the rights of the app
  for_oneself = 2  // as an ordinary account, on its own membership
};

/// Which kinds of caller may use a command, whatever their level. Source: docs/rules.md section 1.
enum class Callers : std::uint8_t {
  people = 1,      // users and app admins
  app_admins = 2,  // app admins only
  system = 3       // the backend's scheduler only
};

/// Something that a command needs: of the group's type, and of its caller.
struct Requirement {
  bool supported = true;
  Level least = Level::anyone;
  std::string_view cell{};            // of TypeRules, that decides it; empty: none does
  std::string_view field{};           // the argument that needs it; empty: the command does
  const Rule* unsupported = nullptr;  // null: the command's own
};
using Requirements = boost::container::small_vector<Requirement, 4>;

/// A cell of TypeRules, by name.
struct CellRef {
  std::string_view name;  // empty: none
  Permission (*of)(const TypeRules&) = nullptr;
};

namespace detail {
template <auto Member>
consteval std::string_view cell_name() {
  std::string_view found;
  boost::mp11::mp_for_each<boost::describe::describe_members<TypeRules, boost::describe::mod_public>>(
      [&](auto member) {
        if constexpr (std::is_same_v<std::remove_const_t<decltype(member.pointer)>, decltype(Member)>)
          if (member.pointer == Member) found = member.name;
      });
  return found;
}
template <auto Member>
Permission permission_of(const TypeRules& type) {
  if constexpr (std::is_same_v<decltype(Member), bool TypeRules::*>)
    return {.supported = type.*Member, .least = Level::anyone};
  else
    return type.*Member;
}
}  // namespace detail

/// The cell of a member of TypeRules: a permission, or a bool, which anybody has where it is true.
template <auto Member>
inline constexpr CellRef cell{detail::cell_name<Member>(), detail::permission_of<Member>};

/// The specification of the command `C`: a constant, `C::spec`. Functions may be null.
template <class C>
struct CommandSpec {
  using Check = bool (*)(Decider&, const C&);  // true, or it has refused

  Callers callers = Callers::people;
  Acting acting = Acting::by_role;
  StreamKind stream = StreamKind::group;  // that its commit goes to
  bool creates = false;                   // it makes the group that it names

  void (*arguments)(ArgumentChecker&, const C&) = nullptr;  // step 1: what the fields' types do not say

  // Steps 3 and 4: the type supports it, and the caller's level suffices.
  CellRef cell{};                                                      // whether, and from which level
  Level least = Level::anyone;                                         // where no cell says from which
  void (*require)(const Decider&, const C&, Requirements&) = nullptr;  // what it needs besides
  const Rule* unsupported = nullptr;  // refuses when the type does not support it
  const Rule* outside = nullptr;      // refuses a caller who is not in the group
  const Rule* below = nullptr;        // refuses a caller whose level is too low
  Check supported = nullptr;          // more of step 3
  Check permitted = nullptr;          // more of step 4

  Check state = nullptr;     // step 6: the target's and the group's state allow it
  Check capacity = nullptr;  // step 7: what it adds fits

  void (*emit)(Decider&, const C&) = nullptr;  // records its events
  std::span<const Rule* const> rules{};        // defined beside it
};

/// Whether the command answers with its group's revision, and so goes with `expect`.
template <class C>
bool answers_with_revision() {
  return C::spec.stream == StreamKind::group && !C::spec.creates;
}

}  // namespace muster
