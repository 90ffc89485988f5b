#include <muster/projections/pages.hpp>
#include <muster/projections/queries.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {
namespace {

/// How many members a page of who_can looks at.
constexpr std::size_t tried_max = 10'000;

RulesDocument document_of_query(const Rules& rules) {
  return {.rules = rules, .bytes = {}, .digest = {}, .built_in = true};
}

Env env_of(const RulesDocument& rules, TimeMs now, Trace* trace = nullptr) {
  Env env{.rules = &rules, .time = now, .assigned = {}};
  env.trace = trace;
  return env;
}

/// What keeps the command from being given by anybody: its arguments, or that there is no such group.
std::optional<Refusal> refused_for_everybody(const View& view, Request request, Env env) {
  Trace trace;
  env.trace = &trace;
  request.caller = {Account{"somebody"}, CallerKind::app_admin};
  Overlay rows{&view};
  auto refused = muster::can(rows, request, env);
  const bool everybody =
      refused && (trace.back().step == Step::arguments || trace.back().step == Step::visible);
  return everybody ? std::move(refused) : std::nullopt;
}

}  // namespace

std::optional<Refusal> Queries::can(const Request& request, TimeMs now, Trace* trace) const {
  const RulesDocument rules = document_of_query(*rules_);
  return ask([&](const View& view) {
    Overlay rows{&view};
    return muster::can(rows, request, env_of(rules, now, trace));
  });
}

std::vector<NearChange> Queries::nearest_changes(const Request& request, TimeMs now) const {
  const RulesDocument rules = document_of_query(*rules_);
  return ask([&](const View& view) { return muster::nearest_changes(view, request, env_of(rules, now)); });
}

Disclosed<AblePage> Queries::who_can(const Request& request, TimeMs now, const PageQuery& query) const {
  const RulesDocument rules = document_of_query(*rules_);
  const Env env = env_of(rules, now);
  RowView view{*rows_, scratch_rows};
  if (auto refused = refused_for_everybody(view, request, env)) return *std::move(refused);
  const GroupId* group_named = group_of(request.command);
  const std::string roster = group_named == nullptr ? std::string{} : roster_of(*group_named, std::nullopt);
  const auto after = from_cursor(query.after);
  if (!after || (!after->empty() && (group_named == nullptr || !is_place(roster + *after, roster))))
    return bad_cursor();
  AblePage page{.levels = levels_that_can(view, request, env), .members = {}, .next = {}};
  if (group_named == nullptr) return page;
  const std::string from = after->empty() ? std::string{} : roster + *after;
  const std::size_t limit = size_of_page(query.limit);
  std::size_t tried = 0;
  std::string last;
  rows_->scan(roster, from, [&](std::string_view key, std::string_view) {
    if (key == from) return true;
    if (page.members.size() == limit || tried == tried_max) {
      page.next = to_cursor(std::string_view{last}.substr(roster.size()));
      return false;
    }
    Request own = request;
    own.caller = {key_of<RosterRow>(key).account, CallerKind::user};
    Overlay rows{&view};
    if (!muster::can(rows, own, env)) page.members.push_back(own.caller.account);
    view.trim();
    last = key;
    ++tried;
    return true;
  });
  return page;
}

}  // namespace muster
