#include <array>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <gtest/gtest.h>

#include <muster/domain/commands.hpp>

#include "spec/stage.hpp"
#include "spec/table.hpp"
#include "support/paths.hpp"

// The tables of this folder, expanded and tried cell by cell. README.md describes them.
namespace muster::test::spec {
namespace {

/// The tables, and how many cells each must have: a dimension or a line that disappears is noticed.
struct Counted {
  std::string_view file;
  std::size_t cells;
};
constexpr std::array tables{
    Counted{"groups.txt", 3831},  Counted{"profile.txt", 2901},     Counted{"joining.txt", 15885},
    Counted{"members.txt", 3637}, Counted{"member_data.txt", 6223}, Counted{"messages.txt", 7865},
    Counted{"topics.txt", 1703},  Counted{"settings.txt", 1017},    Counted{"revisions.txt", 773}};

std::filesystem::path path_of(std::string_view file) { return source_dir() / "tests" / "spec" / file; }

const std::vector<Line>& excluded() {
  static const std::vector<Line> lines = common_lines_of(path_of("excluded.txt"));
  return lines;
}

/// The cells of a block; the test fails when its lines do not cover each exactly once.
std::vector<Cell> cells_of(const Block& block) {
  Expansion expansion = expand(block, excluded());
  for (const std::string& problem : expansion.problems) ADD_FAILURE() << problem;
  return std::move(expansion.cells);
}

/// Tries every cell of a table, and tells of all that differ.
void expect_table(std::string_view file) {
  std::size_t count = 0;
  std::size_t differing = 0;
  std::ostringstream differences;
  const std::vector<Block> blocks = blocks_of(path_of(file));
  for (const Block& block : blocks) {
    Stage stage;
    for (const Cell& cell : cells_of(block)) {
      ++count;
      const std::string found = stage.verdict_of(cell);
      if (found == cell.line->verdict) continue;
      ++differing;
      differences << '\n'
                  << text_of(cell.line->place) << ": " << text_of(cell) << ": expected " << cell.line->verdict
                  << ", got " << found;
    }
  }
  EXPECT_EQ(differing, 0U) << "cells that differ:" << differences.str();
  testing::Test::RecordProperty("cells", std::to_string(count));
  std::cout << file << ": " << count << " cells\n";
}

TEST(Spec, Groups) { expect_table("groups.txt"); }
TEST(Spec, Profile) { expect_table("profile.txt"); }
TEST(Spec, Joining) { expect_table("joining.txt"); }
TEST(Spec, Members) { expect_table("members.txt"); }
TEST(Spec, MemberData) { expect_table("member_data.txt"); }
TEST(Spec, Messages) { expect_table("messages.txt"); }
TEST(Spec, Topics) { expect_table("topics.txt"); }
TEST(Spec, Settings) { expect_table("settings.txt"); }
TEST(Spec, Revisions) { expect_table("revisions.txt"); }

std::string without_variant(const std::string& command) { return command.substr(0, command.find('.')); }

TEST(Spec, HasEveryCommandAndTheCellsThatWereCounted) {
  std::set<std::string> commands;
  std::set<const Line*> excluding;
  std::size_t total = 0;
  for (const Counted& table : tables) {
    std::size_t count = 0;
    const std::vector<Block> blocks = blocks_of(path_of(table.file));
    for (const Block& block : blocks) {
      const Expansion expansion = expand(block, excluded());
      count += expansion.cells.size();
      excluding.insert(expansion.excluding.begin(), expansion.excluding.end());
      for (const std::string& command : block.dimensions[1].values) commands.insert(without_variant(command));
    }
    EXPECT_EQ(count, table.cells) << table.file;
    total += count;
  }
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        EXPECT_EQ(commands.erase(std::string{C::persisted.name}), 1U) << C::persisted.name << " has no cells";
      });
  for (const Line& line : excluded())
    EXPECT_TRUE(excluding.contains(&line)) << text_of(line.place) << ": excludes nothing";
  EXPECT_TRUE(commands.empty()) << *commands.begin() << " is no command";
  RecordProperty("cells", std::to_string(total));
  std::cout << total << " cells\n";
}

// Every denial has a minimal allowed twin.

bool is_allowed(const std::string& verdict) {
  return verdict == "ok" || verdict == "pending" || verdict == "nothing";
}

/// In how many columns a cell of a block differs at least from one that is allowed.
class Distances {
 public:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  Distances(const Block& block, const std::vector<Cell>& cells)
      : block_(block), distances_(block.size(), none) {
    std::vector<std::vector<std::size_t>> reached;
    for (const Cell& cell : cells)
      if (is_allowed(cell.line->verdict)) reach(cell.at, 0, reached);
    for (std::size_t distance = 1; !reached.empty(); ++distance) {
      std::vector<std::vector<std::size_t>> further;
      for (const std::vector<std::size_t>& at : reached) reach_neighbours(at, distance, further);
      reached = std::move(further);
    }
  }

  [[nodiscard]] std::size_t of(const Cell& cell) const { return distances_[index_of(cell.at)]; }

 private:
  [[nodiscard]] std::size_t index_of(const std::vector<std::size_t>& at) const {
    std::size_t index = 0;
    for (std::size_t i = 0; i < at.size(); ++i) index = index * block_.dimensions[i].values.size() + at[i];
    return index;
  }
  void reach(const std::vector<std::size_t>& at, std::size_t distance,
             std::vector<std::vector<std::size_t>>& reached) {
    std::size_t& known = distances_[index_of(at)];
    if (known != none) return;
    known = distance;
    reached.push_back(at);
  }
  void reach_neighbours(const std::vector<std::size_t>& from, std::size_t distance,
                        std::vector<std::vector<std::size_t>>& reached) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::vector<std::string>& values = block_.dimensions[i].values;
      std::vector<std::size_t> at = from;
      for (at[i] = 0; at[i] < values.size(); ++at[i]) {
        // A command's variants are an option of it; other commands are not.
        if (i == 1 && without_variant(values[at[i]]) != without_variant(values[from[i]])) continue;
        reach(at, distance, reached);
      }
    }
  }

  const Block& block_;
  std::vector<std::size_t> distances_;
};

/// What the twins of all tables come to.
struct Twins {
  std::map<std::size_t, std::size_t> denials;  // how many, by their distance from an allowed cell
  std::size_t lines = 0;                       // that deny
  std::size_t lines_without = 0;
  std::set<const Line*> listed;  // lines of without_a_twin.txt that were needed
};

/// Notes the denials of one line. None of them has a twin: each must be listed, with the reason; and else
/// none may be.
void note_line(const std::vector<const Cell*>& denials, bool has_twin, const std::vector<Line>& without,
               Twins& twins) {
  ++twins.lines;
  if (!has_twin) ++twins.lines_without;
  for (const Cell* cell : denials) {
    const Line* listed = nullptr;
    for (const Line& line : without)
      if (matches_with_variants(line, *cell)) listed = &line;
    if (listed != nullptr) twins.listed.insert(listed);
    if (has_twin == (listed == nullptr)) continue;
    ADD_FAILURE() << text_of(cell->line->place) << ": "
                  << (has_twin ? "the line has an allowed twin, but is listed in "
                               : "no cell of the line has an allowed twin, which is not listed for ")
                  << (has_twin ? text_of(listed->place) : text_of(*cell));
    return;
  }
}

void note_twins(const Block& block, const std::vector<Line>& without, Twins& twins) {
  const std::vector<Cell> cells = cells_of(block);
  const Distances distances{block, cells};
  for (const Line& line : block.lines) {
    if (is_allowed(line.verdict)) continue;
    std::vector<const Cell*> denials;
    bool has_twin = false;
    for (const Cell& cell : cells) {
      if (cell.line != &line) continue;
      denials.push_back(&cell);
      const std::size_t distance = distances.of(cell);
      ++twins.denials[distance];
      if (distance == 1) has_twin = true;
    }
    note_line(denials, has_twin, without, twins);
  }
}

// A twin differs in one column: the caller, the target, the state, an option, the variant or the type. Where
// two rules refuse a cell, it differs in two; that a line denies nothing else must be said in
// without_a_twin.txt.
TEST(Spec, EveryDenialHasAMinimalAllowedTwin) {
  const std::vector<Line> without = common_lines_of(path_of("without_a_twin.txt"));
  Twins twins;
  for (const Counted& table : tables) {
    const std::vector<Block> blocks = blocks_of(path_of(table.file));
    for (const Block& block : blocks) note_twins(block, without, twins);
  }
  for (const Line& line : without)
    EXPECT_TRUE(twins.listed.contains(&line)) << text_of(line.place) << ": every such line has a twin";
  EXPECT_FALSE(twins.denials.contains(Distances::none)) << "cells are denied whatever one changes";
  std::cout << twins.lines << " lines deny, " << twins.lines_without << " of them without a twin\n";
  for (const auto& [distance, count] : twins.denials)
    std::cout << count << " denials differ from an allowed cell in " << distance << '\n';
  RecordProperty("denying_lines", std::to_string(twins.lines));
  RecordProperty("denying_lines_without_a_twin", std::to_string(twins.lines_without));
  RecordProperty("denials_with_a_twin", std::to_string(twins.denials[1]));
}

// The reader of the tables.

std::vector<Block> read(const std::string& text) {
  std::istringstream lines{text};
  return blocks_of(lines, "a.txt");
}

std::string complaint_about(const std::string& text) {
  try {
    read(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing";
}

TEST(SpecTable, SaysWhichLineIsMalformed) {
  const std::string head = "command QuitGroup\ncaller outsider member\n";
  EXPECT_EQ(complaint_about(head + "* * * - - -> ok\n"), "nothing");
  EXPECT_EQ(complaint_about("# nothing yet\n* * * - - -> ok\n"), "a.txt:2: expected `command` first");
  EXPECT_EQ(complaint_about(head), "a.txt:1: the command has no lines");
  EXPECT_EQ(complaint_about(head + "* * * - -> ok\n"), "a.txt:3: expected 5 columns before `->`, found 4");
  EXPECT_EQ(complaint_about(head + "\n* * * - - ->\n"), "a.txt:4: expected a verdict after `->`");
  EXPECT_EQ(complaint_about(head + "* * * - - -> ok or not\n"), "a.txt:3: a verdict is one word");
  EXPECT_EQ(complaint_about(head + "* * owner - - -> ok\n"), "a.txt:3: `owner` is not a value of `caller`");
  EXPECT_EQ(complaint_about(head + "* * member| - - -> ok\n"), "a.txt:3: `member|` has an empty alternative");
  EXPECT_EQ(complaint_about(head + "* * * - - ok\n"),
            "a.txt:3: `*` is no column, and a line of patterns needs `->` and a verdict");
  EXPECT_EQ(complaint_about("command QuitGroup\ncaller member member\n"), "a.txt:2: `member` is given twice");
  EXPECT_EQ(complaint_about(head + "* * * - - -> ok\nstate active\n"),
            "a.txt:4: the columns of a command go before its first line");
}

TEST(SpecTable, WantsExactlyOneLineForEachCell) {
  const std::vector<Block> blocks = read(
      "command QuitGroup\n"
      "caller outsider member admin owner\n"
      "* * outsider - - -> quit.member\n"
      "* * !outsider|owner - - -> ok\n"
      "* * admin - - -> ok\n");
  const Expansion expansion = expand(blocks.front(), {});
  EXPECT_EQ(expansion.cells.size(), 2U);
  EXPECT_EQ(expansion.problems, (std::vector<std::string>{
                                    "a.txt:1: QuitGroup: caller admin: several lines match: a.txt:4 a.txt:5",
                                    "a.txt:1: QuitGroup: caller owner: no line matches"}));
}

TEST(SpecTable, LeavesOutCellsThatCannotBe) {
  const std::vector<Block> blocks = read(
      "command QuitGroup .fast\n"
      "type Work Public\n"
      "caller member admin\n"
      "option speed low high\n"
      "* QuitGroup * - - high -> none\n"
      "Work * admin - - * -> ok\n"
      "* * member - - * -> ok\n"
      "Public .fast admin - - * -> ok\n"
      "Public QuitGroup admin - - * -> quit.owner\n");
  std::istringstream common{"Work * admin * * -> a Work group has no admins\n"};
  const Expansion expansion = expand(blocks.front(), common_lines_of(common, "b.txt"));
  EXPECT_EQ(expansion.cells.size(), 9U);
  EXPECT_EQ(expansion.problems, std::vector<std::string>{"a.txt:6: no cell is left for the line"});
}

}  // namespace
}  // namespace muster::test::spec
