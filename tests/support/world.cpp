#include "support/world.hpp"

#include <utility>

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

Tried try_on(Overlay& overlay, const RulesDocument& rules, const Caller& caller, const Command& command,
             const With& with, Position position) {
  Tried tried{Unchanged{}, {}, {}, {}};
  const Env env{.rules = &rules,
                .assigned = {.group = GroupId{"@TGS#assigned" + std::to_string(position - 1)}, .topic = {}},
                .position = position,
                .trace = &tried.trace};
  std::vector<Commit> commits;
  tried.outcome = step(overlay,
                       {.command = command,
                        .caller = caller,
                        .at = with.at,
                        .id = with.id,
                        .expect = with.expect,
                        .correlation = {}},
                       env, commits);
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

testing::Matcher<const Tried&> accepted_with(std::vector<std::string_view> events) {
  return testing::Truly([events = std::move(events)](const Tried& tried) {
    if (tried.accepted() == nullptr) return false;
    std::vector<std::string_view> found;
    for (const Event& event : tried.accepted()->events) found.push_back(name_of(event));
    return found == events;
  });
}

testing::Matcher<const Tried&> refused(Error error, std::string_view slug) {
  return testing::Truly([error, slug](const Tried& tried) {
    const Refusal* refusal = tried.refusal();
    return refusal != nullptr && refusal->error == error && refusal->rule.slug() == slug &&
           (refusal->code == code_of(error) || (error == Error::group_id_in_use && refusal->code == 10025));
  });
}

}  // namespace muster::test
