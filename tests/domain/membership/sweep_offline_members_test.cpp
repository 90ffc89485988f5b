#include "support/world.hpp"

// docs/rules.md section 7: the system removes members who have been offline, where the app wants that.
namespace muster::test {
namespace {

World sweeping(BaseType type) {
  World world = world_of(type);
  world.does(app_admin(), SetSweepPolicy{TypeName{name_of(type)}, true});
  return world;
}

TEST(SweepOfflineMembers, RemovesThemOneByOne) {  // "sweep.owner", "sweep.target"
  World world = sweeping(BaseType::public_);
  const Tried tried = world.does(the_system(), SweepOfflineMembers{g, {mia, olive, otto, mia, adam}});
  EXPECT_THAT(tried, accepted_with({"MembersLeft"}));
  EXPECT_EQ(tried.accepted()->reply.results,
            (std::vector<ItemResult>{{mia, ItemStatus::ok, {}},
                                     {olive, ItemStatus::ok, Error::not_permitted},
                                     {otto, ItemStatus::ok, Error::target_not_member},
                                     {mia, ItemStatus::ok, Error::target_not_member},
                                     {adam, ItemStatus::ok, {}}}));
  EXPECT_EQ(tried.event<MembersLeft>().how, LeaveCause::swept);
  EXPECT_EQ(world.group(g).member_num, 1U);
}

TEST(SweepOfflineMembers, AreAnnouncedAsKickedWithACopyToEach) {
  World world = sweeping(BaseType::public_);
  const Tried tried = world.does(the_system(), SweepOfflineMembers{g, {mia, adam}});
  EXPECT_EQ(tried.notice_names(), (std::vector{NoticeName::on_member_kicked, NoticeName::on_member_kicked}));
  EXPECT_EQ(tried.notices[0].audience, Audience::members);
  EXPECT_NE(tried.notices[0].msg_seq, 0U);
  EXPECT_EQ(tried.notices[1].to, (std::vector{mia, adam}));
  EXPECT_EQ(tried.notices[1].msg_seq, 0U);
}

TEST(SweepOfflineMembers, AreSafeWhileThePolicyIsOff) {  // sweep.off
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(the_system(), SweepOfflineMembers{g, {mia}}),
              refused(Error::not_permitted, "sweep.off"));
}

TEST(SweepOfflineMembers, IsNotForCommunitiesAndAVChatRooms) {  // sweep.type
  for (const BaseType type : {BaseType::community, BaseType::avchatroom}) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(the_system(), SweepOfflineMembers{id_of(type), {mia}}),
                refused(Error::not_supported, "sweep.type"));
  }
}

TEST(SweepOfflineMembers, TakesAHundredAtMostAndOneAtLeast) {  // arguments.list, arguments.form
  World world = sweeping(BaseType::public_);
  SweepOfflineMembers sweep{g, {}};
  EXPECT_THAT(world.tries(the_system(), sweep), refused(Error::invalid_argument, "arguments.form"));
  for (int i = 0; i < 100; ++i) sweep.users.push_back(Account{"a" + std::to_string(i)});
  EXPECT_THAT(world.tries(the_system(), sweep), accepted_changing_nothing());
  sweep.users.push_back(mia);
  EXPECT_THAT(world.tries(the_system(), sweep), refused(Error::too_many_accounts, "arguments.list"));
}

TEST(SweepOfflineMembers, OfAGroupWithoutAnOwnerCanEmptyIt) {
  World world = sweeping(BaseType::work);
  world.does(olive, QuitGroup{g});
  EXPECT_THAT(world.tries(the_system(), SweepOfflineMembers{g, {mia, adam}}),
              accepted_with({"MembersLeft", "GroupRecycled"}));
}

}  // namespace
}  // namespace muster::test
