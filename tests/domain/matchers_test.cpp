#include <string>

#include "support/world.hpp"

// What a failed expectation about a command tells its reader.
namespace muster::test {
namespace {

using TriedMatcher = testing::Matcher<const Tried&>;

std::string description(const TriedMatcher& matcher) {
  return testing::DescribeMatcher<const Tried&>(matcher);
}
/// Why the matcher does not match; empty when it does.
std::string explanation(const TriedMatcher& matcher, const Tried& tried) {
  testing::StringMatchResultListener listener;
  return matcher.MatchAndExplain(tried, &listener) ? "" : listener.str();
}

TEST(Matchers, SayWhatIsExpected) {
  EXPECT_EQ(description(refused(Error::not_member, "quit.member")),
            "is refused with NotMember 10007 by quit.member");
  EXPECT_EQ(description(accepted_with({"MembersLeft", "GroupRecycled"})),
            "is accepted with MembersLeft, GroupRecycled");
  EXPECT_EQ(description(accepted_changing_nothing()), "is accepted and changes nothing");
}

TEST(Matchers, SayWhichRuleRefusedInsteadAndAtWhichStep) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(user(mia), DismissGroup{g});
  const char* const why =
      "which is refused with NotPermitted 10007 by dismiss.level, \"your level is too low to dismiss the "
      "group (type `Public`, state active, level Member, level_needed Owner, cell dismiss_group)\" "
      "(steps: arguments, repeated, visible, supported passed; permitted did not)";
  EXPECT_EQ(explanation(refused(Error::not_member, "dismiss.member"), tried), why);
  EXPECT_EQ(explanation(refused(Error::not_member, "dismiss.level"), tried), why) << "another error";
  EXPECT_EQ(explanation(accepted_with({"GroupDismissed"}), tried), why);
  EXPECT_EQ(explanation(refused(Error::not_permitted, "dismiss.level"), tried), "");
}

TEST(Matchers, SayWhichEventsThereAreInstead) {
  World world = world_of(BaseType::public_);
  const char* const steps =
      " (steps: arguments, repeated, visible, supported, permitted, revision, state, capacity passed)";
  const Tried left = world.tries(user(mia), QuitGroup{g});
  const std::string why = std::string{"which is accepted with MembersLeft"} + steps;
  EXPECT_EQ(explanation(accepted_with({"MembersLeft", "GroupRecycled"}), left), why);
  EXPECT_EQ(explanation(accepted_changing_nothing(), left), why);
  EXPECT_EQ(explanation(refused(Error::not_member, "quit.member"), left), why);
  EXPECT_EQ(explanation(accepted_with({"MembersLeft"}), left), "");

  const Tried same = world.tries(user(olive), TransferGroup{g, olive});
  EXPECT_EQ(explanation(accepted_with({"OwnerChanged"}), same),
            std::string{"which is accepted and changes nothing"} + steps);
}

TEST(Matchers, SayThatAnIdWasUsedBefore) {
  World world = world_of(BaseType::public_);
  const With once{.at = {}, .id = CommandId{"once"}, .expect = {}};
  world.does(mia, PostMessage{g, {}, {}}, once);
  EXPECT_EQ(
      explanation(accepted_with({"MessagePosted"}), world.tries(user(mia), PostMessage{g, {}, {}}, once)),
      "which is answered as before, for its id was used (steps: arguments passed; repeated did not)");
}

TEST(Matchers, NoteTheRulesThatTestsAskForAndNoOthers) {
  World world;
  const auto before = met_rules();
  const Tried tried = world.tries(user(mia), QuitGroup{GroupId{}});
  EXPECT_EQ(met_rules(), before) << "refusing alone notes nothing";
  EXPECT_THAT(tried, testing::Not(refused(Error::invalid_group_id, "arguments.form")));
  EXPECT_EQ(met_rules(), before) << "another rule";
  EXPECT_THAT(tried, refused(Error::invalid_group_id, "arguments.group-id"));
  EXPECT_TRUE(met_rules().contains("arguments.group-id"));
  EXPECT_EQ(refusing_rule(world.tries(user(mia), QuitGroup{GroupId{"nowhere"}})), "group.visible");
  EXPECT_TRUE(met_rules().contains("group.visible"));
}

}  // namespace
}  // namespace muster::test
