#include "support/world.hpp"

// docs/rules.md section 13: a command id makes a command repeatable.
namespace muster::test {
namespace {

const PostMessage post{.group = g, .message_id = {}, .topic = {}};
const With once{.at = {}, .id = CommandId{"once"}, .expect = {}};

TEST(CommandIds, TheSameCommandUnderTheSameIdIsAnsweredFromBefore) {
  World world = world_of(BaseType::public_);
  const Tried first = world.does(mia, post, once);
  const std::size_t commits = world.log().size();
  const Tried again = world.tries(user(mia), post, once);
  ASSERT_NE(again.repeated(), nullptr);
  EXPECT_TRUE(again.repeated()->answer.replayed);
  EXPECT_EQ(again.repeated()->answer.position, commits);
  EXPECT_EQ(again.repeated()->answer.revision, 2U);
  EXPECT_EQ(again.repeated()->answer.group, g);
  EXPECT_EQ(again.repeated()->answer.events, first.accepted()->events);
  EXPECT_EQ(world.log().size(), commits);
}

TEST(CommandIds, TheResultOfAJoinIsAnsweredAgain) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{.group = g, .message = {}}, once);
  world.does(olive, AcceptApplication{.group = g, .user = otto, .message = {}});
  EXPECT_EQ(
      world.tries(user(otto), JoinGroup{.group = g, .message = {}}, once).repeated()->answer.reply.result,
      ItemStatus::pending);
}

TEST(CommandIds, AnotherCommandOrOtherArgumentsUnderTheIdAreRefused) {  // repeat.differs
  World world = world_of(BaseType::public_);
  world.does(mia, post, once);
  EXPECT_THAT(world.tries(user(mia), QuitGroup{g}, once), refused(Error::invalid_argument, "repeat.differs"));
  EXPECT_THAT(world.tries(user(mia), PostMessage{g, MessageId{"m"}, {}}, once),
              refused(Error::invalid_argument, "repeat.differs"));
}

TEST(CommandIds, AtAndExpectDoNotCountAsArguments) {
  World world = world_of(BaseType::public_);
  world.does(mia, post, {.at = later(1000), .id = CommandId{"once"}, .expect = 1});
  EXPECT_NE(
      world.tries(user(mia), post, {.at = later(2000), .id = CommandId{"once"}, .expect = 77}).repeated(),
      nullptr);
}

TEST(CommandIds, AnAbsentFieldDiffersFromAGivenDefault) {  // repeat.differs
  World world;
  CreateGroup create = creation(BaseType::public_);
  world.does(olive, create, once);
  create.support_topic = false;
  EXPECT_THAT(world.tries(user(olive), create, once), refused(Error::invalid_argument, "repeat.differs"));
}

TEST(CommandIds, OldNamesOfTypesDoNotMatter) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.type = TypeName{"Private"};
  world.does(olive, create, once);
  create.type = TypeName{"Work"};
  EXPECT_NE(world.tries(user(olive), create, once).repeated(), nullptr);
}

TEST(CommandIds, AnIdIsRememberedForItsCallerAndKindAndStream) {
  World world = world_of(BaseType::public_);
  world.does(mia, post, once);
  EXPECT_NE(world.tries(user(adam), post, once).accepted(), nullptr);
  EXPECT_NE(world.tries(app_admin(mia), post, once).accepted(), nullptr);
  CreateGroup other = creation(BaseType::public_);
  other.group = GroupId{"other"};
  EXPECT_NE(world.tries(user(mia), other, once).accepted(), nullptr);
}

TEST(CommandIds, ARefusedCommandIsJudgedAnew) {
  World world = world_of(BaseType::public_);
  EXPECT_NE(world.tries(user(otto), post, once).refusal(), nullptr);
  world.does(otto, JoinGroup{.group = g, .message = {}});
  world.does(olive, AcceptApplication{.group = g, .user = otto, .message = {}});
  EXPECT_NE(world.tries(user(otto), post, once).accepted(), nullptr);
}

TEST(CommandIds, ACommandThatChangedNothingIsJudgedAnew) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{.group = g, .message = {}});
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}, once),
              accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}, once),
              accepted_changing_nothing());
}

TEST(CommandIds, ACreationWithoutAGroupIsRememberedInTheAppsStream) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.group.reset();
  const Tried first = world.does(olive, create, once);
  const Tried again = world.tries(user(olive), create, once);
  ASSERT_NE(again.repeated(), nullptr);
  EXPECT_EQ(again.repeated()->answer.group, first.accepted()->head.stream.group());
}

// The marks of ids in a stream's head.

TEST(CommandIds, EachOfManyIsFound) {
  World world = world_of(BaseType::public_);
  const auto with = [](int i) {
    return With{.at = {}, .id = CommandId{"id" + std::to_string(i)}, .expect = {}};
  };
  for (int i = 0; i < 300; ++i) EXPECT_NE(world.does(mia, post, with(i)).accepted(), nullptr) << i;
  for (int i = 0; i < 300; ++i) EXPECT_NE(world.tries(user(mia), post, with(i)).repeated(), nullptr) << i;
}

// Ids that count up differ in their last characters only.
TEST(CommandIds, MostNewIdsAreToldByTheirMarks) {
  World world = world_of(BaseType::public_);
  const auto id = [](int i) { return CommandId{"command-" + std::to_string(1000 + i)}; };
  for (int i = 0; i < 10; ++i) world.does(mia, post, {.at = {}, .id = id(i), .expect = {}});
  int looked_for = 0;
  for (int i = 10; i < 110; ++i) {
    const CommandIdKey key = command_id_key(StreamId::of(g), user(mia), id(i), false);
    world.rows().put<CommandIdRow>(key, {1});
    if (find_command_id(world.rows(), key) != nullptr) ++looked_for;
  }
  EXPECT_LE(looked_for, 20) << "of a hundred";
}

// docs/format.md, `StreamHead`: stores have them. Computed by hand.
TEST(CommandIds, MarksNeverChange) {
  World world = world_of(BaseType::public_);
  EXPECT_EQ(world.group(g).head.ids, 0U);
  world.does(olive, post, {.at = {}, .id = CommandId{"m1"}, .expect = {}});
  EXPECT_EQ(world.group(g).head.ids, 1'073'807'360U);
  world.does(mia, post, {.at = {}, .id = CommandId{"m1"}, .expect = {}});
  EXPECT_EQ(world.group(g).head.ids, 1'073'807'360U | 524'290U);
}

TEST(CommandIds, AnIdWithoutItsMarksIsNotLookedFor) {
  World world = world_of(BaseType::public_);
  const CommandIdKey key = command_id_key(StreamId::of(g), user(mia), CommandId{"m1"}, false);
  world.rows().put<CommandIdRow>(key, {1});
  EXPECT_EQ(find_command_id(world.rows(), key), nullptr);
  GroupRow group = world.group(g);
  group.head.ids = ~std::uint64_t{0};
  world.rows().put<GroupRow>(g, group);
  EXPECT_NE(find_command_id(world.rows(), key), nullptr);
}

// Time.

TEST(StreamTime, ACommandFromThePastGetsTheTimeOfTheStreamsLastCommit) {
  World world = world_of(BaseType::public_);
  world.does(mia, post, {.at = later(5000)});
  const Tried tried = world.does(adam, post, {.at = later(100)});
  EXPECT_EQ(tried.accepted()->head.time, later(5000));
  EXPECT_EQ(world.group(g).head.time, later(5000));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, adam})->last_send_msg_time, later(5000));
}

TEST(StreamTime, AMuteIsJudgedAtTheEffectiveTime) {  // post.muted
  World world = world_of(BaseType::public_);
  world.does(adam, post, {.at = later(5000)});
  world.mute(g, mia, later(5000));
  EXPECT_NE(world.tries(user(mia), post, {.at = later(10)}).accepted(), nullptr);
}

}  // namespace
}  // namespace muster::test
