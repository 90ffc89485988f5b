#include "support/world.hpp"

// docs/rules.md section 5: CreateGroup.
namespace muster::test {
namespace {

using Members = List<InitialMember, 0, 100>;

TEST(CreateGroup, AUserBecomesTheOwnerOfANewGroupOfEachType) {
  for (const BaseType type : all_types) {
    World world;
    const Tried tried = world.tries(user(olive), creation(type));
    EXPECT_THAT(tried, accepted_with({"GroupCreated"})) << name_of(type);
    const GroupRow& row = world.group(id_of(type));
    EXPECT_EQ(row.owner, olive);
    EXPECT_EQ(row.base, type);
    EXPECT_EQ(row.life, type == BaseType::work ? GroupState::inactive : GroupState::active);
    EXPECT_EQ(row.member_num, 1U);
    EXPECT_EQ(row.head.revision, 1U);
    EXPECT_EQ(row.info_seq, 1U);
    EXPECT_EQ(row.next_msg_seq, 1U);
    EXPECT_EQ(row.create_time, world.now());
    EXPECT_EQ(row.last_info_time, world.now());
    EXPECT_EQ(row.last_msg_time, TimeMs{0});
    EXPECT_EQ(world.rows().find<MembershipRow>({olive, id_of(type)})->role, Role::owner);
    EXPECT_NE(world.rows().find<MemberProfileRow>({id_of(type), olive}), nullptr);
  }
}

TEST(CreateGroup, OptionsAndCeilingsStartAsTheTypeHasThem) {
  struct Start {
    BaseType type;
    JoinOption join;
    InviteOption invite;
    std::uint32_t max;
    MsgFlag flag;
  };
  const std::vector<Start> table{{BaseType::work, JoinOption::disable_apply, InviteOption::free_access, 2000,
                                  MsgFlag::accept_and_notify},
                                 {BaseType::public_, JoinOption::need_permission,
                                  InviteOption::disable_invite, 2000, MsgFlag::accept_and_notify},
                                 {BaseType::meeting, JoinOption::free_access, InviteOption::disable_invite,
                                  2000, MsgFlag::accept_not_notify},
                                 {BaseType::avchatroom, JoinOption::free_access, InviteOption::disable_invite,
                                  0, MsgFlag::accept_not_notify},
                                 {BaseType::community, JoinOption::free_access, InviteOption::free_access,
                                  100'000, MsgFlag::accept_and_notify}};
  for (const Start& start : table) {
    World world;
    world.does(olive, creation(start.type));
    const GroupRow& row = world.group(id_of(start.type));
    EXPECT_EQ(row.apply_join_option, start.join) << name_of(start.type);
    EXPECT_EQ(row.invite_option, start.invite) << name_of(start.type);
    EXPECT_EQ(row.max_member_num, start.max) << name_of(start.type);
    EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(start.type), olive})->msg_flag, start.flag)
        << name_of(start.type);
  }
}

TEST(CreateGroup, TheOldNamesMeanWorkAndMeeting) {
  World world;
  CreateGroup create = creation(BaseType::work);
  create.type = TypeName{"Private"};
  world.does(olive, create);
  EXPECT_EQ(world.group(g).type, TypeName{"Work"});
  create.type = TypeName{"ChatRoom"};
  create.group = GroupId{"h"};
  world.does(olive, create);
  EXPECT_EQ(world.group(GroupId{"h"}).type, TypeName{"Meeting"});
}

TEST(CreateGroup, BChatRoomIsNoType) {  // arguments.form
  World world;
  CreateGroup create = creation(BaseType::work);
  create.type = TypeName{"BChatRoom"};
  const Tried tried = world.tries(user(olive), create);
  EXPECT_THAT(tried, refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(tried.refusal()->field, "type");
}

TEST(CreateGroup, InitialMembersComeInWithTheirRolesAndAreAnnouncedAsInvited) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.members = Members{{adam, Role::admin}, {mia, {}}};
  const Tried tried = world.does(olive, create);
  EXPECT_THAT(tried, accepted_with({"GroupCreated", "MembersJoined"}));
  EXPECT_EQ(tried.event<MembersJoined>().via, JoinCause::create);
  EXPECT_EQ(world.rows().find<MembershipRow>({adam, g})->role, Role::admin);
  EXPECT_EQ(world.rows().find<MembershipRow>({mia, g})->role, Role::member);
  EXPECT_EQ(world.group(g).member_num, 3U);
  EXPECT_EQ(tried.notice_names(), (std::vector{NoticeName::on_group_created, NoticeName::on_member_invited}));
  EXPECT_EQ(tried.notice(NoticeName::on_group_created).to, std::vector{olive});
  const Notice invited = tried.notice(NoticeName::on_member_invited);
  EXPECT_EQ(invited.accounts, (std::vector{adam, mia}));
  EXPECT_EQ(invited.msg_seq, 1U);
}

TEST(CreateGroup, NobodyInANewGroupHasAnythingUnread) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.members = Members{{mia, {}}};
  world.does(olive, create);
  EXPECT_EQ(world.group(g).next_msg_seq, 2U);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, olive})->msg_seq, 1U);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->msg_seq, 1U);
}

TEST(CreateGroup, RepeatsAndTheOwnerInTheListAreDroppedAndTheFirstRoleCounts) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.members = Members{{mia, {}}, {olive, Role::admin}, {mia, Role::admin}};
  const Tried tried = world.does(olive, create);
  ASSERT_EQ(tried.event<MembersJoined>().members.size(), 1U);
  EXPECT_EQ(world.rows().find<MembershipRow>({mia, g})->role, Role::member);
  EXPECT_EQ(world.rows().find<MembershipRow>({olive, g})->role, Role::owner);
  EXPECT_EQ(world.group(g).member_num, 2U);
}

TEST(CreateGroup, AListOfNobodyElseLeavesNoTrace) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.members = Members{{olive, {}}};
  EXPECT_THAT(world.tries(user(olive), create), accepted_with({"GroupCreated"}));
}

TEST(CreateGroup, AdminsAmongTheInitialMembersNeedATypeThatHasThem) {  // arguments.form
  for (const BaseType type : {BaseType::work, BaseType::avchatroom}) {
    World world;
    CreateGroup create = creation(type);
    create.members = Members{{mia, {}}, {adam, Role::admin}};
    const Tried tried = world.tries(user(olive), create);
    EXPECT_THAT(tried, refused(Error::invalid_argument, "arguments.form")) << name_of(type);
    EXPECT_EQ(tried.refusal()->field, "members[1].role");
  }
  World world;
  CreateGroup create = creation(BaseType::meeting);
  create.members = Members{{adam, Role::admin}};
  EXPECT_NE(world.tries(user(olive), create).accepted(), nullptr);
}

TEST(CreateGroup, NobodyIsMadeOwnerByTheList) {  // arguments.form
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.members = Members{{mia, Role::owner}};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::invalid_argument, "arguments.form"));
}

TEST(CreateGroup, AnAvChatRoomTakesNoInitialMembersButAnEmptyList) {  // type.members
  World world;
  CreateGroup create = creation(BaseType::avchatroom);
  create.members = Members{{mia, {}}};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::not_supported, "type.members"));
  EXPECT_THAT(world.tries(app_admin(), create), refused(Error::not_supported, "type.members"));
  create.members = Members{};
  EXPECT_THAT(world.tries(user(olive), create), accepted_with({"GroupCreated"}));
}

TEST(CreateGroup, ASettingThatTheTypeCannotSetIsRefusedWithAnyValue) {  // type.setting
  struct Setting {
    BaseType type;
    bool join, invite, max;
  };
  const std::vector<Setting> table{{BaseType::work, false, true, true},
                                   {BaseType::public_, true, true, true},
                                   {BaseType::meeting, false, true, true},
                                   {BaseType::avchatroom, false, false, false},
                                   {BaseType::community, false, true, true}};
  for (const Setting& row : table) {
    const auto expect = [&](const CreateGroup& create, bool settable, std::string_view field) {
      World world;
      const Tried tried = world.tries(user(olive), create);
      if (settable) {
        EXPECT_NE(tried.accepted(), nullptr) << name_of(row.type) << ' ' << field;
        return;
      }
      EXPECT_THAT(tried, refused(Error::not_supported, "type.setting")) << name_of(row.type) << ' ' << field;
      EXPECT_EQ(tried.refusal()->field, field);
    };
    for (const auto option :
         {JoinOption::free_access, JoinOption::need_permission, JoinOption::disable_apply}) {
      CreateGroup create = creation(row.type);
      create.apply_join_option = option;
      expect(create, row.join, "apply_join_option");
    }
    for (const auto option :
         {InviteOption::free_access, InviteOption::need_permission, InviteOption::disable_invite}) {
      CreateGroup create = creation(row.type);
      create.invite_option = option;
      expect(create, row.invite, "invite_option");
    }
    CreateGroup create = creation(row.type);
    create.max_member_num = 10;
    expect(create, row.max, "max_member_num");
  }
}

TEST(CreateGroup, TopicsAreForCommunities) {  // type.topics
  for (const BaseType type : all_types) {
    World world;
    CreateGroup create = creation(type);
    create.support_topic = true;
    const Tried tried = world.tries(user(olive), create);
    if (type == BaseType::community) {
      EXPECT_NE(tried.accepted(), nullptr);
      EXPECT_TRUE(world.group(community_g).support_topic);
    } else {
      EXPECT_THAT(tried, refused(Error::not_supported, "type.topics")) << name_of(type);
    }
    create.support_topic = false;
    create.group = type == BaseType::community ? GroupId{"@TGS#_h"} : GroupId{"h"};
    EXPECT_NE(world.tries(user(olive), create).accepted(), nullptr);
  }
}

TEST(CreateGroup, AUserCreatesForNobodyElse) {  // create.owner
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.owner = mia;
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::not_permitted, "create.owner"));
  create.owner = olive;
  EXPECT_THAT(world.tries(user(olive), create), accepted_with({"GroupCreated"}));
}

TEST(CreateGroup, AnAppAdminNamesAnOwnerAndIsNotIn) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.owner = mia;
  const Tried tried = world.does(app_admin(), create);
  EXPECT_EQ(world.group(g).owner, mia);
  EXPECT_EQ(world.group(g).member_num, 1U);
  EXPECT_EQ(world.rows().find<MembershipRow>({root, g}), nullptr);
  EXPECT_EQ(tried.notice(NoticeName::on_group_created).to, std::vector{mia});
}

TEST(CreateGroup, AnAppAdminLeavesTheOwnerOut) {
  for (const BaseType type : all_types) {
    World world;
    const Tried tried = world.does(app_admin(), creation(type));
    EXPECT_TRUE(world.group(id_of(type)).owner.empty());
    EXPECT_FALSE(world.group(id_of(type)).had_owner);
    EXPECT_EQ(world.group(id_of(type)).member_num, 0U);
    EXPECT_TRUE(tried.notices.empty());
  }
}

TEST(CreateGroup, AnIdIsNeverUsedTwice) {  // create.id
  World world = world_of(BaseType::public_);
  const Tried others = world.tries(user(mia), creation(BaseType::public_));
  EXPECT_THAT(others, refused(Error::group_id_in_use, "create.id"));
  EXPECT_EQ(others.refusal()->code, 10021U);
  const Tried own = world.tries(user(olive), creation(BaseType::public_));
  EXPECT_THAT(own, refused(Error::group_id_in_use, "create.id"));
  EXPECT_EQ(own.refusal()->code, 10025U);
  EXPECT_EQ(world.tries(app_admin(olive), creation(BaseType::public_)).refusal()->code, 10021U);

  world.does(olive, DismissGroup{g});
  const Tried gone = world.tries(user(olive), creation(BaseType::public_));
  EXPECT_THAT(gone, refused(Error::group_id_in_use, "create.id"));
  EXPECT_EQ(gone.refusal()->code, 10021U);
  EXPECT_EQ(gone.refusal()->facts.state, std::nullopt) << "how the other group ended is not for everybody";
}

TEST(CreateGroup, WithoutAnIdTheAssignedOneIsTaken) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.group.reset();
  const Tried tried = world.does(olive, create);
  EXPECT_EQ(tried.accepted()->head.stream.group(), GroupId{"@TGS#assigned0"});
  EXPECT_EQ(tried.accepted()->assigned.group, GroupId{"@TGS#assigned0"});
}

TEST(CreateGroup, TheCeilingIsThePlans) {  // create.ceiling
  for (const BaseType type : {BaseType::work, BaseType::public_, BaseType::meeting, BaseType::community}) {
    const std::uint32_t ceiling = type == BaseType::community ? 100'000 : 2000;
    World world;
    CreateGroup create = creation(type);
    create.max_member_num = ceiling + 1;
    const Tried tried = world.tries(user(olive), create);
    EXPECT_THAT(tried, refused(Error::plan_member_limit, "create.ceiling")) << name_of(type);
    EXPECT_EQ(tried.refusal()->facts.limit, ceiling);
    create.max_member_num = ceiling;
    EXPECT_NE(world.tries(user(olive), create).accepted(), nullptr);
  }
}

TEST(CreateGroup, ACommunityNeedsThePlanForIt) {  // create.plan
  for (const Edition edition : {Edition::free, Edition::pro}) {
    World world;
    AppRow app;
    app.edition = edition;
    app.member_cap = world.rules().plan(edition).member_cap_min;
    world.rows().put<AppRow>({}, app);
    EXPECT_THAT(world.tries(user(olive), creation(BaseType::community)),
                refused(Error::type_not_in_plan, "create.plan"));
    EXPECT_NE(world.tries(user(olive), creation(BaseType::public_)).accepted(), nullptr);
    EXPECT_EQ(world.group(g).max_member_num, app.member_cap);
  }
}

TEST(CreateGroup, TheInitialMembersAndTheOwnerMustFit) {  // create.capacity
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.max_member_num = 2;
  create.members = Members{{mia, {}}, {adam, {}}};
  const Tried tried = world.tries(user(olive), create);
  EXPECT_THAT(tried, refused(Error::group_full, "create.capacity"));
  EXPECT_EQ(tried.refusal()->facts.count, 3U);
  EXPECT_THAT(world.tries(app_admin(), create), accepted_with({"GroupCreated", "MembersJoined"}));
}

TEST(CreateGroup, TheQuotaOfTheOwnerAndOfEveryInitialMemberIsJudged) {  // quota.joined
  const auto with_full = [](const Account& account) {
    World world;
    world.rows().put<AccountRow>(account, {.head = {}, .joined = 3000, .applications_read = {}});
    for (int i = 0; i < 3000; ++i) {
      const GroupId id{"other" + std::to_string(i)};
      GroupRow row;
      row.life = GroupState::active;
      world.rows().put<GroupRow>(id, row);
      world.rows().put<MembershipRow>({account, id}, {});
    }
    return world;
  };
  for (const Account& full : {olive, mia}) {
    World world = with_full(full);
    CreateGroup create = creation(BaseType::public_);
    create.members = Members{{mia, {}}};
    const Tried tried = world.tries(user(olive), create);
    EXPECT_THAT(tried, refused(Error::joined_group_quota_exceeded, "quota.joined"));
    EXPECT_EQ(tried.refusal()->facts.user, full);
  }
  // An AVChatRoom does not count, and an inactive group counts against its owner only.
  EXPECT_NE(with_full(olive).tries(user(olive), creation(BaseType::avchatroom)).accepted(), nullptr);
  CreateGroup work = creation(BaseType::work);
  work.members = Members{{mia, {}}};
  EXPECT_NE(with_full(mia).tries(user(olive), work).accepted(), nullptr);
  EXPECT_THAT(with_full(olive).tries(user(olive), work),
              refused(Error::joined_group_quota_exceeded, "quota.joined"));
}

// Custom fields, as an app admin may have defined them.

World with_fields() {
  World world;
  AppRow app;
  app.group_fields = {{CustomKey{"level"}, Level::member, Level::owner},
                      {CustomKey{"secret"}, Level::app_admin, Level::app_admin}};
  world.rows().put<AppRow>({}, app);
  return world;
}

TEST(CreateGroup, CustomFieldsMustBeDefined) {  // custom.known
  World world = with_fields();
  CreateGroup create = creation(BaseType::public_);
  create.custom = CustomValues{{CustomKey{"colour"}, "red"}};
  const Tried tried = world.tries(user(olive), create);
  EXPECT_THAT(tried, refused(Error::unknown_custom_field, "custom.known"));
  EXPECT_EQ(tried.refusal()->facts.key, "colour");
  create.custom = CustomValues{{CustomKey{"level"}, "3"}};
  EXPECT_NE(world.tries(user(olive), create).accepted(), nullptr);
  EXPECT_EQ(world.rows().find<ProfileRow>(g)->custom.at(CustomKey{"level"}), "3");
}

TEST(CreateGroup, CustomFieldsNeedTheirWriteLevel) {  // custom.write
  World world = with_fields();
  CreateGroup create = creation(BaseType::public_);
  create.custom = CustomValues{{CustomKey{"secret"}, "x"}};
  EXPECT_THAT(world.tries(user(olive), create), refused(Error::not_permitted, "custom.write"));
  EXPECT_NE(world.tries(app_admin(), create).accepted(), nullptr);
}

TEST(CreateGroup, AnEmptyCustomValueIsNoEntry) {
  World world = with_fields();
  CreateGroup create = creation(BaseType::public_);
  create.custom = CustomValues{{CustomKey{"level"}, ""}};
  world.does(olive, create);
  EXPECT_TRUE(world.rows().find<ProfileRow>(g)->custom.empty());
}

TEST(CreateGroup, TextsAreKept) {
  World world;
  CreateGroup create = creation(BaseType::public_);
  create.introduction = Introduction{"in"};
  create.notification = Notification{"no"};
  create.face_url = FaceUrl{"fa"};
  world.does(olive, create);
  const ProfileRow& profile = *world.rows().find<ProfileRow>(g);
  EXPECT_EQ(profile.name.value, "Readers");
  EXPECT_EQ(profile.introduction.value, "in");
  EXPECT_EQ(profile.notification.value, "no");
  EXPECT_EQ(profile.face_url.value, "fa");
}

TEST(CreateGroup, TheTimeOfACreationIsItsOwn) {
  World world = world_of(BaseType::public_);
  CreateGroup create = creation(BaseType::public_);
  create.group = GroupId{"earlier"};
  world.does(olive, create, {.at = TimeMs{5}});
  EXPECT_EQ(world.group(GroupId{"earlier"}).create_time, TimeMs{5});
}

}  // namespace
}  // namespace muster::test
