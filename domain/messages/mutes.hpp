#pragma once

#include <muster/domain/core/folder.hpp>

/// The mutes of a group, which its row counts: most groups have none, and nothing is looked up there.
namespace muster {

/// The stored mute of an account, expired or not; null for none.
inline const MuteRow* find_mute(const View& rows, const GroupId& group, const Account& account) {
  const GroupRow* row = rows.find<GroupRow>(group);
  return row == nullptr || row->mutes == 0 ? nullptr : rows.find<MuteRow>({group, account});
}

inline void set_mute(Folder& f, const Account& account, TimeMs until) {
  if (find_mute(f.rows(), f.group_id(), account) == nullptr) count_up(f.group().mutes);
  f.rows().put<MuteRow>({f.group_id(), account}, {until});
}
/// Does nothing when there is none.
inline void lift_mute(Folder& f, const Account& account) {
  if (find_mute(f.rows(), f.group_id(), account) == nullptr) return;
  f.rows().remove<MuteRow>({f.group_id(), account});
  count_down(f.group().mutes);
}

}  // namespace muster
