#include "support/world.hpp"

// docs/rules.md sections 5 and 7: QuitGroup, and recycling when nobody is left.
namespace muster::test {
namespace {

TEST(QuitGroup, MembersAndAdminsLeaveEveryType) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    for (const Account& leaver : {adam, mia}) {
      EXPECT_THAT(world.tries(user(leaver), QuitGroup{id_of(type)}), accepted_with({"MembersLeft"}))
          << name_of(type);
      EXPECT_EQ(world.rows().find<MembershipRow>({leaver, id_of(type)}), nullptr);
      EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(type), leaver}), nullptr);
    }
    EXPECT_EQ(world.group(id_of(type)).member_num, 1U);
  }
}

TEST(QuitGroup, AnApplicantIsNotIn) {  // quit.member
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{.group = g, .message = {}});
  EXPECT_THAT(world.tries(user(otto), QuitGroup{g}), refused(Error::not_member, "quit.member"));
}

TEST(QuitGroup, AnAppAdminLeavesAsAnOrdinaryAccount) {
  World world = world_of(BaseType::meeting);
  EXPECT_THAT(world.tries(app_admin(mia), QuitGroup{g}), accepted_with({"MembersLeft"}));
}

TEST(QuitGroup, TheSystemDoesNotLeaveUnderAMembersName) {  // caller.system
  World world = world_of(BaseType::meeting);
  EXPECT_THAT(world.tries({mia, CallerKind::system}, QuitGroup{g}),
              refused(Error::not_permitted, "caller.system"));
}

TEST(QuitGroup, AnOwnerStaysAlsoAsAnAppAdmin) {  // quit.owner
  for (const BaseType type :
       {BaseType::public_, BaseType::meeting, BaseType::avchatroom, BaseType::community}) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(app_admin(olive), QuitGroup{id_of(type)}),
                refused(Error::owner_cannot_quit, "quit.owner"));
  }
}

TEST(QuitGroup, AWorkOwnerWhoLeavesMakesTheGroupOwnerless) {
  World world = world_of(BaseType::work);
  const std::uint64_t info_seq = world.group(g).info_seq;
  const Tried tried = world.tries(user(olive), QuitGroup{g});
  EXPECT_THAT(tried, accepted_with({"MembersLeft"}));
  EXPECT_TRUE(world.group(g).owner.empty());
  EXPECT_TRUE(world.group(g).had_owner);
  EXPECT_EQ(world.group(g).life, GroupState::active);
  EXPECT_EQ(world.group(g).info_seq, info_seq + 1);
  EXPECT_EQ(world.group(g).last_info_time, world.now());
  EXPECT_EQ(tried.notice_names(), (std::vector{NoticeName::on_member_leave, NoticeName::on_quit_from_group}));
}

TEST(QuitGroup, AMemberWhoLeavesDoesNotMoveTheProfile) {
  World world = world_of(BaseType::work);
  const GroupRow before = world.group(g);
  world.does(mia, QuitGroup{g});
  EXPECT_EQ(world.group(g).info_seq, before.info_seq);
  EXPECT_EQ(world.group(g).last_info_time, before.last_info_time);
}

TEST(QuitGroup, TheLastMemberOfAWorkGroupRecyclesItInTheSameCommit) {
  World world = world_of(BaseType::work);
  world.does(olive, QuitGroup{g});
  world.does(mia, QuitGroup{g});
  const std::size_t commits = world.log().size();
  const Tried tried = world.tries(user(adam), QuitGroup{g});
  EXPECT_THAT(tried, accepted_with({"MembersLeft", "GroupRecycled"}));
  EXPECT_EQ(tried.event<GroupRecycled>().reason, RecycleReason::empty);
  EXPECT_EQ(world.log().size(), commits + 1);
  EXPECT_EQ(world.group(g).life, GroupState::recycled);
  EXPECT_EQ(world.group(g).member_num, 0U);
}

TEST(QuitGroup, AWorkOwnerWhoLeavesLastMovesTheProfileAlsoAsTheGroupEnds) {
  World world = world_of(BaseType::work);
  world.does(mia, QuitGroup{g});
  world.does(adam, QuitGroup{g});
  const std::uint64_t info_seq = world.group(g).info_seq;
  EXPECT_THAT(world.tries(user(olive), QuitGroup{g}), accepted_with({"MembersLeft", "GroupRecycled"}));
  EXPECT_EQ(world.group(g).info_seq, info_seq + 1);
  EXPECT_EQ(world.group(g).last_info_time, world.now());
}

TEST(QuitGroup, AnInactiveGroupWhoseOwnerLeavesIsAbandonedAndRecycled) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.members.emplace({InitialMember{mia, {}}});
  world.does(olive, create);
  const Tried tried = world.tries(user(olive), QuitGroup{g});
  EXPECT_THAT(tried, accepted_with({"MembersLeft", "GroupRecycled"}));
  EXPECT_EQ(tried.event<GroupRecycled>().reason, RecycleReason::abandoned);
  EXPECT_EQ(world.group(g).life, GroupState::recycled);
  EXPECT_TRUE(tried.notices.empty());
}

TEST(QuitGroup, AGroupThatNeverHadAnOwnerIsKeptWhenItsLastMemberLeaves) {
  World world;
  CreateGroup create = creation(BaseType::meeting);
  create.members.emplace({InitialMember{mia, {}}});
  world.does(app_admin(), create);
  EXPECT_TRUE(world.group(g).owner.empty());
  EXPECT_THAT(world.tries(user(mia), QuitGroup{g}), accepted_with({"MembersLeft"}));
  EXPECT_EQ(world.group(g).life, GroupState::active);
  EXPECT_THAT(world.tries(user(otto), JoinGroup{.group = g, .message = {}}),
              accepted_with({"MembersJoined"}));
}

TEST(QuitGroup, LeavingIsAnnouncedToThoseWhoStayAndToTheLeaver) {
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.does(mia, QuitGroup{g});
  const Notice others = tried.notice(NoticeName::on_member_leave);
  EXPECT_EQ(others.audience, Audience::members);
  EXPECT_EQ(others.except, std::vector{mia});
  EXPECT_EQ(others.delivery, Delivery::push_and_store);
  EXPECT_EQ(others.msg_seq, next);
  const Notice own = tried.notice(NoticeName::on_quit_from_group);
  EXPECT_EQ(own.to, std::vector{mia});
  EXPECT_EQ(own.msg_seq, 0U);
  EXPECT_EQ(world.group(g).next_msg_seq, next + 1);
}

TEST(QuitGroup, AMeetingTellsOnlyTheLeaver) {
  World world = world_of(BaseType::meeting);
  const MsgSeq next = world.group(g).next_msg_seq;
  EXPECT_EQ(world.does(mia, QuitGroup{g}).notice_names(), std::vector{NoticeName::on_quit_from_group});
  EXPECT_EQ(world.group(g).next_msg_seq, next);
}

TEST(QuitGroup, AnAvChatRoomPushesTheLeavingAndStoresNothing) {
  World world = world_of(BaseType::avchatroom);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.does(mia, QuitGroup{g});
  EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_member_leave});
  EXPECT_EQ(tried.notice(NoticeName::on_member_leave).delivery, Delivery::push_only);
  EXPECT_EQ(world.group(g).next_msg_seq, next);
}

TEST(QuitGroup, TheLastLeavingTakesItsMessageNumberToo) {
  World world;
  world.does(olive, creation(BaseType::work));
  world.does(olive, PostMessage{.group = g, .message_id = {}, .topic = {}});
  const MsgSeq next = world.group(g).next_msg_seq;
  world.does(olive, QuitGroup{g});
  EXPECT_EQ(world.group(g).next_msg_seq, next + 1);
}

}  // namespace
}  // namespace muster::test
