#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <muster/domain/rules/rules.hpp>

namespace muster {

/// Reads a rules file: the built-in rules with the file's overrides and additions (docs/rules.md, "Rules
/// files"). Throws std::runtime_error that says what is wrong and where.
Rules read_rules_file(const std::filesystem::path& path);
/// The same for the text of a file.
Rules read_rules(std::string_view text);

/// What a rules file says, and all that would keep it from being read.
struct RulesFile {
  Rules rules;  // as far as it could be read
  std::vector<std::string> problems;
};
/// Throws std::runtime_error for a file that cannot be read at all.
RulesFile check_rules_file(const std::filesystem::path& path);

/// The whole document in the form of a rules file: reading it gives the same document.
boost::json::object rules_object(const Rules& rules);

}  // namespace muster
