#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <muster/cli/options.hpp>

namespace muster::cli {

std::function<std::string(const std::string&)> one_of(std::vector<std::string> choices) {
  return [choices = std::move(choices)](const std::string& given) {
    if (std::ranges::find(choices, given) != choices.end()) return std::string{};
    return fmt::format("expected one of {}; got `{}`", fmt::join(choices, ", "), given);
  };
}

CLI::Option* add_folder(CLI::App& app, const std::string& option, std::filesystem::path& path,
                        const std::string& help) {
  return app.add_option(option, path, help)
      ->required()
      ->check([](const std::string& given) { return std::string{given.empty() ? "the path is empty" : ""}; })
      ->type_name("DIR");
}

void add_format(CLI::App& app, Format& format) {
  add_choice<Format>(app, "--format", format, {{{"json", Format::json}, {"table", Format::table}}},
                     "JSON Lines, or tables for people");
}

}  // namespace muster::cli
