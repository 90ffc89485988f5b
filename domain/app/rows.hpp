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
  std::vector<Digest> rules;  // documents installed, in order
  bool operator==(const AppRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AppRow, (),
                      (head, edition, member_cap, avchatrooms_unlimited, group_fields, member_fields,
                       policies, recycle, sweep, rules))

namespace app {
using Rows = boost::mp11::mp_list<AppRow>;
}  // namespace app

}  // namespace muster
