#include <exception>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <muster/cli/apply.hpp>
#include <muster/cli/backup.hpp>
#include <muster/cli/can.hpp>
#include <muster/cli/dump.hpp>
#include <muster/cli/options.hpp>
#include <muster/cli/rules.hpp>
#include <muster/cli/show.hpp>
#include <muster/cli/streams.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/cli/verify.hpp>
#include <muster/version.hpp>

namespace {

using muster::Durability;
using muster::cli::Action;
using muster::cli::add_choice;
using muster::cli::add_folder;

constexpr int tool_failed = 1;
constexpr int wrong_usage = 2;

const char* const description =
    "A rules engine for group chat. Evaluates commands, stores the events, shows the resulting state.";

const char* const apply_help = R"(Apply commands: read JSON Lines, write one result line for each, in order.

A command is one JSON object per line:
  {"command":"CreateGroup","caller":"alice","at":1700000000000,"group":"g1","type":"Public","name":"Readers"}
  {"command":"JoinGroup","caller":"bob","group":"g1","message":"hello"}
Every command has these fields: command, caller, caller_kind (user, app_admin, system), at (milliseconds),
id (makes the command safe to repeat), expect (the group's revision), correlation. All others are its own.

A command that the rules refuse is a result ("ok":false with error, rule and facts), not a failure. Each result is
written as soon as the command is durable, so a program can write one line and wait for the result.)";

const char* const dump_help =
    R"(Print the state: every row as a JSON object, one per line, sorted by kind and key.

Opens the store read-only and changes no file.)";

const char* const backup_help = R"(Copy a whole store, durably, to a folder that does not exist yet.

The copy is a store of its own: to restore it, move it to where the old store was. On the same disk its tables are
hard links, so a bad disk block damages both; use --copy to avoid that. A store that another process has open is
locked; that process must make the backup itself.)";

const char* const verify_help = R"(Check a store or a backup: one line per finding, then a summary line.

Reads every table file and every commit, checks the hash chains, rebuilds all rows and indexes from the commits and
compares them with the stored ones. Changes no file. The exit status is 3 if there are findings or the store is too
damaged to open.)";

const char* const footer = R"(Examples:
  muster apply --db /var/lib/groups < commands.jsonl
  muster apply --db /var/lib/groups --input commands.jsonl --output results.jsonl
  muster dump --db /var/lib/groups --group g1
  muster dump --db /var/lib/groups --group g1 --at 3
  muster show group --db /var/lib/groups g1 g2 --as alice
  muster show members --db /var/lib/groups g1 --as alice --role Admin
  muster can --db /var/lib/groups --as alice g1 KickMembers 'users=["bob"]'
  muster rules diff default rules.json
  muster backup --db /var/lib/groups --to /var/backups/groups.monday
  muster verify --db /var/backups/groups.monday

Exit status: 0 success, 1 failure (bad store, input or output), 2 wrong usage, 3 findings of verify or rules check.)";

void add_apply(CLI::App& app, muster::cli::ApplyOptions& options, Action& chosen) {
  CLI::App* apply = app.add_subcommand("apply", apply_help);
  add_folder(*apply, "--db", options.db, "The store's folder; created if it does not exist");
  apply->add_flag("--existing", options.existing, "Fail if there is no store, instead of creating one");
  apply->add_option("--input", options.input, "Read from FILE instead of standard input")->type_name("FILE");
  apply->add_option("--output", options.output, "Write to FILE instead of standard output")
      ->type_name("FILE");
  apply->add_option("--rules", options.rules, "Use the rules in FILE")->type_name("FILE");
  add_choice<Durability>(
      *apply, "--durability", options.durability, {{{"fsync", Durability::fsync}, {"os", Durability::os}}},
      "Write a result once the disk has the command (fsync) or the operating system has (os)");
  add_choice<bool>(*apply, "--format", options.text, {{{"json", false}, {"text", true}}},
                   "Results as JSON, or as text for people");
  apply->add_flag("--allow-future", options.allow_future, "Accept commands whose `at` is ahead of the clock");
  add_choice<bool>(*apply, "--events", options.full_events, {{{"names", false}, {"full", true}}},
                   "Show the names of events, or whole events");
  apply->callback([&] { chosen = [&options] { return muster::cli::apply(options); }; });
}

void add_dump(CLI::App& app, muster::cli::DumpOptions& options, Action& chosen) {
  CLI::App* dump = app.add_subcommand("dump", dump_help);
  add_folder(*dump, "--db", options.db, "The store's folder");
  dump->add_option("--group", options.group, "Only the rows of group G")
      ->check([](const std::string& id) {
        if (id.empty()) return std::string{"the group id is empty"};
        return id.size() > muster::GroupId::bytes_max
                   ? fmt::format("the group id is longer than {} bytes", muster::GroupId::bytes_max)
                   : std::string{};
      })
      ->type_name("G");
  dump->add_option("--at", options.at,
                   "The state at a revision of the group, an RFC 3339 time, or t:MILLISECONDS")
      ->type_name("REVISION|TIME");
  muster::cli::add_format(*dump, options.format);
  dump->callback([&] { chosen = [&options] { return muster::cli::dump(options); }; });
}

void add_backup(CLI::App& app, muster::cli::BackupOptions& options, Action& chosen) {
  CLI::App* backup = app.add_subcommand("backup", backup_help);
  add_folder(*backup, "--db", options.db, "The store's folder");
  add_folder(*backup, "--to", options.to, "The folder of the copy; must not exist");
  backup->add_flag("--copy", options.copy, "Copy the tables, even where they could be linked");
  backup->callback([&] { chosen = [&options] { return muster::cli::backup(options); }; });
}

void add_verify(CLI::App& app, std::filesystem::path& db, Action& chosen) {
  CLI::App* verify = app.add_subcommand("verify", verify_help);
  add_folder(*verify, "--db", db, "The store's folder");
  verify->callback([&] { chosen = [&db] { return muster::cli::verify(db); }; });
}

int run(int argc, char** argv) {
  CLI::App app{description};
  app.require_subcommand(1);
  app.footer(footer);
  app.set_version_flag("--version", fmt::format("muster {}", muster::version));
  muster::cli::ApplyOptions apply;
  muster::cli::DumpOptions dump;
  muster::cli::BackupOptions backup;
  std::filesystem::path verified;
  Action chosen;
  add_apply(app, apply, chosen);
  add_dump(app, dump, chosen);
  muster::cli::add_show(app, chosen);
  muster::cli::add_can(app, chosen);
  muster::cli::add_rules(app, chosen);
  add_backup(app, backup, chosen);
  add_verify(app, verified, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    if (!std::cout.flush()) throw std::runtime_error{"cannot write the output"};
    return status == 0 ? 0 : wrong_usage;
  }
  return chosen();
}

/// Opens /dev/null for each standard stream that is closed. Otherwise a file of the store could get its
/// descriptor, and what is printed would be written into the store.
void reserve_standard_streams() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(file, F_GETFD) < 0)
      static_cast<void>(::open("/dev/null", file == STDERR_FILENO ? O_WRONLY : O_RDONLY));
}

}  // namespace

int main(int argc, char** argv) {
  reserve_standard_streams();
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
