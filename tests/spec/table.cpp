#include "spec/table.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace muster::test::spec {

std::string text_of(const Place& place) { return place.file + ':' + std::to_string(place.line); }

bool Pattern::matches(std::string_view value) const {
  return (std::ranges::find(values, value) != values.end()) != except;
}

std::size_t Block::size() const {
  std::size_t size = 1;
  for (const Dimension& dimension : dimensions) size *= dimension.values.size();
  return size;
}

std::map<std::string, std::string> Cell::options() const {
  std::map<std::string, std::string> options;
  for (std::size_t i = common_columns; i < at.size(); ++i)
    options.emplace(block->dimensions[i].name, value(i));
  return options;
}

std::string text_of(const Cell& cell) {
  std::string text = cell.command() + ':';
  for (std::size_t i = 0; i < cell.at.size(); ++i)
    if (i != 1 && cell.value(i) != "-")
      text.append(" ").append(cell.block->dimensions[i].name).append(" ").append(cell.value(i)).append(",");
  text.pop_back();
  return text;
}

namespace {

using Words = std::vector<std::string>;

[[noreturn]] void malformed(const Place& place, const std::string& what) {
  throw std::runtime_error{text_of(place) + ": " + what};
}

/// The words of a line, without its comment.
Words words_of(const std::string& line) {
  std::istringstream text{line.substr(0, line.find('#'))};
  Words words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

/// Variants may be written without the command before the dot.
std::string full_name(const std::string& value, const std::string& command) {
  return value.starts_with('.') ? command + value : value;
}

Pattern pattern_of(const std::string& word, const Place& place) {
  if (word == "*") return {.except = true, .values = {}};
  const bool except = word.starts_with('!');
  Pattern pattern{.except = except, .values = split(std::string_view{word}.substr(except ? 1 : 0), '|')};
  for (const std::string& value : pattern.values)
    if (value.empty()) malformed(place, "`" + word + "` has an empty alternative");
  return pattern;
}

/// A line of `columns` patterns, an arrow and a verdict, which has one word unless it is a reason.
Line line_of(const Words& words, const Place& place, std::size_t columns) {
  const auto arrow = std::ranges::find(words, "->");
  const auto before = static_cast<std::size_t>(arrow - words.begin());
  if (arrow == words.end()) malformed(place, "expected `->` and a verdict");
  if (before != columns)
    malformed(place, "expected " + std::to_string(columns) + " columns before `->`, found " +
                         std::to_string(before));
  if (arrow + 1 == words.end()) malformed(place, "expected a verdict after `->`");
  Line line{.place = place, .patterns = {}, .verdict = *(arrow + 1)};
  for (auto word = arrow + 2; word != words.end(); ++word) line.verdict += ' ' + *word;
  for (std::size_t i = 0; i < columns; ++i) line.patterns.push_back(pattern_of(words[i], place));
  return line;
}

/// Reads blocks line by line.
class Reader {
 public:
  void read(const Words& words, const Place& place) {
    if (std::ranges::find(words, "->") != words.end())
      add_line(words, place);
    else if (words.front() == "command")
      begin(words, place);
    else
      add_dimension(words, place);
  }
  std::vector<Block> blocks() && {
    for (const Block& block : blocks_) check(block);
    return std::move(blocks_);
  }

 private:
  static constexpr std::string_view names[common_columns] = {"type", "command", "caller", "target", "state"};

  void begin(const Words& words, const Place& place) {
    if (words.size() < 2) malformed(place, "expected the name of a command");
    command_ = words[1].substr(0, words[1].find('.'));
    Block block{.place = place, .dimensions = {}, .lines = {}, .excluded = {}};
    for (const std::string_view name : names) block.dimensions.push_back({std::string{name}, {"-"}});
    Words& values = block.dimensions[1].values;
    values.clear();
    for (std::size_t i = 1; i < words.size(); ++i) values.push_back(full_name(words[i], command_));
    blocks_.push_back(std::move(block));
  }

  void add_dimension(const Words& words, const Place& place) {
    Block& block = current(place);
    const auto name = std::ranges::find(names, words.front());
    const bool is_option = words.front() == "option";
    if (name == std::end(names) && !is_option)
      malformed(place,
                "`" + words.front() + "` is no column, and a line of patterns needs `->` and a verdict");
    if (!block.lines.empty()) malformed(place, "the columns of a command go before its first line");
    const std::size_t first = is_option ? 2 : 1;
    if (words.size() <= first) malformed(place, "expected values");
    if (is_option) block.dimensions.push_back({words[1], {}});
    Dimension& dimension = is_option ? block.dimensions.back()
                                     : block.dimensions[static_cast<std::size_t>(name - std::begin(names))];
    dimension.values.assign(words.begin() + static_cast<std::ptrdiff_t>(first), words.end());
    for (const std::string& value : dimension.values)
      if (std::ranges::count(dimension.values, value) != 1)
        malformed(place, "`" + value + "` is given twice");
  }

  void add_line(const Words& words, const Place& place) {
    Block& block = current(place);
    Line line = line_of(words, place, block.dimensions.size());
    for (std::string& value : line.patterns[1].values) value = full_name(value, command_);
    for (std::size_t i = 0; i < line.patterns.size(); ++i)
      for (const std::string& value : line.patterns[i].values)
        if (std::ranges::find(block.dimensions[i].values, value) == block.dimensions[i].values.end())
          malformed(place, "`" + value + "` is not a value of `" + block.dimensions[i].name + "`");
    if (line.verdict.find(' ') != std::string::npos) malformed(place, "a verdict is one word");
    (line.verdict == "none" ? block.excluded : block.lines).push_back(std::move(line));
  }

  Block& current(const Place& place) {
    if (blocks_.empty()) malformed(place, "expected `command` first");
    return blocks_.back();
  }

  static void check(const Block& block) {
    if (block.lines.empty()) malformed(block.place, "the command has no lines");
  }

  std::vector<Block> blocks_;
  std::string command_;
};

template <class Read>
void for_each_line(std::istream& text, const std::string& file, Read&& read) {
  Place place{file, 0};
  for (std::string line; std::getline(text, line);) {
    ++place.line;
    if (const Words words = words_of(line); !words.empty()) read(words, place);
  }
}

std::ifstream opened(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read `" + path.string() + "`"};
  return file;
}

}  // namespace

std::vector<Line> common_lines_of(std::istream& text, const std::string& file) {
  std::vector<Line> lines;
  for_each_line(text, file, [&](const Words& words, const Place& place) {
    lines.push_back(line_of(words, place, common_columns));
  });
  return lines;
}

std::vector<Block> blocks_of(std::istream& text, const std::string& file) {
  Reader reader;
  for_each_line(text, file, [&](const Words& words, const Place& place) { reader.read(words, place); });
  return std::move(reader).blocks();
}

std::vector<Line> common_lines_of(const std::filesystem::path& path) {
  std::ifstream file = opened(path);
  return common_lines_of(file, path.filename());
}

std::vector<Block> blocks_of(const std::filesystem::path& path) {
  std::ifstream file = opened(path);
  return blocks_of(file, path.filename());
}

bool matches(const Line& line, const Cell& cell) {
  for (std::size_t i = 0; i < line.patterns.size(); ++i)
    if (!line.patterns[i].matches(cell.value(i))) return false;
  return true;
}

bool matches_with_variants(const Line& line, const Cell& cell) {
  for (std::size_t i = 0; i < line.patterns.size(); ++i) {
    const Pattern& pattern = line.patterns[i];
    const std::string& value = cell.value(i);
    const bool by_command = i == 1 && !pattern.except && pattern.matches(value.substr(0, value.find('.')));
    if (!by_command && !pattern.matches(value)) return false;
  }
  return true;
}

namespace {

/// Whether one of the lines excludes the combination; notes those that do.
bool is_excluded(const std::vector<Line>& lines, const Cell& cell, std::set<const Line*>& excluding) {
  bool excluded = false;
  for (const Line& line : lines) {
    if (!matches(line, cell)) continue;
    excluding.insert(&line);
    excluded = true;
  }
  return excluded;
}

/// Steps to the next combination of values, the last column first; false after the last one.
bool advance(Cell& cell) {
  for (std::size_t i = cell.at.size(); i-- > 0;) {
    if (++cell.at[i] < cell.block->dimensions[i].values.size()) return true;
    cell.at[i] = 0;
  }
  return false;
}

}  // namespace

Expansion expand(const Block& block, const std::vector<Line>& excluded) {
  Expansion expansion;
  std::vector<std::size_t> used(block.lines.size());
  Cell cell{.block = &block, .at = std::vector<std::size_t>(block.dimensions.size()), .line = nullptr};
  do {
    const bool by_all = is_excluded(excluded, cell, expansion.excluding);
    const bool by_block = is_excluded(block.excluded, cell, expansion.excluding);
    if (by_all || by_block) continue;
    std::vector<const Line*> found;
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
      if (!matches(block.lines[i], cell)) continue;
      ++used[i];
      found.push_back(&block.lines[i]);
    }
    if (found.size() == 1) {
      cell.line = found.front();
      expansion.cells.push_back(cell);
      continue;
    }
    std::string problem = text_of(block.place) + ": " + text_of(cell) + ": ";
    problem += found.empty() ? "no line matches" : "several lines match:";
    for (const Line* line : found) problem += ' ' + text_of(line->place);
    expansion.problems.push_back(std::move(problem));
  } while (advance(cell));
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i] == 0)
      expansion.problems.push_back(text_of(block.lines[i].place) + ": no cell is left for the line");
  for (const Line& line : block.excluded)
    if (!expansion.excluding.contains(&line))
      expansion.problems.push_back(text_of(line.place) + ": excludes nothing");
  return expansion;
}

}  // namespace muster::test::spec
