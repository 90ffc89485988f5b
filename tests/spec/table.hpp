#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Tables of verdicts as text: lines with wildcards, and the cells that they cover. README.md describes the
/// form. Nothing here knows what a command is.
namespace muster::test::spec {

/// A column of a block and the values that it takes. The first five are type, command, caller, target and
/// state; options follow.
struct Dimension {
  std::string name;
  std::vector<std::string> values;
};

/// Where a line is, as `file:line`.
struct Place {
  std::string file;
  int line = 0;
};
std::string text_of(const Place& place);

/// What one line says of one column: `*`, `a|b`, or `!a|b` for all but these.
struct Pattern {
  bool except = false;
  std::vector<std::string> values;  // with `except` and no values: all

  [[nodiscard]] bool matches(std::string_view value) const;
};

/// A pattern for each column, and what holds for the cells that match all of them: a verdict or a reason.
struct Line {
  Place place;
  std::vector<Pattern> patterns;
  std::string verdict;
};

/// The lines of one command, or of a few of its variants, over their own columns.
struct Block {
  Place place;
  std::vector<Dimension> dimensions;
  std::vector<Line> lines;
  std::vector<Line> excluded;  // combinations that are no cells

  /// The number of combinations of values, possible or not.
  [[nodiscard]] std::size_t size() const;
};

/// One combination of a block's values.
struct Cell {
  const Block* block = nullptr;
  std::vector<std::size_t> at;  // an index into the values of each column
  const Line* line = nullptr;   // the one that matches it

  [[nodiscard]] const std::string& value(std::size_t column) const {
    return block->dimensions[column].values[at[column]];
  }
  [[nodiscard]] const std::string& type() const { return value(0); }
  [[nodiscard]] const std::string& command() const { return value(1); }
  [[nodiscard]] const std::string& caller() const { return value(2); }
  [[nodiscard]] const std::string& target() const { return value(3); }
  [[nodiscard]] const std::string& state() const { return value(4); }
  /// The values of the further columns, by name.
  [[nodiscard]] std::map<std::string, std::string> options() const;
};
/// `KickMembers: type Work, caller owner, ...`.
std::string text_of(const Cell& cell);

/// The first five columns of any command, without options: the lines of common files.
inline constexpr std::size_t common_columns = 5;
/// Lines of the first five columns alone, for all commands. Throws as blocks_of() does.
std::vector<Line> common_lines_of(std::istream& text, const std::string& file);
/// The blocks of a file. Throws std::runtime_error, which names file and line, for a line that is malformed.
std::vector<Block> blocks_of(std::istream& text, const std::string& file);
std::vector<Line> common_lines_of(const std::filesystem::path& path);
std::vector<Block> blocks_of(const std::filesystem::path& path);

/// Whether a line matches a cell; a line with fewer columns says nothing of the others.
bool matches(const Line& line, const Cell& cell);
/// The same, of a line where a command without a variant stands for all of its variants.
bool matches_with_variants(const Line& line, const Cell& cell);

/// The cells of a block, and what is wrong with its lines.
struct Expansion {
  std::vector<Cell> cells;            // matched by exactly one line
  std::vector<std::string> problems;  // a cell without a line or with two; a line without a cell
  std::set<const Line*> excluding;    // lines that excluded something
};
/// Expands the lines over the whole product, without those of `Block::excluded` and of
/// `excluded`. The block must outlive the cells.
Expansion expand(const Block& block, const std::vector<Line>& excluded);

}  // namespace muster::test::spec
