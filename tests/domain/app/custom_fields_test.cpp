#include "support/world.hpp"

// docs/rules.md section 10: custom fields, defined by app admins and written by whoever the field says.
namespace muster::test {
namespace {

const CustomKey level_key{"level"};
const CustomKey mood_key{"mood"};
const TypeName public_type{"Public"};

DefineGroupField group_field(const CustomKey& key, Level read, Level write) { return {key, read, write}; }

SetGroupInfo setting(const CustomKey& key, const std::string& value) {
  SetGroupInfo c;
  c.group = g;
  c.custom = CustomValues{{key, value}};
  return c;
}
SetMemberInfo member_setting(const Account& user, const CustomKey& key, const std::string& value) {
  return {.group = g, .user = user, .name_card = {}, .custom = CustomValues{{key, value}}};
}

TEST(DefineGroupField, AddsAFieldForGood) {  // field.defined
  World world;
  const Tried defined = world.does(app_admin(), group_field(level_key, Level::anyone, Level::owner));
  EXPECT_THAT(defined, accepted_with({"GroupFieldDefined"}));
  EXPECT_EQ(defined.accepted()->head.stream, StreamId::app());
  EXPECT_EQ(world.rows().app().group_fields,
            (std::vector<GroupField>{{level_key, Level::anyone, Level::owner}}));
  for (const Level write : {Level::owner, Level::member}) {
    const Tried again = world.tries(app_admin(), group_field(level_key, Level::anyone, write));
    EXPECT_THAT(again, refused(Error::custom_field_defined, "field.defined"));
    EXPECT_EQ(again.refusal()->facts.key, "level");
  }
}

TEST(DefineGroupField, StopsAtTen) {  // field.limit
  World world;
  for (int i = 0; i < 9; ++i)
    world.does(app_admin(), group_field(CustomKey{"key" + std::to_string(i)}, Level::anyone, Level::owner));
  EXPECT_THAT(world.tries(app_admin(), group_field(CustomKey{"tenth"}, Level::anyone, Level::owner)),
              accepted_with({"GroupFieldDefined"}));
  const Tried eleventh =
      world.tries(app_admin(), group_field(CustomKey{"eleventh"}, Level::anyone, Level::owner));
  EXPECT_THAT(eleventh, refused(Error::custom_field_defined, "field.limit"));
  EXPECT_EQ(eleventh.refusal()->facts.limit, 10U);
  // A key that is there is refused for that.
  EXPECT_THAT(world.tries(app_admin(), group_field(CustomKey{"tenth"}, Level::anyone, Level::owner)),
              refused(Error::custom_field_defined, "field.defined"));
}

TEST(DefineGroupField, IsForAppAdmins) {  // caller.app-admin
  World world;
  for (const Caller& caller : {user(olive), the_system()}) {
    const Tried tried = world.tries(caller, group_field(level_key, Level::anyone, Level::owner));
    EXPECT_THAT(tried, refused(Error::not_permitted, "caller.app-admin"));
    EXPECT_EQ(tried.refusal()->facts.caller_kind, caller.kind);
  }
}

TEST(DefineGroupField, ChecksTheKey) {  // arguments.form
  World world;
  for (const char* key : {"", "seventeen_letters", "with space", "\xc3\xa4"})
    EXPECT_THAT(world.tries(app_admin(), group_field(CustomKey{key}, Level::anyone, Level::owner)),
                refused(Error::invalid_argument, "arguments.form"))
        << key;
  world.does(app_admin(), group_field(CustomKey{"exactly_16_bytes"}, Level::anyone, Level::owner));
}

TEST(DefineMemberField, CountsFiveForEachType) {  // field.limit, field.defined
  World world;
  const auto field = [](const char* type, const std::string& key) {
    return DefineMemberField{TypeName{type}, CustomKey{key}, Level::member, Level::admin, {}, {}};
  };
  for (int i = 0; i < 4; ++i) world.does(app_admin(), field("Public", "key" + std::to_string(i)));
  EXPECT_THAT(world.tries(app_admin(), field("Public", "fifth")), accepted_with({"MemberFieldDefined"}));
  EXPECT_THAT(world.tries(app_admin(), field("Public", "sixth")),
              refused(Error::custom_field_defined, "field.limit"));
  EXPECT_THAT(world.tries(app_admin(), field("Public", "fifth")),
              refused(Error::custom_field_defined, "field.defined"));
  EXPECT_THAT(world.tries(app_admin(), field("Meeting", "fifth")), accepted_with({"MemberFieldDefined"}));
}

TEST(DefineMemberField, LetsMembersReadAndWriteTheirOwnUnlessItSaysOtherwise) {
  World world;
  DefineMemberField field{public_type, level_key, Level::admin, Level::owner, {}, {}};
  world.does(app_admin(), field);
  field.key = mood_key;
  field.self_read = false;
  field.self_write = false;
  world.does(app_admin(), field);
  EXPECT_EQ(world.rows().app().member_fields,
            (std::vector<MemberField>{{public_type, level_key, Level::admin, Level::owner, true, true},
                                      {public_type, mood_key, Level::admin, Level::owner, false, false}}));
}

TEST(DefineMemberField, IsNotForAVChatRooms) {  // field.type
  World world;
  EXPECT_THAT(
      world.tries(app_admin(),
                  DefineMemberField{TypeName{"AVChatRoom"}, level_key, Level::member, Level::admin, {}, {}}),
      refused(Error::not_supported, "field.type"));
}

TEST(DefineMemberField, IsNotForTypesDerivedFromAVChatRoom) {  // field.type
  Rules rules = default_rules();
  const auto derive = [&](const char* name, TypeRules type) {
    type.name = TypeName{name};
    rules.types.push_back(std::move(type));
  };
  derive("Live", rules.types[3]);
  derive("Club", rules.types[1]);
  World world{rules};
  const auto field = [](const char* type) {
    return DefineMemberField{TypeName{type}, level_key, Level::member, Level::admin, {}, {}};
  };
  EXPECT_THAT(world.tries(app_admin(), field("Live")), refused(Error::not_supported, "field.type"));
  EXPECT_THAT(world.tries(app_admin(), field("Club")), accepted_with({"MemberFieldDefined"}));
}

TEST(GroupFields, AreWrittenFromTheirLevelOn) {  // info.level, info.member
  World world = world_of(BaseType::public_);
  world.does(app_admin(), group_field(level_key, Level::member, Level::owner));
  EXPECT_THAT(world.tries(user(adam), setting(level_key, "3")), refused(Error::not_permitted, "info.level"));
  EXPECT_THAT(world.tries(user(otto), setting(level_key, "3")), refused(Error::not_member, "info.member"));
  const Tried set = world.does(olive, setting(level_key, "3"));
  EXPECT_EQ(set.event<GroupInfoChanged>().custom,
            (CustomChanges{{level_key, {.before = "", .after = "3", .announced = true}}}));
  EXPECT_EQ(world.rows().find<ProfileRow>(g)->custom, (CustomValues{{level_key, "3"}}));
  EXPECT_THAT(world.tries(user(olive), setting(level_key, "3")), accepted_changing_nothing());
  world.does(olive, setting(level_key, ""));
  EXPECT_TRUE(world.rows().find<ProfileRow>(g)->custom.empty()) << "the empty value removes the entry";
}

TEST(GroupFields, NeedTheirOwnLevelAndNothingElse) {  // custom.known
  World world = world_of(BaseType::public_);
  world.does(app_admin(), group_field(mood_key, Level::anyone, Level::anyone));
  EXPECT_THAT(world.tries(user(otto), setting(mood_key, "good")), accepted_with({"GroupInfoChanged"}));
  EXPECT_THAT(world.tries(user(olive), setting(level_key, "3")),
              refused(Error::unknown_custom_field, "custom.known"));
  // One field that needs more refuses the whole command.
  SetGroupInfo both = setting(mood_key, "bad");
  both.name = GroupName{"Other"};
  EXPECT_THAT(world.tries(user(otto), both), refused(Error::not_member, "info.member"));
}

TEST(GroupFields, OnlyForTheAppAreRefusedToTheOwnerAndToOutsiders) {  // info.level, info.member
  World world = world_of(BaseType::public_);
  world.does(app_admin(), group_field(level_key, Level::app_admin, Level::app_admin));
  EXPECT_THAT(world.tries(user(olive), setting(level_key, "3")), refused(Error::not_permitted, "info.level"));
  EXPECT_THAT(world.tries(user(otto), setting(level_key, "3")), refused(Error::not_member, "info.member"));
  const Tried set = world.does(app_admin(), setting(level_key, "3"));
  EXPECT_FALSE(set.event<GroupInfoChanged>().custom.at(level_key).announced);
  EXPECT_TRUE(set.notice(NoticeName::on_group_info_changed).info->custom.empty())
      << "members may not read it, so their notice does not have it";
}

TEST(GroupFields, HoldUpTo512BytesOfAnyKind) {  // arguments.form
  World world = world_of(BaseType::public_);
  world.does(app_admin(), group_field(level_key, Level::anyone, Level::owner));
  world.does(olive, setting(level_key, std::string(512, '\xff')));
  EXPECT_THAT(world.tries(user(olive), setting(level_key, std::string(513, 'a'))),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST(GroupFields, OfANewGroupAreWrittenAsItsOwner) {  // custom.write, custom.known
  World world;
  world.does(app_admin(), group_field(level_key, Level::anyone, Level::owner));
  world.does(app_admin(), group_field(mood_key, Level::anyone, Level::app_admin));
  CreateGroup create = creation(BaseType::public_);
  create.custom = CustomValues{{mood_key, "good"}};
  const Tried tried = world.tries(user(olive), create);
  EXPECT_THAT(tried, refused(Error::not_permitted, "custom.write"));
  EXPECT_EQ(tried.refusal()->facts.key, "mood");
  create.custom = CustomValues{{level_key, "3"}};
  world.does(olive, create);
  EXPECT_EQ(world.rows().find<ProfileRow>(g)->custom, (CustomValues{{level_key, "3"}}));
}

class MemberFields : public testing::Test {
 protected:
  MemberFields() {
    world.does(app_admin(),
               DefineMemberField{public_type, level_key, Level::member, Level::admin, {}, false});
    world.does(app_admin(),
               DefineMemberField{public_type, mood_key, Level::member, Level::app_admin, {}, {}});
  }
  World world = world_of(BaseType::public_);
};

TEST_F(MemberFields, OfOneselfNeedSelfWriteOrTheLevel) {  // custom.write
  const Tried tried = world.tries(user(mia), member_setting(mia, level_key, "3"));
  EXPECT_THAT(tried, refused(Error::not_permitted, "custom.write"));
  EXPECT_EQ(tried.refusal()->facts.level_needed, Level::admin);
  EXPECT_THAT(world.tries(user(adam), member_setting(adam, level_key, "3")),
              accepted_with({"MemberInfoChanged"}));
  EXPECT_THAT(world.tries(user(mia), member_setting(mia, mood_key, "good")),
              accepted_with({"MemberInfoChanged"}));
}

TEST_F(MemberFields, OfOthersNeedTheLevelAndTheRank) {  // custom.write, member-info.rank
  EXPECT_THAT(world.tries(user(adam), member_setting(mia, level_key, "3")),
              accepted_with({"MemberInfoChanged"}));
  EXPECT_EQ(world.rows().find<MemberProfileRow>({g, mia})->custom, (CustomValues{{level_key, "3"}}));
  EXPECT_THAT(world.tries(user(adam), member_setting(mia, mood_key, "good")),
              refused(Error::not_permitted, "custom.write"));
  EXPECT_THAT(world.tries(user(adam), member_setting(olive, level_key, "3")),
              refused(Error::not_permitted, "member-info.rank"));
  world.does(olive, member_setting(mia, level_key, ""));
  EXPECT_TRUE(world.rows().find<MemberProfileRow>({g, mia})->custom.empty());
}

TEST_F(MemberFields, HoldUpTo64Bytes) {  // arguments.form
  world.does(mia, member_setting(mia, mood_key, std::string(64, '\0')));
  EXPECT_THAT(world.tries(user(mia), member_setting(mia, mood_key, std::string(65, 'a'))),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST_F(MemberFields, AreOfTheirTypeOnly) {  // custom.known
  World meeting = world_of(BaseType::meeting);
  meeting.does(app_admin(), DefineMemberField{public_type, level_key, Level::member, Level::member, {}, {}});
  EXPECT_THAT(meeting.tries(user(mia), member_setting(mia, level_key, "3")),
              refused(Error::unknown_custom_field, "custom.known"));
}

TEST_F(MemberFields, AreGoneWithTheMember) {
  world.does(mia, member_setting(mia, mood_key, "good"));
  world.does(mia, QuitGroup{g});
  world.does(app_admin(), InviteUsers{g, {mia}, {}});
  EXPECT_TRUE(world.rows().find<MemberProfileRow>({g, mia})->custom.empty());
}

TEST(MemberFieldsOfCustomTypes, AreDefinedForTheTypesName) {
  Rules rules = default_rules();
  TypeRules club = rules.types[1];
  club.name = TypeName{"Club"};
  rules.types.push_back(club);
  World world{rules};
  CreateGroup create = creation(BaseType::public_);
  create.type = TypeName{"Club"};
  world.does(olive, create);
  world.does(app_admin(),
             DefineMemberField{TypeName{"Club"}, level_key, Level::member, Level::member, {}, {}});
  EXPECT_THAT(world.tries(user(olive), member_setting(olive, level_key, "3")),
              accepted_with({"MemberInfoChanged"}));
}

}  // namespace
}  // namespace muster::test
