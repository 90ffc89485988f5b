#include <muster/eventstore/codec.hpp>

#include "support/world.hpp"

// What step() leaves in the storage that its caller gave it.
namespace muster::test {
namespace {

class Step : public testing::Test {
 protected:
  /// Tries the command after `before`, which is the commit that the caller's vector has already.
  Outcome tries(const Command& command, bool rules_known = true) {
    RulesDocument rules = document_of(default_rules());
    rules.built_in = rules_known;
    Request request{.command = command, .caller = user(olive)};
    request.at = later(99);
    request.id = CommandId{"once"};
    Outcome outcome = step(overlay, std::move(request), {.rules = &rules, .position = 77}, commits);
    left = request.command;
    return outcome;
  }

  World world = world_of(BaseType::public_);
  Overlay overlay{&world.rows()};
  const Commit before = [] {
    Commit commit;
    commit.head.revision = 7;
    return commit;
  }();
  std::vector<Commit> commits{before};
  Command left;  // the request's command afterwards
};

TEST_F(Step, AddsACommitBehindThoseThatAreThere) {
  const Outcome outcome = tries(PostMessage{g, {}, {}});
  ASSERT_TRUE(std::holds_alternative<Committed>(outcome));
  EXPECT_EQ(std::get<Committed>(outcome).count, 1U);
  ASSERT_EQ(commits.size(), 2U);
  EXPECT_EQ(commits[0], before);
  EXPECT_EQ(commits[1].command, Command{(PostMessage{g, {}, {}})});
  EXPECT_GT(overlay.written(), 0U);
}

// docs/rules.md, "What it means for a store": a document that the store does not know is committed first.
TEST_F(Step, ADocumentThatIsNotKnownGoesFirst) {
  const Outcome outcome = tries(PostMessage{g, {}, {}}, false);
  ASSERT_TRUE(std::holds_alternative<Committed>(outcome));
  EXPECT_EQ(std::get<Committed>(outcome).count, 2U);
  ASSERT_EQ(commits.size(), 3U);
  EXPECT_EQ(commits[1].command, std::nullopt);
  EXPECT_EQ(commits[1].head.stream, StreamId::app());
  ASSERT_EQ(commits[1].events.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<RulesInstalled>(commits[1].events[0]));
  const CommitHead& head = commits[2].head;
  EXPECT_EQ(head.app_revision, commits[1].head.revision);
  const auto* answered = overlay.find<CommandIdRow>(command_id_key(head.stream, head.caller, head.id, false));
  ASSERT_NE(answered, nullptr);
  EXPECT_EQ(answered->position, 78U) << "77 is the document's";
}

TEST_F(Step, ARefusalLeavesNothing) {  // join.already
  const Command join = JoinGroup{g, {}};
  const Outcome outcome = tries(join);
  ASSERT_TRUE(std::holds_alternative<Refusal>(outcome));
  EXPECT_EQ(std::get<Refusal>(outcome).rule.slug(), "join.already");
  EXPECT_EQ(commits, std::vector{before});
  EXPECT_EQ(overlay.written(), 0U);
  EXPECT_EQ(left, join);
}

TEST_F(Step, WhatChangesNothingLeavesNothing) {
  const Command same = SetReceiveOption{g, MsgFlag::accept_and_notify};
  EXPECT_TRUE(std::holds_alternative<Unchanged>(tries(same)));
  EXPECT_EQ(commits, std::vector{before});
  EXPECT_EQ(overlay.written(), 0U);
  EXPECT_EQ(left, same);
}

}  // namespace
}  // namespace muster::test
