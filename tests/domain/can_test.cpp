#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <muster/domain/can.hpp>

#include "support/world.hpp"

// Whether a command would be accepted, and what would have to be different. That can() says what step() does
// is checked with every command that any test of the domain tries (support/world.cpp).
namespace muster::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class Asked {
 public:
  Asked(const World& world, const Caller& caller, const Command& command, const With& with = {})
      : world_(world),
        rules_{.rules = world.rules(), .bytes = {}, .digest = {}, .built_in = true},
        request_{command, caller, with.at, with.id, with.expect, {}} {}

  [[nodiscard]] std::vector<std::string> nearest() const {
    std::vector<std::string> texts;
    for (const NearChange& change : nearest_changes(world_.rows(), request_, env()))
      texts.push_back(change.text);
    return texts;
  }
  [[nodiscard]] std::vector<Level> levels() const { return levels_that_can(world_.rows(), request_, env()); }
  [[nodiscard]] std::string refusing_rule() const {
    Overlay rows{&world_.rows()};
    const auto refusal = can(rows, request_, env());
    return refusal ? std::string{refusal->rule.slug()} : std::string{};
  }

 private:
  [[nodiscard]] Env env() const { return {.rules = &rules_, .time = {world_.now().ms + 1}, .assigned = {}}; }
  const World& world_;
  RulesDocument rules_;
  Request request_;
};

TEST(Can, AnAcceptedCommandHasNoNearestChange) {
  const World world = world_of(BaseType::public_);
  const Asked asked{world, user(olive), KickMembers{g, {mia}, {}}};
  EXPECT_EQ(asked.refusing_rule(), "");
  EXPECT_THAT(asked.nearest(), IsEmpty());
}

TEST(Can, WritesNothing) {
  const World world = world_of(BaseType::public_);
  const RulesDocument rules{.rules = world.rules(), .bytes = {}, .digest = {}, .built_in = true};
  Overlay rows{&world.rows()};
  EXPECT_EQ(can(rows, {DismissGroup{g}, user(olive), {}, {}, {}, {}},
                {.rules = &rules, .time = later(1'000), .assigned = {}}),
            std::nullopt);
  EXPECT_EQ(rows.written(), 0U);
}

TEST(Can, ALevelThatIsTooLowIsMendedByTheNearestOne) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(mia), KickMembers{g, {adam}, {}}}.nearest()),
              ElementsAre("if `mia` were an Admin", "if the caller were an app admin",
                          "if the rules had `kick_members` of `Public` as Member"));
  EXPECT_THAT((Asked{world, user(adam), TransferGroup{g, mia}}.nearest()),
              ElementsAre("if `adam` were the Owner", "if the caller were an app admin",
                          "if the rules had `transfer_group` of `Public` as Admin"));
}

TEST(Can, AnOutsiderIsToldOfTheLeastRole) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(otto), PostMessage{g, {}, {}}}.nearest()),
              ElementsAre("if `otto` were a Member", "if the caller were an app admin",
                          "if the rules had `post_message` of `Public` as Anyone"));
}

TEST(Can, OnlyAnAppAdminDismissesAWorkGroupUnlessTheRulesSayOtherwise) {
  const World world = world_of(BaseType::work);
  EXPECT_THAT(
      (Asked{world, user(olive), DismissGroup{g}}.nearest()),
      ElementsAre("if the caller were an app admin", "if the rules had `dismiss_group` of `Work` as Owner"));
}

TEST(Can, WhatTheTypeDoesNotHaveNoSingleChangeAllows) {
  const World world = world_of(BaseType::work);
  EXPECT_THAT((Asked{world, user(otto), JoinGroup{g, {}}}.nearest()), IsEmpty());
  EXPECT_THAT((Asked{world, user(olive), MuteMember{g, mia, 60}}.nearest()), IsEmpty());
}

TEST(Can, AMuteEndsIsLiftedOrDoesNotHoldForAnAppAdmin) {
  World world = world_of(BaseType::public_);
  world.does(olive, MuteMember{g, mia, 60}, {.at = later(1'000), .id = {}, .expect = {}});
  EXPECT_THAT((Asked{world, user(mia), PostMessage{g, {}, {}}}.nearest()),
              ElementsAre("if `mia` were the Owner", "if the caller were an app admin",
                          "from the time " + std::to_string(t0.ms + 61'000) + " on",
                          "if the mute of `mia` were lifted"));
}

TEST(Can, WhenAllAreMutedAnAdminMayPostOrTheOptionIsOff) {
  World world = world_of(BaseType::public_);
  SetGroupInfo mute_all{};
  mute_all.group = g;
  mute_all.mute_all = true;
  world.does(olive, mute_all);
  const auto nearest = Asked{world, user(mia), PostMessage{g, {}, {}}}.nearest();
  EXPECT_THAT(nearest, Contains("if `mia` were an Admin"));
  EXPECT_THAT(nearest, Contains("if `mute_all` were off"));
  EXPECT_THAT(nearest, Contains("if the rules had `post_when_muted` of `Public` as Member"));
}

TEST(Can, AnotherOptionLetsPeopleInviteOrJoin) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(mia), InviteUsers{g, {otto}, {}}}.nearest()),
              Contains("if `invite_option` were FreeAccess"));
  SetGroupInfo closed{};
  closed.group = g;
  closed.apply_join_option = JoinOption::disable_apply;
  world.does(olive, closed);
  EXPECT_THAT(
      (Asked{world, user(otto), JoinGroup{g, {}}}.nearest()),
      ElementsAre("if `apply_join_option` were FreeAccess", "if `apply_join_option` were NeedPermission"));
}

TEST(Can, AFullGroupNeedsRoomForOneMore) {
  World world = world_of(BaseType::meeting);
  SetGroupInfo small{};
  small.group = g;
  small.max_member_num = 3;
  world.does(olive, small);
  EXPECT_THAT((Asked{world, user(otto), JoinGroup{g, {}}}.nearest()),
              ElementsAre("if `max_member_num` were 4", "if the group had fewer members"));
}

TEST(Can, ATargetMustBeThereRankLowerOrHaveApplied) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(olive), MuteMember{g, otto, 60}}.nearest()),
              ElementsAre("if `otto` were a Member"));
  EXPECT_THAT((Asked{world, user(adam), MuteMember{g, olive, 60}}.nearest()),
              Contains("if `olive` were a Member"));
  EXPECT_THAT((Asked{world, user(olive), AcceptApplication{g, otto, {}}}.nearest()),
              ElementsAre("if `otto` had applied"));
}

TEST(Can, TheOwnerMayQuitOnceSomebodyElseOwnsTheGroup) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT(
      (Asked{world, user(olive), QuitGroup{g}}.nearest()),
      ElementsAre("if `olive` were an Admin", "if the rules had `owner_may_quit` of `Public` as true"));
}

TEST(Can, TheWrongRevisionIsMendedByLeavingItOut) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(olive), DismissGroup{g}, {.at = {}, .id = {}, .expect = 77}}.nearest()),
              ElementsAre("without `expect`"));
}

TEST(Can, ACreationLeavesOutWhatThePlanOrTheTypeDoesNotHave) {
  const World world;
  CreateGroup large = creation(BaseType::public_);
  large.max_member_num = 5000;
  EXPECT_THAT((Asked{world, user(olive), large}.nearest()),
              ElementsAre("without `max_member_num`", "under the plan Ultimate with `member_cap` 6000"));
  CreateGroup topics = creation(BaseType::public_);
  topics.support_topic = true;
  EXPECT_THAT((Asked{world, user(olive), topics}.nearest()), Contains("without `support_topic`"));
}

TEST(Can, QuotasNeedFewerGroupsAnotherDayOrAnotherPlan) {
  Rules rules = default_rules();
  for (PlanRules& plan : rules.plans) plan.groups_per_day = 1;
  World world{rules};
  world.does(olive, creation(BaseType::public_));
  CreateGroup second = creation(BaseType::public_);
  second.group = GroupId{"second"};
  const std::int64_t day = std::int64_t{24} * 60 * 60 * 1000;
  EXPECT_THAT((Asked{world, user(mia), second}.nearest()),
              Contains("from the time " + std::to_string((t0.ms / day + 1) * day) + " on"));
}

TEST(Can, RecyclingWaitsForThePolicyAndTheTime) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, the_system(), RecycleGroup{g}}.nearest()),
              Not(Contains("if the caller were an app admin")));
  world.does(app_admin(), SetRecyclePolicy{TypeName{"Public"}, 3600});
  EXPECT_THAT(
      (Asked{world, the_system(), RecycleGroup{g}, {.at = later(10'000), .id = {}, .expect = {}}}.nearest()),
      ElementsAre("from the time " + std::to_string(world.group(g).last_info_time.ms + 3'600'000) + " on",
                  "if the idle time of `Public` were shorter"));
}

TEST(Can, ACustomFieldMustBeDefinedAndWritable) {
  World world = world_of(BaseType::public_);
  SetGroupInfo set{};
  set.group = g;
  set.custom = CustomValues{{CustomKey{"level"}, "3"}};
  EXPECT_THAT((Asked{world, user(olive), set}.nearest()),
              ElementsAre("if the custom field `level` were defined"));
  world.does(app_admin(), DefineGroupField{CustomKey{"level"}, Level::anyone, Level::app_admin});
  EXPECT_THAT((Asked{world, user(olive), set}.nearest()), Contains("if the caller were an app admin"));
}

TEST(Can, AKeyThatIsDefinedCannotBeDefinedAgainHoweverFewThereAre) {
  World world;
  const DefineGroupField define{CustomKey{"k"}, Level::anyone, Level::anyone};
  world.does(app_admin(), define);
  EXPECT_THAT((Asked{world, app_admin(), define}.nearest()),
              ElementsAre("if the custom field `k` were not defined"));
}

TEST(Can, AFullGroupAtTheCeilingOfThePlanNeedsFewerMembersNotAHigherLimit) {
  World world;
  world.does(app_admin(), SetPlan{Edition::free, {}, {}});
  world.does(olive, creation(BaseType::meeting));
  for (int i = 1; i < 20; ++i) world.does(Account{"m" + std::to_string(i)}, JoinGroup{g, {}});
  EXPECT_THAT((Asked{world, user(otto), JoinGroup{g, {}}}.nearest()),
              ElementsAre("if the group had fewer members"));
}

TEST(Can, MoreAVChatRoomsNeedTheUnlimitedPro) {
  Rules rules = default_rules();
  for (PlanRules& plan : rules.plans) plan.avchatrooms = 1;
  World world{rules};
  world.does(app_admin(), SetPlan{Edition::pro, {}, {}});
  world.does(olive, creation(BaseType::avchatroom));
  CreateGroup second = creation(BaseType::avchatroom);
  second.group = GroupId{"second"};
  EXPECT_THAT((Asked{world, user(olive), second}.nearest()),
              Contains("under the plan Pro with `member_cap` 200 and `avchatrooms_unlimited`"));
}

TEST(Can, WhereNobodyAppliesAnInvitationMustWait) {
  const World world = world_of(BaseType::community);
  EXPECT_THAT((Asked{world, user(olive), AcceptApplication{community_g, otto, {}}}.nearest()),
              ElementsAre("if `otto`'s invitation waited for approval"));
}

TEST(Can, NoRuleLetsAStrangerMarkAsReadWhatIsNotTheirs) {
  const World world = world_of(BaseType::public_);
  EXPECT_THAT((Asked{world, user(Account{"stranger"}), MarkMessagesRead{g, {}}}.nearest()),
              ElementsAre("if `stranger` were a Member"));
}

// A change would tell that the group exists.
TEST(Can, ACallerWhoCannotSeeTheGroupGetsNoChanges) {
  World world;
  world.does(olive, creation(BaseType::work));
  EXPECT_EQ((Asked{world, user(otto), PostMessage{g, {}, {}}}.refusing_rule()), "group.visible");
  EXPECT_THAT((Asked{world, user(otto), PostMessage{g, {}, {}}}.nearest()), IsEmpty());
  EXPECT_THAT((Asked{world, user(otto), PostMessage{GroupId{"none"}, {}, {}}}.nearest()), IsEmpty());
}

TEST(Can, TheLevelsThatCouldAreThoseOfTheTable) {
  const World world = world_of(BaseType::public_);
  const auto levels = [&](const Command& command) { return Asked{world, user(otto), command}.levels(); };
  EXPECT_THAT(levels(KickMembers{g, {mia}, {}}), ElementsAre(Level::admin, Level::owner, Level::app_admin));
  EXPECT_THAT(levels(DismissGroup{g}), ElementsAre(Level::owner, Level::app_admin));
  EXPECT_THAT(levels(JoinGroup{g, {}}), ElementsAre(Level::anyone, Level::app_admin));
  EXPECT_THAT(levels(QuitGroup{g}), ElementsAre(Level::member, Level::admin));
  EXPECT_THAT(levels(MuteMember{g, adam, 60}), ElementsAre(Level::owner, Level::app_admin));
  EXPECT_THAT(levels(SweepOfflineMembers{g, {mia}}), IsEmpty());
  const World work = world_of(BaseType::work);
  EXPECT_THAT((Asked{work, user(otto), DismissGroup{g}}.levels()), ElementsAre(Level::app_admin));
}

// The account that stands for anybody has nothing of its own.
TEST(Can, TheLevelsAreThoseOfAccountsThatTheAppDoesNotKnow) {
  World world = world_of(BaseType::avchatroom);
  world.does(olive, MuteMember{g, Account{"somebody"}, 600});
  EXPECT_THAT((Asked{world, user(otto), PostMessage{g, {}, {}}}.levels()),
              ElementsAre(Level::member, Level::owner, Level::app_admin));
}

TEST(Can, CommandsWithoutAGroupAreForAnyoneOrAppAdmins) {
  const World world;
  EXPECT_THAT((Asked{world, user(otto), creation(BaseType::public_)}.levels()),
              ElementsAre(Level::anyone, Level::app_admin));
  EXPECT_THAT((Asked{world, user(otto), SetPlan{Edition::pro, {}, {}}}.levels()),
              ElementsAre(Level::app_admin));
}

}  // namespace
}  // namespace muster::test
