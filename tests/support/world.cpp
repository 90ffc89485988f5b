#include "support/world.hpp"

#include <utility>

#include <muster/domain/can.hpp>

namespace muster::test {

Notice Tried::notice(NoticeName name) const {
  for (const Notice& notice : notices)
    if (notice.name == name) return notice;
  ADD_FAILURE() << "no " << name_of(name);
  return {};
}

std::vector<NoticeName> Tried::notice_names() const {
  std::vector<NoticeName> names;
  for (const Notice& notice : notices) names.push_back(notice.name);
  return names;
}

void PrintTo(const Tried& tried, std::ostream* out) {
  if (const auto* refusal = tried.refusal()) {
    *out << "refused: " << name_of(refusal->error) << " by " << refusal->rule << ": " << message_of(*refusal);
  } else if (const auto* accepted = tried.accepted()) {
    *out << "accepted with";
    for (const Event& event : accepted->events) *out << ' ' << name_of(event);
    if (accepted->events.empty()) *out << " no events";
  } else {
    *out << "answered from before";
  }
}

namespace {

/// Documents are taken for known, so that no RulesInstalled goes first.
RulesDocument known(Rules rules) { return {.rules = std::move(rules), .built_in = true}; }

/// Whether can() predicted the outcome, by the same steps.
void expect_predicted(const std::optional<Refusal>& predicted, const Trace& trace, const Tried& tried) {
  EXPECT_EQ(predicted.has_value(), tried.refusal() != nullptr) << testing::PrintToString(tried);
  if (predicted && tried.refusal() != nullptr) {
    EXPECT_EQ(*predicted, *tried.refusal())
        << message_of(*predicted) << ", but " << message_of(*tried.refusal());
  }
  EXPECT_EQ(trace, tried.trace);
}

Tried try_on(Overlay& overlay, const RulesDocument& rules, const Caller& caller, const Command& command,
             const With& with, Position position) {
  Tried tried{Unchanged{}, {}, {}, {}};
  const Env env{.rules = &rules,
                .assigned = assigned_id(command, rules.rules, "assigned" + std::to_string(position - 1)),
                .position = position,
                .trace = &tried.trace};
  Request request{.command = command,
                  .caller = caller,
                  .at = with.at,
                  .id = with.id,
                  .expect = with.expect,
                  .correlation = {}};
  Trace predicted_trace;
  Env predicting = env;
  predicting.trace = &predicted_trace;
  const auto predicted = can(overlay, request, predicting);
  std::vector<Commit> commits;
  tried.outcome = step(overlay, std::move(request), env, commits);
  expect_predicted(predicted, predicted_trace, tried);
  if (const auto* unchanged = std::get_if<Unchanged>(&tried.outcome))
    tried.commit.reply = unchanged->answer.reply;
  else if (!commits.empty())
    tried.commit = std::move(commits.back());
  return tried;
}

}  // namespace

Tried try_on(Overlay& overlay, const Rules& rules, const Caller& caller, const Command& command,
             const With& with, Position position) {
  return try_on(overlay, known(rules), caller, command, with, position);
}

World::World(Rules rules)
    : rules_(known(std::move(rules))),
      log_(std::make_shared<std::vector<Commit>>()),
      rows_([log = log_](Position position) -> std::optional<StoredAnswer> {
        const Commit& commit = log->at(position - 1);
        return StoredAnswer{*commit.command, answer_of(commit, position)};
      }) {}

Tried World::tries(const Caller& caller, const Command& command, const With& with) {
  now_ = with.at.value_or(TimeMs{now_.ms + 1});
  Overlay overlay{&rows_};
  const Position position = log_->size() + 1;
  Tried tried = try_on(overlay, rules_, caller, command, {now_, with.id, with.expect}, position);
  if (!std::holds_alternative<Committed>(tried.outcome)) {
    EXPECT_EQ(overlay.written(), 0U) << "a command that was not committed wrote rows";
    return tried;
  }
  const Stamp stamp = stamp_of(tried.commit.head, position);
  for (const Event& event : tried.commit.events) {
    for (Notice& notice : notify(event, stamp)) tried.notices.push_back(std::move(notice));
  }
  rows_.apply(overlay);
  log_->push_back(tried.commit);
  return tried;
}

Tried World::does(const Caller& caller, const Command& command, const With& with) {
  Tried tried = tries(caller, command, with);
  if (tried.refusal() != nullptr)
    ADD_FAILURE() << name_of(command) << " was " << testing::PrintToString(tried);
  return tried;
}
Tried World::does(const Account& account, const Command& command, const With& with) {
  return does(user(account), command, with);
}

void World::mute(const GroupId& group, const Account& account, TimeMs until) {
  GroupRow row = this->group(group);
  ++row.mutes;
  rows_.put<GroupRow>(group, row);
  rows_.put<MuteRow>({group, account}, {until});
}

GroupId id_of(BaseType type) { return type == BaseType::community ? community_g : g; }

CreateGroup creation(BaseType type) {
  CreateGroup create;
  create.type = TypeName{name_of(type)};
  create.group = id_of(type);
  create.name = GroupName{"Readers"};
  return create;
}

World world_of(BaseType type, Rules rules) {
  World world{std::move(rules)};
  CreateGroup create = creation(type);
  const TypeRules& type_rules = *world.rules().find(create.type);
  const GroupId id = id_of(type);
  if (type_rules.initial_members)
    create.members.emplace(
        {InitialMember{adam, type_rules.has_admins ? Role::admin : Role::member}, InitialMember{mia, {}}});
  world.does(olive, create);
  if (!type_rules.initial_members) {
    world.does(adam, JoinGroup{.group = id, .message = {}});
    world.does(mia, JoinGroup{.group = id, .message = {}});
  }
  if (type_rules.activation) world.does(olive, PostMessage{.group = id, .message_id = {}, .topic = {}});
  return world;
}

namespace {

using Names = std::vector<std::string_view>;

std::string joined(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

Names events_of(const Tried& tried) {
  Names names;
  for (const Event& event : tried.accepted()->events) names.push_back(name_of(event));
  return names;
}

/// "arguments, repeated, visible passed; supported did not": the steps that the command was taken through.
std::string walked(const Trace& trace) {
  Names passed;
  std::string failed;
  for (const TracedStep& traced : trace)
    if (traced.passed)
      passed.push_back(name_of(traced.step));
    else
      failed = name_of(traced.step);
  std::string text = joined(passed);
  if (!passed.empty()) text += " passed";
  if (!failed.empty()) text += (text.empty() ? "" : "; ") + failed + " did not";
  return text;
}

/// What became of a command, for somebody who expected something else.
void explain(const Tried& tried, std::ostream& out) {
  if (const Refusal* refusal = tried.refusal())
    out << "which is refused with " << name_of(refusal->error) << ' ' << refusal->code << " by "
        << refusal->rule << ", \"" << message_of(*refusal) << '"';
  else if (tried.repeated() != nullptr)
    out << "which is answered as before, for its id was used";
  else if (const Names events = events_of(tried); events.empty())
    out << "which is accepted and changes nothing";
  else
    out << "which is accepted with " << joined(events);
  out << " (steps: " << walked(tried.trace) << ')';
}

class AcceptedWith {
 public:
  using is_gtest_matcher = void;
  explicit AcceptedWith(Names events) : events_(std::move(events)) {}

  bool MatchAndExplain(const Tried& tried, std::ostream* out) const {
    if (tried.accepted() != nullptr && events_of(tried) == events_) return true;
    if (out != nullptr) explain(tried, *out);
    return false;
  }
  void DescribeTo(std::ostream* out) const {
    *out << "is accepted " << (events_.empty() ? "and changes nothing" : "with " + joined(events_));
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "is not accepted, or not " << (events_.empty() ? "without a change" : "with " + joined(events_));
  }

 private:
  Names events_;
};

std::set<std::string_view>& noted_rules() {
  static std::set<std::string_view> rules;
  return rules;
}

class Refused {
 public:
  using is_gtest_matcher = void;
  Refused(Error error, std::string_view slug) : error_(error), slug_(slug) {}

  bool MatchAndExplain(const Tried& tried, std::ostream* out) const {
    const Refusal* refusal = tried.refusal();
    if (refusal != nullptr && refusal->error == error_ && refusal->rule.slug() == slug_ &&
        has_code(*refusal)) {
      noted_rules().insert(refusal->rule.slug());
      return true;
    }
    if (out != nullptr) explain(tried, *out);
    return false;
  }
  void DescribeTo(std::ostream* out) const {
    *out << "is refused with " << name_of(error_) << ' ' << code_of(error_) << " by " << slug_;
  }
  void DescribeNegationTo(std::ostream* out) const {
    *out << "is not refused with " << name_of(error_) << " by " << slug_;
  }

 private:
  /// A group id in use has another code when the group is the caller's own.
  [[nodiscard]] bool has_code(const Refusal& refusal) const {
    return refusal.code == code_of(error_) || (error_ == Error::group_id_in_use && refusal.code == 10025);
  }

  Error error_;
  std::string_view slug_;
};

}  // namespace

testing::Matcher<const Tried&> accepted_with(std::vector<std::string_view> events) {
  return AcceptedWith{std::move(events)};
}

testing::Matcher<const Tried&> refused(Error error, std::string_view slug) { return Refused{error, slug}; }

std::string_view refusing_rule(const Tried& tried) {
  if (tried.refusal() == nullptr) return {};
  const std::string_view slug = tried.refusal()->rule.slug();
  noted_rules().insert(slug);
  return slug;
}

const std::set<std::string_view>& met_rules() { return noted_rules(); }

}  // namespace muster::test
