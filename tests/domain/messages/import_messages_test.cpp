#include "support/world.hpp"

// docs/rules.md section 11: messages that were said elsewhere.
namespace muster::test {
namespace {

const With at_1000{.at = later(1000), .id = {}, .expect = {}};

ImportMessages import(List<MessageToImport, 1, 300> messages) { return {g, std::move(messages)}; }

TEST(ImportMessages, NumbersThemAndRaisesTimes) {
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const MsgSeq read = world.rows().find<MemberProfileRow>({g, mia})->msg_seq;
  const Tried tried =
      world.does(app_admin(), import({{mia, later(10)}, {otto, later(10)}, {mia, later(20)}}), at_1000);
  EXPECT_THAT(tried, accepted_with({"MessagesImported"}));
  EXPECT_EQ(tried.event<MessagesImported>().first_seq, next);
  EXPECT_TRUE(tried.notices.empty());
  EXPECT_EQ(world.group(g).next_msg_seq, next + 3);
  EXPECT_EQ(world.group(g).last_msg_time, later(20));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->last_send_msg_time, later(20));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->msg_seq, read) << "read positions stay";
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, otto}), nullptr) << "senders need not be members";
}

TEST(ImportMessages, NeverMovesTimesBack) {
  World world = world_of(BaseType::public_);
  world.does(mia, PostMessage{g, {}, {}}, at_1000);
  world.does(app_admin(), import({{mia, later(10)}}));
  EXPECT_EQ(world.group(g).last_msg_time, later(1000));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->last_send_msg_time, later(1000));
}

TEST(ImportMessages, TakesTimesThatAscend) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(app_admin(), import({{mia, later(11)}, {mia, later(10)}}), at_1000),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(world.tries(app_admin(), import({{mia, later(10)}, {mia, later(10)}}), at_1000).refusal(),
            nullptr);
}

TEST(ImportMessages, TakesNoneFromTheFuture) {  // import.time
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(app_admin(), import({{mia, later(10)}, {mia, later(1001)}}), at_1000),
              refused(Error::invalid_argument, "import.time"));
  EXPECT_EQ(world.tries(app_admin(), import({{mia, later(10)}, {mia, later(1000)}}), at_1000).refusal(),
            nullptr);
}

TEST(ImportMessages, DoesNotActivateAGroup) {
  World world;
  world.does(olive, creation(BaseType::work));
  world.does(app_admin(), import({{olive, t0}}));
  EXPECT_EQ(world.group(g).life, GroupState::inactive);
}

TEST(ImportMessages, TakesOneTo300) {  // arguments.list, arguments.form
  World world = world_of(BaseType::public_);
  ImportMessages c = import({});
  EXPECT_THAT(world.tries(app_admin(), c), refused(Error::invalid_argument, "arguments.form"));
  for (int i = 0; i < 300; ++i) c.messages.push_back({mia, t0});
  EXPECT_EQ(world.tries(app_admin(), c, at_1000).refusal(), nullptr);
  c.messages.push_back({mia, t0});
  EXPECT_THAT(world.tries(app_admin(), c), refused(Error::too_many_accounts, "arguments.list"));
}

TEST(ImportMessages, IsForAppAdminsAndNotForAVChatRooms) {  // caller.app-admin, import.type
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), import({{mia, t0}})),
              refused(Error::not_permitted, "caller.app-admin"));
  World room = world_of(BaseType::avchatroom);
  EXPECT_THAT(room.tries(app_admin(), import({{mia, t0}})), refused(Error::not_supported, "import.type"));
}

}  // namespace
}  // namespace muster::test
