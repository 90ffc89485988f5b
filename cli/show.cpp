#include <memory>
#include <utility>

#include <fmt/format.h>

#include <muster/cli/show.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/writer.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/queries.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

/// An account that nobody is: null instead of an empty text.
json::object json_of_application(const ShownApplication& shown) {
  json::object line{{"group_id", json_of(shown.group_id)}, {"account", json_of(shown.account)}};
  for (auto& member : json_of_members(shown.application)) {
    const bool nobody =
        (member.key() == "inviter" || member.key() == "handler") && member.value().as_string().empty();
    line[member.key()] = nobody ? json::value(nullptr) : member.value();
  }
  return line;
}

/// A store opened to read, with its rows up to its log and its rules.
class Reading {
 public:
  explicit Reading(const ShowOptions& options)
      : store_(open_store(options.db, {.create = false, .read_only = true})),
        rows_(*store_),
        rules_(latest_rules(*store_)),
        caller_{Account{options.as}, options.app_admin ? CallerKind::app_admin : CallerKind::user} {}
  [[nodiscard]] Queries queries() const { return {rows_.rows(), rules_}; }
  [[nodiscard]] const Caller& caller() const { return caller_; }

 private:
  std::unique_ptr<Store> store_;
  ReadableRows rows_;
  Rules rules_;
  Caller caller_;
};

void print_profile(RowOutput& output, const Disclosed<ShownProfile>& disclosed, const std::string& group) {
  if (const auto* refusal = std::get_if<Refusal>(&disclosed))
    return output.print(refusal_object(*refusal, group));
  const auto& shown = std::get<ShownProfile>(disclosed);
  json::object line = json_of_set_members(shown);
  if (!shown.owner_account) line["owner_account"] = nullptr;
  output.print(std::move(line));
}

/// Prints all pages of a list, then its end; or the page that was asked for, its end, and where the next
/// begins.
template <class Page, class Ask, class Print, class End>
void print_pages(RowOutput& output, const ShowOptions& options, Ask&& ask, Print&& print, End&& end) {
  constexpr std::size_t most = 1000;
  PageQuery query{.limit = options.limit.value_or(most), .after = options.after};
  while (true) {
    const Disclosed<Page> disclosed = ask(query);
    if (const auto* refusal = std::get_if<Refusal>(&disclosed))
      return output.print(refusal_object(*refusal, std::nullopt));
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

}  // namespace

int show_groups(const ShowOptions& options) {
  RowOutput output{options.format};
  const Reading reading{options};
  std::vector<GroupId> groups;
  for (const std::string& group : options.groups) groups.emplace_back(group);
  std::vector<CustomKey> fields;
  for (const std::string& field : options.fields) fields.emplace_back(field);
  const auto shown = reading.queries().show_groups(groups, reading.caller(), fields);
  for (std::size_t i = 0; i < shown.size(); ++i) print_profile(output, shown[i], options.groups[i]);
  output.finish();
  return 0;
}

int show_members(const ShowOptions& options) {
  RowOutput output{options.format};
  MemberQuery query{.role = {}, .limit = options.limit.value_or(100), .after = options.after};
  if (!options.role.empty()) {
    query.role = from_name<Role>(options.role);
    if (!query.role)
      throw UsageError{fmt::format("--role `{}` is none of Owner, Admin, Member", options.role)};
  }
  const Reading reading{options};
  const auto disclosed = reading.queries().show_members(GroupId{options.group}, reading.caller(), query);
  if (const auto* refusal = std::get_if<Refusal>(&disclosed)) {
    output.print(refusal_object(*refusal, options.group));
    output.finish();
    return 0;
  }
  const auto& page = std::get<MemberPage>(disclosed);
  for (const ShownMember& member : page.members) output.print(json_of_set_members(member));
  if (!page.next.empty()) output.print({{"next", page.next}});
  output.finish();
  return 0;
}

int show_applications(const ShowOptions& options) {
  RowOutput output{options.format};
  const Reading reading{options};
  std::size_t unread = 0;
  print_pages<ApplicationPage>(
      output, options,
      [&](const PageQuery& query) { return reading.queries().show_applications(reading.caller().account, query); },
      [&](const ApplicationPage& page) {
        for (const ShownApplication& shown : page.applications) output.print(json_of_application(shown));
        unread += page.unread;
      },
      [&] {
        output.print({{"unread", unread}});
      });
  output.finish();
  return 0;
}

int show_joined(const ShowOptions& options) {
  RowOutput output{options.format};
  const Reading reading{options};
  print_pages<JoinedPage>(
      output, options,
      [&](const PageQuery& query) { return reading.queries().show_joined(reading.caller().account, query); },
      [&](const JoinedPage& page) {
        for (const ShownJoined& shown : page.groups) output.print(json_of_set_members(shown));
      },
      [] {});
  output.finish();
  return 0;
}

int search(const ShowOptions& options) {
  RowOutput output{options.format};
  const Reading reading{options};
  print_profile(output, reading.queries().search(GroupId{options.group}, reading.caller()), options.group);
  output.finish();
  return 0;
}

}  // namespace muster::cli
