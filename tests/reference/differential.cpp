#include "reference/differential.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <muster/domain/step.hpp>
#include <muster/eventstore/codec.hpp>

#include "reference/compare.hpp"
#include "reference/moves.hpp"
#include "support/engines.hpp"

namespace muster::reference {
namespace {

using test::Move;

constexpr std::size_t problems_max = 20;
constexpr std::size_t differences_max = 6;
constexpr std::size_t moves_of_a_history = 400;
constexpr std::size_t compare_state_every = 50;
constexpr std::size_t never = ~std::size_t{0};

void count(Tally& tally, const Verdict& verdict) {
  ++tally.commands;
  for (const auto& [user, result] : verdict.results) ++tally.items[result];
  switch (verdict.kind) {
    case Verdict::Kind::refused:
      ++tally.refused;
      ++tally.slugs[verdict.slug];
      break;
    case Verdict::Kind::repeated: ++tally.repeated; break;
    case Verdict::Kind::accepted: ++(verdict.events.empty() ? tally.unchanged : tally.accepted); break;
  }
}

Envelope envelope_of(const Move& move, const Assigned& assigned) {
  return {.caller = move.caller,
          .at = move.with.at.value_or(test::t0),
          .id = move.with.id,
          .expect = move.with.expect,
          .assigned = assigned};
}

std::optional<Difference> difference(const State& model, const MemoryRows& rows, std::size_t move) {
  const std::vector<std::string> found = differences(model, rows);
  if (found.empty()) return std::nullopt;
  // "group a, next_msg_seq: 3 in the model, ..."
  const std::string& first = found.front();
  const std::size_t field = first.find(", ");
  const std::string kind =
      first.substr(0, first.find(' ')) + first.substr(field, first.find(':', field) - field);
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), differences_max); ++i) text += "\n    " + found[i];
  if (found.size() > differences_max)
    text += fmt::format("\n    and {} more", found.size() - differences_max);
  return Difference{move, kind, "the state differs:" + text};
}

std::string kind_of(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::refused) return verdict.slug;
  std::string kind = verdict.kind == Verdict::Kind::repeated ? "repeated" : "accepted";
  for (const std::string& event : verdict.events) kind += ' ' + event;
  return kind;
}

std::optional<Difference> difference(const Verdict& expected, const Verdict& actual, const Move& move,
                                     std::size_t number) {
  if (expected == actual) return std::nullopt;
  return Difference{
      number, fmt::format("{}: {} / {}", name_of(move.command), kind_of(expected), kind_of(actual)),
      fmt::format("the model says: {}\n    the library says: {}", to_string(expected), to_string(actual))};
}

}  // namespace

std::optional<Difference> first_difference(const std::vector<Move>& moves, std::size_t every, Tally* tally,
                                           const Rules& rules) {
  Model model;
  test::World world{rules};
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const Move& move = moves[i];
    const Position position = world.log().size() + 1;
    // The ids that the world assigns.
    const Assigned assigned =
        assigned_id(move.command, world.rules(), "assigned" + std::to_string(position - 1));
    const Envelope envelope = envelope_of(move, assigned);
    const Verdict actual = verdict_of(
        world.tries(move.caller, move.command, {envelope.at, move.with.id, move.with.expect}), position);
    const Verdict expected = model.apply(move.command, envelope);
    if (tally != nullptr) count(*tally, actual);
    if (auto found = difference(expected, actual, move, i)) return found;
    if (i + 1 == moves.size() || (i + 1) % every == 0)
      if (auto found = difference(model.state(), world.rows(), i)) return found;
  }
  return std::nullopt;
}

std::optional<Difference> first_difference_with_engine(const std::vector<Move>& moves, Tally* tally) {
  Model model;
  const test::TempFolder folder;
  EngineOptions options = test::test_options();
  options.store.durability = Durability::os;
  auto engine = test::open_engine(test::Backing::joined, folder.path(), options);
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const Move& move = moves[i];
    const Result result = engine->execute(test::request(move));
    // The engine assigns ids that nobody can foresee.
    Assigned assigned;
    if (const auto* answer = std::get_if<Answer>(&result)) {
      assigned.group = answer->group.value_or(GroupId{});
      for (const Event& event : answer->events)
        if (const auto* created = std::get_if<TopicCreated>(&event)) assigned.topic = created->topic;
    }
    const Verdict actual = verdict_of(result);
    const Verdict expected = model.apply(move.command, envelope_of(move, assigned));
    if (tally != nullptr) count(*tally, actual);
    if (auto found = difference(expected, actual, move, i)) return found;
  }
  engine->close();
  engine.reset();

  MemoryRows rows;
  const auto store = open_store(folder.path() / "db", {.create = false, .read_only = true});
  store->log().scan(1, [&](Position position, std::string_view bytes) {
    const DecodedCommit decoded = decode_commit_at(position, bytes);
    Overlay overlay{&rows};
    fold(overlay, decoded.commit, position, decoded.hash);
    rows.apply(overlay);
    return true;
  });
  return difference(model.state(), rows, moves.size() - 1);
}

std::vector<Move> shortest(std::vector<Move> moves) {
  const auto cut = [&moves] {
    const auto found = first_difference(moves, 1);
    if (found) moves.resize(found->move + 1);
    return found.has_value();
  };
  if (!cut()) return moves;
  // From here on the state is compared at the end only, which is where the difference is.
  // Parts are left out, half of the moves first and single ones at last, until no part can be.
  for (std::size_t size = std::max<std::size_t>(moves.size() / 2, 1);;) {
    bool shorter = false;
    for (std::size_t end = moves.size(); end > 0;) {
      const std::size_t begin = end > size ? end - size : 0;
      std::vector<Move> fewer = moves;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(begin),
                  fewer.begin() + static_cast<std::ptrdiff_t>(end));
      if (const auto found = first_difference(fewer, never)) {
        fewer.resize(found->move + 1);
        moves = std::move(fewer);
        shorter = true;
      }
      end = std::min(begin, moves.size());
    }
    if (size == 1 && !shorter) return moves;
    if (!shorter || size > moves.size()) size = std::max<std::size_t>(size / 2, 1);
  }
}

std::string to_string(const Difference& difference, const std::vector<Move>& moves) {
  std::string text = fmt::format("after move {}, {}\n", difference.move + 1, difference.what);
  for (std::size_t i = 0; i < moves.size(); ++i)
    text += fmt::format("    {}. {}\n", i + 1, to_string(moves[i]));
  return text;
}

std::string to_string(const DifferentialReport& report) {
  const Tally& tally = report.tally;
  std::string text = fmt::format(
      "{} commands in {} histories: {} accepted, {} changed nothing, {} refused, {} repeated; {} histories "
      "differ\n",
      tally.commands, report.histories, tally.accepted, tally.unchanged, tally.refused, tally.repeated,
      report.different);
  for (const auto& [slug, times] : tally.slugs) text += fmt::format("  {}: {}\n", slug, times);
  for (const auto& [result, times] : tally.items) text += fmt::format("  item {}: {}\n", result, times);
  for (const std::string& problem : report.problems) text += problem;
  return text;
}

DifferentialReport run_differential(std::uint64_t seed, std::uint64_t commands) {
  DifferentialReport report;
  std::set<std::string> kinds;
  for (; report.tally.commands < commands; ++report.histories) {
    const std::uint64_t number = seed + report.histories;
    const std::size_t length = std::min<std::uint64_t>(moves_of_a_history, commands - report.tally.commands);
    const bool on_free_plan = report.histories % 8 == 7;
    const auto moves = on_free_plan ? quota_moves(number, length) : mixed_moves(number, length);
    const auto different = first_difference(moves, compare_state_every, &report.tally);
    if (!different) continue;
    ++report.different;
    if (kinds.size() >= problems_max || !kinds.insert(different->kind).second) continue;
    const auto fewer = shortest(moves);
    const auto found = first_difference(fewer, 1);
    report.problems.push_back(fmt::format("seed {}: {}", number, to_string(found.value(), fewer)));
  }
  return report;
}

}  // namespace muster::reference
