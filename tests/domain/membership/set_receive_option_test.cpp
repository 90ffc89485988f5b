#include "support/world.hpp"

// docs/rules.md section 10: SetReceiveOption.
namespace muster::test {
namespace {

constexpr std::array profiled{BaseType::work, BaseType::public_, BaseType::meeting, BaseType::community};

TEST(SetReceiveOption, AMemberChoosesWhereProfilesAreKept) {
  for (const BaseType type : profiled) {
    World world = world_of(type);
    EXPECT_THAT(world.tries(user(mia), SetReceiveOption{id_of(type), MsgFlag::discard}),
                accepted_with({"ReceiveOptionChanged"}));
    EXPECT_EQ(world.rows().find<MemberProfileRow>({id_of(type), mia})->msg_flag, MsgFlag::discard);
    EXPECT_THAT(world.tries(user(mia), SetReceiveOption{id_of(type), MsgFlag::discard}),
                accepted_changing_nothing());
  }
}

TEST(SetReceiveOption, LeavesTheOptionsOfOtherMembersAlone) {  // receive-option.member
  struct Row {
    BaseType type;
    MsgFlag initial;
    MsgFlag other;  // neither the initial one nor Discard
  };
  for (const Row& row : {Row{BaseType::work, MsgFlag::accept_and_notify, MsgFlag::accept_not_notify},
                         Row{BaseType::public_, MsgFlag::accept_and_notify, MsgFlag::accept_not_notify},
                         Row{BaseType::meeting, MsgFlag::accept_not_notify, MsgFlag::accept_and_notify},
                         Row{BaseType::community, MsgFlag::accept_and_notify, MsgFlag::accept_not_notify}}) {
    const GroupId group = id_of(row.type);
    World world = world_of(row.type);
    const auto option_of = [&](const Account& account) {
      return world.rows().find<MemberProfileRow>({group, account})->msg_flag;
    };
    EXPECT_THAT(world.tries(user(otto), SetReceiveOption{group, MsgFlag::discard}),
                refused(Error::not_member, "receive-option.member"));
    world.does(mia, SetReceiveOption{group, MsgFlag::discard});
    EXPECT_EQ(option_of(mia), MsgFlag::discard) << name_of(row.type);
    EXPECT_EQ(option_of(olive), row.initial) << name_of(row.type);
    EXPECT_EQ(option_of(adam), row.initial) << name_of(row.type);
    world.does(olive, SetReceiveOption{group, row.other});
    EXPECT_EQ(option_of(olive), row.other) << name_of(row.type);
    EXPECT_EQ(option_of(adam), row.initial) << name_of(row.type);
    EXPECT_EQ(option_of(mia), MsgFlag::discard) << name_of(row.type);
  }
}

}  // namespace
}  // namespace muster::test
