#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <muster/cli/apply.hpp>
#include <muster/cli/backup.hpp>
#include <muster/cli/dump.hpp>
#include <muster/cli/show.hpp>
#include <muster/cli/streams.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/cli/verify.hpp>
#include <muster/version.hpp>

namespace {

using muster::Durability;

constexpr int tool_failed = 1;
constexpr int wrong_usage = 2;

const char* const apply_help = R"(Apply commands: JSON Lines in, one result line each out, in order.

A command is one JSON object a line:
  {"command":"CreateGroup","caller":"alice","at":1700000000000,"group":"g1","type":"Public","name":"Readers"}
  {"command":"JoinGroup","caller":"bob","group":"g1","message":"hello"}
Its envelope: command, caller, caller_kind (user, app_admin, system), at (milliseconds), id (makes it repeatable),
expect (the group's revision), correlation. All other fields are the command's own.

A refused command is a result ("ok":false with error, rule and facts), not a failure. Each answer is written as soon
as it is durable, so a program may write one line and wait for its answer.)";

const char* const dump_help = R"(Print the state: every row as one JSON object a line, by kind, then by key.

Reads only, and leaves every file of the store as it is.)";

const char* const backup_help = R"(Copy a store, whole and durable, to where nothing is yet.

The copy opens as a store of its own: to restore it, put it in the place of the old one. On one disk its tables are
linked, unless --copy is given: a block that the disk loses is then lost to both. A store that another process has
open is locked: that process makes its own backup.)";

const char* const verify_help = R"(Check a store, or a backup: a line for each finding, then a summary line.

Reads every file of tables and every commit with its place in the hash chain, folds the commits and compares all rows
and indexes with that. Changes nothing. Exit status 3 when something was found, also when the store does not open.)";

const char* const footer = R"(Examples:
  muster apply --db /var/lib/groups < commands.jsonl
  muster apply --db /var/lib/groups --input commands.jsonl --output results.jsonl
  muster dump --db /var/lib/groups --group g1
  muster dump --db /var/lib/groups --group g1 --at 3
  muster show group --db /var/lib/groups g1 g2 --as alice
  muster show members --db /var/lib/groups g1 --as alice --role Admin
  muster backup --db /var/lib/groups --to /var/backups/groups.monday
  muster verify --db /var/backups/groups.monday

Exit status: 0 done, 1 the tool failed (bad store, input or output), 2 wrong usage, 3 verify found something.)";

/// Says what would be right, where CLI11's own check does not.
auto one_of(const std::vector<std::string>& choices) {
  return [choices](const std::string& given) {
    if (std::ranges::find(choices, given) != choices.end()) return std::string{};
    return fmt::format("`{}` is none of {}", given, fmt::join(choices, ", "));
  };
}

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

/// A path, which an unset variable of a script would leave empty.
CLI::Option* add_folder(CLI::App& app, const std::string& option, std::filesystem::path& path,
                        const std::string& help) {
  return app.add_option(option, path, help)
      ->required()
      ->check([](const std::string& given) { return std::string{given.empty() ? "the path is empty" : ""}; })
      ->type_name("DIR");
}

void add_format(CLI::App& app, muster::cli::Format& format) {
  using muster::cli::Format;
  add_choice<Format>(app, "--format", format, {{{"json", Format::json}, {"table", Format::table}}},
                     "JSON Lines, or tables for people");
}

void add_apply(CLI::App& app, muster::cli::ApplyOptions& options) {
  CLI::App* apply = app.add_subcommand("apply", apply_help);
  add_folder(*apply, "--db", options.db, "The store's folder; made when there is none");
  apply->add_flag("--existing", options.existing, "Fail when there is no store, instead of making one");
  apply->add_option("--input", options.input, "Read from FILE instead of standard input")->type_name("FILE");
  apply->add_option("--output", options.output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  apply->add_option("--rules", options.rules, "Decide under the rules of FILE")->type_name("FILE");
  add_choice<Durability>(*apply, "--durability", options.durability,
                         {{{"fsync", Durability::fsync}, {"os", Durability::os}}},
                         "Answer when the disk has it (fsync), or the operating system (os)");
  add_choice<bool>(*apply, "--format", options.text, {{{"json", false}, {"text", true}}},
                   "A JSON line for each result, or a line of text for people");
  apply->add_flag("--allow-future", options.allow_future, "Take commands whose `at` is ahead of the clock");
  add_choice<bool>(*apply, "--events", options.full_events, {{{"names", false}, {"full", true}}},
                   "Show the names of events, or whole events");
}

void add_dump(CLI::App& app, muster::cli::DumpOptions& options) {
  CLI::App* dump = app.add_subcommand("dump", dump_help);
  add_folder(*dump, "--db", options.db, "The store's folder");
  dump->add_option("--group", options.group, "Only the rows of group G")
      ->check([](const std::string& id) {
        if (id.empty()) return std::string{"the group's id is empty"};
        return id.size() > muster::GroupId::bytes_max
                   ? fmt::format("a group's id has at most {} bytes", muster::GroupId::bytes_max)
                   : std::string{};
      })
      ->type_name("G");
  dump->add_option("--at", options.at,
                   "As it was: a revision of the group, an RFC 3339 time, or t:MILLISECONDS")
      ->type_name("REVISION|TIME");
  add_format(*dump, options.format);
}

void add_backup(CLI::App& app, muster::cli::BackupOptions& options) {
  CLI::App* backup = app.add_subcommand("backup", backup_help);
  add_folder(*backup, "--db", options.db, "The store's folder");
  add_folder(*backup, "--to", options.to, "The copy's folder; nothing may be there");
  backup->add_flag("--copy", options.copy, "Copy the tables, also on one disk");
}

void add_verify(CLI::App& app, std::filesystem::path& db) {
  CLI::App* verify = app.add_subcommand("verify", verify_help);
  add_folder(*verify, "--db", db, "The store's folder");
}

void add_db(CLI::App& app, muster::cli::ShowOptions& options) {
  add_folder(app, "--db", options.db, "The store's folder");
  add_format(app, options.format);
}
void add_caller(CLI::App& app, muster::cli::ShowOptions& options) {
  app.add_option("--as", options.as, "The account that asks")->required()->type_name("ACCOUNT");
  app.add_flag("--app-admin", options.app_admin, "It asks as an app admin");
}

void add_page(CLI::App& app, muster::cli::ShowOptions& options, const std::string& limit) {
  app.add_option("--limit", options.limit, limit)->check(CLI::Range(1, 1000))->type_name("N");
  app.add_option("--after", options.after, "The cursor `next` of the page before")->type_name("CURSOR");
}

void add_show(CLI::App& app, muster::cli::ShowOptions& options) {
  CLI::App* show = app.add_subcommand("show", "Show what a user or app admin may see, as JSON Lines");
  show->require_subcommand(1);
  CLI::App* group =
      show->add_subcommand("group", "Profiles, one line each; an error line for what is not visible");
  add_db(*group, options);
  group->add_option("groups", options.groups, "The groups' ids")->required()->type_name("G...");
  group->add_option("--fields", options.fields, "Only these custom fields")
      ->delimiter(',')
      ->type_name("KEY,...");
  add_caller(*group, options);
  CLI::App* members = show->add_subcommand("members", "Owner, admins, members, each in the order of joining");
  add_db(*members, options);
  members->add_option("group", options.group, "The group's id")->required()->type_name("G");
  members->add_option("--role", options.role, "Only Owner, Admin or Member")->type_name("R");
  add_page(*members, options, "At most N, up to 1000; 100 otherwise");
  add_caller(*members, options);
  CLI::App* applications =
      show->add_subcommand("applications", "All that the account may decide, and how many are unread");
  add_db(*applications, options);
  applications->add_option("--as", options.as, "The account that decides")->required()->type_name("ACCOUNT");
  add_page(*applications, options, "At most N, up to 1000; all otherwise");
  CLI::App* joined =
      show->add_subcommand("joined", "The account's groups, with its role, options and unread count");
  add_db(*joined, options);
  joined->add_option("account", options.as, "The account")->required()->type_name("A");
  add_page(*joined, options, "At most N, up to 1000; all otherwise");

  CLI::App* search = app.add_subcommand("search", "Find a group by its exact id");
  add_db(*search, options);
  search->add_option("group", options.group, "The group's id")->required()->type_name("G");
  add_caller(*search, options);
}

int run_show(const CLI::App& show, const muster::cli::ShowOptions& options) {
  if (show.got_subcommand("group")) return muster::cli::show_groups(options);
  if (show.got_subcommand("members")) return muster::cli::show_members(options);
  if (show.got_subcommand("applications")) return muster::cli::show_applications(options);
  return muster::cli::show_joined(options);
}

int run(int argc, char** argv) {
  CLI::App app{"muster: the rules core of chat groups. Judges commands, keeps what happened, shows what is."};
  app.require_subcommand(1);
  app.footer(footer);
  app.set_version_flag("--version", fmt::format("muster {}", muster::version));
  muster::cli::ApplyOptions apply;
  muster::cli::DumpOptions dump;
  muster::cli::ShowOptions show;
  muster::cli::BackupOptions backup;
  add_apply(app, apply);
  add_dump(app, dump);
  add_show(app, show);
  add_backup(app, backup);
  std::filesystem::path verified;
  add_verify(app, verified);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    if (!std::cout.flush()) throw std::runtime_error{"the output cannot be written"};
    return status == 0 ? 0 : wrong_usage;
  }
  if (app.got_subcommand("show")) return run_show(*app.get_subcommand("show"), show);
  if (app.got_subcommand("backup")) return muster::cli::backup(backup);
  if (app.got_subcommand("verify")) return muster::cli::verify(verified);
  if (app.got_subcommand("search")) return muster::cli::search(show);
  if (app.got_subcommand("dump")) return muster::cli::dump(dump);
  return muster::cli::apply(apply);
}

/// A store must not be given the number of a standard stream that is closed: what is printed would go into
/// it.
void hold_standard_streams() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(file, F_GETFD) < 0)
      static_cast<void>(::open("/dev/null", file == STDERR_FILENO ? O_WRONLY : O_RDONLY));
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  try {
    return run(argc, argv);
  } catch (const muster::cli::UsageError& error) {
    muster::cli::tell("muster: {}\n", error.what());
    return wrong_usage;
  } catch (const std::exception& error) {
    muster::cli::tell("muster: {}\n", error.what());
    return tool_failed;
  }
}
