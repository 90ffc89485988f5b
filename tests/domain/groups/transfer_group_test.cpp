#include "support/world.hpp"

// docs/rules.md section 5: TransferGroup.
namespace muster::test {
namespace {

TransferGroup to(const Account& account, BaseType type = BaseType::public_) {
  return {.group = id_of(type), .new_owner = account};
}
constexpr std::array transferable{BaseType::work, BaseType::public_, BaseType::meeting, BaseType::community};

TEST(TransferGroup, TheOwnerHandsTheGroupToAMember) {
  for (const BaseType type : transferable) {
    World world = world_of(type);
    const std::uint64_t info_seq = world.group(id_of(type)).info_seq;
    const Tried tried = world.tries(user(olive), to(mia, type));
    EXPECT_THAT(tried, accepted_with({"OwnerChanged"})) << name_of(type);
    EXPECT_EQ(world.group(id_of(type)).owner, mia);
    EXPECT_EQ(world.rows().find<MembershipRow>({mia, id_of(type)})->role, Role::owner);
    EXPECT_EQ(world.rows().find<MembershipRow>({olive, id_of(type)})->role, Role::member);
    EXPECT_EQ(world.group(id_of(type)).info_seq, info_seq + 1);
    EXPECT_EQ(world.group(id_of(type)).last_info_time, world.now());
    EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_group_info_changed});
    EXPECT_EQ(tried.notices[0].owner, mia);
  }
}

TEST(TransferGroup, AnAdminBecomesOwnerToo) {
  World world = world_of(BaseType::meeting);
  world.does(olive, to(adam, BaseType::meeting));
  EXPECT_EQ(world.group(g).owner, adam);
}

TEST(TransferGroup, TheNewOwnerMustBeIn) {  // transfer.target
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), to(otto)), refused(Error::target_not_member, "transfer.target"));
  EXPECT_THAT(world.tries(app_admin(), to(root)), refused(Error::target_not_member, "transfer.target"));
}

TEST(TransferGroup, ToThePresentOwnerNothingHappens) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(olive), to(olive)), accepted_changing_nothing());
}

TEST(TransferGroup, AMutedNewOwnerIsUnmutedInTheSameCommitWithoutANotice) {
  World world = world_of(BaseType::public_);
  world.does(olive, MuteMember{g, mia, seconds_for_ever});
  const Tried tried = world.does(olive, to(mia));
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia}), nullptr);
  EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_group_info_changed});
  EXPECT_NE(world.tries(user(mia), PostMessage{g, {}, {}}).accepted(), nullptr);
}

TEST(TransferGroup, OnAnOwnerlessGroupOnlyAnAppAdminCan) {  // transfer.level
  World world = world_of(BaseType::work);
  world.does(olive, QuitGroup{g});
  EXPECT_THAT(world.tries(user(mia), to(mia)), refused(Error::not_permitted, "transfer.level"));
  const Tried tried = world.tries(app_admin(), to(mia));
  EXPECT_THAT(tried, accepted_with({"OwnerChanged"}));
  EXPECT_TRUE(tried.event<OwnerChanged>().from.empty());
  EXPECT_EQ(world.group(g).owner, mia);
}

TEST(TransferGroup, AGroupThatNeverHadAnOwnerGetsOneAndThenEndsWhenEmpty) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.members = {{InitialMember{mia, {}}}};
  world.does(app_admin(), create);
  world.does(app_admin(), PostMessage{g, {}, {}});
  world.does(app_admin(), to(mia));
  EXPECT_THAT(world.tries(user(mia), QuitGroup{g}), accepted_with({"MembersLeft", "GroupRecycled"}));
}

}  // namespace
}  // namespace muster::test
