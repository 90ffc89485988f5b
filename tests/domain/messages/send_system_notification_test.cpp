#include "support/world.hpp"

// docs/rules.md section 11: notifications by hand.
namespace muster::test {
namespace {

SendSystemNotification to_all(std::string data) { return {g, std::move(data), {}}; }
SendSystemNotification to(List<Account, 1, 500> users) { return {g, "data", std::move(users)}; }

TEST(SendSystemNotification, ReachesAllMembers) {
  World world = world_of(BaseType::public_);
  const MsgSeq next = world.group(g).next_msg_seq;
  const Tried tried = world.does(app_admin(), to_all(std::string("\x00\xff", 2)));
  EXPECT_THAT(tried, accepted_with({"SystemNotificationSent"}));
  const Notice notice = tried.notice(NoticeName::on_receive_rest_custom_data);
  EXPECT_EQ(notice.audience, Audience::members);
  EXPECT_EQ(notice.delivery, Delivery::push_and_store);
  EXPECT_EQ(notice.data, std::string("\x00\xff", 2));
  EXPECT_EQ(world.group(g).next_msg_seq, next) << "no message number";
}

TEST(SendSystemNotification, ReachesUsersOnceEach) {
  World world = world_of(BaseType::public_);
  const Tried tried = world.does(app_admin(), to({mia, adam, mia}));
  const Notice notice = tried.notice(NoticeName::on_receive_rest_custom_data);
  EXPECT_EQ(notice.audience, Audience::accounts);
  EXPECT_EQ(notice.to, (std::vector{mia, adam}));
}

TEST(SendSystemNotification, NeedsEveryUserInTheGroup) {  // notify.target
  World world = world_of(BaseType::public_);
  const Tried tried = world.tries(app_admin(), to({mia, otto}));
  EXPECT_THAT(tried, refused(Error::target_not_member, "notify.target"));
  EXPECT_EQ(tried.refusal()->facts.user, otto);
}

TEST(SendSystemNotification, NamesNobodyInAVChatRooms) {  // notify.users
  World world = world_of(BaseType::avchatroom);
  EXPECT_THAT(world.tries(app_admin(), to({mia})), refused(Error::not_supported, "notify.users"));
  EXPECT_THAT(world.tries(app_admin(), to_all("data")), accepted_with({"SystemNotificationSent"}));
}

TEST(SendSystemNotification, InAnInactiveGroupIsCommittedAndToldNobody) {
  World world;
  world.does(olive, creation(BaseType::work));
  const Tried tried = world.does(app_admin(), to_all("data"));
  EXPECT_THAT(tried, accepted_with({"SystemNotificationSent"}));
  EXPECT_TRUE(tried.notices.empty());
}

TEST(SendSystemNotification, IsForAppAdmins) {  // caller.app-admin
  World world = world_of(BaseType::public_);
  for (const Account& account : {olive, otto})
    EXPECT_THAT(world.tries(user(account), to_all("data")),
                refused(Error::not_permitted, "caller.app-admin"));
}

TEST(SendSystemNotification, Takes1To8192BytesAndUpTo500Users) {  // arguments.form, arguments.list
  World world = world_of(BaseType::public_);
  EXPECT_THAT(world.tries(app_admin(), to_all("")), refused(Error::invalid_argument, "arguments.form"));
  EXPECT_EQ(world.tries(app_admin(), to_all("a")).refusal(), nullptr);
  EXPECT_EQ(world.tries(app_admin(), to_all(std::string(8192, 'a'))).refusal(), nullptr);
  EXPECT_THAT(world.tries(app_admin(), to_all(std::string(8193, 'a'))),
              refused(Error::invalid_argument, "arguments.form"));
  EXPECT_THAT(world.tries(app_admin(), to({})), refused(Error::invalid_argument, "arguments.form"));
  SendSystemNotification many = to({mia});
  many.users->assign(500, mia);
  EXPECT_EQ(world.tries(app_admin(), many).refusal(), nullptr);
  many.users->push_back(mia);
  EXPECT_THAT(world.tries(app_admin(), many), refused(Error::too_many_accounts, "arguments.list"));
}

}  // namespace
}  // namespace muster::test
