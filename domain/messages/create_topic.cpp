#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/messages/topics.hpp>

namespace muster {
namespace {

constexpr Rule topic_id{"topic.id", Error::topic_id_in_use, "4", "the topic id is, or has been, in use"};
constexpr Rule topic_limit{"topic.limit", Error::topic_limit, "11", "the group has as many topics as it can"};
constexpr std::array<const Rule*, 5> rules{&type_topics, &topic_member, &topic_level, &topic_id,
                                           &topic_limit};

constexpr std::uint32_t topics_max = 200;

const TopicId& id_of(const Decider& d, const CreateTopic& c) { return c.topic ? *c.topic : d.new_topic(); }

void check_arguments(ArgumentChecker& found, const CreateTopic& c) {
  if (c.topic && !c.topic->view().starts_with(concat(c.group.view(), topic_mark)))
    found.bad_group_id("topic", "must begin with the id of its group and `@TOPIC#_`");
}

void require(const Decider& d, const CreateTopic& c, Requirements& needed) {
  needed.push_back(topics_supported(d));
  if (c.topic) needed.push_back({.least = Level::app_admin, .field = "topic"});
}

bool check_state(Decider& d, const CreateTopic& c) {
  const GroupTopic key{d.group_id(), id_of(d, c)};
  const bool used = d.rows().find<TopicRow>(key) != nullptr || d.rows().find<DeletedTopicRow>(key) != nullptr;
  return !used || d.refuse(topic_id, {}, "topic");
}

bool check_capacity(Decider& d, const CreateTopic&) {
  const std::uint32_t topics = d.group().topics;
  return topics < topics_max || d.refuse(topic_limit, {.count = topics, .limit = topics_max});
}

void emit(Decider& d, const CreateTopic& c) {
  TopicCreated created;
  copy_shared_members(c, created);
  created.topic = id_of(d, c);
  created.to_members = d.always_stored();
  d.record(std::move(created));
}

void fold(Folder& f, const TopicCreated& e) {
  const GroupTopic key{f.group_id(), e.topic};
  if (!f.group_is_alive() || f.rows().find<TopicRow>(key) != nullptr) return;
  if (f.rows().find<DeletedTopicRow>(key) != nullptr) return;  // its id is not used again
  TopicRow& topic = f.rows().put<TopicRow>(key, {});
  copy_shared_members(e, topic);
  topic.create_time = f.stamp().time;
  count_up(f.group().topics);
}

void announce(Announcer& to, const TopicCreated& e) {
  to.to_members(NoticeName::on_topic_created, e.to_members).topic = e.topic;
}

}  // namespace

constinit const CommandSpec<CreateTopic> CreateTopic::spec{.arguments = check_arguments,
                                                           .cell = cell<&TypeRules::manage_topics>,
                                                           .require = require,
                                                           .unsupported = &type_topics,
                                                           .outside = &topic_member,
                                                           .below = &topic_level,
                                                           .state = check_state,
                                                           .capacity = check_capacity,
                                                           .emit = emit,
                                                           .rules = rules};
constinit const EventSpec<TopicCreated> TopicCreated::spec{.fold = fold, .announce = announce};

}  // namespace muster
