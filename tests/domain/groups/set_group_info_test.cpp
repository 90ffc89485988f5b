#include <functional>

#include "support/world.hpp"

// docs/rules.md section 8: SetGroupInfo.
namespace muster::test {
namespace {

SetGroupInfo info(BaseType type, const std::function<void(SetGroupInfo&)>& set) {
  SetGroupInfo command;
  command.group = id_of(type);
  set(command);
  return command;
}
const auto name = [](SetGroupInfo& c) { c.name = GroupName{"Other"}; };
const auto max_member_num = [](SetGroupInfo& c) { c.max_member_num = 100; };
const auto join_option = [](SetGroupInfo& c) { c.apply_join_option = JoinOption::disable_apply; };
const auto invite_option = [](SetGroupInfo& c) { c.invite_option = InviteOption::need_permission; };
const auto mute_all = [](SetGroupInfo& c) { c.mute_all = true; };

TEST(SetGroupInfo, ARefusalNamesTheFieldThatTheTypeDoesNotHave) {  // info.type
  struct Row {
    BaseType type;
    std::function<void(SetGroupInfo&)> set;
    const char* field;
  };
  const std::vector<Row> table{{BaseType::work, mute_all, "mute_all"},
                               {BaseType::meeting, join_option, "apply_join_option"},
                               {BaseType::avchatroom, max_member_num, "max_member_num"},
                               {BaseType::avchatroom, invite_option, "invite_option"}};
  for (const Row& row : table) {
    World world = world_of(row.type);
    const Tried tried = world.tries(user(olive), info(row.type, [&](SetGroupInfo& c) {
                                      c.name = GroupName{"Other"};
                                      row.set(c);
                                    }));
    ASSERT_THAT(tried, refused(Error::not_supported, "info.type")) << row.field;
    EXPECT_EQ(tried.refusal()->field, row.field);
  }
}

TEST(SetGroupInfo, WritesExactlyTheChangedFieldsWithOldAndNewValues) {
  World world = world_of(BaseType::public_);
  const std::uint64_t info_seq = world.group(g).info_seq;
  const Tried tried = world.does(adam, info(BaseType::public_, [](SetGroupInfo& c) {
                                   c.name = GroupName{"Readers"};  // as it is
                                   c.introduction = Introduction{"new"};
                                   c.mute_all = true;
                                 }));
  const auto changed = tried.event<GroupInfoChanged>();
  EXPECT_FALSE(changed.name);
  EXPECT_EQ(changed.introduction, (Change<Introduction>{Introduction{""}, Introduction{"new"}}));
  EXPECT_EQ(changed.mute_all, (Change<bool>{false, true}));
  EXPECT_EQ(world.rows().find<ProfileRow>(g)->introduction.value, "new");
  EXPECT_TRUE(world.group(g).mute_all);
  EXPECT_EQ(world.group(g).info_seq, info_seq + 1);
  EXPECT_EQ(world.group(g).last_info_time, world.now());
}

TEST(SetGroupInfo, EqualValuesChangeNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(adam),
                          info(BaseType::public_, [](SetGroupInfo& c) { c.name = GroupName{"Readers"}; })),
              accepted_changing_nothing());
}

TEST(SetGroupInfo, IsAllOrNothing) {  // info.level
  World world = world_of(BaseType::work);
  const Tried tried = world.tries(user(mia), info(BaseType::work, [](SetGroupInfo& c) {
                                    c.name = GroupName{"Other"};
                                    c.invite_option = InviteOption::disable_invite;
                                  }));
  EXPECT_THAT(tried, refused(Error::not_permitted, "info.level"));
  EXPECT_EQ(tried.refusal()->facts.level_needed, Level::owner);
  EXPECT_EQ(world.rows().find<ProfileRow>(g)->name.value, "Readers");
}

TEST(SetGroupInfo, NeedsAField) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(adam), info(BaseType::public_, [](SetGroupInfo&) {})),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(
      world.tries(user(adam), info(BaseType::public_, [](SetGroupInfo& c) { c.custom = CustomValues{}; })),
      refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(user(adam), info(BaseType::public_, [](SetGroupInfo& c) { c.max_member_num = 0; })),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST(SetGroupInfo, TheLimitStaysBetweenTheMembersAndThePlan) {  // info.below info.ceiling
  World world = world_of(BaseType::public_);
  const auto limit = [](std::uint64_t number) {
    return info(BaseType::public_, [number](SetGroupInfo& c) { c.max_member_num = number; });
  };
  const Tried below = world.tries(user(adam), limit(2));
  EXPECT_THAT(below, refused(Error::invalid_argument, "info.below"));
  EXPECT_EQ(below.trace.back(), (TracedStep{Step::state, false}));
  EXPECT_EQ(below.refusal()->field, "max_member_num");
  EXPECT_NE(world.tries(user(adam), limit(3)).accepted(), nullptr);
  EXPECT_THAT(world.tries(user(adam), limit(2001)), refused(Error::plan_member_limit, "info.ceiling"));
  EXPECT_NE(world.tries(user(adam), limit(2000)).accepted(), nullptr);
}

TEST(SetGroupInfo, ACommunityKeepsItsCeilingUnderAnyPlan) {  // info.ceiling
  World world = world_of(BaseType::community);
  AppRow app;
  app.edition = Edition::free;
  app.member_cap = 20;
  world.rows().put<AppRow>({}, app);
  const auto limit = [](std::uint64_t number) {
    return info(BaseType::community, [number](SetGroupInfo& c) { c.max_member_num = number; });
  };
  EXPECT_NE(world.tries(user(adam), limit(99'999)).accepted(), nullptr);
  EXPECT_THAT(world.tries(user(adam), limit(100'001)), refused(Error::plan_member_limit, "info.ceiling"));
}

TEST(SetGroupInfo, TheRevisionComesBeforeTheLimit) {  // expect.revision
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(adam), info(BaseType::public_, [](SetGroupInfo& c) { c.max_member_num = 1; }),
                          {.expect = 9}),
              refused(Error::wrong_revision, "expect.revision"));
}

// Delivery: the strongest among the categories of what changed.
TEST(SetGroupInfo, OptionsAreOffAndTextsAreToldAndTheStrongestWins) {
  World world = world_of(BaseType::public_);
  EXPECT_TRUE(world.does(adam, info(BaseType::public_, mute_all)).notices.empty());
  const Tried tried = world.does(adam, info(BaseType::public_, [](SetGroupInfo& c) {
                                   c.name = GroupName{"Other"};
                                   c.mute_all = false;
                                 }));
  EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_group_info_changed});
  EXPECT_TRUE(tried.notices[0].info->name);
  EXPECT_TRUE(tried.notices[0].info->mute_all);
  World room = world_of(BaseType::avchatroom);
  EXPECT_EQ(room.does(olive, info(BaseType::avchatroom, name)).notices[0].delivery, Delivery::push_only);
  World meeting = world_of(BaseType::meeting);
  EXPECT_EQ(meeting.does(olive, info(BaseType::meeting, name)).notices[0].delivery, Delivery::push_and_store);
}

TEST(SetGroupInfo, AllMembersHearOfAChangeItsAuthorIncluded) {
  for (const BaseType type : all_types) {
    World world = world_of(type);
    const Tried tried = world.does(olive, info(type, name));
    ASSERT_EQ(tried.notice_names(), std::vector{NoticeName::on_group_info_changed}) << name_of(type);
    EXPECT_EQ(tried.notices[0].audience, Audience::members) << name_of(type);
    EXPECT_THAT(tried.notices[0].except, testing::IsEmpty()) << name_of(type);
    EXPECT_THAT(tried.notices[0].to, testing::IsEmpty()) << name_of(type);
    EXPECT_EQ(tried.notices[0].by, olive) << name_of(type);
  }
}

// Custom fields.

World with_fields() {
  World world = world_of(BaseType::public_);
  AppRow app;
  app.group_fields = {{CustomKey{"open"}, Level::anyone, Level::anyone},
                      {CustomKey{"inner"}, Level::admin, Level::member},
                      {CustomKey{"high"}, Level::member, Level::owner}};
  world.rows().put<AppRow>({}, app);
  return world;
}
SetGroupInfo custom(std::string_view key, std::string value) {
  return info(BaseType::public_, [&](SetGroupInfo& c) {
    c.custom = CustomValues{{CustomKey{key}, std::move(value)}};
  });
}

TEST(SetGroupInfo, ACustomFieldNeedsItsWriteLevelAndNothingElse) {  // custom.known info.level info.member
  World world = with_fields();
  EXPECT_THAT(world.tries(user(otto), custom("open", "1")), accepted_with({"GroupInfoChanged"}));
  EXPECT_THAT(world.tries(user(otto), custom("inner", "1")), refused(Error::not_member, "info.member"));
  EXPECT_THAT(world.tries(user(mia), custom("inner", "1")), accepted_with({"GroupInfoChanged"}));
  EXPECT_THAT(world.tries(user(adam), custom("high", "1")), refused(Error::not_permitted, "info.level"));
  EXPECT_THAT(world.tries(user(olive), custom("high", "1")), accepted_with({"GroupInfoChanged"}));
  EXPECT_THAT(world.tries(user(olive), custom("unknown", "1")),
              refused(Error::unknown_custom_field, "custom.known"));
}

TEST(SetGroupInfo, TheEmptyValueRemovesAnEntry) {
  World world = with_fields();
  world.does(olive, custom("high", "1"));
  EXPECT_THAT(world.tries(user(olive), custom("high", "1")), accepted_changing_nothing());
  world.does(olive, custom("high", ""));
  EXPECT_TRUE(world.rows().find<ProfileRow>(g)->custom.empty());
  EXPECT_THAT(world.tries(user(olive), custom("high", "")), accepted_changing_nothing());
}

TEST(SetGroupInfo, ANoticeHasACustomFieldOnlyWhenMembersMayReadIt) {
  World world = with_fields();
  const Tried hidden = world.does(mia, custom("inner", "1"));
  EXPECT_EQ(hidden.event<GroupInfoChanged>().custom.size(), 1U);
  EXPECT_TRUE(hidden.notice(NoticeName::on_group_info_changed).info->custom.empty());
  const Tried open = world.does(olive, custom("high", "1"));
  EXPECT_EQ(open.notice(NoticeName::on_group_info_changed).info->custom.size(), 1U);
}

}  // namespace
}  // namespace muster::test
