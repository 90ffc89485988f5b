#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/core/values.hpp>

/// What holds for the whole app. The rows.
namespace muster {

/// A custom field of groups: its key, and the levels that may read and set it.
struct GroupField {
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool operator==(const GroupField&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupField, (), (key, read, write))

/// A custom field of a type's members: its key, the levels that may read and set those of others, and whether
/// members may their own.
struct MemberField {
  TypeName type;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool self_read = true;
  bool self_write = true;
  bool operator==(const MemberField&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberField, (), (type, key, read, write, self_read, self_write))

/// How a type's notices of a category are delivered, where the app has set that.
struct NoticePolicy {
  TypeName type;
  NoticeCategory category = NoticeCategory::member_change;
  Delivery delivery = Delivery::off;
  bool operator==(const NoticePolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(NoticePolicy, (), (type, category, delivery))

/// After how many idle seconds a type's groups are recycled.
struct RecyclePolicy {
  TypeName type;
  std::uint64_t idle_seconds = 0;
  bool operator==(const RecyclePolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RecyclePolicy, (), (type, idle_seconds))

/// Whether newcomers to a type's groups may read what was said before they joined, where the app has set
/// that.
struct HistoryPolicy {
  TypeName type;
  bool before_join = false;
  bool operator==(const HistoryPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(HistoryPolicy, (), (type, before_join))

/// What holds for the whole app. The values here are those of a store without settings.
struct AppRow {
  using Key = NoKey;
  static constexpr RowInfo info{.prefix = 'a', .name = "app"};
  StreamHead head;
  Edition edition = Edition::ultimate;
  std::uint32_t member_cap = 2000;
  bool avchatrooms_unlimited = false;
  std::vector<GroupField> group_fields;
  std::vector<MemberField> member_fields;
  std::vector<NoticePolicy> policies;
  std::vector<RecyclePolicy> recycle;
  std::vector<TypeName> sweep;
  std::vector<HistoryPolicy> history;
  std::vector<Digest> rules;  // documents installed, in order
  bool operator==(const AppRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AppRow, (),
                      (head, edition, member_cap, avchatrooms_unlimited, group_fields, member_fields,
                       policies, recycle, sweep, history, rules))

/// How many groups of each quota class exist. Groups that have ended do not count.
struct GroupCountsRow {
  using Key = NoKey;
  static constexpr RowInfo info{.prefix = 'n', .name = "group counts"};
  std::uint64_t groups = 0;
  std::uint64_t avchatrooms = 0;
  std::uint64_t communities = 0;
  bool operator==(const GroupCountsRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupCountsRow, (), (groups, avchatrooms, communities))

/// A day in UTC, by its first moment.
struct DayKey {
  TimeMs begin;
  bool operator==(const DayKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(DayKey, (), (begin))
inline std::string key_text(const DayKey& key) { return std::to_string(key.begin.ms); }

/// How many groups were created on a day, by the time of their commits, and how many ended.
struct DayRow {
  using Key = DayKey;
  static constexpr RowInfo info{.prefix = 'd', .name = "day"};
  std::uint64_t created = 0;
  std::uint64_t ended = 0;
  bool operator==(const DayRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(DayRow, (), (created, ended))

namespace app {
using Rows = boost::mp11::mp_list<AppRow, GroupCountsRow, DayRow>;
}  // namespace app

}  // namespace muster
