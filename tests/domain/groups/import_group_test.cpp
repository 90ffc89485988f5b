#include "support/world.hpp"

// docs/rules.md section 11: groups as they were elsewhere.
namespace muster::test {
namespace {

constexpr TimeMs now{t0.ms + 1'000'000};
const With at_now{.at = now, .id = {}, .expect = {}};

ImportGroup import(BaseType type) {
  ImportGroup c;
  copy_shared_members(creation(type), c);
  return c;
}

TEST(ImportGroup, MakesTheGroupAsItWas) {
  World world;
  ImportGroup c = import(BaseType::public_);
  c.owner = olive;
  c.members = {{InitialMember{adam, Role::admin}, InitialMember{mia, {}}}};
  c.create_time = t0;
  c.next_msg_seq = 300;
  c.last_msg_time = later(5);
  const Tried tried = world.does(app_admin(), c, at_now);
  EXPECT_THAT(tried, accepted_with({"GroupImported"}));
  EXPECT_TRUE(tried.notices.empty()) << "imports send no notices, not even to the owner";
  const GroupRow& group = world.group(g);
  EXPECT_EQ(group.create_time, t0);
  EXPECT_EQ(group.last_info_time, t0);
  EXPECT_EQ(group.last_msg_time, later(5));
  EXPECT_EQ(group.next_msg_seq, 300U);
  EXPECT_EQ(group.info_seq, 1U);
  EXPECT_EQ(group.member_num, 3U);
  EXPECT_EQ(group.owner, olive);
  for (const Account& account : {olive, adam, mia}) {
    const MembershipRow& member = *world.rows().find<MembershipRow>({account, g});
    EXPECT_EQ(member.join_time, t0) << account;
    EXPECT_EQ(member.role, account == olive ? Role::owner : account == adam ? Role::admin : Role::member);
    EXPECT_EQ(world.rows().find<MemberProfileRow>({g, account})->msg_seq, 299U) << "nothing is unread";
  }
}

TEST(ImportGroup, LeavesOutWhatItDoesNotSay) {
  World world;
  world.does(app_admin(), import(BaseType::meeting), at_now);
  EXPECT_EQ(world.group(g).create_time, now);
  EXPECT_EQ(world.group(g).next_msg_seq, 1U);
  EXPECT_EQ(world.group(g).last_msg_time, TimeMs{});
  EXPECT_TRUE(world.group(g).owner.empty());
  EXPECT_EQ(world.group(g).member_num, 0U);
}

TEST(ImportGroup, OfTypeWorkIsActive) {
  World world;
  ImportGroup c = import(BaseType::work);
  c.owner = olive;
  world.does(app_admin(), c, at_now);
  EXPECT_EQ(world.group(g).life, GroupState::active);
  EXPECT_THAT(world.tries(user(olive), PostMessage{.group = g, .message_id = {}, .topic = {}}),
              accepted_with({"MessagePosted"}));
}

TEST(ImportGroup, AssignsAnIdWhereNoneIsNamed) {
  World world;
  ImportGroup c = import(BaseType::community);
  c.group.reset();
  const Tried tried = world.does(app_admin(), c, at_now);
  EXPECT_TRUE(tried.accepted()->head.stream.group().view().starts_with("@TGS#_"));
}

TEST(ImportGroup, IsForAppAdmins) {  // caller.app-admin
  World world;
  EXPECT_THAT(world.tries(user(olive), import(BaseType::public_)),
              refused(Error::not_permitted, "caller.app-admin"));
}

TEST(ImportGroup, IsNotForAVChatRooms) {  // import.type
  World world;
  EXPECT_THAT(world.tries(app_admin(), import(BaseType::avchatroom)),
              refused(Error::not_supported, "import.type"));
}

TEST(ImportGroup, CannotComeFromTheFuture) {  // arguments.form
  const auto tries = [&](auto change) {
    World world;
    ImportGroup c = import(BaseType::public_);
    change(c);
    return world.tries(app_admin(), c, at_now);
  };
  constexpr TimeMs next{now.ms + 1};
  EXPECT_EQ(tries([](ImportGroup& c) { c.create_time = now; }).refusal(), nullptr);
  EXPECT_THAT(tries([&](ImportGroup& c) { c.create_time = next; }),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(tries([](ImportGroup& c) { c.last_msg_time = now; }).refusal(), nullptr);
  EXPECT_THAT(tries([&](ImportGroup& c) { c.last_msg_time = next; }),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(tries([](ImportGroup& c) { c.next_msg_seq = 1; }).refusal(), nullptr);
  EXPECT_THAT(tries([](ImportGroup& c) { c.next_msg_seq = 0; }),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST(ImportGroup, IsCheckedLikeACreation) {  // create.id, create.capacity, quota.joined
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(app_admin(), import(BaseType::public_)),
              refused(Error::group_id_in_use, "create.id"));
  ImportGroup c = import(BaseType::work);
  c.group = GroupId{"other"};
  c.max_member_num = 1;
  c.members = {{InitialMember{adam, {}}, InitialMember{mia, {}}}};
  EXPECT_THAT(world.tries(app_admin(), c), refused(Error::group_full, "create.capacity"));

  Rules rules = default_rules();
  for (PlanRules& plan : rules.plans) plan.joined_groups = 1;
  World small = world_of(BaseType::public_, rules);
  c.max_member_num.reset();
  EXPECT_THAT(small.tries(app_admin(), c), refused(Error::joined_group_quota_exceeded, "quota.joined"))
      << "an imported Work group is active, and counts for all its members";
}

TEST(ImportGroup, FromLongAgoIsNotIdleBeforeItsImportIs) {  // recycle.active
  World world;
  ImportGroup c = import(BaseType::public_);
  c.owner = olive;
  c.create_time = TimeMs{};
  world.does(app_admin(), c, at_now);
  world.does(app_admin(), SetRecyclePolicy{TypeName{"Public"}, 10});
  EXPECT_THAT(
      world.tries(the_system(), RecycleGroup{g}, {.at = TimeMs{now.ms + 9'999}, .id = {}, .expect = {}}),
      refused(Error::not_idle, "recycle.active"));
  EXPECT_THAT(
      world.tries(the_system(), RecycleGroup{g}, {.at = TimeMs{now.ms + 10'000}, .id = {}, .expect = {}}),
      accepted_with({"GroupRecycled"}));
}

}  // namespace
}  // namespace muster::test
