#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <muster/cli/can.hpp>
#include <muster/cli/options.hpp>
#include <muster/cli/read_session.hpp>
#include <muster/cli/row_output.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/writer.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

struct CanOptions {
  std::filesystem::path db;
  std::string as;
  bool app_admin = false;
  bool who = false;
  std::string group;
  std::string command;
  std::vector<std::string> fields;  // `name=value`
  std::size_t limit = 100;
  std::string after;
};

/// Stands for a group that the command does not name.
constexpr std::string_view no_group = "-";

/// Whether the command has a `group` that is not optional.
bool must_name_group(const std::string& command) {
  bool must = false;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        if constexpr (requires(const C& c) { c.group.view(); }) must = must || persisted<C>.name == command;
      });
  return must;
}

/// The line of `muster apply` that the arguments stand for. Throws UsageError.
std::string line_of(const CanOptions& options) {
  json::object line{{"command", options.command}, {"caller", options.who ? "somebody" : options.as}};
  if (options.app_admin) line["caller_kind"] = "app_admin";
  // A group may be called `-`, too.
  if (options.group != no_group || must_name_group(options.command)) line["group"] = options.group;
  for (const std::string& field : options.fields) {
    const auto equals = field.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw UsageError{fmt::format("`{}` is not of the form field=value", field)};
    const std::string name = field.substr(0, equals);
    for (const char* envelope : {"command", "caller", "caller_kind", "group", "id"})
      if (name == envelope)
        throw UsageError{fmt::format(
            "`{}` is no field here: GROUP and COMMAND are arguments, --as and --app-admin say who "
            "calls, and an `id` means nothing",
            name)};
    if (line.contains(name)) throw UsageError{fmt::format("`{}` is given twice", name)};
    auto value = field_value(options.command, name, std::string_view{field}.substr(equals + 1));
    if (const auto* problem = std::get_if<JsonProblem>(&value)) throw UsageError{problem->message};
    line[name] = std::get<json::value>(std::move(value));
  }
  return json::serialize(line);
}

TimeMs now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

json::object refused(const Refusal& refusal) {
  json::object line{{"can", false}};
  for (auto& member : refusal_object(refusal, std::nullopt))
    if (member.key() != "ok") line[member.key()] = member.value();
  return line;
}

json::object verdict(const Queries& queries, const Request& request) {
  Trace trace;
  const TimeMs time = now();
  const auto refusal = queries.can(request, time, &trace);
  if (!refusal) return {{"can", true}};
  json::object line = refused(*refusal);
  json::array steps;
  for (const TracedStep& walked : trace)
    steps.push_back(json::object{{"step", json_name(walked.step)}, {"passed", walked.passed}});
  line["trace"] = std::move(steps);
  json::array nearest;
  for (const NearChange& change : queries.nearest_changes(request, time))
    nearest.push_back(json::value(change.text));
  line["nearest"] = std::move(nearest);
  return line;
}

void print_who(const CanOptions& options, const Queries& queries, const Request& request, RowOutput& output) {
  const auto disclosed = queries.who_can(request, now(), {.limit = options.limit, .after = options.after});
  if (const auto* refusal = std::get_if<Refusal>(&disclosed)) return output.print(refused(*refusal));
  const auto& page = std::get<AblePage>(disclosed);
  output.print({{"levels", json_of(page.levels)}, {"members", json_of(page.members)}});
  if (!page.next.empty()) output.print({{"next", page.next}});
}

int can(const CanOptions& options) {
  if (!options.who && options.as.empty()) throw UsageError{"give --as ACCOUNT or --who"};
  const std::string text = line_of(options);
  const ReadSession session{options.db};
  RowOutput output{Format::json};
  const ReadLine read = read_request(text);
  if (!read.request) {
    json::object line = refused(bad_argument(arguments_json, read.problem->field, {}));
    line["message"] = read.problem->message;
    output.print(std::move(line));
  } else if (options.who) {
    print_who(options, session.queries(), *read.request, output);
  } else {
    output.print(verdict(session.queries(), *read.request));
  }
  output.finish();
  return 0;
}

}  // namespace

void add_can(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("can",
                                         "Say whether a command would be accepted now; if not, the rule, the "
                                         "steps that were checked, and single "
                                         "changes that would allow it. Writes nothing");
  const auto options = std::make_shared<CanOptions>();
  add_folder(*command, "--db", options->db, "The store's folder");
  CLI::Option* as = command->add_option("--as", options->as, "The calling account")->type_name("ACCOUNT");
  command->add_flag("--app-admin", options->app_admin, "Call as an app admin")->needs(as);
  CLI::Option* who = command
                         ->add_flag("--who", options->who,
                                    "Instead, list the levels and the members of the group that could")
                         ->excludes(as);
  command->add_option("--limit", options->limit, "With --who, at most N members, 1 to 1000; 100 by default")
      ->check(CLI::Range(1, 1000))
      ->needs(who)
      ->type_name("N");
  command->add_option("--after", options->after, "Continue after CURSOR, the `next` of the previous page")
      ->needs(who)
      ->type_name("CURSOR");
  command->add_option("group", options->group, "The group's id, or `-` for a command that names none")
      ->required()
      ->type_name("GROUP");
  command->add_option("command", options->command, "The command's name")->required()->type_name("COMMAND");
  command
      ->add_option("fields", options->fields,
                   "The command's other fields: text as it is, everything else as JSON")
      ->type_name("FIELD=VALUE...");
  command->callback([&chosen, options] { chosen = [options] { return can(*options); }; });
}

}  // namespace muster::cli
