#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rule_catalog.hpp>
#include <muster/domain/rules/rules.hpp>

#include "support/paths.hpp"

// docs/rules/published.md maps the service's published tables to rules and tests. Every name on it exists.
namespace muster::test {
namespace {

constexpr std::string_view page = "docs/rules/published.md";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{source_dir() / path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

struct Line {
  std::size_t number = 0;
  std::string text;
};
/// For messages: where a line is.
std::string place_of(const Line& line) { return concat(page, ':', std::to_string(line.number)); }

std::vector<Line> lines_of(const std::string& text) {
  std::vector<Line> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back({lines.size() + 1, line});
  return lines;
}

/// What a text has in backticks.
std::vector<std::string> quoted_in(const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t from = text.find('`'); from != std::string::npos; from = text.find('`', from + 1)) {
    const std::size_t to = text.find('`', from + 1);
    if (to == std::string::npos) break;
    found.push_back(text.substr(from + 1, to - from - 1));
    from = to;
  }
  return found;
}

/// The cells of a table's line, without the spaces around them; none for another line.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  if (!line.starts_with("| ")) return cells;
  for (std::size_t from = 2; from < line.size();) {
    const std::size_t to = std::min(line.find(" |", from), line.size());
    cells.push_back(line.substr(from, to - from));
    from = to + 3;
  }
  return cells;
}

/// A part of a published row: `| # | row | type | the page says | muster | by | test |`.
struct Part {
  Line line;
  std::string id;  // `8.4c`
  std::string muster;
  std::string by;
  std::string test;
};

const std::regex& id_of_part() {
  static const std::regex regex{R"(\d+\.\d+[a-z]?)"};
  return regex;
}

std::vector<Part> parts_of(const std::vector<Line>& lines) {
  std::vector<Part> parts;
  for (const Line& line : lines) {
    const std::vector<std::string> cells = cells_of(line.text);
    if (cells.size() == 7 && std::regex_match(cells[0], id_of_part()))
      parts.push_back({.line = line, .id = cells[0], .muster = cells[4], .by = cells[5], .test = cells[6]});
  }
  return parts;
}

/// The ids in the first column of the table below a heading.
std::set<std::string> listed_below(const std::vector<Line>& lines, std::string_view heading) {
  std::set<std::string> ids;
  bool below = false;
  for (const Line& line : lines) {
    if (line.text.starts_with("## ")) below = line.text == heading;
    const std::vector<std::string> cells = cells_of(line.text);
    if (!below || cells.empty()) continue;
    for (std::sregex_iterator id{cells[0].begin(), cells[0].end(), id_of_part()}, end; id != end; ++id)
      EXPECT_TRUE(ids.insert(id->str()).second) << place_of(line) << ": " << id->str() << " is listed twice";
  }
  return ids;
}

/// `kick.rank`: what a rule's name looks like.
bool looks_like_slug(const std::string& word) {
  static const std::regex regex{"[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*"};
  return std::regex_match(word, regex);
}

/// The names of the fields of a rules document; a category of notices is `notices.member_change`.
std::set<std::string> fields_of_rules() {
  std::set<std::string> names;
  const auto add = [&names](const auto& object, const std::string& prefix) {
    for_each_member(object, [&](const char* name, const auto&) { names.insert(prefix + name); });
  };
  add(TypeRules{}, "");
  add(PlanRules{}, "");
  add(NoticeRules{}, "notices.");
  return names;
}

/// The tests that a file defines, as `Suite.Name`.
std::set<std::string> tests_in(const std::string& source) {
  constexpr std::string_view name_characters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  std::set<std::string> tests;
  for (const std::string_view macro : {"TEST(", "TEST_F(", "TEST_P(", "TYPED_TEST(", "RC_GTEST_PROP("})
    for (std::size_t at = source.find(macro); at != std::string::npos; at = source.find(macro, at + 1)) {
      if (at != 0 && source[at - 1] != '\n') continue;
      const std::size_t suite = at + macro.size();
      const std::size_t comma = source.find(',', suite);
      const std::size_t name = source.find_first_of(name_characters, comma);
      if (comma == std::string::npos || name == std::string::npos) continue;
      const std::size_t end = std::min(source.find_first_not_of(name_characters, name), source.size());
      tests.insert(source.substr(suite, comma - suite) + '.' + source.substr(name, end - name));
    }
  return tests;
}

class Published : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(lines.empty()) << page << " is missing";
    ASSERT_GT(parts.size(), 300U) << "the tables have another shape than this test reads";
  }
  const std::vector<Line> lines = lines_of(text_of(page));
  const std::vector<Part> parts = parts_of(lines);
};

TEST_F(Published, EverySlugIsARule) {
  const std::set<std::string> fields = fields_of_rules();
  for (const Line& line : lines)
    for (const std::string& word : quoted_in(line.text)) {
      if (!looks_like_slug(word) || fields.contains(word)) continue;
      EXPECT_NE(find_rule(word), nullptr) << place_of(line) << ": no rule `" << word << '`';
    }
}

TEST_F(Published, WhatDecidesIsARuleOrAFieldOfTheRulesDocument) {
  const std::set<std::string> fields = fields_of_rules();
  for (const Part& part : parts)
    for (const std::string& word : quoted_in(part.by))
      EXPECT_TRUE(find_rule(word) != nullptr || fields.contains(word))
          << place_of(part.line) << ": `" << word
          << "` is neither a rule nor a field of a type, a plan or the notices";
}

TEST_F(Published, EveryTestIsInItsFile) {
  std::map<std::string, std::set<std::string>> files;
  for (const Line& line : lines)
    for (const std::string& word : quoted_in(line.text)) {
      const std::size_t colon = word.find(": ");
      if (!word.starts_with("tests/") || colon == std::string::npos) continue;
      const std::string path = word.substr(0, colon);
      const std::string test = word.substr(colon + 2);
      ASSERT_TRUE(std::filesystem::is_regular_file(source_dir() / path))
          << place_of(line) << ": no file " << path;
      const auto [file, is_new] = files.try_emplace(path);
      if (is_new) file->second = tests_in(text_of(path));
      EXPECT_TRUE(file->second.contains(test)) << place_of(line) << ": no test " << test << " in " << path;
    }
}

// `reading *question*`, a row of the table of section 16.
TEST_F(Published, EveryReadingIsInSection16) {
  std::set<std::string> questions;
  bool in_section = false;
  for (const Line& line : lines_of(text_of("docs/rules.md"))) {
    if (line.text.starts_with("## ")) in_section = line.text.starts_with("## 16.");
    const std::vector<std::string> cells = cells_of(line.text);
    if (in_section && cells.size() == 3) questions.insert(cells[0]);
  }
  std::set<std::string> taken;
  const std::regex reading{R"(reading \*([^*]+)\*)"};
  for (const Line& line : lines)
    for (std::sregex_iterator at{line.text.begin(), line.text.end(), reading}, end; at != end; ++at) {
      taken.insert((*at)[1]);
      EXPECT_TRUE(questions.contains((*at)[1]))
          << place_of(line) << ": section 16 of docs/rules.md has no reading `" << (*at)[1] << '`';
    }
  questions.erase("question");
  for (const std::string& question : questions)
    EXPECT_TRUE(taken.contains(question)) << page << " does not mention the reading `" << question << '`';
}

TEST_F(Published, EveryPartHasATestOrIsListedAsHavingNone) {
  std::set<std::string> ids;
  std::set<std::string> listed = listed_below(lines, "## Rows without a test");
  for (const Part& part : parts) {
    EXPECT_TRUE(ids.insert(part.id).second) << place_of(part.line) << ": " << part.id << " is there twice";
    const bool foreign = part.muster.starts_with("not muster's subject");
    const bool untested = part.test == "none";
    EXPECT_EQ(part.test == "–", foreign)
        << place_of(part.line) << ": only what is not muster's subject has `–`";
    EXPECT_TRUE(foreign || untested || part.test.starts_with("`tests/"))
        << place_of(part.line) << ": neither a test nor `none`";
    EXPECT_EQ(listed.erase(part.id) == 1, untested)
        << place_of(part.line) << ": `none` must be listed under \"Rows without a test\", and nothing else";
  }
  EXPECT_THAT(listed, testing::IsEmpty()) << "listed without a part that has no test";
}

TEST_F(Published, EveryDifferenceWithoutAReadingIsListed) {
  std::set<std::string> listed = listed_below(lines, "## Differences without a reading");
  for (const Part& part : parts) {
    const bool different = part.muster.find("(#differences-without-a-reading)") != std::string::npos;
    EXPECT_EQ(listed.erase(part.id) == 1, different)
        << place_of(part.line) << ": a part that links to the differences must be listed there, and no other";
  }
  EXPECT_THAT(listed, testing::IsEmpty()) << "listed without a part that links there";
}

}  // namespace
}  // namespace muster::test
