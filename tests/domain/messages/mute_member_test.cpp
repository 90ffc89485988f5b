#include "support/world.hpp"

// docs/rules.md section 9: MuteMember.
namespace muster::test {
namespace {

MuteMember mute(BaseType type, const Account& account, std::uint32_t seconds) {
  return {id_of(type), account, seconds};
}
const PostMessage post{g, {}, {}};
constexpr std::array muting{BaseType::public_, BaseType::meeting, BaseType::community};

TEST(MuteMember, SilencesUntilTheTimeIsUp) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.does(adam, mute(BaseType::public_, mia, 60), {.at = later(1000)});
  EXPECT_THAT(tried, accepted_with({"MuteChanged"}));
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia})->until, later(61'000));
  EXPECT_THAT(world.tries(user(mia), post, {.at = later(60'999)}), refused(Error::muted, "post.muted"));
  EXPECT_NE(world.tries(user(mia), post, {.at = later(61'000)}).accepted(), nullptr);
  EXPECT_NE(world.rows().find<MuteRow>({g, mia}), nullptr) << "a stored mute stays after it has run out";
}

TEST(MuteMember, ForEverIsForEverAndZeroLifts) {
  World world = world_of(BaseType::public_);
  world.does(adam, mute(BaseType::public_, mia, seconds_for_ever));
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia})->until, for_ever);
  EXPECT_THAT(world.tries(user(mia), post, {.at = time_max}), refused(Error::muted, "post.muted"));
  world.does(adam, mute(BaseType::public_, mia, 0), {.at = later(5)});
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia}), nullptr);
  EXPECT_NE(world.tries(user(mia), post).accepted(), nullptr);
}

TEST(MuteMember, AnEndAtOrBeyondForEverIsForEver) {
  World world = world_of(BaseType::public_);
  const auto before_the_end = [](std::int64_t seconds) {
    return With{.at = TimeMs{for_ever.ms - seconds * 1000}, .id = {}, .expect = {}};
  };
  world.does(adam, mute(BaseType::public_, mia, 60), before_the_end(61));
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia})->until, TimeMs{for_ever.ms - 1000});
  world.does(adam, mute(BaseType::public_, mia, 61), before_the_end(61));
  EXPECT_EQ(world.rows().find<MuteRow>({g, mia})->until, for_ever);
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, seconds_for_ever - 1), before_the_end(61)),
              accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(mia), post, {.at = time_max}), refused(Error::muted, "post.muted"));
}

TEST(MuteMember, SettingWhatIsStoredOrLiftingWhatIsNotChangesNothing) {
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 0)), accepted_changing_nothing());
  world.does(adam, mute(BaseType::public_, mia, 60), {.at = later(1000)});
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 60), {.at = later(1000)}),
              accepted_changing_nothing());
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 60), {.at = later(1001)}),
              accepted_with({"MuteChanged"}));
}

// Every rank on every rank, typed by hand: mute.rank mute.target mute.level
TEST(MuteMember, RankDecidesWhoMutesWhom) {
  struct Row {
    Caller caller;
    Account target;
    const char* rule;  // empty: accepted
  };
  const std::vector<Row> table{{user(olive), olive, "mute.rank"},
                               {user(olive), adam, ""},
                               {user(olive), mia, ""},
                               {user(olive), otto, "mute.target"},
                               {user(adam), olive, "mute.rank"},
                               {user(adam), adam, "mute.rank"},
                               {user(adam), mia, ""},
                               {user(adam), otto, "mute.target"},
                               {user(mia), mia, "mute.level"},
                               {app_admin(), olive, ""},
                               {app_admin(), adam, ""},
                               {app_admin(), mia, ""},
                               {app_admin(), otto, "mute.target"}};
  for (const BaseType type : muting)
    for (const Row& row : table) {
      World world = world_of(type);
      const Tried tried = world.tries(row.caller, mute(type, row.target, 60));
      EXPECT_EQ(refusing_rule(tried), row.rule)
          << name_of(type) << ' ' << row.caller.account << " on " << row.target;
    }
}

TEST(MuteMember, InAnAvChatRoomTheOwnerMutesAnyAccount) {  // mute.rank
  World world = world_of(BaseType::avchatroom);
  for (const Account& account : {mia, otto})
    EXPECT_THAT(world.tries(user(olive), mute(BaseType::avchatroom, account, 60)),
                accepted_with({"MuteChanged"}));
  EXPECT_THAT(world.tries(user(olive), mute(BaseType::avchatroom, olive, 60)),
              refused(Error::not_permitted, "mute.rank"));
}

TEST(MuteMember, WhoLeftCanBeUnmutedButNotMutedAnew) {  // mute.target
  World world = world_of(BaseType::public_);
  world.does(adam, mute(BaseType::public_, mia, 60));
  world.does(mia, QuitGroup{g});
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 99)),
              refused(Error::target_not_member, "mute.target"));
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 0)), accepted_with({"MuteChanged"}));
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 0)),
              refused(Error::target_not_member, "mute.target"));
}

TEST(MuteMember, AMutedMemberMadeAdminIsStillMutedAndUnmutable) {
  World world = world_of(BaseType::public_);
  world.does(adam, mute(BaseType::public_, mia, seconds_for_ever));
  world.does(olive, SetMemberRole{g, mia, Role::admin});
  EXPECT_THAT(world.tries(user(mia), post), refused(Error::muted, "post.muted"));
  EXPECT_THAT(world.tries(user(adam), mute(BaseType::public_, mia, 0)),
              refused(Error::not_permitted, "mute.rank"));
  EXPECT_THAT(world.tries(user(olive), mute(BaseType::public_, mia, 0)), accepted_with({"MuteChanged"}));
}

TEST(MuteMember, IsToldAsTheTypeHasIt) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.does(adam, mute(BaseType::public_, mia, 60));
  EXPECT_EQ(tried.notice_names(), std::vector{NoticeName::on_member_info_changed});
  EXPECT_EQ(tried.notices[0].accounts, std::vector{mia});
  EXPECT_EQ(tried.notices[0].mute_until, world.rows().find<MuteRow>({g, mia})->until);
  EXPECT_NE(tried.notices[0].msg_seq, 0U);
  for (const BaseType type : {BaseType::meeting, BaseType::avchatroom}) {
    World silent = world_of(type);
    EXPECT_TRUE(silent.does(olive, mute(type, mia, 60)).notices.empty());
  }
}

TEST(MuteMember, UnmutingUnderMuteAllGrantsNothing) {  // post.mute-all
  World world = world_of(BaseType::public_);
  SetGroupInfo all;
  all.group = g;
  all.mute_all = true;
  world.does(adam, all);
  world.does(adam, mute(BaseType::public_, mia, 60));
  world.does(adam, mute(BaseType::public_, mia, 0));
  EXPECT_THAT(world.tries(user(mia), post), refused(Error::muted, "post.mute-all"));
}

}  // namespace
}  // namespace muster::test
