#include "support/world.hpp"

// docs/rules.md section 11: members as they were elsewhere.
namespace muster::test {
namespace {

ImportMembers import(List<MemberToImport, 1, 300> members) { return {g, std::move(members)}; }

std::vector<std::optional<Error>> errors_of(const Tried& tried) {
  std::vector<std::optional<Error>> found;
  if (tried.accepted() != nullptr)
    for (const ItemResult& item : tried.accepted()->reply.results) found.push_back(item.refused);
  return found;
}

TEST(ImportMembers, AddsThemAsTheyWere) {
  World world = world_of(BaseType::public_);
  for (int i = 0; i < 5; ++i) world.does(olive, PostMessage{g, {}, {}});
  const GroupRow before = world.group(g);
  const Tried tried = world.does(
      app_admin(), import({{.user = otto, .role = Role::admin, .join_time = later(2), .msg_seq = 3},
                           {.user = Account{"zoe"}}}));
  EXPECT_THAT(tried, accepted_with({"MembersImported"}));
  EXPECT_TRUE(tried.notices.empty());
  EXPECT_EQ(world.group(g).next_msg_seq, before.next_msg_seq) << "imports take no message number";
  EXPECT_EQ(world.group(g).member_num, before.member_num + 2);
  const Account zoe{"zoe"};
  EXPECT_EQ(*world.rows().find<MembershipRow>({otto, g}), (MembershipRow{Role::admin, later(2)}));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, otto})->msg_seq, 3U);
  EXPECT_EQ(*world.rows().find<MembershipRow>({zoe, g}),
            (MembershipRow{Role::member, tried.accepted()->head.time}));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, zoe})->msg_seq, before.next_msg_seq - 1);
}

TEST(ImportMembers, FoldsItemByItem) {  // "import.item"
  World world = world_of(BaseType::meeting);
  const GroupRow group = world.group(g);
  const TimeMs now = later(1000);
  const auto result = [&](MemberToImport member) {
    Overlay overlay{&world.rows()};
    return errors_of(try_on(overlay, world.rules(), app_admin(), import({std::move(member)}),
                            {.at = now, .id = {}, .expect = {}}))
        .at(0);
  };
  EXPECT_EQ(result({.user = mia}), Error::already_member);
  EXPECT_EQ(result({.user = mia, .join_time = TimeMs{now.ms + 1}}), Error::already_member) << "comes first";
  EXPECT_EQ(result({.user = otto, .join_time = now}), std::nullopt);
  EXPECT_EQ(result({.user = otto, .join_time = TimeMs{now.ms + 1}}), Error::invalid_argument);
  EXPECT_EQ(result({.user = otto, .join_time = group.create_time}), std::nullopt);
  EXPECT_EQ(result({.user = otto, .join_time = TimeMs{group.create_time.ms - 1}}), Error::invalid_argument);
  EXPECT_EQ(result({.user = otto, .msg_seq = group.next_msg_seq - 1}), std::nullopt);
  EXPECT_EQ(result({.user = otto, .msg_seq = group.next_msg_seq}), Error::invalid_argument);

  const Tried twice = world.does(app_admin(), import({{.user = otto}, {.user = otto}}));
  EXPECT_EQ(errors_of(twice), (std::vector<std::optional<Error>>{std::nullopt, Error::already_member}));
}

TEST(ImportMembers, FillsTheGroupAndTheQuotas) {  // items: GroupFull, JoinedGroupQuotaExceeded
  Rules rules = default_rules();
  for (PlanRules& plan : rules.plans) plan.joined_groups = 1;
  World world = world_of(BaseType::public_, rules);
  CreateGroup other = creation(BaseType::meeting);
  other.group = GroupId{"other"};
  world.does(otto, other);
  SetGroupInfo info;
  info.group = g;
  info.max_member_num = 5;
  world.does(olive, info);
  const Tried tried = world.does(app_admin(), import({{.user = otto},
                                                      {.user = Account{"a"}},
                                                      {.user = Account{"b"}},
                                                      {.user = Account{"c"}},
                                                      {.user = Account{"d"}, .join_time = TimeMs{}}}));
  EXPECT_EQ(errors_of(tried),
            (std::vector<std::optional<Error>>{Error::joined_group_quota_exceeded, std::nullopt, std::nullopt,
                                               Error::group_full, Error::invalid_argument}));
}

TEST(ImportMembers, HaveNoAdminsWhereTheTypeHasNone) {
  World world = world_of(BaseType::work);
  EXPECT_EQ(errors_of(world.does(app_admin(), import({{.user = otto, .role = Role::admin}}))),
            (std::vector<std::optional<Error>>{Error::invalid_argument}));
}

TEST(ImportMembers, NeverIncludeAnOwner) {  // arguments.form
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(app_admin(), import({{.user = otto, .role = Role::owner}})),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST(ImportMembers, TakesOneTo300) {  // arguments.list, arguments.form
  World world = world_of(BaseType::public_);
  ImportMembers c = import({});
  EXPECT_THAT(world.tries(app_admin(), c), refused(Error::invalid_argument, "arguments.form"));
  for (int i = 0; i < 300; ++i) c.members.push_back({.user = Account{"a" + std::to_string(i)}});
  EXPECT_EQ(world.tries(app_admin(), c).refusal(), nullptr);
  c.members.push_back({.user = otto});
  EXPECT_THAT(world.tries(app_admin(), c), refused(Error::too_many_accounts, "arguments.list"));
}

TEST(ImportMembers, EndsTheirPendingApplications) {
  World world = world_of(BaseType::public_);
  world.does(otto, JoinGroup{g, {}});
  world.does(app_admin(), import({{.user = otto}}));
  EXPECT_EQ(world.rows().find<ApplicationRow>({g, otto}), nullptr);
}

}  // namespace
}  // namespace muster::test
