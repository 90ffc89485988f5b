#include "reference/tables.hpp"

#include <stdexcept>
#include <string>

namespace muster::reference {
namespace {

constexpr Cell none = std::nullopt;
constexpr Cell member = Level::member;
constexpr Cell admin = Level::admin;
constexpr Cell owner = Level::owner;
constexpr Cell app_admin = Level::app_admin;

constexpr NoticeCell off{Delivery::off};
constexpr NoticeCell stored{Delivery::push_and_store};

// clang-format off
constexpr std::array types{
    TypeColumn{
        .name = "Work", .has_admins = false, .join = false,
        .join_option = JoinOption::disable_apply, .join_option_settable = false,
        .invite_option = InviteOption::free_access, .invite_option_settable = true,
        .initial_members = true, .invite = member, .applications = owner, .edit_texts = member,
        .edit_limits = owner, .edit_join_option = none, .edit_mute_all = none, .set_role = none,
        .kick = owner, .mute = none, .transfer = owner, .dismiss = app_admin, .owner_may_quit = true,
        .member_profiles = true, .unread_count = true, .history = true, .activation = true,
        .earlier_history = false, .msg_flag = MsgFlag::accept_and_notify, .imports = true,
        .recycles = true, .sweeps = true, .topics = false, .manage_topics = none, .post = member,
        .post_when_muted = none, .edit_own = member, .edit_others = owner, .joined_quota = true,
        .member_change = stored, .profile_change = stored, .option_change = off,
        .member_profile_change = stored},
    TypeColumn{
        .name = "Public", .has_admins = true, .join = true,
        .join_option = JoinOption::need_permission, .join_option_settable = true,
        .invite_option = InviteOption::disable_invite, .invite_option_settable = true,
        .initial_members = true, .invite = member, .applications = admin, .edit_texts = admin,
        .edit_limits = admin, .edit_join_option = admin, .edit_mute_all = admin, .set_role = owner,
        .kick = admin, .mute = admin, .transfer = owner, .dismiss = owner, .owner_may_quit = false,
        .member_profiles = true, .unread_count = true, .history = true, .activation = false,
        .earlier_history = false, .msg_flag = MsgFlag::accept_and_notify, .imports = true,
        .recycles = true, .sweeps = true, .topics = false, .manage_topics = none, .post = member,
        .post_when_muted = admin, .edit_own = member, .edit_others = admin, .joined_quota = true,
        .member_change = stored, .profile_change = stored, .option_change = off,
        .member_profile_change = stored},
    TypeColumn{
        .name = "Meeting", .has_admins = true, .join = true,
        .join_option = JoinOption::free_access, .join_option_settable = false,
        .invite_option = InviteOption::disable_invite, .invite_option_settable = true,
        .initial_members = true, .invite = member, .applications = admin, .edit_texts = admin,
        .edit_limits = admin, .edit_join_option = none, .edit_mute_all = admin, .set_role = owner,
        .kick = admin, .mute = admin, .transfer = owner, .dismiss = owner, .owner_may_quit = false,
        .member_profiles = true, .unread_count = false, .history = true, .activation = false,
        .earlier_history = true, .msg_flag = MsgFlag::accept_not_notify, .imports = true,
        .recycles = true, .sweeps = true, .topics = false, .manage_topics = none, .post = member,
        .post_when_muted = admin, .edit_own = member, .edit_others = admin, .joined_quota = true,
        .member_change = off, .profile_change = stored, .option_change = off,
        .member_profile_change = off},
    TypeColumn{
        .name = "AVChatRoom", .has_admins = false, .join = true,
        .join_option = JoinOption::free_access, .join_option_settable = false,
        .invite_option = InviteOption::disable_invite, .invite_option_settable = false,
        .initial_members = false, .invite = none, .applications = none, .edit_texts = owner,
        .edit_limits = none, .edit_join_option = none, .edit_mute_all = owner, .set_role = none,
        .kick = none, .mute = owner, .transfer = none, .dismiss = owner, .owner_may_quit = false,
        .member_profiles = false, .unread_count = false, .history = false, .activation = false,
        .earlier_history = false, .msg_flag = MsgFlag::accept_not_notify, .imports = false,
        .recycles = false, .sweeps = false, .topics = false, .manage_topics = none, .post = member,
        .post_when_muted = owner, .edit_own = none, .edit_others = none, .joined_quota = false,
        .member_change = {.initial = Delivery::push_only, .fixed = true},
        .profile_change = {.initial = Delivery::push_only, .fixed = true},
        .option_change = {.initial = Delivery::off, .fixed = true},
        .member_profile_change = {.initial = Delivery::off, .at_most = Delivery::push_only}},
    TypeColumn{
        .name = "Community", .has_admins = true, .join = true,
        .join_option = JoinOption::free_access, .join_option_settable = false,
        .invite_option = InviteOption::free_access, .invite_option_settable = true,
        .initial_members = true, .invite = member, .applications = admin, .edit_texts = admin,
        .edit_limits = admin, .edit_join_option = none, .edit_mute_all = admin, .set_role = owner,
        .kick = admin, .mute = admin, .transfer = owner, .dismiss = owner, .owner_may_quit = false,
        .member_profiles = true, .unread_count = true, .history = true, .activation = false,
        .earlier_history = true, .msg_flag = MsgFlag::accept_and_notify, .imports = true,
        .recycles = true, .sweeps = false, .topics = true, .manage_topics = admin, .post = member,
        .post_when_muted = admin, .edit_own = member, .edit_others = admin, .joined_quota = true,
        .member_change = stored, .profile_change = stored, .option_change = off,
        .member_profile_change = stored},
};

constexpr PlanColumn free_plan{20, 20, false, 100, 10, false, 50};
constexpr PlanColumn pro_plan{200, 2000, false, 0, 50, true, 500};
constexpr PlanColumn ultimate_plan{2000, 6000, true, 0, 0, false, 3000};

constexpr std::array catalogue{
    RuleRow{"arguments.form", "InvalidArgument", 10004},
    RuleRow{"arguments.list", "TooManyAccounts", 10005},
    RuleRow{"arguments.group-id", "InvalidGroupId", 10015},
    RuleRow{"arguments.expect", "InvalidArgument", 10004},
    RuleRow{"arguments.time", "InvalidArgument", 10004},
    RuleRow{"repeat.differs", "InvalidArgument", 10004},
    RuleRow{"group.visible", "GroupNotFound", 10010},
    RuleRow{"group.gone", "GroupNotFound", 10010},
    RuleRow{"type.setting", "NotSupported", 10007},
    RuleRow{"type.members", "NotSupported", 10007},
    RuleRow{"type.topics", "NotSupported", 10007},
    RuleRow{"join.type", "NotSupported", 10007},
    RuleRow{"applications.type", "NotSupported", 10007},
    RuleRow{"custom.known", "UnknownCustomField", 10004},
    RuleRow{"custom.write", "NotPermitted", 10007},
    RuleRow{"caller.system", "NotPermitted", 10007},
    RuleRow{"create.owner", "NotPermitted", 10007},
    RuleRow{"create.plan", "TypeNotInPlan", 11000},
    RuleRow{"create.id", "GroupIdInUse", 10021},
    RuleRow{"create.ceiling", "PlanMemberLimit", 10038},
    RuleRow{"create.capacity", "GroupFull", 10014},
    RuleRow{"quota.joined", "JoinedGroupQuotaExceeded", 10037},
    RuleRow{"expect.revision", "WrongRevision", 10056},
    RuleRow{"join.already", "AlreadyMember", 10013},
    RuleRow{"join.disabled", "JoinDisabled", 10007},
    RuleRow{"join.capacity", "GroupFull", 10014},
    RuleRow{"applications.member", "NotMember", 10007},
    RuleRow{"applications.level", "NotPermitted", 10007},
    RuleRow{"applications.found", "ApplicationNotFound", 10004},
    RuleRow{"applications.handled", "ApplicationHandled", 10024},
    RuleRow{"quit.member", "NotMember", 10007},
    RuleRow{"quit.owner", "OwnerCannotQuit", 10009},
    RuleRow{"post.member", "NotMember", 10007},
    RuleRow{"post.topic", "TopicNotFound", 110003},
    RuleRow{"post.muted", "Muted", 10017},
    RuleRow{"post.mute-all", "Muted", 10017},
    RuleRow{"dismiss.type", "NotSupported", 10007},
    RuleRow{"dismiss.member", "NotMember", 10007},
    RuleRow{"dismiss.level", "NotPermitted", 10007},
    RuleRow{"transfer.type", "NotSupported", 10007},
    RuleRow{"transfer.member", "NotMember", 10007},
    RuleRow{"transfer.level", "NotPermitted", 10007},
    RuleRow{"transfer.target", "TargetNotMember", 10004},
    RuleRow{"invite.type", "NotSupported", 10007},
    RuleRow{"invite.member", "NotMember", 10007},
    RuleRow{"invite.level", "NotPermitted", 10007},
    RuleRow{"invite.disabled", "NotPermitted", 10007},
    RuleRow{"kick.type", "NotSupported", 10007},
    RuleRow{"kick.member", "NotMember", 10007},
    RuleRow{"kick.level", "NotPermitted", 10007},
    RuleRow{"kick.target", "TargetNotMember", 10004},
    RuleRow{"kick.rank", "NotPermitted", 10007},
    RuleRow{"role.type", "NotSupported", 10007},
    RuleRow{"role.member", "NotMember", 10007},
    RuleRow{"role.level", "NotPermitted", 10007},
    RuleRow{"role.target", "TargetNotMember", 10004},
    RuleRow{"role.owner", "NotPermitted", 10007},
    RuleRow{"info.type", "NotSupported", 10007},
    RuleRow{"info.member", "NotMember", 10007},
    RuleRow{"info.level", "NotPermitted", 10007},
    RuleRow{"info.below", "InvalidArgument", 10004},
    RuleRow{"info.ceiling", "PlanMemberLimit", 10038},
    RuleRow{"mute.type", "NotSupported", 10007},
    RuleRow{"mute.member", "NotMember", 10007},
    RuleRow{"mute.level", "NotPermitted", 10007},
    RuleRow{"mute.target", "TargetNotMember", 10004},
    RuleRow{"mute.rank", "NotPermitted", 10007},
    RuleRow{"member-info.type", "NotSupported", 10007},
    RuleRow{"member-info.member", "NotMember", 10007},
    RuleRow{"member-info.level", "NotPermitted", 10007},
    RuleRow{"member-info.target", "TargetNotMember", 10004},
    RuleRow{"member-info.rank", "NotPermitted", 10007},
    RuleRow{"receive-option.type", "NotSupported", 10007},
    RuleRow{"receive-option.member", "NotMember", 10007},
    RuleRow{"read.type", "NotSupported", 10007},
    RuleRow{"read.member", "NotMember", 10007},
    RuleRow{"read.beyond", "InvalidArgument", 10004},
    RuleRow{"caller.app-admin", "NotPermitted", 10007},
    RuleRow{"caller.scheduler", "NotPermitted", 10007},
    RuleRow{"field.type", "NotSupported", 10007},
    RuleRow{"field.defined", "CustomFieldDefined", 10004},
    RuleRow{"field.limit", "CustomFieldDefined", 10004},
    RuleRow{"policy.notices", "NotSupported", 10007},
    RuleRow{"policy.recycle", "NotSupported", 10007},
    RuleRow{"policy.sweep", "NotSupported", 10007},
    RuleRow{"policy.history", "NotSupported", 10007},
    RuleRow{"quota.groups", "GroupQuotaExceeded", 10058},
    RuleRow{"quota.avchatrooms", "AvChatRoomQuotaExceeded", 10036},
    RuleRow{"quota.day", "DailyGroupQuotaExceeded", 10058},
    RuleRow{"recycle.type", "NotSupported", 10007},
    RuleRow{"recycle.off", "NotIdle", 10007},
    RuleRow{"recycle.active", "NotIdle", 10007},
    RuleRow{"sweep.type", "NotSupported", 10007},
    RuleRow{"sweep.off", "NotPermitted", 10007},
    RuleRow{"sweep.target", "TargetNotMember", 10004},
    RuleRow{"sweep.owner", "NotPermitted", 10007},
    RuleRow{"import.type", "NotSupported", 10007},
    RuleRow{"import.item", "InvalidArgument", 10004},
    RuleRow{"import.time", "InvalidArgument", 10004},
    RuleRow{"topic.member", "NotMember", 10007},
    RuleRow{"topic.level", "NotPermitted", 10007},
    RuleRow{"topic.id", "TopicIdInUse", 10021},
    RuleRow{"topic.limit", "TopicLimit", 10036},
    RuleRow{"topic.found", "TopicNotFound", 110003},
    RuleRow{"notify.users", "NotSupported", 10007},
    RuleRow{"notify.target", "TargetNotMember", 10004},
    RuleRow{"post.type", "NotSupported", 10007},
    RuleRow{"post.level", "NotPermitted", 10007},
    RuleRow{"read.level", "NotPermitted", 10007},
    RuleRow{"receive-option.level", "NotPermitted", 10007},
};
// clang-format on

}  // namespace

const TypeColumn* type_column(std::string_view name) {
  for (const TypeColumn& type : types)
    if (type.name == name) return &type;
  return nullptr;
}

const NoticeCell& notice_cell(const TypeColumn& type, NoticeCategory category) {
  switch (category) {
    case NoticeCategory::member_change: return type.member_change;
    case NoticeCategory::profile_change: return type.profile_change;
    case NoticeCategory::option_change: return type.option_change;
    case NoticeCategory::member_profile_change: break;
  }
  return type.member_profile_change;
}

const PlanColumn& plan_column(Edition edition) {
  switch (edition) {
    case Edition::free: return free_plan;
    case Edition::pro: return pro_plan;
    case Edition::ultimate: break;
  }
  return ultimate_plan;
}

const RuleRow& rule_row(std::string_view slug) {
  for (const RuleRow& row : catalogue)
    if (row.slug == slug) return row;
  throw std::logic_error{"the catalogue has no rule `" + std::string{slug} + "`"};
}

}  // namespace muster::reference
