#include "support/world.hpp"

// docs/rules.md sections 5 and 9: PostMessage, and activation.
namespace muster::test {
namespace {

PostMessage post(BaseType type = BaseType::public_) {
  return {.group = id_of(type), .message_id = {}, .topic = {}};
}

TEST(PostMessage, EveryMemberPostsInEveryType) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    for (const Account& sender : {olive, adam, mia}) {
      const MsgSeq next = world.group(id_of(type)).next_msg_seq;
      const Tried tried = world.tries(user(sender), post(type));
      EXPECT_THAT(tried, accepted_with({"MessagePosted"})) << name_of(type);
      EXPECT_EQ(tried.event<MessagePosted>().seq, next);
      EXPECT_EQ(world.group(id_of(type)).next_msg_seq, next + 1);
      EXPECT_EQ(world.group(id_of(type)).last_msg_time, world.now());
      EXPECT_TRUE(tried.notices.empty());
    }
  }
}

TEST(PostMessage, AnAppAdminPostsFromOutside) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(app_admin(), post(type)), accepted_with({"MessagePosted"})) << name_of(type);
    EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(type), root}), nullptr);
  }
}

TEST(PostMessage, TheSendersOwnMarksMoveWhereProfilesAreStored) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.does(mia, post());
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->last_send_msg_time, world.now());
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->msg_seq, tried.event<MessagePosted>().seq);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, adam})->last_send_msg_time, TimeMs{0});

  World room = world_of(BaseType::avchatroom);
  room.does(olive, post(BaseType::avchatroom));
  EXPECT_EQ(room.rows().find<MemberProfileRow>({g, olive})->last_send_msg_time, TimeMs{0});
  EXPECT_EQ(room.rows().find<MemberProfileRow>({g, olive})->msg_seq, 0U);
}

TEST(PostMessage, AMessageIdIsKeptInTheEvent) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.does(mia, PostMessage{.group = g, .message_id = MessageId{"m-1"}, .topic = {}});
  EXPECT_EQ(tried.event<MessagePosted>().message_id, MessageId{"m-1"});
}

// Muting: muted at t means t < until.

TEST(PostMessage, WhoIsMutedDoesNotPostUntilTheMuteEnds) {  // post.muted
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    world.mute(id_of(type), mia, later(1000));
    const Tried muted = world.tries(user(mia), post(type), {.at = later(999)});
    EXPECT_THAT(muted, refused(Error::muted, "post.muted")) << name_of(type);
    EXPECT_EQ(muted.refusal()->facts.until, later(1000));
    EXPECT_THAT(world.tries(user(mia), post(type), {.at = later(1000)}), accepted_with({"MessagePosted"}));
  }
}

TEST(PostMessage, AMutedAdminOrOwnerIsSilentTooButAnAppAdminNever) {  // post.muted
  World world = world_of(BaseType::public_);
  for (const Account& muted : {olive, adam}) {
    world.mute(g, muted, for_ever);
    EXPECT_THAT(world.tries(user(muted), post()), refused(Error::muted, "post.muted"));
    EXPECT_THAT(world.tries(app_admin(muted), post()), accepted_with({"MessagePosted"}));
  }
}

TEST(PostMessage, MuteAllSilencesMembersOnly) {  // post.mute-all
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    GroupRow row = world.group(id_of(type));
    row.mute_all = true;
    world.rows().put<GroupRow>(id_of(type), row);
    EXPECT_THAT(world.tries(user(mia), post(type)), refused(Error::muted, "post.mute-all")) << name_of(type);
    EXPECT_THAT(world.tries(user(olive), post(type)), accepted_with({"MessagePosted"}));
    EXPECT_THAT(world.tries(app_admin(), post(type)), accepted_with({"MessagePosted"}));
    if (type != BaseType::avchatroom) {
      EXPECT_THAT(world.tries(user(adam), post(type)), accepted_with({"MessagePosted"}));
    }
  }
}

TEST(PostMessage, TheOwnMuteIsNamedBeforeMuteAll) {
  World world = world_of(BaseType::public_);
  GroupRow row = world.group(g);
  row.mute_all = true;
  world.rows().put<GroupRow>(g, row);
  world.mute(g, mia, for_ever);
  EXPECT_THAT(world.tries(user(mia), post()), refused(Error::muted, "post.muted"));
}

TEST(PostMessage, AMutedOutsiderHearsThatTheyAreOutside) {
  World world = world_of(BaseType::public_);
  world.mute(g, otto, for_ever);
  EXPECT_THAT(world.tries(user(otto), post()), refused(Error::not_member, "post.member"));
}

// Topics.

const TopicId books{"@TGS#_g@TOPIC#_books"};
PostMessage in_topic(const TopicId& topic) {
  return {.group = community_g, .message_id = {}, .topic = topic};
}

World with_topics() {
  World world;
  CreateGroup create = creation(BaseType::community);
  create.support_topic = true;
  create.members.emplace({InitialMember{mia, {}}});
  world.does(olive, create);
  world.rows().put<TopicRow>({community_g, books}, {});
  return world;
}

TEST(PostMessage, OnlyACommunityWithTopicsTakesATopic) {  // type.topics
  World without = world_of(BaseType::community);
  EXPECT_THAT(without.tries(user(mia), in_topic(books)), refused(Error::not_supported, "type.topics"));
  World world = with_topics();
  EXPECT_THAT(world.tries(user(mia), in_topic(books)), accepted_with({"MessagePosted"}));
}

TEST(PostMessage, ATopicMustExist) {  // post.topic
  World world = with_topics();
  EXPECT_THAT(world.tries(user(mia), in_topic(TopicId{"@TGS#_g@TOPIC#_films"})),
              refused(Error::topic_not_found, "post.topic"));
}

TEST(PostMessage, ATopicsNumbersMoveAndTheGroupsStay) {
  World world = with_topics();
  const GroupRow before = world.group(community_g);
  const Tried tried = world.does(mia, in_topic(books));
  EXPECT_EQ(tried.event<MessagePosted>().seq, 1U);
  EXPECT_EQ(world.rows().find<TopicRow>({community_g, books})->next_msg_seq, 2U);
  EXPECT_EQ(world.rows().find<TopicRow>({community_g, books})->last_msg_time, world.now());
  EXPECT_EQ(world.group(community_g).next_msg_seq, before.next_msg_seq);
  EXPECT_EQ(world.group(community_g).last_msg_time, before.last_msg_time);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({community_g, mia})->last_send_msg_time, world.now());
}

TEST(PostMessage, ACommunityWithTopicsStillTakesMessagesOfItsOwn) {
  World world = with_topics();
  EXPECT_THAT(world.tries(user(mia), post(BaseType::community)), accepted_with({"MessagePosted"}));
  EXPECT_EQ(world.rows().find<TopicRow>({community_g, books})->next_msg_seq, 1U);
}

// Activation of Work.

World inactive() {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.members.emplace({InitialMember{mia, {}}});
  world.does(olive, create);
  return world;
}

TEST(PostMessage, TheFirstMessageOfTheOwnerActivatesAWorkGroup) {
  World world = inactive();
  EXPECT_EQ(world.group(g).life, GroupState::inactive);
  EXPECT_THAT(world.tries(user(olive), post(BaseType::work)),
              accepted_with({"GroupActivated", "MessagePosted"}));
  EXPECT_EQ(world.group(g).life, GroupState::active);
  EXPECT_THAT(world.tries(user(olive), post(BaseType::work)), accepted_with({"MessagePosted"}));
}

TEST(PostMessage, AnAppAdminActivatesAWorkGroupToo) {
  World world = inactive();
  EXPECT_THAT(world.tries(app_admin(), post(BaseType::work)),
              accepted_with({"GroupActivated", "MessagePosted"}));
}

TEST(PostMessage, AnInactiveGroupIsInvisibleToItsOwnMembersUntilItIsActive) {  // group.visible
  World world = inactive();
  EXPECT_THAT(world.tries(user(mia), post(BaseType::work)), refused(Error::group_not_found, "group.visible"));
  world.does(olive, post(BaseType::work));
  EXPECT_THAT(world.tries(user(mia), post(BaseType::work)), accepted_with({"MessagePosted"}));
}

TEST(PostMessage, AnInactiveGroupLooksLikeOneThatNeverWas) {  // group.visible
  World world = inactive();
  const Tried inside = world.tries(user(mia), post(BaseType::work));
  const Tried never =
      world.tries(user(mia), PostMessage{.group = GroupId{"nothing"}, .message_id = {}, .topic = {}});
  EXPECT_EQ(*inside.refusal(), *never.refusal());
}

}  // namespace
}  // namespace muster::test
