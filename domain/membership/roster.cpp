#include <muster/domain/membership/applications.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

/// An account with more memberships than this has a few of them looked at whenever it joins a group.
constexpr std::uint32_t memberships_unswept = 16;
constexpr std::size_t swept_at_once = 4;

/// Whether a member with this role has a profile row: all members, or the owner alone.
bool has_profile(Folder& f, Role role) { return f.group().traits.member_profiles || role == Role::owner; }

void add_to_roster(Folder& f, const Account& user, Role role, TimeMs join_time) {
  if (has_profile(f, role)) f.rows().put<RosterRow>({f.group_id(), role, join_time, user}, {});
}
void remove_from_roster(Folder& f, const Account& user, Role role, TimeMs join_time) {
  if (has_profile(f, role)) f.rows().remove<RosterRow>({f.group_id(), role, join_time, user});
}

void count_membership_ended(Folder& f, const Account& user, bool counted) {
  (void)f.rows().need<AccountRow>(user);  // every member has one
  AccountRow& account = f.rows().edit<AccountRow>(user);
  count_down(account.memberships);
  if (counted) count_down(account.joined);
}

void end_membership_of(Folder& f, const Account& user, const GroupId& group, bool counted) {
  const MembershipRow* membership = user.empty() ? nullptr : f.rows().find<MembershipRow>({user, group});
  if (membership == nullptr) return;
  f.rows().put<EndedMembershipRow>({user, group},
                                   {.role = membership->role, .join_time = membership->join_time});
  f.rows().remove<MembershipRow>({user, group});
  count_membership_ended(f, user, counted);
}

/// Looks at the next few memberships of an account that has many, and ends those whose groups have ended: a
/// group that ends writes the same few rows whatever its size, so others have to.
void sweep(Folder& f, const Account& user) {
  const auto next = f.rows().memberships(user, f.rows().find<AccountRow>(user)->swept, swept_at_once);
  for (const AccountMembership& membership : next) {
    const GroupRow* other = f.rows().find<GroupRow>(membership.group);
    if (other != nullptr && !is_alive(other))
      end_membership_of(f, user, membership.group, other->traits.counted);
  }
  f.rows().edit<AccountRow>(user).swept = next.size() < swept_at_once ? GroupId{} : next.back().group;
}

}  // namespace

void add_member(Folder& f, const Account& user, Role role, TimeMs time) {
  if (f.rows().find<MembershipRow>({user, f.group_id()}) != nullptr) return;
  f.rows().put<MembershipRow>({user, f.group_id()}, {.role = role, .join_time = time});
  const Traits traits = f.group().traits;
  if (has_profile(f, role))
    f.rows().put<MemberProfileRow>({f.group_id(), user},
                                   {.msg_seq = traits.member_profiles ? f.newest_message() : 0,
                                    .first_seq = f.newest_message() + 1,
                                    .msg_flag = traits.msg_flag,
                                    .last_send_msg_time = {},
                                    .name_card = {},
                                    .custom = {}});
  add_to_roster(f, user, role, time);
  count_up(f.group().member_num);
  AccountRow& account = f.rows().edit<AccountRow>(user);
  count_up(account.memberships);
  if (traits.counted) count_up(account.joined);
  if (account.memberships > memberships_unswept) sweep(f, user);
  if (f.group().newest_pending.empty()) return;  // nobody's application is pending
  const ApplicationRow* application = f.rows().find<ApplicationRow>({f.group_id(), user});
  if (application != nullptr && application->status == ApplicationStatus::pending)
    withdraw_application(f, user);
}

void remove_member(Folder& f, const Account& user) {
  const MembershipRow* membership = f.rows().find<MembershipRow>({user, f.group_id()});
  if (membership == nullptr) return;
  const Role role = membership->role;
  remove_from_roster(f, user, role, membership->join_time);
  f.rows().remove<MembershipRow>({user, f.group_id()});
  if (has_profile(f, role)) f.rows().remove<MemberProfileRow>({f.group_id(), user});
  f.rows().erase<ReadMarkRow>({user, f.group_id()});
  count_down(f.group().member_num);
  if (f.group().owner == user) {
    f.group().owner = Account{};
    f.count_info_change();
  }
  count_membership_ended(f, user, f.group().traits.counted);
}

void change_role(Folder& f, const Account& user, Role role) {
  const MembershipRow* there = f.rows().find<MembershipRow>({user, f.group_id()});
  if (there == nullptr) return;
  const MembershipRow before = *there;
  remove_from_roster(f, user, before.role, before.join_time);
  f.rows().edit<MembershipRow>({user, f.group_id()}).role = role;
  if (!f.group().traits.member_profiles) {
    // Only the owner has a profile.
    if (role == Role::owner)
      f.rows().edit<MemberProfileRow>({f.group_id(), user});
    else
      f.rows().erase<MemberProfileRow>({f.group_id(), user});
  }
  add_to_roster(f, user, role, before.join_time);
}

void end_membership(Folder& f, const Account& user) {
  end_membership_of(f, user, f.group_id(), f.group().traits.counted);
}

}  // namespace muster
