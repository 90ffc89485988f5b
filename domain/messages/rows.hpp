#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/core/values.hpp>

/// What is said in a group, and who may say it. The rows.
namespace muster {

/// A stored mute, of a member or not; it may have run out.
struct MuteRow {
  using Key = GroupAccount;
  static constexpr RowInfo info{.prefix = 'x', .name = "mute"};
  TimeMs until;
  bool operator==(const MuteRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteRow, (), (until))

/// How far an account has read a group, as it reported.
struct ReadMarkRow {
  using Key = AccountGroup;
  static constexpr RowInfo info{.prefix = 'k', .name = "read mark"};
  MsgSeq seq = 0;
  bool operator==(const ReadMarkRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadMarkRow, (), (seq))

/// A topic of a Community, with message numbers of its own.
struct TopicRow {
  using Key = GroupTopic;
  static constexpr RowInfo info{.prefix = 't', .name = "topic"};
  GroupName name;
  Introduction introduction;
  Notification notification;
  FaceUrl face_url;
  TimeMs create_time;
  MsgSeq next_msg_seq = 1;
  TimeMs last_msg_time;
  bool operator==(const TopicRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicRow, (),
                      (name, introduction, notification, face_url, create_time, next_msg_seq, last_msg_time))

/// That a Community had a topic, which was deleted: its id is not used again.
struct DeletedTopicRow {
  using Key = GroupTopic;
  static constexpr RowInfo info{.prefix = 'z', .name = "deleted topic"};
  bool operator==(const DeletedTopicRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeletedTopicRow, (), ())

namespace messages {
using Rows = boost::mp11::mp_list<MuteRow, ReadMarkRow, TopicRow, DeletedTopicRow>;
}  // namespace messages

}  // namespace muster
