#include "support/world.hpp"

// docs/rules.md section 11: topics of Communities, and messages in them (section 9).
namespace muster::test {
namespace {

const TopicId books{"@TGS#_g@TOPIC#_books"};

CreateTopic named(const TopicId& topic) {
  return {.group = community_g, .topic = topic, .name = GroupName{"Books"}};
}
CreateTopic unnamed() { return {.group = community_g, .topic = {}, .name = GroupName{"Books"}}; }
SetTopicInfo renamed(const TopicId& topic, const char* name) {
  return {.group = community_g, .topic = topic, .name = GroupName{name}};
}

class Topics : public testing::Test {
 protected:
  Topics() {
    CreateGroup create = creation(BaseType::community);
    create.support_topic = true;
    create.members = {{InitialMember{adam, Role::admin}, InitialMember{mia, {}}}};
    world.does(olive, create);
  }
  [[nodiscard]] const TopicRow* find(const TopicId& topic) const {
    return world.rows().find<TopicRow>({community_g, topic});
  }
  World world;
};

TEST_F(Topics, AreCreatedWithTheirTexts) {
  CreateTopic create = named(books);
  create.introduction = Introduction{"We read."};
  create.notification = Notification{"Monday"};
  create.face_url = FaceUrl{"b.png"};
  const GroupRow before = world.group(community_g);
  const Tried tried = world.does(app_admin(), create);
  EXPECT_THAT(tried, accepted_with({"TopicCreated"}));
  EXPECT_EQ(*find(books), (TopicRow{.name = GroupName{"Books"},
                                    .introduction = Introduction{"We read."},
                                    .notification = Notification{"Monday"},
                                    .face_url = FaceUrl{"b.png"},
                                    .create_time = tried.accepted()->head.time,
                                    .next_msg_seq = 1,
                                    .last_msg_time = {}}));
  const Notice notice = tried.notice(NoticeName::on_topic_created);
  EXPECT_EQ(notice.topic, books);
  EXPECT_EQ(notice.delivery, Delivery::push_and_store);
  EXPECT_EQ(notice.msg_seq, 0U);
  EXPECT_EQ(world.group(community_g).info_seq, before.info_seq) << "no change of the group's profile";
  EXPECT_EQ(world.group(community_g).last_info_time, before.last_info_time) << "no activity";
  EXPECT_EQ(world.group(community_g).next_msg_seq, before.next_msg_seq);
  EXPECT_EQ(world.group(community_g).topics, 1U);
}

TEST_F(Topics, GetAnIdWhereNoneIsNamed) {
  const Tried tried = world.does(adam, unnamed());
  const TopicId topic = tried.event<TopicCreated>().topic;
  EXPECT_TRUE(topic.view().starts_with("@TGS#_g@TOPIC#_")) << topic;
  EXPECT_EQ(tried.accepted()->assigned.topic, topic);
  EXPECT_NE(find(topic), nullptr);
}

TEST_F(Topics, AreNamedByAppAdminsOnly) {  // topic.level, topic.member
  EXPECT_THAT(world.tries(user(olive), named(books)), refused(Error::not_permitted, "topic.level"));
  EXPECT_THAT(world.tries(user(otto), named(books)), refused(Error::not_member, "topic.member"));
  EXPECT_THAT(world.tries(app_admin(), named(books)), accepted_with({"TopicCreated"}));
}

TEST_F(Topics, AreManagedByAdmins) {  // topic.level, topic.member
  EXPECT_THAT(world.tries(user(mia), unnamed()), refused(Error::not_permitted, "topic.level"));
  EXPECT_THAT(world.tries(user(otto), unnamed()), refused(Error::not_member, "topic.member"));
  EXPECT_THAT(world.tries(user(adam), unnamed()), accepted_with({"TopicCreated"}));
  world.does(app_admin(), named(books));
  EXPECT_THAT(world.tries(user(mia), renamed(books, "B")), refused(Error::not_permitted, "topic.level"));
  EXPECT_THAT(world.tries(user(adam), renamed(books, "B")), accepted_with({"TopicInfoChanged"}));
  EXPECT_THAT(world.tries(user(mia), DeleteTopic{community_g, books}),
              refused(Error::not_permitted, "topic.level"));
  EXPECT_THAT(world.tries(user(adam), DeleteTopic{community_g, books}), accepted_with({"TopicDeleted"}));
}

TEST_F(Topics, AreForGroupsThatWereCreatedWithThem) {  // type.topics
  for (const BaseType type : all_types) {
    World other = world_of(type);
    CreateTopic create = unnamed();
    create.group = id_of(type);
    EXPECT_THAT(other.tries(user(olive), create), refused(Error::not_supported, "type.topics"))
        << name_of(type);
  }
}

TEST_F(Topics, HaveIdsOfTheirGroup) {  // arguments.group-id
  for (const char* id : {"@TGS#_g", "@TGS#_other@TOPIC#_books", "@TGS#_g@TOPIC#_", "books",
                         "@TGS#_g@TOPIC#_@TGS#_x", "@TGS#_g@TOPIC#_@TOPIC#_@TOPIC#x"})
    EXPECT_THAT(world.tries(app_admin(), named(TopicId{id})),
                refused(Error::invalid_group_id, "arguments.group-id"))
        << id;
}

TEST_F(Topics, NeverUseAnIdAgain) {  // topic.id
  world.does(app_admin(), named(books));
  EXPECT_THAT(world.tries(app_admin(), named(books)), refused(Error::topic_id_in_use, "topic.id"));
  world.does(adam, DeleteTopic{community_g, books});
  EXPECT_THAT(world.tries(app_admin(), named(books)), refused(Error::topic_id_in_use, "topic.id"));
}

TEST_F(Topics, Are200AtMost) {  // topic.limit
  for (int i = 0; i < 199; ++i) world.does(adam, unnamed());
  world.does(app_admin(), named(books));
  const Tried tried = world.tries(user(adam), unnamed());
  EXPECT_THAT(tried, refused(Error::topic_limit, "topic.limit"));
  EXPECT_EQ(tried.refusal()->facts.limit, 200U);
  world.does(adam, DeleteTopic{community_g, books});
  EXPECT_THAT(world.tries(user(adam), unnamed()), accepted_with({"TopicCreated"}))
      << "only living ones count";
}

TEST_F(Topics, ChangeExactlyWhatIsNew) {
  world.does(app_admin(), named(books));
  SetTopicInfo change = renamed(books, "Novels");
  change.introduction = Introduction{};
  const Tried tried = world.does(adam, change);
  const auto event = tried.event<TopicInfoChanged>();
  EXPECT_EQ(event.name, (Change<GroupName>{GroupName{"Books"}, GroupName{"Novels"}}));
  EXPECT_FALSE(event.introduction.has_value());
  EXPECT_EQ(find(books)->name, GroupName{"Novels"});
  EXPECT_EQ(tried.notice(NoticeName::on_topic_changed).topic_info, event);
  EXPECT_THAT(world.tries(user(adam), change), accepted_changing_nothing());
}

TEST_F(Topics, NeedSomethingToChange) {  // arguments.form
  world.does(app_admin(), named(books));
  EXPECT_THAT(world.tries(user(adam), SetTopicInfo{.group = community_g, .topic = books}),
              refused(Error::invalid_argument, "arguments.form"));
}

TEST_F(Topics, ThatAreNotThereAreNotFound) {  // topic.found, post.topic
  EXPECT_THAT(world.tries(user(adam), renamed(books, "B")), refused(Error::topic_not_found, "topic.found"));
  EXPECT_THAT(world.tries(user(adam), DeleteTopic{community_g, books}),
              refused(Error::topic_not_found, "topic.found"));
  EXPECT_THAT(world.tries(user(adam), PostMessage{community_g, {}, books}),
              refused(Error::topic_not_found, "post.topic"));
  world.does(app_admin(), named(books));
  EXPECT_THAT(world.tries(user(mia), PostMessage{community_g, {}, books}), accepted_with({"MessagePosted"}));
  world.does(adam, DeleteTopic{community_g, books});
  EXPECT_EQ(find(books), nullptr);
  EXPECT_THAT(world.tries(user(mia), PostMessage{community_g, {}, books}),
              refused(Error::topic_not_found, "post.topic"));
}

TEST_F(Topics, NumberTheirOwnMessages) {
  world.does(app_admin(), named(books));
  const GroupRow before = world.group(community_g);
  EXPECT_EQ(world.does(mia, PostMessage{community_g, {}, books}).event<MessagePosted>().seq, 1U);
  const Tried second = world.does(mia, PostMessage{community_g, {}, books});
  EXPECT_EQ(second.event<MessagePosted>().seq, 2U);
  EXPECT_EQ(find(books)->next_msg_seq, 3U);
  EXPECT_EQ(find(books)->last_msg_time, second.accepted()->head.time);
  EXPECT_EQ(world.group(community_g).next_msg_seq, before.next_msg_seq);
  EXPECT_EQ(world.group(community_g).last_msg_time, before.last_msg_time);
  EXPECT_EQ(world.rows().find<MemberProfileRow>({community_g, mia})->last_send_msg_time,
            second.accepted()->head.time);
}

// No history has such an event: decide refuses the id (topic.id).
TEST_F(Topics, ThatWereDeletedAreNotMadeAgainByAnEvent) {
  world.does(app_admin(), named(books));
  world.does(adam, DeleteTopic{community_g, books});
  Overlay overlay{&world.rows()};
  evolve(overlay, TopicCreated{.topic = books}, {StreamId::of(community_g), 9, 9, world.now(), user(adam)});
  EXPECT_EQ(overlay.written(), 0U);
}

}  // namespace
}  // namespace muster::test
