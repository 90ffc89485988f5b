#include "support/world.hpp"

// docs/rules.md section 2: every level that does not follow from rank is a cell, which a document may raise
// or close.
namespace muster::test {
namespace {

constexpr Permission from_owner{.supported = true, .least = Level::owner};

/// A Public group under rules whose cell has another value.
World world_with(Permission TypeRules::*cell, const Permission& permission) {
  Rules rules = default_rules();
  rules.types[1].*cell = permission;
  EXPECT_TRUE(problems_of(rules).empty());
  return world_of(BaseType::public_, rules);
}

struct Cell {
  const char* name;
  Permission TypeRules::*cell;
  Command command;  // of the member mia, or of the owner
  std::string_view type_rule;
  std::string_view level_rule;
};

TEST(Cells, OfPersonalCommandsCanBeRaisedAndClosed) {
  // post.type, post.level, read.type, read.level, member-info.type, member-info.level, receive-option.type,
  // receive-option.level
  const std::vector<Cell> cells{
      {"post_message", &TypeRules::post_message, PostMessage{g, {}, {}}, "post.type", "post.level"},
      {"mark_read", &TypeRules::mark_read, MarkMessagesRead{g, {}}, "read.type", "read.level"},
      {"edit_own", &TypeRules::edit_own, SetMemberInfo{g, {}, NameCard{"card"}, {}}, "member-info.type",
       "member-info.level"},
      {"set_receive_option", &TypeRules::set_receive_option, SetReceiveOption{g, MsgFlag::discard},
       "receive-option.type", "receive-option.level"}};
  for (const Cell& cell : cells) {
    World raised = world_with(cell.cell, from_owner);
    const Tried tried = raised.tries(user(mia), cell.command);
    EXPECT_THAT(tried, refused(Error::not_permitted, cell.level_rule)) << cell.name;
    EXPECT_EQ(tried.refusal()->facts.cell, cell.name);
    EXPECT_EQ(tried.refusal()->facts.level_needed, Level::owner);
    EXPECT_EQ(raised.tries(user(olive), cell.command).refusal(), nullptr) << cell.name;

    World closed = world_with(cell.cell, {});
    const Tried owners = closed.tries(user(olive), cell.command);
    EXPECT_THAT(owners, refused(Error::not_supported, cell.type_rule)) << cell.name;
    EXPECT_EQ(owners.refusal()->facts.cell, cell.name);
  }
}

// What is one's own needs a membership.
TEST(Cells, OfPersonalCommandsMeanMembersWhereTheySayAnyone) {  // read.member, member-info.member,
                                                                // receive-option.member
  constexpr Permission from_anyone{.supported = true, .least = Level::anyone};
  const std::vector<std::tuple<Permission TypeRules::*, Command, std::string_view>> cells{
      {&TypeRules::mark_read, MarkMessagesRead{g, {}}, "read.member"},
      {&TypeRules::edit_own, SetMemberInfo{g, {}, NameCard{"card"}, {}}, "member-info.member"},
      {&TypeRules::set_receive_option, SetReceiveOption{g, MsgFlag::discard}, "receive-option.member"}};
  for (const auto& [cell, command, rule] : cells) {
    World world = world_with(cell, from_anyone);
    EXPECT_THAT(world.tries(user(otto), command), refused(Error::not_member, rule));
    EXPECT_EQ(world.tries(user(mia), command).refusal(), nullptr) << rule;
  }
}

TEST(Cells, OfOthersDataSayWhoMayChangeIt) {  // member-info.level, member-info.rank
  World world = world_with(&TypeRules::edit_others, {.supported = true, .least = Level::member});
  const auto change = [](const Account& account) { return SetMemberInfo{g, account, NameCard{"card"}, {}}; };
  EXPECT_THAT(world.tries(user(mia), change(adam)), refused(Error::not_permitted, "member-info.rank"));
  world = world_with(&TypeRules::edit_others, from_owner);
  EXPECT_THAT(world.tries(user(adam), change(mia)), refused(Error::not_permitted, "member-info.level"));
  EXPECT_THAT(world.tries(user(olive), change(mia)), accepted_with({"MemberInfoChanged"}));
}

TEST(Cells, OfSpeakingWhileAllAreMutedSayWhoMay) {  // post.mute-all
  for (const Level least : {Level::admin, Level::owner}) {
    World world = world_with(&TypeRules::post_when_muted, {.supported = true, .least = least});
    SetGroupInfo info;
    info.group = g;
    info.mute_all = true;
    world.does(olive, info);
    const Tried tried = world.tries(user(adam), PostMessage{g, {}, {}});
    if (least == Level::admin) {
      EXPECT_THAT(tried, accepted_with({"MessagePosted"}));
    } else {
      EXPECT_THAT(tried, refused(Error::muted, "post.mute-all"));
      EXPECT_EQ(tried.refusal()->facts.cell, "post_when_muted");
    }
    EXPECT_THAT(world.tries(user(olive), PostMessage{g, {}, {}}), accepted_with({"MessagePosted"}));
    EXPECT_THAT(world.tries(user(mia), PostMessage{g, {}, {}}), refused(Error::muted, "post.mute-all"));
  }
}

TEST(Cells, ThatAreClosedLetOnlyAppAdminsSpeakWhileAllAreMuted) {  // post.mute-all
  World world = world_with(&TypeRules::post_when_muted, {});
  SetGroupInfo info;
  info.group = g;
  info.mute_all = true;
  world.does(olive, info);
  EXPECT_THAT(world.tries(user(olive), PostMessage{g, {}, {}}), refused(Error::muted, "post.mute-all"));
  EXPECT_THAT(world.tries(app_admin(), PostMessage{g, {}, {}}), accepted_with({"MessagePosted"}));
}

}  // namespace
}  // namespace muster::test
