#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/messages/topics.hpp>

namespace muster {
namespace {

void check_arguments(ArgumentChecker& found, const SetTopicInfo& c) {
  if (!c.name && !c.introduction && !c.notification && !c.face_url)
    found.invalid("", "there is nothing to set; give at least one field");
}

void require(const Decider& d, const SetTopicInfo&, Requirements& needed) {
  needed.push_back(topics_supported(d));
}

bool check_state(Decider& d, const SetTopicInfo& c) { return check_topic(d, c.topic); }

/// The texts that get another value.
TopicInfoChanged changes_of(const SetTopicInfo& c, const TopicRow& topic) {
  TopicInfoChanged changed;
  for_each_shared_member(
      []<class T>(std::optional<Change<T>>& change, const T& before, const std::optional<T>& given) {
        if (given && *given != before) change = Change<T>{before, *given};
      },
      changed, topic, c);
  return changed;
}

void emit(Decider& d, const SetTopicInfo& c) {
  TopicInfoChanged changed = changes_of(c, d.rows().need<TopicRow>({d.group_id(), c.topic}));
  if (changed == TopicInfoChanged{}) return;
  changed.topic = c.topic;
  changed.to_members = d.always_stored();
  d.record(std::move(changed));
}

void fold(Folder& f, const TopicInfoChanged& e) {
  if (!f.group_is_alive() || f.rows().find<TopicRow>({f.group_id(), e.topic}) == nullptr) return;
  for_each_shared_member(
      []<class T>(const std::optional<Change<T>>& change, T& text) {
        if (change) text = change->after;
      },
      e, f.rows().edit<TopicRow>({f.group_id(), e.topic}));
}

void announce(Announcer& to, const TopicInfoChanged& e) {
  Notice& notice = to.to_members(NoticeName::on_topic_changed, e.to_members);
  notice.topic = e.topic;
  notice.topic_info = e;
}

}  // namespace

constinit const CommandSpec<SetTopicInfo> SetTopicInfo::spec{.arguments = check_arguments,
                                                             .cell = cell<&TypeRules::manage_topics>,
                                                             .require = require,
                                                             .unsupported = &type_topics,
                                                             .outside = &topic_member,
                                                             .below = &topic_level,
                                                             .state = check_state,
                                                             .emit = emit,
                                                             .rules = topic_rules};
constinit const EventSpec<TopicInfoChanged> TopicInfoChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
