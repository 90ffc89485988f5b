#include "support/world.hpp"

// docs/rules.md section 12: how many groups an app may have, and create in a day.
namespace muster::test {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// The built-in document with figures that a test can reach.
Rules small_plans() {
  Rules rules = default_rules();
  for (PlanRules& plan : rules.plans) {
    plan.groups = 3;
    plan.avchatrooms = 2;
    plan.communities = plan.community_members == 0 ? 0 : 1;
    plan.groups_per_day = 5;
  }
  return rules;
}

class GroupQuotas : public testing::Test {
 protected:
  Tried creates(BaseType type, const std::string& id, TimeMs at = t0) {
    CreateGroup create = creation(type);
    create.group = GroupId{type == BaseType::community ? "@TGS#_" + id : id};
    return world.tries(user(olive), create, {.at = at, .id = {}, .expect = {}});
  }
  World world{small_plans()};
};

TEST_F(GroupQuotas, CountWorkPublicAndMeetingTogether) {  // quota.groups
  EXPECT_EQ(creates(BaseType::work, "a").refusal(), nullptr);
  EXPECT_EQ(creates(BaseType::public_, "b").refusal(), nullptr);
  EXPECT_EQ(creates(BaseType::meeting, "c").refusal(), nullptr);
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::meeting}) {
    const Tried tried = creates(type, "d");
    EXPECT_THAT(tried, refused(Error::group_quota_exceeded, "quota.groups"));
    EXPECT_EQ(tried.refusal()->facts.count, 3U);
    EXPECT_EQ(tried.refusal()->facts.limit, 3U);
  }
  EXPECT_EQ(creates(BaseType::avchatroom, "d").refusal(), nullptr);
}

TEST_F(GroupQuotas, OfAVChatRoomsCanBeLiftedOnPro) {  // quota.avchatrooms
  EXPECT_EQ(creates(BaseType::avchatroom, "a").refusal(), nullptr);
  EXPECT_EQ(creates(BaseType::avchatroom, "b").refusal(), nullptr);
  EXPECT_THAT(creates(BaseType::avchatroom, "c"),
              refused(Error::avchatroom_quota_exceeded, "quota.avchatrooms"));
  world.does(app_admin(), SetPlan{Edition::pro, {}, {}});
  EXPECT_THAT(creates(BaseType::avchatroom, "c"),
              refused(Error::avchatroom_quota_exceeded, "quota.avchatrooms"));
  world.does(app_admin(), SetPlan{Edition::pro, {}, true});
  EXPECT_EQ(creates(BaseType::avchatroom, "c").refusal(), nullptr);
}

TEST_F(GroupQuotas, OfCommunitiesAreTheirOwn) {  // quota.groups
  EXPECT_EQ(creates(BaseType::community, "a").refusal(), nullptr);
  EXPECT_THAT(creates(BaseType::community, "b"), refused(Error::group_quota_exceeded, "quota.groups"));
  EXPECT_EQ(creates(BaseType::public_, "b").refusal(), nullptr);
}

TEST_F(GroupQuotas, DoNotCountGroupsThatHaveEnded) {
  for (const char* id : {"a", "b", "c"}) creates(BaseType::meeting, id);
  world.does(olive, DismissGroup{GroupId{"b"}});
  EXPECT_EQ(creates(BaseType::meeting, "d").refusal(), nullptr);
  EXPECT_THAT(creates(BaseType::meeting, "e"), refused(Error::group_quota_exceeded, "quota.groups"));
  world.does(olive, DismissGroup{GroupId{"a"}});
  creates(BaseType::work, "w");
  EXPECT_EQ(world.rows().find<GroupCountsRow>({})->groups, 3U);
  world.does(olive, QuitGroup{GroupId{"w"}});  // abandons it, so that it is recycled
  EXPECT_EQ(world.rows().find<GroupCountsRow>({})->groups, 2U);
}

TEST_F(GroupQuotas, OfADayCountWhatWasCreatedLessWhatEnded) {  // quota.day
  const TimeMs noon{t0.ms - t0.ms % day_ms + day_ms / 2};
  const auto creates_and_dismisses = [&](const std::string& id, TimeMs at) {
    if (creates(BaseType::meeting, id, at).refusal() != nullptr) return false;
    world.does(olive, DismissGroup{GroupId{id}}, {.at = at, .id = {}, .expect = {}});
    return true;
  };
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(creates_and_dismisses("gone" + std::to_string(i), noon));
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(creates(BaseType::meeting, id, noon).refusal(), nullptr);
  for (const char* id : {"d", "e"}) EXPECT_EQ(creates(BaseType::avchatroom, id, noon).refusal(), nullptr);
  const Tried sixth = creates(BaseType::community, "f", noon);
  EXPECT_THAT(sixth, refused(Error::daily_group_quota_exceeded, "quota.day"));
  EXPECT_EQ(sixth.refusal()->facts.count, 5U);
  EXPECT_EQ(sixth.refusal()->facts.limit, 5U);

  const TimeMs last{noon.ms + day_ms / 2 - 1};
  EXPECT_THAT(creates(BaseType::community, "f", last),
              refused(Error::daily_group_quota_exceeded, "quota.day"));
  EXPECT_EQ(creates(BaseType::community, "f", {last.ms + 1}).refusal(), nullptr) << "the next day in UTC";
}

TEST_F(GroupQuotas, ComeAfterThoseOfAccountsAndGroupsBeforeTheDay) {  // quota.joined, quota.groups
  Rules rules = small_plans();
  for (PlanRules& plan : rules.plans) {
    plan.joined_groups = 1;
    plan.groups = 1;
    plan.groups_per_day = 1;
  }
  world = World{rules};
  EXPECT_EQ(creates(BaseType::meeting, "a").refusal(), nullptr);
  EXPECT_THAT(creates(BaseType::meeting, "b"), refused(Error::joined_group_quota_exceeded, "quota.joined"));
  CreateGroup create = creation(BaseType::meeting);
  create.group = GroupId{"b"};
  const With at{.at = t0, .id = {}, .expect = {}};
  EXPECT_THAT(world.tries(user(mia), create, at), refused(Error::group_quota_exceeded, "quota.groups"));
  create.type = TypeName{"AVChatRoom"};
  EXPECT_THAT(world.tries(user(mia), create, at), refused(Error::daily_group_quota_exceeded, "quota.day"));
}

TEST_F(GroupQuotas, CountGroupsOfCustomTypesByTheirClass) {  // quota.groups
  Rules rules = small_plans();
  TypeRules club = rules.types[2];
  club.name = TypeName{"Club"};
  rules.types.push_back(club);
  world = World{rules};
  CreateGroup create = creation(BaseType::meeting);
  create.type = TypeName{"Club"};
  for (const char* id : {"a", "b", "c"}) {
    create.group = GroupId{id};
    world.does(olive, create);
  }
  EXPECT_THAT(creates(BaseType::public_, "d"), refused(Error::group_quota_exceeded, "quota.groups"));
}

}  // namespace
}  // namespace muster::test
