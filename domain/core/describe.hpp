#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/container/small_vector.hpp>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace muster {

/// What a command or an event is called, by people and on disk: its member `persisted`. A tag is for ever:
/// never renumber or reuse one.
struct Persisted {
  std::uint16_t tag = 0;     // 0: neither a command nor an event
  std::uint16_t schema = 0;  // raised by one whenever members are added; they name it in `since<T>`
  std::string_view name;     // as docs/rules.md spells it
};
/// The same of any type; all zero for one that is neither.
template <class T>
inline constexpr Persisted persisted = [] {
  if constexpr (requires { T::persisted; })
    return T::persisted;
  else
    return Persisted{};
}();

/// How a command is decided: its member `spec` (core/command_spec.hpp).
template <class C>
struct CommandSpec;
/// What an event means: its member `spec` (core/event_spec.hpp).
template <class E>
struct EventSpec;

/// A member that was added after schema 0: older bytes do not have it and leave it as constructed.
struct Since {
  std::string_view member;
  std::uint16_t schema;
};
/// The members that a type got after schema 0.
template <class T>
inline constexpr std::array<Since, 0> since{};

/// A list with its bounds in its type. Holds any number of items; decide() judges the count.
template <class T, std::size_t Min, std::size_t Max>
struct List : boost::container::small_vector<T, 1> {
  static constexpr std::size_t items_min = Min;
  static constexpr std::size_t items_max = Max;
  using boost::container::small_vector<T, 1>::small_vector;
};

/// A struct with a description, which bytes, JSON and checks all follow.
template <class T>
concept Described = boost::describe::has_describe_members<std::remove_const_t<T>>::value;

/// Calls `visit(name, member)` for each described member of `object`, in order of declaration.
template <Described T, class Visit>
constexpr void for_each_member(T& object, Visit&& visit) {
  using Members = boost::describe::describe_members<std::remove_const_t<T>, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) { visit(member.name, object.*member.pointer); });
}

/// What a type is made of, for the code that follows descriptions.
namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
concept Sequence = requires(T& list) {
  list.emplace_back();
  list.reserve(std::size_t{});
}
&&!std::is_same_v<T, std::string>;
template <class T>
inline constexpr bool is_map = false;
template <class K, class V>
inline constexpr bool is_map<std::map<K, V>> = true;
}  // namespace detail

}  // namespace muster
