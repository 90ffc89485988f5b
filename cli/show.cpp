#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <muster/cli/dump.hpp>
#include <muster/cli/options.hpp>
#include <muster/cli/read_session.hpp>
#include <muster/cli/row_output.hpp>
#include <muster/cli/show.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/writer.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

/// The options of all questions; each question uses some of them.
struct QuestionOptions {
  std::filesystem::path db;
  Format format = Format::json;
  std::string as;          // the calling account
  bool app_admin = false;  // call as an app admin
  std::string group;
  std::vector<std::string> groups;
  std::vector<std::string> accounts;
  std::vector<std::string> fields;   // custom fields; empty: all that the caller may read
  std::string role;                  // empty: every role
  std::optional<std::size_t> limit;  // of a list
  std::string after;                 // the cursor of the page before
};

/// The store's rows, and who asks.
class AskedSession : public ReadSession {
 public:
  explicit AskedSession(const QuestionOptions& options)
      : ReadSession(options.db),
        caller_{Account{options.as}, options.app_admin ? CallerKind::app_admin : CallerKind::user} {}
  [[nodiscard]] const Caller& caller() const { return caller_; }

 private:
  Caller caller_;
};

/// One question: a subcommand, its options beside --db and --format, and what prints the answer.
struct Question {
  const char* name;
  const char* help;
  void (*add_options)(CLI::App& app, QuestionOptions& options);
  void (*print_answer)(const AskedSession& session, const QuestionOptions& options, RowOutput& output);
};

// Options that several questions have.

void add_caller(CLI::App& app, QuestionOptions& options) {
  app.add_option("--as", options.as, "The calling account")->required()->type_name("ACCOUNT");
  app.add_flag("--app-admin", options.app_admin, "Call as an app admin");
}

void add_group(CLI::App& app, QuestionOptions& options) {
  app.add_option("group", options.group, "The group's id")->required()->type_name("G");
}

void add_page(CLI::App& app, QuestionOptions& options, const std::string& limit) {
  app.add_option("--limit", options.limit, limit)->check(CLI::Range(1, 1000))->type_name("N");
  app.add_option("--after", options.after, "Continue after CURSOR, the `next` of the previous page")
      ->type_name("CURSOR");
}

// Output that several questions have.

void print_profile(RowOutput& output, const Disclosed<ShownProfile>& disclosed, const std::string& group) {
  if (const auto* refusal = std::get_if<Refusal>(&disclosed))
    return output.print(refusal_object(*refusal, group));
  const auto& shown = std::get<ShownProfile>(disclosed);
  json::object line = json_of_set_members(shown);
  if (!shown.owner_account) line["owner_account"] = nullptr;
  output.print(std::move(line));
}

/// The group that a question is about, if it names one.
std::optional<std::string> group_named(const QuestionOptions& options) {
  return options.group.empty() ? std::nullopt : std::optional{options.group};
}

/// Without a limit, prints all pages of a list and then its end. With one, prints a single page, the end, and
/// the cursor of the next page if there is one.
template <class Page, class Ask, class Print, class End>
void print_pages(RowOutput& output, const QuestionOptions& options, Ask&& ask, Print&& print, End&& end) {
  constexpr std::size_t page_items_max = 1000;
  PageQuery query{.limit = options.limit.value_or(page_items_max), .after = options.after};
  while (true) {
    const Disclosed<Page> disclosed = ask(query);
    if (const auto* refusal = std::get_if<Refusal>(&disclosed))
      return output.print(refusal_object(*refusal, group_named(options)));
    const Page& page = std::get<Page>(disclosed);
    print(page);
    if (page.next.empty() || options.limit) {
      end();
      if (!page.next.empty()) output.print({{"next", page.next}});
      return;
    }
    query.after = page.next;
  }
}

// show group

void add_group_options(CLI::App& app, QuestionOptions& options) {
  app.add_option("groups", options.groups, "The groups' ids")->required()->type_name("G...");
  app.add_option("--fields", options.fields, "Only these custom fields")
      ->delimiter(',')
      ->type_name("KEY,...");
  add_caller(app, options);
}

void print_groups(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  std::vector<GroupId> groups;
  for (const std::string& group : options.groups) groups.emplace_back(group);
  std::vector<CustomKey> fields;
  for (const std::string& field : options.fields) fields.emplace_back(field);
  const auto shown = session.queries().show_groups(groups, session.caller(), fields);
  for (std::size_t i = 0; i < shown.size(); ++i) print_profile(output, shown[i], options.groups[i]);
}

// show members

void add_members_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  app.add_option("--role", options.role, "Only members with this role")
      ->check([](const std::string& role) {
        // Empty, as from an unset variable of a script: every role.
        return role.empty() ? std::string{} : one_of({"Owner", "Admin", "Member"})(role);
      })
      ->type_name("Owner|Admin|Member");
  add_page(app, options, "At most N members, 1 to 1000; 100 by default");
  add_caller(app, options);
}

void print_members(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  const MemberQuery query{
      .role = from_name<Role>(options.role), .limit = options.limit.value_or(100), .after = options.after};
  const auto disclosed = session.queries().show_members(GroupId{options.group}, session.caller(), query);
  if (const auto* refusal = std::get_if<Refusal>(&disclosed))
    return output.print(refusal_object(*refusal, options.group));
  const auto& page = std::get<MemberPage>(disclosed);
  for (const ShownMember& member : page.members) output.print(json_of_set_members(member));
  if (!page.next.empty()) output.print({{"next", page.next}});
}

// show member

void add_member_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  app.add_option("accounts", options.accounts, "The members' accounts")->required()->type_name("A...");
  add_caller(app, options);
}

void print_member(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  std::vector<Account> accounts;
  for (const std::string& account : options.accounts) accounts.emplace_back(account);
  for (const auto& disclosed :
       session.queries().show_member(GroupId{options.group}, accounts, session.caller())) {
    if (const auto* refusal = std::get_if<Refusal>(&disclosed))
      output.print(refusal_object(*refusal, options.group));
    else
      output.print(json_of_set_members(std::get<ShownMember>(disclosed)));
  }
}

// show applications

void add_applications_options(CLI::App& app, QuestionOptions& options) {
  app.add_option("--as", options.as, "The calling account")->required()->type_name("ACCOUNT");
  add_page(app, options, "At most N applications, 1 to 1000; all by default");
}

/// An application with null, instead of an empty string, where there is no inviter or handler.
json::object json_of_application(const ShownApplication& shown) {
  json::object line{{"group_id", json_of(shown.group_id)}, {"account", json_of(shown.account)}};
  for (auto& member : json_of_members(shown.application)) {
    const bool nobody =
        (member.key() == "inviter" || member.key() == "handler") && member.value().as_string().empty();
    line[member.key()] = nobody ? json::value(nullptr) : member.value();
  }
  return line;
}

void print_applications(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  std::size_t unread = 0;
  print_pages<ApplicationPage>(
      output, options,
      [&](const PageQuery& query) {
        return session.queries().show_applications(session.caller().account, query);
      },
      [&](const ApplicationPage& page) {
        for (const ShownApplication& shown : page.applications) output.print(json_of_application(shown));
        unread += page.unread;
      },
      [&] {
        output.print({{"unread", unread}});
      });
}

// show mutes

void add_mutes_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  add_page(app, options, "At most N mutes, 1 to 1000; all by default");
  add_caller(app, options);
}

void print_mutes(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  print_pages<RowPage<MuteRow>>(
      output, options,
      [&](const PageQuery& query) {
        return session.queries().show_mutes(GroupId{options.group}, session.caller(), query);
      },
      [&](const RowPage<MuteRow>& page) {
        for (const auto& [key, mute] : page.rows)
          output.print({{"account", json_of(key.second)}, {"mute_until", json_of(mute.until)}});
      },
      [] {});
}

// show topics

void add_topics_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  add_page(app, options, "At most N topics, 1 to 1000; all by default");
  add_caller(app, options);
}

void print_topics(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  print_pages<RowPage<TopicRow>>(
      output, options,
      [&](const PageQuery& query) {
        return session.queries().show_topics(GroupId{options.group}, session.caller(), query);
      },
      [&](const RowPage<TopicRow>& page) {
        for (const auto& [key, topic] : page.rows) output.print(topic_object(key, topic));
      },
      [] {});
}

// show readable

void add_readable_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  add_caller(app, options);
}

void print_readable(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  const auto disclosed = session.queries().show_readable(GroupId{options.group}, session.caller());
  if (const auto* refusal = std::get_if<Refusal>(&disclosed))
    return output.print(refusal_object(*refusal, options.group));
  output.print(json_of_members(std::get<ShownReadable>(disclosed)));
}

// show app

void add_app_options(CLI::App& app, QuestionOptions& options) { add_caller(app, options); }

void print_app(const AskedSession& session, const QuestionOptions&, RowOutput& output) {
  const auto disclosed = session.queries().show_app(session.caller());
  if (const auto* refusal = std::get_if<Refusal>(&disclosed))
    return output.print(refusal_object(*refusal, std::nullopt));
  output.print(app_object(std::get<AppRow>(disclosed)));
}

// show joined

void add_joined_options(CLI::App& app, QuestionOptions& options) {
  app.add_option("account", options.as, "The account")->required()->type_name("A");
  add_page(app, options, "At most N groups, 1 to 1000; all by default");
}

void print_joined(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  print_pages<JoinedPage>(
      output, options,
      [&](const PageQuery& query) { return session.queries().show_joined(session.caller().account, query); },
      [&](const JoinedPage& page) {
        for (const ShownJoined& shown : page.groups) output.print(json_of_set_members(shown));
      },
      [] {});
}

// search

void add_search_options(CLI::App& app, QuestionOptions& options) {
  add_group(app, options);
  add_caller(app, options);
}

void print_found(const AskedSession& session, const QuestionOptions& options, RowOutput& output) {
  print_profile(output, session.queries().search(GroupId{options.group}, session.caller()), options.group);
}

/// The subcommands of `muster show`. To add a question, add a row.
constexpr std::array show_questions{
    Question{"group", "Group profiles, one per line; an error line for each group that is not visible",
             add_group_options, print_groups},
    Question{"members", "A group's members: the owner, then admins, then members, each by time of joining",
             add_members_options, print_members},
    Question{"member", "One member of a group or several; an error line for each that is not one",
             add_member_options, print_member},
    Question{"applications", "The applications that the account may decide, and how many are unread",
             add_applications_options, print_applications},
    Question{"mutes", "Who is muted in a group and until when, for callers who may mute", add_mutes_options,
             print_mutes},
    Question{"topics", "A group's topics, for members and app admins", add_topics_options, print_topics},
    Question{"readable", "Which of a group's messages the account may read", add_readable_options,
             print_readable},
    Question{"app", "The app's settings and custom fields, for app admins", add_app_options, print_app},
    Question{"joined", "The account's groups, with its role, options and unread count", add_joined_options,
             print_joined},
};
constexpr Question search_question{"search", "Find a group by its exact id", add_search_options, print_found};

int run_question(const Question& question, const QuestionOptions& options) {
  RowOutput output{options.format};
  question.print_answer(AskedSession{options}, options, output);
  output.finish();
  return 0;
}

void add_question(CLI::App& parent, const Question& question, Action& chosen) {
  CLI::App* app = parent.add_subcommand(question.name, question.help);
  const auto options = std::make_shared<QuestionOptions>();
  add_folder(*app, "--db", options->db, "The store's folder");
  add_format(*app, options->format);
  question.add_options(*app, *options);
  app->callback([&chosen, &question, options] {
    chosen = [&question, options] { return run_question(question, *options); };
  });
}

}  // namespace

void add_show(CLI::App& app, Action& chosen) {
  CLI::App* show = app.add_subcommand("show", "Show what a user or an app admin may see, as JSON Lines");
  show->require_subcommand(1);
  for (const Question& question : show_questions) add_question(*show, question, chosen);
  add_question(app, search_question, chosen);
}

}  // namespace muster::cli
