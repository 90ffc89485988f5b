#include "reference/moves.hpp"

#include <random>

#include <fmt/format.h>

#include "reference/dice.hpp"
#include "support/engines.hpp"

namespace muster::reference {

using test::Move;

namespace {

constexpr std::size_t moves_of_a_generation = 60;

/// One of the three groups with which a generation begins.
CreateGroup a_fresh_group(Dice& dice, std::size_t number) {
  CreateGroup c;
  c.name = GroupName{"Readers"};
  BaseType base = BaseType::community;
  if (number == 0) base = dice.one_of({BaseType::public_, BaseType::work});
  if (number == 1) base = dice.one_of({BaseType::meeting, BaseType::public_, BaseType::avchatroom});
  c.type = TypeName{name_of(base)};
  c.group = number == 2 ? dice.community() : GroupId{number == 0 ? "a" : "b"};
  if (base == BaseType::community) c.support_topic = true;
  if (base == BaseType::public_) c.invite_option = dice.any<InviteOption>();
  if (base == BaseType::avchatroom) return c;
  c.members.emplace();
  if (dice.once_in(2)) c.members->push_back({test::mia, {}});
  c.members->push_back({test::adam, base == BaseType::work ? Role::member : Role::admin});
  return c;
}

}  // namespace

std::vector<Move> mixed_moves(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random{seed};
  Dice dice{random};
  const auto generated = test::a_move();
  const auto theme = static_cast<Theme>(dice.below(themes));
  // Some histories last seconds, and some last days.
  const std::int64_t step = dice.one_of<std::int64_t>({1, 37, 900'000});
  std::vector<Move> moves;
  std::vector<Move> with_id;
  for (std::size_t i = 0; i < count; ++i) {
    const TimeMs passed = test::later(static_cast<std::int64_t>(i) * step);
    // Groups end, and their ids are not used again: others follow.
    std::size_t generation = i / moves_of_a_generation;
    Move move;
    if (i % moves_of_a_generation < 3) {
      move = {test::user(test::olive), a_fresh_group(dice, i % moves_of_a_generation), {.at = passed}};
    } else if (!with_id.empty() && dice.once_in(15)) {
      move = with_id[dice.below(with_id.size())];
      move.with.at = passed;
      moves.push_back(std::move(move));
      continue;
    } else if (dice.once_in(2)) {
      move = rich_move(dice, TimeMs{passed.ms + static_cast<std::int64_t>(dice.below(6000))}, theme);
    } else {
      move = generated(rc::Random(random()), 100).value();
      move.with.at->ms += passed.ms - test::t0.ms;
    }
    if (generation > 0 && dice.once_in(5)) --generation;
    if (generation > 0) test::rename_groups(move.command, std::to_string(generation));
    if (move.with.id) with_id.push_back(move);
    moves.push_back(std::move(move));
  }
  return moves;
}

std::vector<Move> quota_moves(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random{seed};
  Dice dice{random};
  std::vector<Move> moves;
  std::uint64_t made = 0;
  const bool crowded = dice.once_in(2);
  const auto some_group = [&] { return GroupId{fmt::format("g{}", dice.below(made + 1))}; };
  for (std::size_t i = 0; i < count; ++i) {
    Move move{{dice.account(), dice.once_in(5) ? CallerKind::app_admin : CallerKind::user},
              QuitGroup{some_group()},
              {}};
    move.with.at = test::later(static_cast<std::int64_t>(i));
    const std::uint64_t kind = i == 0 ? 99 : dice.below(20);
    if (kind == 99) {
      move = {test::app_admin(), SetPlan{Edition::free, {}, {}}, move.with};
    } else if (kind < 9) {
      CreateGroup c;
      c.type = TypeName{
          name_of(dice.one_of({BaseType::work, BaseType::public_, BaseType::meeting, BaseType::avchatroom}))};
      c.group = GroupId{fmt::format("g{}", ++made)};
      c.name = GroupName{"Readers"};
      if (c.type.view() != "AVChatRoom") {
        c.members.emplace();
        for (std::uint64_t n = dice.below(crowded ? 9 : 3); n > 0; --n)
          c.members->push_back({dice.account(), {}});
      }
      if (c.type.view() == "Public" || c.type.view() == "Meeting")
        c.invite_option = dice.maybe([] { return InviteOption::free_access; });
      move.command = c;
    } else if (kind < 11) {
      move.command = JoinGroup{some_group(), {}};
    } else if (kind < 14) {
      move.command = PostMessage{some_group(), {}, {}};
    } else if (kind < 16) {
      move.command = InviteUsers{some_group(), {dice.account(), dice.account()}, {}};
    } else if (kind == 16) {
      move.command = DismissGroup{some_group()};
    } else if (kind == 17) {
      move.command = TransferGroup{some_group(), dice.account()};
    } else if (kind == 18) {
      move.command = AcceptApplication{some_group(), dice.account(), {}};
    }
    moves.push_back(std::move(move));
  }
  return moves;
}

namespace {

std::string text(const std::string& value) {
  return value.size() > 40 ? fmt::format("{} bytes", value.size()) : '"' + value + '"';
}
std::string text(bool value) { return value ? "true" : "false"; }
std::string text(TimeMs time) {
  return time >= test::t0 && time < test::later(10'000'000'000) ? fmt::format("t0+{}", time.ms - test::t0.ms)
                                                                : std::to_string(time.ms);
}
template <NamedEnum E>
std::string text(E value) {
  return std::string{name_of(value)};
}
template <std::unsigned_integral N>
std::string text(N value) {
  return std::to_string(value);
}
template <class Tag, std::size_t Max>
std::string text(const Id<Tag, Max>& id) {
  return id.overlong() ? "(too long)" : std::string{id.view()};
}
template <class Tag, std::size_t Min, std::size_t Max>
std::string text(const Text<Tag, Min, Max>& value) {
  return text(value.value);
}
template <Described T>
std::string text(const T& object);
template <class T>
std::string text(const std::optional<T>& value);
std::string text(const CustomValues& values) {
  std::string all;
  for (const auto& [key, value] : values)
    all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", text(key), text(value));
  return '{' + all + '}';
}
template <class T, std::size_t Min, std::size_t Max>
std::string text(const List<T, Min, Max>& items) {
  if (items.size() > 9) return fmt::format("[{} items]", items.size());
  std::string all;
  for (const T& item : items) all += (all.empty() ? "" : ", ") + text(item);
  return '[' + all + ']';
}
template <class T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : std::string{};
}
template <Described T>
std::string text(const T& object) {
  std::string all;
  for_each_member(object, [&]<class Member>(const char* name, const Member& member) {
    if constexpr (detail::is_optional<Member>)
      if (!member) return;
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", name, text(member));
  });
  return '{' + all + '}';
}

}  // namespace

std::string to_string(const Move& move) {
  std::string line =
      fmt::format("{} {}: {} ", text(move.caller.kind), text(move.caller.account), name_of(move.command));
  std::visit([&](const auto& c) { line += text(c); }, move.command);
  if (move.with.at) line += " at " + text(*move.with.at);
  if (move.with.id) line += " id " + text(*move.with.id);
  if (move.with.expect) line += fmt::format(" expect {}", *move.with.expect);
  return line;
}

}  // namespace muster::reference
