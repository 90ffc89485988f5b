#pragma once

#include <limits>

#include <muster/domain/evolve.hpp>
#include <muster/domain/overlay.hpp>

namespace muster {

/// Counts that do not wrap.
template <class T>
void count_up(T& count) {
  if (count < std::numeric_limits<T>::max()) ++count;
}
template <class T>
void count_down(T& count) {
  if (count > 0) --count;
}
/// `seq` is taken: the next one is after it.
inline void take_number(MsgSeq& next, MsgSeq seq) {
  if (seq < next) return;
  next = seq;
  count_up(next);
}

/// Folds one event into the rows: of its group, when its stream is a group's.
/// Threads  one at a time
class Folder {
 public:
  Folder(Overlay& rows, const Stamp& stamp) : rows_(rows), stamp_(stamp), group_id_(stamp.stream.group()) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] Overlay& rows() { return rows_; }
  [[nodiscard]] const Stamp& stamp() const { return stamp_; }
  [[nodiscard]] const Account& caller() const { return stamp_.caller.account; }
  [[nodiscard]] const GroupId& group_id() const { return group_id_; }
  [[nodiscard]] bool in_group() const { return stamp_.stream.kind == StreamKind::group; }
  /// The event is a group's, and the group is there and has not ended.
  [[nodiscard]] bool group_is_alive() const;
  /// The event is the app's.
  [[nodiscard]] bool in_app() const { return stamp_.stream.kind == StreamKind::app; }
  /// The event is an account's.
  [[nodiscard]] bool in_account() const { return stamp_.stream.kind == StreamKind::account; }
  [[nodiscard]] Account account() const { return Account{stamp_.stream.id.view()}; }

  /// The group's row, to be changed. It stays where it is: one event edits one group's.
  [[nodiscard]] GroupRow& group() {
    if (group_ == nullptr) group_ = &rows_.edit<GroupRow>(group_id_);
    return *group_;
  }
  /// The number of the newest message.
  [[nodiscard]] MsgSeq newest_message() { return group().next_msg_seq - 1; }
  /// Takes the message number of a stored notice.
  void take_number_of(const Announcement& announcement) {
    if (announcement.msg_seq != 0) take_number(group().next_msg_seq, announcement.msg_seq);
  }
  /// The profile has changed.
  void count_info_change() {
    count_up(group().info_seq);
    group().last_info_time = stamp_.time;
  }

 private:
  Overlay& rows_;
  const Stamp& stamp_;
  const GroupId group_id_;
  GroupRow* group_ = nullptr;
};

/// Sets, replaces and removes custom values.
void change_custom_values(CustomValues& values, const CustomChanges& changes);

}  // namespace muster
