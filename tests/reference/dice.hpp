#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>

#include <fmt/format.h>

#include "support/generators.hpp"

/// What rich moves are drawn with.
namespace muster::reference {

/// Draws the parts of commands.
class Dice {
 public:
  explicit Dice(std::mt19937_64& random) : random_(random) {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }
  template <NamedEnum E>
  E any() {
    return names<E>[below(names<E>.size())].value;
  }
  /// Set once in three times.
  template <class Draw>
  auto maybe(Draw draw) -> std::optional<decltype(draw())> {
    if (!once_in(3)) return std::nullopt;
    return draw();
  }

  Account account() {
    return one_of({test::olive, test::olive, test::adam, test::mia, test::otto, Account{"nina"}});
  }
  GroupId group() { return one_of({GroupId{"a"}, GroupId{"b"}, GroupId{"@TGS#_a"}, GroupId{"@TGS#_a"}}); }
  GroupId community() { return GroupId{"@TGS#_a"}; }
  TopicId topic(const GroupId& group) {
    return TopicId{fmt::format("{}@TOPIC#_{}", group.view(), one_of({"x", "y", "z"}))};
  }
  TypeName type() { return TypeName{name_of(any<BaseType>())}; }
  std::string short_text() { return one_of<std::string>({"", "one", "two", "zwölf"}); }
  CustomKey key() { return CustomKey{one_of({"k", "l", "m"})}; }
  CustomValues custom() {
    CustomValues values;
    for (std::uint64_t i = below(3); i > 0; --i) values[key()] = one_of<std::string>({"", "1", "2"});
    return values;
  }
  template <class List>
  List accounts(std::uint64_t most) {
    List users;
    for (std::uint64_t i = 1 + below(most); i > 0; --i) users.push_back(account());
    return users;
  }
  template <class C>
  void texts(C& c) {
    c.introduction = maybe([&] { return Introduction{short_text()}; });
    c.notification = maybe([&] { return Notification{short_text()}; });
    c.face_url = maybe([&] { return FaceUrl{short_text()}; });
  }

 private:
  std::mt19937_64& random_;
};

/// What a history is about, besides everything.
enum class Theme : std::uint8_t { nothing, fields, applications, messages, removals, imports };
inline constexpr std::uint64_t themes = 6;

/// A move with many fields set, sometimes with one that is malformed.
test::Move rich_move(Dice& dice, TimeMs at, Theme theme);

}  // namespace muster::reference
