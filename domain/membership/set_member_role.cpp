#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

constexpr Rule role_type{"role.type", Error::not_supported, "2", "this group type does not have admins"};
constexpr Rule role_member{"role.member", Error::not_member, "2", "you must be a member to appoint admins"};
constexpr Rule role_level{"role.level", Error::not_permitted, "2", "your level is too low to appoint admins"};
constexpr Rule role_target{"role.target", Error::target_not_member, "7",
                           "the user whose role is to change is not a member"};
constexpr Rule role_owner{"role.owner", Error::not_permitted, "7",
                          "the owner's role changes only when the group is transferred"};
constexpr std::array<const Rule*, 5> rules{&role_type, &role_member, &role_level, &role_target, &role_owner};

void require(const Decider& d, const SetMemberRole&, Requirements& needed) {
  needed.push_back({.supported = d.type().has_admins, .cell = cell<&TypeRules::has_admins>.name});
}

bool check_state(Decider& d, const SetMemberRole& c) {
  const Level rank = d.rank_of(c.user);
  if (rank == Level::anyone) return d.refuse(role_target, {.user = c.user});
  return rank != Level::owner || d.refuse(role_owner, {.user = c.user});
}

void emit(Decider& d, const SetMemberRole& c) {
  if (d.rank_of(c.user) == level_of(c.role)) return;
  d.record(RoleChanged{
      .user = c.user, .role = c.role, .announcement = d.announce(NoticeCategory::member_profile_change)});
}

void check_arguments(ArgumentChecker& found, const SetMemberRole& c) {
  if (c.role == Role::owner)
    found.invalid("role", "must be `Admin` or `Member`; TransferGroup makes an owner");
}

void fold(Folder& f, const RoleChanged& e) {
  if (!f.group_is_alive()) return;
  f.take_number_of(e.announcement);
  const MembershipRow* row = f.rows().find<MembershipRow>({e.user, f.group_id()});
  if (row != nullptr && row->role != Role::owner && e.role != Role::owner) change_role(f, e.user, e.role);
}

void announce(Announcer& to, const RoleChanged& e) {
  const bool granted = e.role == Role::admin;
  Notice& notice = to.to_members(
      granted ? NoticeName::on_grant_administrator : NoticeName::on_revoke_administrator, e.announcement);
  notice.accounts = {e.user};
}

}  // namespace

constinit const CommandSpec<SetMemberRole> SetMemberRole::spec{.arguments = check_arguments,
                                                               .cell = cell<&TypeRules::set_member_role>,
                                                               .require = require,
                                                               .unsupported = &role_type,
                                                               .outside = &role_member,
                                                               .below = &role_level,
                                                               .state = check_state,
                                                               .emit = emit,
                                                               .rules = rules};
constinit const EventSpec<RoleChanged> RoleChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
