#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// The enumerations of the rulebook. Their numbers are on disk: append only, never renumber or reuse.
/// Their names are what people read and type; `name_of` and `from_name` are the one mapping.
namespace muster {

/// The built-in types; every type of a Rules document is one of them or derived from one.
enum class BaseType : std::uint8_t { work = 1, public_ = 2, meeting = 3, avchatroom = 4, community = 5 };
/// A role held inside a group.
enum class Role : std::uint8_t { member = 1, admin = 2, owner = 3 };
/// What a caller may claim in a group, low to high.
enum class Level : std::uint8_t { anyone = 0, member = 1, admin = 2, owner = 3, app_admin = 4 };
/// Who is calling: a user, an app admin, or the backend's scheduler.
enum class CallerKind : std::uint8_t { user = 1, app_admin = 2, system = 3 };
/// The state of a group. `absent` is never stored.
enum class GroupState : std::uint8_t { absent = 0, inactive = 1, active = 2, dismissed = 3, recycled = 4 };
/// How accounts join a group: freely, by approval, or not at all.
enum class JoinOption : std::uint8_t { free_access = 1, need_permission = 2, disable_apply = 3 };
/// How members invite accounts: freely, by approval, or not at all.
enum class InviteOption : std::uint8_t { free_access = 1, need_permission = 2, disable_invite = 3 };
/// How a member is notified of messages.
enum class MsgFlag : std::uint8_t { accept_and_notify = 1, accept_not_notify = 2, discard = 3 };
/// Whether newcomers may read what was said before they came.
enum class EarlierHistory : std::uint8_t { none = 1, off = 2, on = 3 };
/// How a notice reaches its audience. Ordered: a larger one is stronger.
enum class Delivery : std::uint8_t { off = 1, push_only = 2, push_and_store = 3 };
/// What a notice is about; policies are set for each category.
enum class NoticeCategory : std::uint8_t {
  member_change = 1,
  profile_change = 2,
  option_change = 3,
  member_profile_change = 4
};
/// The plan that an app has bought; its limits are in Rules.
enum class Edition : std::uint8_t { free = 1, pro = 2, ultimate = 3 };
/// Which quota of existing groups a group counts against.
enum class QuotaClass : std::uint8_t { groups = 1, avchatrooms = 2, communities = 3 };
/// Who filed an application: the applicant, or a member for them.
enum class ApplicationKind : std::uint8_t { join = 1, invite = 2 };
/// Whether somebody has decided an application.
enum class ApplicationStatus : std::uint8_t { pending = 1, accepted = 2, refused = 3 };
/// How members joined.
enum class JoinCause : std::uint8_t { create = 1, apply = 2, approval = 3, invite = 4 };
/// How members went.
enum class LeaveCause : std::uint8_t { quit = 1, kicked = 2, swept = 3 };
/// Why a group was recycled.
enum class RecycleReason : std::uint8_t { empty = 1, abandoned = 2, idle = 3 };
/// The result of one joining command, or of one item of a list.
enum class ItemStatus : std::uint8_t { ok = 1, joined = 2, pending = 3 };

/// A value of an enumeration and its name.
template <class E>
struct Named {
  E value;
  std::string_view name;
};

template <class E>
Named(E, const char*) -> Named<E>;  // clang 14 does not deduce aggregates by itself

/// Every value of an enumeration with its name, in the order of its numbers.
template <class E>
inline constexpr std::array<Named<E>, 0> names{};

// clang-format off
template <> inline constexpr std::array names<BaseType>{
    Named{BaseType::work, "Work"}, Named{BaseType::public_, "Public"}, Named{BaseType::meeting, "Meeting"},
    Named{BaseType::avchatroom, "AVChatRoom"}, Named{BaseType::community, "Community"}};
template <> inline constexpr std::array names<Role>{
    Named{Role::member, "Member"}, Named{Role::admin, "Admin"}, Named{Role::owner, "Owner"}};
template <> inline constexpr std::array names<Level>{
    Named{Level::anyone, "Anyone"}, Named{Level::member, "Member"}, Named{Level::admin, "Admin"},
    Named{Level::owner, "Owner"}, Named{Level::app_admin, "AppAdmin"}};
template <> inline constexpr std::array names<CallerKind>{
    Named{CallerKind::user, "user"}, Named{CallerKind::app_admin, "app_admin"}, Named{CallerKind::system, "system"}};
template <> inline constexpr std::array names<GroupState>{
    Named{GroupState::absent, "absent"}, Named{GroupState::inactive, "inactive"}, Named{GroupState::active, "active"},
    Named{GroupState::dismissed, "dismissed"}, Named{GroupState::recycled, "recycled"}};
template <> inline constexpr std::array names<JoinOption>{
    Named{JoinOption::free_access, "FreeAccess"}, Named{JoinOption::need_permission, "NeedPermission"},
    Named{JoinOption::disable_apply, "DisableApply"}};
template <> inline constexpr std::array names<InviteOption>{
    Named{InviteOption::free_access, "FreeAccess"}, Named{InviteOption::need_permission, "NeedPermission"},
    Named{InviteOption::disable_invite, "DisableInvite"}};
template <> inline constexpr std::array names<MsgFlag>{
    Named{MsgFlag::accept_and_notify, "AcceptAndNotify"}, Named{MsgFlag::accept_not_notify, "AcceptNotNotify"},
    Named{MsgFlag::discard, "Discard"}};
template <> inline constexpr std::array names<EarlierHistory>{
    Named{EarlierHistory::none, "none"}, Named{EarlierHistory::off, "off"}, Named{EarlierHistory::on, "on"}};
template <> inline constexpr std::array names<Delivery>{
    Named{Delivery::off, "Off"}, Named{Delivery::push_only, "PushOnly"}, Named{Delivery::push_and_store, "PushAndStore"}};
template <> inline constexpr std::array names<NoticeCategory>{
    Named{NoticeCategory::member_change, "MemberChange"}, Named{NoticeCategory::profile_change, "ProfileChange"},
    Named{NoticeCategory::option_change, "OptionChange"}, Named{NoticeCategory::member_profile_change, "MemberProfileChange"}};
template <> inline constexpr std::array names<Edition>{
    Named{Edition::free, "Free"}, Named{Edition::pro, "Pro"}, Named{Edition::ultimate, "Ultimate"}};
template <> inline constexpr std::array names<QuotaClass>{
    Named{QuotaClass::groups, "groups"}, Named{QuotaClass::avchatrooms, "avchatrooms"},
    Named{QuotaClass::communities, "communities"}};
template <> inline constexpr std::array names<ApplicationKind>{
    Named{ApplicationKind::join, "join"}, Named{ApplicationKind::invite, "invite"}};
template <> inline constexpr std::array names<ApplicationStatus>{
    Named{ApplicationStatus::pending, "pending"}, Named{ApplicationStatus::accepted, "accepted"},
    Named{ApplicationStatus::refused, "refused"}};
template <> inline constexpr std::array names<JoinCause>{
    Named{JoinCause::create, "create"}, Named{JoinCause::apply, "apply"}, Named{JoinCause::approval, "approval"}, Named{JoinCause::invite, "invite"}};
template <> inline constexpr std::array names<LeaveCause>{
    Named{LeaveCause::quit, "quit"}, Named{LeaveCause::kicked, "kicked"}, Named{LeaveCause::swept, "swept"}};
template <> inline constexpr std::array names<RecycleReason>{
    Named{RecycleReason::empty, "empty"}, Named{RecycleReason::abandoned, "abandoned"}, Named{RecycleReason::idle, "idle"}};
template <> inline constexpr std::array names<ItemStatus>{
    Named{ItemStatus::ok, "ok"}, Named{ItemStatus::joined, "joined"}, Named{ItemStatus::pending, "pending"}};
// clang-format on

/// An enumeration that has names; what the codec, JSON and argument checks accept as one.
template <class E>
concept NamedEnum = (names<E>.size() > 0);

/// The name of a value; empty for a number without a value, which only a cast can make.
template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& entry : names<E>)
    if (entry.value == value) return entry.name;
  return {};
}

/// The value of a name, exactly as spelled; none for any other text.
template <NamedEnum E>
constexpr std::optional<E> from_name(std::string_view name) {
  for (const auto& entry : names<E>)
    if (entry.name == name) return entry.value;
  return std::nullopt;
}

/// The level that a role gives in its group.
constexpr Level level_of(Role role) { return static_cast<Level>(role); }

}  // namespace muster
