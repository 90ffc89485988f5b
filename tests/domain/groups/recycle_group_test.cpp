#include "support/world.hpp"

// docs/rules.md section 5: the system ends groups that have been idle for as long as the app says.
namespace muster::test {
namespace {

constexpr std::uint64_t idle_seconds = 100;

With at(std::int64_t ms) { return {.at = later(ms), .id = {}, .expect = {}}; }

World world_with_policy(BaseType type) {
  World world = world_of(type);
  world.does(app_admin(), SetRecyclePolicy{TypeName{name_of(type)}, idle_seconds});
  return world;
}

/// When something last happened in the group, from t0 on.
std::int64_t last_active(const World& world) {
  const GroupRow& group = world.group(g);
  return std::max(group.last_info_time, group.last_msg_time).ms - t0.ms;
}

TEST(RecycleGroup, EndsAGroupThatHasBeenIdleForLongEnough) {  // recycle.active
  World world = world_with_policy(BaseType::public_);
  const std::int64_t due = last_active(world) + std::int64_t{idle_seconds} * 1000;
  const Tried early = world.tries(the_system(), RecycleGroup{g}, at(due - 1));
  EXPECT_THAT(early, refused(Error::not_idle, "recycle.active"));
  EXPECT_EQ(early.refusal()->facts.count, 99U);
  EXPECT_EQ(early.refusal()->facts.limit, 100U);
  const Tried tried = world.tries(the_system(), RecycleGroup{g}, at(due));
  EXPECT_THAT(tried, accepted_with({"GroupRecycled"}));
  EXPECT_EQ(tried.event<GroupRecycled>().reason, RecycleReason::idle);
  EXPECT_EQ(tried.notice(NoticeName::on_group_recycled).delivery, Delivery::push_and_store);
  EXPECT_EQ(world.group(g).life, GroupState::recycled);
}

TEST(RecycleGroup, CountsMessagesAndProfileChangesAsActivity) {  // recycle.active
  for (const bool message : {true, false}) {
    World world = world_with_policy(BaseType::public_);
    SetGroupInfo info;
    info.group = g;
    info.name = GroupName{"Other"};
    world.does(olive, message ? Command{PostMessage{g, {}, {}}} : Command{info}, at(50'000));
    EXPECT_THAT(world.tries(the_system(), RecycleGroup{g}, at(149'999)),
                refused(Error::not_idle, "recycle.active"));
    EXPECT_THAT(world.tries(the_system(), RecycleGroup{g}, at(150'000)), accepted_with({"GroupRecycled"}));
  }
}

TEST(RecycleGroup, DoesNotCountComingAndGoing) {
  World world = world_with_policy(BaseType::public_);
  const std::int64_t due = last_active(world) + std::int64_t{idle_seconds} * 1000;
  const Tried joined = world.does(app_admin(), InviteUsers{g, {otto}, {}}, at(50'000));
  EXPECT_NE(joined.event<MembersJoined>().announcement.msg_seq, 0U) << "a numbered notice";
  EXPECT_THAT(world.tries(the_system(), RecycleGroup{g}, at(due)), accepted_with({"GroupRecycled"}));
}

TEST(RecycleGroup, IsOffUntilAPolicyIsSet) {  // recycle.off
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(the_system(), RecycleGroup{g}, at(1'000'000'000)),
              refused(Error::not_idle, "recycle.off"));
}

TEST(RecycleGroup, IsForTheSystemAlone) {  // caller.scheduler
  World world = world_with_policy(BaseType::public_);
  for (const Caller& caller : {user(olive), user(otto), app_admin()})
    EXPECT_THAT(world.tries(caller, RecycleGroup{g}, at(1'000'000)),
                refused(Error::not_permitted, "caller.scheduler"));
}

TEST(RecycleGroup, IsNotForAVChatRooms) {  // recycle.type
  World world = world_of(BaseType::avchatroom);
  EXPECT_THAT(world.tries(the_system(), RecycleGroup{g}, at(1'000'000)),
              refused(Error::not_supported, "recycle.type"));
}

TEST(RecycleGroup, EndsAnInactiveGroupWithoutANotice) {
  World world;
  world.does(olive, creation(BaseType::work));
  world.does(app_admin(), SetRecyclePolicy{TypeName{"Work"}, idle_seconds});
  const Tried tried = world.tries(the_system(), RecycleGroup{g}, at(1'000'000));
  EXPECT_THAT(tried, accepted_with({"GroupRecycled"}));
  EXPECT_TRUE(tried.notices.empty());
}

TEST(RecycleGroup, IsClosedByItsCell) {  // recycle.type
  Rules rules = default_rules();
  rules.types[1].recycle_idle = false;
  World world = world_of(BaseType::public_, rules);
  const Tried tried = world.tries(the_system(), RecycleGroup{g}, at(1'000'000));
  EXPECT_THAT(tried, refused(Error::not_supported, "recycle.type"));
  EXPECT_EQ(tried.refusal()->facts.cell, "recycle_idle");
}

}  // namespace
}  // namespace muster::test
