#pragma once

#include <array>

#include <muster/domain/core/decider.hpp>

/// What the commands about topics have in common. Source: docs/rules.md section 11.
namespace muster {

inline constexpr Rule type_topics{"type.topics", Error::not_supported, "2", "the group does not have topics"};
inline constexpr Rule topic_member{"topic.member", Error::not_member, "11",
                                   "you must be a member to manage topics"};
inline constexpr Rule topic_level{"topic.level", Error::not_permitted, "11",
                                  "your level is too low to manage topics"};
inline constexpr Rule topic_found{"topic.found", Error::topic_not_found, "11", "there is no such topic"};
/// Of a command about a topic that exists.
inline constexpr std::array<const Rule*, 4> topic_rules{&type_topics, &topic_member, &topic_level,
                                                        &topic_found};

/// The group has topics: it was created so.
inline Requirement topics_supported(const Decider& d) {
  return {.supported = d.group().support_topic, .unsupported = &type_topics};
}
/// Step 6: refuses a topic that the group does not have.
inline bool check_topic(Decider& d, const TopicId& topic) {
  return d.rows().find<TopicRow>({d.group_id(), topic}) != nullptr || d.refuse(topic_found, {}, "topic");
}

}  // namespace muster
