#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <type_traits>

/// Faults planted into a copy of the domain by plant.py. All are compiled in and asleep; the environment
/// variable MUSTER_MUTANT wakes one. Never part of muster itself: only that copy includes this header.
/// Threads  one
namespace muster {

struct Rules;

namespace planted {

/// Whether the fault is awake. Notes that it was reached.
bool chosen(int fault);

constexpr bool on(int fault) { return !std::is_constant_evaluated() && chosen(fault); }
constexpr bool off(int fault) { return !on(fault); }

constexpr bool is(const auto& value) { return static_cast<bool>(value); }
constexpr bool negated(int fault, const auto& value) { return is(value) == on(fault); }
constexpr bool passes(int fault, const auto& value) { return is(value) && off(fault); }

// Comparisons that become the one next to them.
constexpr bool less(int fault, const auto& a, const auto& b) { return on(fault) ? a <= b : a < b; }
constexpr bool less_equal(int fault, const auto& a, const auto& b) { return on(fault) ? a < b : a <= b; }
constexpr bool greater(int fault, const auto& a, const auto& b) { return on(fault) ? a >= b : a > b; }
constexpr bool greater_equal(int fault, const auto& a, const auto& b) { return on(fault) ? a > b : a >= b; }
constexpr bool equal(int fault, const auto& a, const auto& b) { return on(fault) ? a != b : a == b; }
constexpr bool unequal(int fault, const auto& a, const auto& b) { return on(fault) ? a == b : a != b; }

template <class T>
constexpr T min_as(int fault, const std::type_identity_t<T>& a, const std::type_identity_t<T>& b) {
  return on(fault) ? std::max(a, b) : std::min(a, b);
}
template <class T>
constexpr T max_as(int fault, const std::type_identity_t<T>& a, const std::type_identity_t<T>& b) {
  return on(fault) ? std::min(a, b) : std::max(a, b);
}
constexpr auto min(int fault, const auto& a, const auto& b) {
  return on(fault) ? std::max(a, b) : std::min(a, b);
}
constexpr auto max(int fault, const auto& a, const auto& b) {
  return on(fault) ? std::min(a, b) : std::max(a, b);
}

/// A number, one more or one less. Never evaluated at compile time, so that constants can change.
template <class T>
T number(int one_more, int one_less, T value) {
  if (chosen(one_more)) ++value;
  if (chosen(one_less)) --value;
  return value;
}
/// A member of a specification, or what it is without it.
template <class T>
T member(int fault, T without, std::type_identity_t<T> value) {
  return chosen(fault) ? without : value;
}

// Faults that have names of their own instead of numbers.

/// The rules with the chosen cell or figure changed.
Rules changed(Rules rules);
/// The bounds of a field's length, with the chosen one changed.
std::size_t low(std::string_view field, std::size_t min, std::size_t max);
std::size_t high(std::string_view field, std::size_t min, std::size_t max);

}  // namespace planted
}  // namespace muster
