#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/mp11/list.hpp>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/values.hpp>

/// What holds for the whole app. Its commands, with the fields that people type, and its events. Only app
/// admins give these commands, and they are committed to the app's stream.
/// A command may hold anything: what a field must be is checked when it is decided. An unset optional is an
/// absent field.
namespace muster {

/// Defines a custom field of groups, for good. Source: docs/rules.md section 10.
struct DefineGroupField {
  static constexpr Persisted persisted{.tag = 18, .schema = 0, .name = "DefineGroupField"};
  static const CommandSpec<DefineGroupField> spec;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool operator==(const DefineGroupField&) const = default;
};
BOOST_DESCRIBE_STRUCT(DefineGroupField, (), (key, read, write))

/// Defines a custom field of the members of a type's groups, for good. Members may read and write their own
/// values unless `self_read` or `self_write` is false. Source: docs/rules.md section 10.
struct DefineMemberField {
  static constexpr Persisted persisted{.tag = 19, .schema = 0, .name = "DefineMemberField"};
  static const CommandSpec<DefineMemberField> spec;
  TypeName type;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  std::optional<bool> self_read;
  std::optional<bool> self_write;
  bool operator==(const DefineMemberField&) const = default;
};
BOOST_DESCRIBE_STRUCT(DefineMemberField, (), (type, key, read, write, self_read, self_write))

/// Says which plan the app has. `member_cap`: the least that the edition has, when absent. Source:
/// docs/rules.md section 12.
struct SetPlan {
  static constexpr Persisted persisted{.tag = 20, .schema = 0, .name = "SetPlan"};
  static const CommandSpec<SetPlan> spec;
  Edition edition = Edition::ultimate;
  std::optional<std::uint32_t> member_cap;
  std::optional<bool> avchatrooms_unlimited;
  bool operator==(const SetPlan&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetPlan, (), (edition, member_cap, avchatrooms_unlimited))

/// Sets how a type's notices of a category are delivered. Source: docs/rules.md sections 12 and 15.
struct SetNotificationPolicy {
  static constexpr Persisted persisted{.tag = 21, .schema = 0, .name = "SetNotificationPolicy"};
  static const CommandSpec<SetNotificationPolicy> spec;
  TypeName type;
  NoticeCategory category = NoticeCategory::member_change;
  Delivery delivery = Delivery::off;
  bool operator==(const SetNotificationPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetNotificationPolicy, (), (type, category, delivery))

/// Sets after how many idle seconds groups of a type may be recycled; 0: never. Source: docs/rules.md
/// section 12.
struct SetRecyclePolicy {
  static constexpr Persisted persisted{.tag = 22, .schema = 0, .name = "SetRecyclePolicy"};
  static const CommandSpec<SetRecyclePolicy> spec;
  TypeName type;
  std::uint64_t idle_seconds = 0;
  bool operator==(const SetRecyclePolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetRecyclePolicy, (), (type, idle_seconds))

/// Sets whether members of a type's groups may be swept when they are offline. Source: docs/rules.md
/// section 12.
struct SetSweepPolicy {
  static constexpr Persisted persisted{.tag = 23, .schema = 0, .name = "SetSweepPolicy"};
  static const CommandSpec<SetSweepPolicy> spec;
  TypeName type;
  bool enabled = false;
  bool operator==(const SetSweepPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetSweepPolicy, (), (type, enabled))

/// Sets whether newcomers to groups of a type may read what was said before they joined. Source:
/// docs/rules.md section 9.
struct SetHistoryPolicy {
  static constexpr Persisted persisted{.tag = 24, .schema = 0, .name = "SetHistoryPolicy"};
  static const CommandSpec<SetHistoryPolicy> spec;
  TypeName type;
  bool before_join = false;
  bool operator==(const SetHistoryPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetHistoryPolicy, (), (type, before_join))

/// Commits from here on are decided under this rules document, which the store did not know before.
struct RulesInstalled {
  static constexpr Persisted persisted{.tag = 10, .schema = 0, .name = "RulesInstalled"};
  static const EventSpec<RulesInstalled> spec;
  std::string digest;    // SHA-256 of `document`, 32 bytes
  std::string document;  // docs/format.md, "rules document"
  bool operator==(const RulesInstalled&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulesInstalled, (), (digest, document))

/// Groups have a custom field from now on.
struct GroupFieldDefined {
  static constexpr Persisted persisted{.tag = 21, .schema = 0, .name = "GroupFieldDefined"};
  static const EventSpec<GroupFieldDefined> spec;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool operator==(const GroupFieldDefined&) const = default;
};
BOOST_DESCRIBE_STRUCT(GroupFieldDefined, (), (key, read, write))

/// The members of a type's groups have a custom field from now on.
struct MemberFieldDefined {
  static constexpr Persisted persisted{.tag = 22, .schema = 0, .name = "MemberFieldDefined"};
  static const EventSpec<MemberFieldDefined> spec;
  TypeName type;
  CustomKey key;
  Level read = Level::app_admin;
  Level write = Level::app_admin;
  bool self_read = true;
  bool self_write = true;
  bool operator==(const MemberFieldDefined&) const = default;
};
BOOST_DESCRIBE_STRUCT(MemberFieldDefined, (), (type, key, read, write, self_read, self_write))

/// The app has this plan from now on.
struct PlanSet {
  static constexpr Persisted persisted{.tag = 23, .schema = 0, .name = "PlanSet"};
  static const EventSpec<PlanSet> spec;
  Edition edition = Edition::ultimate;
  std::uint32_t member_cap = 0;
  bool avchatrooms_unlimited = false;
  bool operator==(const PlanSet&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlanSet, (), (edition, member_cap, avchatrooms_unlimited))

/// A type's notices of a category are delivered so from now on. `is_default`: that is what the rules say, so
/// no policy is kept.
struct NotificationPolicySet {
  static constexpr Persisted persisted{.tag = 24, .schema = 0, .name = "NotificationPolicySet"};
  static const EventSpec<NotificationPolicySet> spec;
  TypeName type;
  NoticeCategory category = NoticeCategory::member_change;
  Delivery delivery = Delivery::off;
  bool is_default = false;
  bool operator==(const NotificationPolicySet&) const = default;
};
BOOST_DESCRIBE_STRUCT(NotificationPolicySet, (), (type, category, delivery, is_default))

/// Groups of a type may be recycled after so many idle seconds from now on; 0: never.
struct RecyclePolicySet {
  static constexpr Persisted persisted{.tag = 25, .schema = 0, .name = "RecyclePolicySet"};
  static const EventSpec<RecyclePolicySet> spec;
  TypeName type;
  std::uint64_t idle_seconds = 0;
  bool operator==(const RecyclePolicySet&) const = default;
};
BOOST_DESCRIBE_STRUCT(RecyclePolicySet, (), (type, idle_seconds))

/// Whether members of a type's groups may be swept from now on.
struct SweepPolicySet {
  static constexpr Persisted persisted{.tag = 26, .schema = 0, .name = "SweepPolicySet"};
  static const EventSpec<SweepPolicySet> spec;
  TypeName type;
  bool enabled = false;
  bool operator==(const SweepPolicySet&) const = default;
};
BOOST_DESCRIBE_STRUCT(SweepPolicySet, (), (type, enabled))

/// Whether newcomers to groups of a type may read what was said before they joined, from now on.
/// `is_default`: that is what the rules say, so no policy is kept.
struct HistoryPolicySet {
  static constexpr Persisted persisted{.tag = 27, .schema = 0, .name = "HistoryPolicySet"};
  static const EventSpec<HistoryPolicySet> spec;
  TypeName type;
  bool before_join = false;
  bool is_default = false;
  bool operator==(const HistoryPolicySet&) const = default;
};
BOOST_DESCRIBE_STRUCT(HistoryPolicySet, (), (type, before_join, is_default))

namespace app {
using Commands = boost::mp11::mp_list<DefineGroupField, DefineMemberField, SetPlan, SetNotificationPolicy,
                                      SetRecyclePolicy, SetSweepPolicy, SetHistoryPolicy>;
using Events =
    boost::mp11::mp_list<RulesInstalled, GroupFieldDefined, MemberFieldDefined, PlanSet,
                         NotificationPolicySet, RecyclePolicySet, SweepPolicySet, HistoryPolicySet>;
}  // namespace app

}  // namespace muster
