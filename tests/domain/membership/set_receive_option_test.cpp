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

}  // namespace
}  // namespace muster::test
