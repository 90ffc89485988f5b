#include <string>

#include "support/world.hpp"

// A command reads and writes a handful of rows, whatever the size of the group.
namespace muster::test {
namespace {

/// A group of the type with so many members, put there as rows.
World crowded(BaseType type, GroupState life, std::uint32_t members) {
  World world;
  CreateGroup create = creation(type);
  world.does(olive, create);
  GroupRow group = world.group(id_of(type));
  group.life = life;
  group.member_num = members;
  world.rows().put<GroupRow>(id_of(type), group);
  for (std::uint32_t i = 1; i < members; ++i) {
    const Account account{"member" + std::to_string(i)};
    world.rows().put<MembershipRow>({account, id_of(type)}, {});
    world.rows().put<MemberProfileRow>({id_of(type), account}, {});
    world.rows().put<AccountRow>(account, {.head = {}, .joined = 1, .applications_read = {}});
  }
  return world;
}

std::size_t rows_written(const World& world, const Caller& caller, const Command& command) {
  Overlay overlay{&world.rows()};
  const Tried tried = try_on(overlay, world.rules(), caller, command, {.at = later(1'000'000)}, 2);
  EXPECT_NE(tried.accepted(), nullptr) << name_of(command);
  return overlay.written();
}

TEST(ConstantWork, DismissingWritesTheSameRowsAtTenAndAtAHundredThousandMembers) {
  const auto written = [](std::uint32_t members) {
    return rows_written(crowded(BaseType::community, GroupState::active, members), user(olive),
                        DismissGroup{community_g});
  };
  EXPECT_EQ(written(10), written(100'000));
  EXPECT_LE(written(10), 8U)
      << "the group's three, the three of its owner's membership, and two counts of groups";
}

TEST(ConstantWork, ActivatingWritesTheSameRowsAtTenAndAtAHundredThousandMembers) {
  const auto written = [](std::uint32_t members) {
    return rows_written(crowded(BaseType::work, GroupState::inactive, members), user(olive),
                        PostMessage{.group = g, .message_id = {}, .topic = {}});
  };
  EXPECT_EQ(written(10), written(100'000));
  EXPECT_LE(written(10), 3U);
}

TEST(ConstantWork, JoiningAndLeavingToo) {
  const auto join = [](std::uint32_t members) {
    return rows_written(crowded(BaseType::avchatroom, GroupState::active, members), user(otto),
                        JoinGroup{.group = g, .message = {}});
  };
  EXPECT_EQ(join(10), join(100'000));
  const auto quit = [](std::uint32_t members) {
    return rows_written(crowded(BaseType::avchatroom, GroupState::active, members), user(Account{"member1"}),
                        QuitGroup{g});
  };
  EXPECT_EQ(quit(10), quit(100'000));
}

}  // namespace
}  // namespace muster::test
