#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/messages/topics.hpp>

namespace muster {
namespace {

void require(const Decider& d, const DeleteTopic&, Requirements& needed) {
  needed.push_back(topics_supported(d));
}

bool check_state(Decider& d, const DeleteTopic& c) { return check_topic(d, c.topic); }

void emit(Decider& d, const DeleteTopic& c) {
  d.record(TopicDeleted{.topic = c.topic, .to_members = d.always_stored()});
}

void fold(Folder& f, const TopicDeleted& e) {
  if (!f.group_is_alive() || f.rows().find<TopicRow>({f.group_id(), e.topic}) == nullptr) return;
  f.rows().remove<TopicRow>({f.group_id(), e.topic});
  f.rows().put<DeletedTopicRow>({f.group_id(), e.topic}, {});
  count_down(f.group().topics);
}

void announce(Announcer& to, const TopicDeleted& e) {
  to.to_members(NoticeName::on_topic_deleted, e.to_members).topic = e.topic;
}

}  // namespace

constinit const CommandSpec<DeleteTopic> DeleteTopic::spec{.cell = cell<&TypeRules::manage_topics>,
                                                           .require = require,
                                                           .unsupported = &type_topics,
                                                           .outside = &topic_member,
                                                           .below = &topic_level,
                                                           .state = check_state,
                                                           .emit = emit,
                                                           .rules = topic_rules};
constinit const EventSpec<TopicDeleted> TopicDeleted::spec{.fold = fold, .announce = announce};

}  // namespace muster
