#include <map>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/generators.hpp"

// docs/rules.md section 3: a command is taken through the steps in their order, and the first that refuses
// ends it. precedence_test.cpp has the pairs by hand; this is any command after any history.
namespace muster::test {
namespace {

/// The errors of each step, typed by hand from section 3; those of step 6 are named by the commands'
/// sections.
const std::map<Step, std::set<Error>> errors_of_steps{
    {Step::arguments, {Error::invalid_argument, Error::too_many_accounts, Error::invalid_group_id}},
    {Step::repeated, {Error::invalid_argument}},
    {Step::visible, {Error::group_not_found}},
    {Step::supported, {Error::not_supported, Error::unknown_custom_field}},
    {Step::permitted, {Error::not_permitted, Error::not_member}},
    {Step::revision, {Error::wrong_revision}},
    {Step::state,
     {Error::invalid_argument, Error::not_permitted, Error::join_disabled, Error::already_member,
      Error::target_not_member, Error::application_not_found, Error::application_handled,
      Error::owner_cannot_quit, Error::muted, Error::type_not_in_plan, Error::group_id_in_use,
      Error::topic_not_found, Error::custom_field_defined, Error::not_idle, Error::topic_id_in_use}},
    {Step::capacity,
     {Error::group_full, Error::joined_group_quota_exceeded, Error::plan_member_limit,
      Error::group_quota_exceeded, Error::avchatroom_quota_exceeded, Error::daily_group_quota_exceeded,
      Error::topic_limit}}};

/// Whether the command acts on a group that must be there.
bool acts_on_a_group(const Command& command) {
  return std::visit(
      []<class C>(const C&) {
        return requires(const C& c) { c.group; }
        &&!requires(const C& c) { c.group.has_value(); };
      },
      command);
}

/// All steps in their order. Commands without a group that is there skip `visible`.
std::vector<Step> steps_for(const Command& command) {
  std::vector<Step> steps{Step::arguments, Step::repeated};
  if (acts_on_a_group(command)) steps.push_back(Step::visible);
  for (const Step step : {Step::supported, Step::permitted, Step::revision, Step::state, Step::capacity})
    steps.push_back(step);
  return steps;
}

/// The step that ended the command; none for an accepted one.
std::optional<Step> ended_at(const Tried& tried) {
  return tried.trace.back().passed ? std::nullopt : std::optional{tried.trace.back().step};
}

Tried try_without_a_commit(const World& world, const Move& move) {
  Overlay overlay{&world.rows()};
  return try_on(overlay, world.rules(), move.caller, move.command, move.with);
}

RC_GTEST_PROP(Steps, AreWalkedInTheirOrderAndTheLastOneTellsTheOutcome, (const std::vector<Move>& moves)) {
  World world;
  std::set<Step> ends;
  for (const Move& move : moves) {
    const std::vector<Step> steps = steps_for(move.command);
    const Tried tried = world.tries(move.caller, move.command, move.with);
    RC_ASSERT(!tried.trace.empty());
    RC_ASSERT(tried.trace.size() <= steps.size());
    for (std::size_t i = 0; i < tried.trace.size(); ++i) {
      RC_ASSERT(tried.trace[i].step == steps[i]);
      if (i + 1 < tried.trace.size()) RC_ASSERT(tried.trace[i].passed);
    }
    const std::optional<Step> end = ended_at(tried);
    if (!end) RC_ASSERT(tried.trace.size() == steps.size());
    RC_ASSERT((tried.accepted() != nullptr) == !end.has_value());
    if (tried.repeated() != nullptr) RC_ASSERT(end == Step::repeated);
    if (end) ends.insert(*end);
  }
  RC_CLASSIFY(ends.size() > 2, "commands ended at more than two steps");
}

RC_GTEST_PROP(Steps, RefuseWithTheirOwnErrorsOnly, (const std::vector<Move>& moves)) {
  World world;
  std::size_t refusals = 0;
  for (const Move& move : moves) {
    const Tried tried = world.tries(move.caller, move.command, move.with);
    if (tried.refusal() == nullptr) continue;
    RC_ASSERT(ended_at(tried).has_value());
    RC_ASSERT(errors_of_steps.at(*ended_at(tried)).contains(tried.refusal()->error));
    ++refusals;
  }
  RC_CLASSIFY(refusals > 5, "more than five refusals");
}

// No later step refuses before an earlier one: a fault that is added to a command is found, unless an earlier
// step ends the command anyhow.
RC_GTEST_PROP(Steps, AFaultOfAnEarlierStepIsFoundFirst, (const std::vector<Move>& moves, Move last)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  last.with.id.reset();  // an answer from before would end it
  const bool names_a_group = acts_on_a_group(last.command);
  const bool takes_expect = names_a_group && !std::holds_alternative<MarkMessagesRead>(last.command);
  if (takes_expect) last.with.expect.reset();
  const Tried plain = try_without_a_commit(world, last);
  const auto expect_found_at = [&](Step step, Error error, const Move& faulty) {
    const Tried tried = try_without_a_commit(world, faulty);
    RC_ASSERT(tried.refusal() != nullptr);
    if (ended_at(plain) && *ended_at(plain) < step) {
      RC_ASSERT(*tried.refusal() == *plain.refusal());
    } else {
      RC_ASSERT(ended_at(tried) == step);
      RC_ASSERT(tried.refusal()->error == error);
    }
  };

  Move untimely = last;
  untimely.with.at = TimeMs{-1};
  expect_found_at(Step::arguments, Error::invalid_argument, untimely);
  if (names_a_group) {
    Move nowhere = last;
    std::visit(
        []<class C>(C& command) {
          if constexpr (requires { command.group = GroupId{"nowhere"}; }) command.group = GroupId{"nowhere"};
          if constexpr (std::is_same_v<C, CreateTopic>) command.topic.reset();  // it would be another group's
        },
        nowhere.command);
    expect_found_at(Step::visible, Error::group_not_found, nowhere);
  }
  if (takes_expect) {
    Move outdated = last;
    outdated.with.expect = 1'000'000;
    expect_found_at(Step::revision, Error::wrong_revision, outdated);
  }
  RC_CLASSIFY(plain.refusal() == nullptr, "fine before the fault");
  RC_CLASSIFY(ended_at(plain) >= Step::revision, "refused late before the fault");
}

// By hand: one accepted and one refused command of each kind of stream.

Trace passed(std::initializer_list<Step> steps) {
  Trace trace;
  for (const Step step : steps) trace.push_back({step, true});
  return trace;
}
Trace refused_at(Step last, std::initializer_list<Step> before) {
  Trace trace = passed(before);
  trace.push_back({last, false});
  return trace;
}

TEST(Steps, OfACommandToAGroupsStream) {
  World world = world_of(BaseType::public_);
  const Tried accepted = world.does(mia, PostMessage{g, {}, {}});
  EXPECT_EQ(accepted.commit.head.stream.kind, StreamKind::group);
  EXPECT_EQ(accepted.trace, passed({Step::arguments, Step::repeated, Step::visible, Step::supported,
                                    Step::permitted, Step::revision, Step::state, Step::capacity}));
  EXPECT_EQ(world.tries(user(otto), PostMessage{g, {}, {}}).trace,
            refused_at(Step::permitted, {Step::arguments, Step::repeated, Step::visible, Step::supported}));
}

TEST(Steps, OfACreationWhichHasNoGroupToSee) {
  World world;
  const Tried accepted = world.does(olive, creation(BaseType::public_));
  EXPECT_EQ(accepted.commit.head.stream.kind, StreamKind::group);
  EXPECT_EQ(accepted.trace, passed({Step::arguments, Step::repeated, Step::supported, Step::permitted,
                                    Step::revision, Step::state, Step::capacity}));
  EXPECT_EQ(world.tries(user(olive), creation(BaseType::public_)).trace,
            refused_at(Step::state,
                       {Step::arguments, Step::repeated, Step::supported, Step::permitted, Step::revision}));
}

TEST(Steps, OfCommandsToAnAccountsStream) {
  World world = world_of(BaseType::public_);
  const Tried accepted = world.does(mia, MarkMessagesRead{g, {}});
  EXPECT_EQ(accepted.trace, passed({Step::arguments, Step::repeated, Step::visible, Step::supported,
                                    Step::permitted, Step::revision, Step::state, Step::capacity}));
  EXPECT_EQ(world.tries(user(mia), MarkMessagesRead{g, 99}).trace,
            refused_at(Step::state, {Step::arguments, Step::repeated, Step::visible, Step::supported,
                                     Step::permitted, Step::revision}));

  world.does(otto, JoinGroup{g, {}});
  const Tried marked = world.does(adam, MarkApplicationsRead{});
  EXPECT_EQ(marked.commit.head.stream.kind, StreamKind::account);
  EXPECT_EQ(marked.trace, passed({Step::arguments, Step::repeated, Step::supported, Step::permitted,
                                  Step::revision, Step::state, Step::capacity}));
  EXPECT_EQ(world.tries(the_system(), MarkApplicationsRead{}).trace,
            refused_at(Step::permitted, {Step::arguments, Step::repeated, Step::supported}));
}

TEST(Steps, OfACommandToTheAppsStream) {
  World world;
  const Tried accepted = world.does(app_admin(), SetPlan{Edition::free, {}, {}});
  EXPECT_EQ(accepted.commit.head.stream.kind, StreamKind::app);
  EXPECT_EQ(accepted.trace, passed({Step::arguments, Step::repeated, Step::supported, Step::permitted,
                                    Step::revision, Step::state, Step::capacity}));
  EXPECT_EQ(world.tries(user(olive), SetPlan{}).trace,
            refused_at(Step::permitted, {Step::arguments, Step::repeated, Step::supported}));
}

TEST(Steps, EndWhereATypeHasNoSuchCommandOrAnIdWasUsed) {
  World work = world_of(BaseType::work);
  EXPECT_EQ(work.tries(user(otto), JoinGroup{g, {}}).trace,
            refused_at(Step::supported, {Step::arguments, Step::repeated, Step::visible}));
  const With once{.at = {}, .id = CommandId{"once"}, .expect = {}};
  work.does(mia, PostMessage{g, {}, {}}, once);
  EXPECT_EQ(work.tries(user(mia), PostMessage{g, {}, {}}, once).trace,
            refused_at(Step::repeated, {Step::arguments}));
  EXPECT_EQ(work.tries(user(mia), QuitGroup{g}, once).trace, refused_at(Step::repeated, {Step::arguments}));
  EXPECT_EQ(work.tries(user(mia), QuitGroup{GroupId{}}, once).trace, refused_at(Step::arguments, {}));
}

}  // namespace
}  // namespace muster::test
