#include "support/world.hpp"

// docs/rules.md section 9: MarkMessagesRead.
namespace muster::test {
namespace {

TEST(MarkMessagesRead, MovesTheCallersMarkInTheAccountsStream) {
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::community}) {
    World world = world_of(type);
    const GroupId id = id_of(type);
    world.does(olive, PostMessage{id, {}, {}});
    const GroupRow before = world.group(id);
    const Tried tried = world.tries(user(mia), MarkMessagesRead{id, {}});
    EXPECT_THAT(tried, accepted_with({"MessagesRead"})) << name_of(type);
    EXPECT_EQ(tried.accepted()->head.stream, StreamId::of(mia));
    EXPECT_EQ(world.rows().find<ReadMarkRow>({mia, id})->seq, before.next_msg_seq - 1);
    EXPECT_EQ(world.group(id), before) << "the group's revision stays";
    EXPECT_EQ(world.rows().find<AccountRow>(mia)->head->revision, 1U);
  }
}

TEST(MarkMessagesRead, ALowerOrEqualNumberChangesNothing) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 5; ++i) world.does(olive, PostMessage{g, {}, {}});
  world.does(mia, MarkMessagesRead{g, 4});
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, 4}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, 2}), accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(olive), MarkMessagesRead{g, {}}), accepted_changing_nothing())
      << "own messages are read";
}

TEST(MarkMessagesRead, TheNumberMustHaveBeenTaken) {  // read.beyond
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.tries(user(mia), MarkMessagesRead{g, next});
  EXPECT_THAT(tried, refused(Error::invalid_argument, "read.beyond"));
  EXPECT_EQ(tried.refusal()->field, "seq");
  EXPECT_NE(world.tries(user(mia), MarkMessagesRead{g, next - 1}).accepted(), nullptr);
}

TEST(MarkMessagesRead, ExpectsNothing) {  // arguments.expect
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(mia), MarkMessagesRead{g, {}}, {.expect = 1}),
              refused(Error::invalid_argument, "arguments.expect"));
}

TEST(MarkMessagesRead, ItsTimeIsTheAccountsStreams) {
  World world = world_of(BaseType::public_);
  world.does(olive, PostMessage{g, {}, {}}, {.at = later(9000)});
  EXPECT_EQ(world.does(mia, MarkMessagesRead{g, {}}, {.at = later(10)}).accepted()->head.time, later(10));
}

TEST(MarkMessagesRead, AnIdIsRememberedInTheAccountsStream) {
  World world = world_of(BaseType::public_);
  world.does(olive, PostMessage{g, {}, {}});
  const With once{.at = {}, .id = CommandId{"once"}, .expect = {}};
  world.does(mia, MarkMessagesRead{g, {}}, once);
  const Tried again = world.tries(user(mia), MarkMessagesRead{g, {}}, once);
  ASSERT_NE(again.repeated(), nullptr);
  EXPECT_EQ(again.repeated()->answer.revision, std::nullopt);
  EXPECT_EQ(again.repeated()->answer.group, g);
}

}  // namespace
}  // namespace muster::test
