#include "support/world.hpp"

// docs/rules.md section 15: delivery is decided with the event and recorded with it; a stored notice takes a
// number.
namespace muster::test {
namespace {

TEST(Notices, ComingInIsAnnouncedAsTheTypeHasIt) {
  struct Row {
    BaseType type;
    Delivery delivery;
  };
  for (const Row& row :
       {Row{BaseType::meeting, Delivery::off}, Row{BaseType::avchatroom, Delivery::push_only},
        Row{BaseType::community, Delivery::push_and_store}}) {
    World world = world_of(row.type);
    const MsgSeq next = world.group(id_of(row.type)).next_msg_seq;
    const Tried tried = world.does(otto, JoinGroup{.group = id_of(row.type), .message = {}});
    const bool stored = row.delivery == Delivery::push_and_store;
    EXPECT_EQ(tried.event<MembersJoined>().announcement, (Announcement{row.delivery, stored ? next : 0}));
    EXPECT_EQ(world.group(id_of(row.type)).next_msg_seq, next + (stored ? 1 : 0));
    if (row.delivery == Delivery::off) {
      EXPECT_TRUE(tried.notices.empty());
    } else {
      const Notice notice = tried.notice(NoticeName::on_member_enter);
      EXPECT_EQ(notice.delivery, row.delivery);
      EXPECT_EQ(notice.audience, Audience::members);
      EXPECT_TRUE(notice.except.empty()) << "the joiner hears it too";
      EXPECT_EQ(notice.accounts, std::vector{otto});
      EXPECT_EQ(notice.by, otto);
      EXPECT_EQ(notice.time, world.now());
    }
  }
}

TEST(Notices, ANumberedNoticeIsNoActivity) {
  World world = world_of(BaseType::community);
  const TimeMs before = world.group(community_g).last_msg_time;
  world.does(otto, JoinGroup{.group = community_g, .message = {}});
  EXPECT_EQ(world.group(community_g).last_msg_time, before);
}

TEST(Notices, ANumberedNoticeIsUnreadForThoseWhoWereThere) {
  World world = world_of(BaseType::community);
  world.does(otto, JoinGroup{.group = community_g, .message = {}});
  const MsgSeq newest = world.group(community_g).next_msg_seq - 1;
  EXPECT_EQ(newest - world.rows().find<MemberProfileRow>({community_g, mia})->msg_seq, 1U);
  EXPECT_EQ(newest - world.rows().find<MemberProfileRow>({community_g, otto})->msg_seq, 0U);
}

TEST(Notices, AnApplicationIsToldToOwnerAndAdminsAndItsAnswerToTheApplicant) {
  World world = world_of(BaseType::public_);
  const Tried filed = world.does(otto, JoinGroup{.group = g, .message = FreeText{"hello"}});
  const Notice request = filed.notice(NoticeName::on_receive_join_application);
  EXPECT_EQ(request.audience, Audience::deciders);
  EXPECT_EQ(request.delivery, Delivery::push_and_store);
  EXPECT_EQ(request.text.value, "hello");
  const Tried answered =
      world.does(adam, AcceptApplication{.group = g, .user = otto, .message = FreeText{"welcome"}});
  EXPECT_EQ(answered.notice_names(),
            (std::vector{NoticeName::on_application_processed, NoticeName::on_member_enter}));
  const Notice processed = answered.notice(NoticeName::on_application_processed);
  EXPECT_EQ(processed.audience, Audience::accounts);
  EXPECT_EQ(processed.to, std::vector{otto});
  EXPECT_EQ(processed.status, ApplicationStatus::accepted);
  EXPECT_EQ(processed.text.value, "welcome");
}

TEST(Notices, ThePolicyOfTheAppDecidesBeforeTheTypesRule) {
  World world = world_of(BaseType::community);
  AppRow app;
  app.policies = {{TypeName{"Community"}, NoticeCategory::member_change, Delivery::push_only}};
  world.rows().put<AppRow>({}, app);
  EXPECT_EQ(world.does(otto, JoinGroup{.group = community_g, .message = {}})
                .notice(NoticeName::on_member_enter)
                .delivery,
            Delivery::push_only);
}

TEST(Notices, WhatIsFixedNoPolicyMoves) {
  World world = world_of(BaseType::avchatroom);
  AppRow app;
  app.policies = {{TypeName{"AVChatRoom"}, NoticeCategory::member_change, Delivery::push_and_store}};
  world.rows().put<AppRow>({}, app);
  EXPECT_EQ(
      world.does(otto, JoinGroup{.group = g, .message = {}}).notice(NoticeName::on_member_enter).delivery,
      Delivery::push_only);
}

TEST(Notices, AnInactiveGroupSendsNoneButTheCreationToItsOwner) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.members = {{InitialMember{mia, {}}}};
  EXPECT_EQ(world.does(olive, create).notice_names(), std::vector{NoticeName::on_group_created});
  EXPECT_EQ(world.group(g).next_msg_seq, 1U);
}

TEST(Notices, ARecycledGroupIsToldToItsMembers) {
  const Stamp stamp{StreamId::of(g), 1, 1, t0, user(mia)};
  const auto notices = notify(GroupRecycled{RecycleReason::idle, Delivery::push_and_store}, stamp);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].name, NoticeName::on_group_recycled);
  EXPECT_EQ(notices[0].group, g);
}

TEST(Notices, TheKickedHearItThemselvesWithoutANumber) {
  const Stamp stamp{StreamId::of(g), 1, 1, t0, user(olive)};
  const MembersLeft kicked{.users = {mia, adam},
                           .how = LeaveCause::kicked,
                           .reason = FreeText{"spam"},
                           .announcement = {Delivery::push_and_store, 7},
                           .to_leavers = Delivery::push_and_store};
  const auto notices = notify(kicked, stamp);
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].name, NoticeName::on_member_kicked);
  EXPECT_EQ(notices[0].msg_seq, 7U);
  EXPECT_EQ(notices[1].name, NoticeName::on_member_kicked);
  EXPECT_EQ(notices[1].audience, Audience::accounts);
  EXPECT_EQ(notices[1].to, (std::vector{mia, adam}));
  EXPECT_EQ(notices[1].msg_seq, 0U);
}

}  // namespace
}  // namespace muster::test
