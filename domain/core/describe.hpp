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

/// What a command or an event is called, by people and on disk: its member `persisted`. Tags are permanent:
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

namespace detail {
template <class T>
using members_of = boost::describe::describe_members<std::remove_const_t<T>, boost::describe::mod_public>;
/// Whether a member is called as `Wanted` is.
template <class Wanted>
struct NamedLike {
  template <class Member>
  using fn = boost::mp11::mp_bool<std::string_view{Wanted::name} == std::string_view{Member::name}>;
};
/// Where T has a member that is called as `Wanted` is; the number of its members when it has none.
template <class T, class Wanted>
inline constexpr std::size_t index_of_named =
    boost::mp11::mp_find_if_q<members_of<T>, NamedLike<Wanted>>::value;
template <class T, class Wanted>
inline constexpr bool has_named = index_of_named<T, Wanted> < boost::mp11::mp_size<members_of<T>>::value;
template <class Wanted, class T>
constexpr auto& named(T& object) {
  return object.*boost::mp11::mp_at_c<members_of<T>, index_of_named<T, Wanted>>::pointer;
}
}  // namespace detail

/// Calls `visit(member, same...)` for each described member of `object` that all of `others` have under the
/// same name, with theirs. Names are compared when compiling.
template <Described T, class Visit, Described... Others>
constexpr void for_each_shared_member(Visit&& visit, T& object, Others&... others) {
  boost::mp11::mp_for_each<detail::members_of<T>>([&]<class Member>(Member member) {
    if constexpr ((detail::has_named<Others, Member> && ...))
      visit(object.*member.pointer, detail::named<Member>(others)...);
  });
}

/// The same of the members that `Other` has, without an object of it.
template <Described Other, class Visit, Described T>
constexpr void for_each_member_shared_with(Visit&& visit, T& object) {
  boost::mp11::mp_for_each<detail::members_of<T>>([&]<class Member>(Member member) {
    if constexpr (detail::has_named<Other, Member>) visit(object.*member.pointer);
  });
}

/// Gives the members of `to` the values of those of the same name and type in `from`, which may be optional
/// there; an unset one leaves its member as it is. Members of another type are left alone.
template <Described From, Described To>
constexpr void copy_shared_members(const From& from, To& to) {
  for_each_shared_member(
      []<class F, class T>(const F& value, T& member) {
        if constexpr (std::is_same_v<F, T>) {
          member = value;
        } else if constexpr (std::is_same_v<F, std::optional<T>>) {
          if (value) member = *value;
        }
      },
      from, to);
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
