#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <muster/cli/row_output.hpp>

/// Options that several subcommands share, with messages that say what would be right.
namespace muster::cli {

/// What the command line asks for: does it and returns the exit status. Each subcommand sets it when it is
/// parsed.
using Action = std::function<int()>;

/// A check of CLI11 for an option that takes one of a few words.
std::function<std::string(const std::string&)> one_of(std::vector<std::string> choices);

/// A required path of a folder. Empty paths, as from an unset variable of a script, are wrong usage.
CLI::Option* add_folder(CLI::App& app, const std::string& option, std::filesystem::path& path,
                        const std::string& help);

/// An option with two values; the first one is the default.
template <class T>
void add_choice(CLI::App& app, const std::string& option, T& value,
                const std::array<std::pair<std::string, T>, 2>& choices, const std::string& help) {
  const auto& [first, second] = choices;
  app.add_option_function<std::string>(
         option,
         [&value, choices](const std::string& name) {
           value = name == choices[1].first ? choices[1].second : choices[0].second;
         },
         help)
      ->check(one_of({first.first, second.first}))
      ->type_name(first.first + "|" + second.first)
      ->default_str(first.first);
}

/// `--format json|table`
void add_format(CLI::App& app, Format& format);

}  // namespace muster::cli
