#include "support/world.hpp"

// Groups and rules that were made under different documents.
namespace muster::test {
namespace {

TEST(ChangedRules, AGroupMadeWithoutMemberProfilesKeepsNoneUnderRulesThatHaveThem) {  // receive-option.type
  Rules bare = default_rules();
  bare.types[2].member_profiles = false;
  World world = world_of(BaseType::meeting, bare);
  ASSERT_EQ(world.rows().member(g, mia), nullptr);
  Overlay overlay{&world.rows()};
  const Context context{.rules = &default_rules(), .caller = user(mia), .at = later(99), .assigned = {}};
  const Decision option = decide(overlay, SetReceiveOption{g, MsgFlag::discard}, context);
  EXPECT_EQ(std::get<Refusal>(option).rule, Slug{"receive-option.type"});
  const Decision info = decide(overlay, SetMemberInfo{g, {}, NameCard{"x"}, {}}, context);
  EXPECT_EQ(std::get<Refusal>(info).rule, Slug{"member-info.type"});
}

TEST(ChangedRules, WithoutACeilingTheLargestNumberIsKeptNotWrapped) {
  Rules open = default_rules();
  open.types[1].quota = QuotaClass::avchatrooms;
  World world = world_of(BaseType::public_, open);
  SetGroupInfo info;
  info.group = g;
  info.max_member_num = (std::uint64_t{1} << 32) + 1;
  world.does(olive, info);
  EXPECT_EQ(world.group(g).max_member_num, std::uint32_t(-1));
}

TEST(ChangedRules, WhereApplicationsAreClosedNoInvitationWaits) {
  Rules closed = default_rules();
  closed.types[1].applications = {};
  World world = world_of(BaseType::public_, closed);
  SetGroupInfo info;
  info.group = g;
  info.invite_option = InviteOption::need_permission;
  world.does(olive, info);
  EXPECT_THAT(world.tries(user(mia), InviteUsers{g, {otto}, {}}), accepted_with({"MembersJoined"}));
}

}  // namespace
}  // namespace muster::test
