#pragma once

#include <array>

#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/folder.hpp>

/// How many groups an app may have, and create in a day.
/// Source  docs/rules.md section 12
namespace muster {

inline constexpr Rule quota_groups{"quota.groups", Error::group_quota_exceeded, "12",
                                   "the app has as many groups as the plan allows"};
inline constexpr Rule quota_avchatrooms{"quota.avchatrooms", Error::avchatroom_quota_exceeded, "12",
                                        "the app has as many AVChatRooms as the plan allows"};
inline constexpr Rule quota_day{"quota.day", Error::daily_group_quota_exceeded, "12",
                                "as many groups have been created today as the plan allows"};

/// The day that a time is in.
DayKey day_of(TimeMs time);

/// Step 7: refuses one more group of the type when the plan allows no more, in all or on this day.
bool check_group_quotas(Decider& d);

/// Counts the event's group, which begins.
void count_group_begun(Folder& f, QuotaClass quota);
/// Counts the event's group, which ends.
void count_group_ended(Folder& f, QuotaClass quota);

}  // namespace muster
