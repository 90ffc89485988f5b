#pragma once

#include <filesystem>
#include <string_view>

#include <muster/domain/rules/rules.hpp>

namespace muster {

/// Reads a rules file: the rulebook's document with what the file overrides and adds (docs/rules.md, "Rules
/// files"). Throws std::runtime_error that names what is wrong and where.
Rules read_rules_file(const std::filesystem::path& path);
/// The same of the file's text.
Rules read_rules(std::string_view text);

}  // namespace muster
