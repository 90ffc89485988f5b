#pragma once

#include <filesystem>
#include <string_view>

#include <muster/domain/rules/rules.hpp>

namespace muster {

/// Reads a rules file: the built-in rules with the file's overrides and additions (docs/rules.md, "Rules
/// files"). Throws std::runtime_error that says what is wrong and where.
Rules read_rules_file(const std::filesystem::path& path);
/// The same for the text of a file.
Rules read_rules(std::string_view text);

}  // namespace muster
