#include <set>

#include <muster/domain/judge/judgement.hpp>

namespace muster {
namespace {

/// Whether the caller's invitations wait for somebody who decides.
bool waits(const Judgement& j) {
  if (j.group().invite_option != InviteOption::need_permission) return false;
  const Cell& applications = j.type().applications;
  if (j.level() >= (applications.supported ? applications.least : Level::app_admin)) return false;
  // In a type without admins only the owner decides; where there is none, everybody may bring others.
  return j.type().has_admins || !j.group().owner.empty();
}

/// The verdicts so far, folded item by item.
class Invitation {
 public:
  Invitation(const Judgement& j, const InviteUsers& c)
      : j_(j), message_(c.message.value_or(FreeText{})), waits_(waits(j)) {
    for (const Account& user : c.users) results_.push_back(item(user));
  }

  [[nodiscard]] const std::vector<Joiner>& came() const { return came_; }
  [[nodiscard]] const std::vector<Account>& filed() const { return filed_; }
  [[nodiscard]] std::vector<ItemResult> results() && { return std::move(results_); }

 private:
  ItemResult item(const Account& user) {
    const Step step = waits_ ? Step::apply : Step::enter;
    const Phase phase = came_set_.contains(user) ? Phase::member : phase_of(j_.rows(), j_.group_id(), user);
    if (take_step(phase, step, false).refused) return refused_item(user, "join.already");
    if (waits_) return file(user);
    const GroupRow& group = j_.group();
    if (group.max_member_num != 0 && group.member_num + came_.size() >= group.max_member_num)
      return refused_item(user, "join.capacity");
    const bool counts = group.traits.counted && group.life != Life::inactive;
    if (counts && joined_quota_reached(j_.rows(), j_.rules(), user))
      return refused_item(user, "quota.joined");
    came_.push_back({user, Role::member});
    came_set_.insert(user);
    return {user, Verdict::ok, std::nullopt};
  }

  /// Filing again what is still pending changes nothing.
  ItemResult file(const Account& user) {
    const ApplicationRow* row = j_.rows().application(j_.group_id(), user);
    const bool same = row != nullptr && row->status == ApplicationStatus::pending &&
                      row->kind == ApplicationKind::invite && row->inviter == j_.caller() &&
                      row->message == message_;
    if (!same && filed_set_.insert(user).second) filed_.push_back(user);
    return {user, Verdict::pending, std::nullopt};
  }

  const Judgement& j_;
  FreeText message_;
  bool waits_;
  std::vector<Joiner> came_;
  std::set<Account> came_set_;
  std::vector<Account> filed_;
  std::set<Account> filed_set_;
  std::vector<ItemResult> results_;
};

}  // namespace

bool judge(Judgement& j, const InviteUsers&) {
  const Cell& cell = j.type().invite_users;
  if (!j.supports(cell.supported, "invite.type") || !j.not_system()) return false;
  if (j.level() == Level::anyone && !j.reaches(cell.least, "invite.member", "invite.level")) return false;
  if (!j.supports(!waits(j) || j.type().applications.supported, "applications.type")) return false;
  if (!j.reaches(cell.least, "invite.member", "invite.level")) return false;
  if (j.group().invite_option == InviteOption::disable_invite && j.level() < Level::app_admin)
    return j.refuse("invite.disabled", {.level_needed = Level::app_admin});
  return j.at_expected_revision();
}

void perform(Judgement& j, const InviteUsers& c) {
  Invitation invitation{j, c};
  const std::vector<Joiner> came = invitation.came();
  const std::vector<Account> filed = invitation.filed();
  j.answer(std::move(invitation).results());
  if (!came.empty())
    j.record(MembersJoined{.members = {came.begin(), came.end()},
                           .via = Via::invite,
                           .inviter = {},
                           .announcement = j.announce(NoticeCategory::member_change)});
  if (!filed.empty())
    j.record(InvitationsFiled{.users = {filed.begin(), filed.end()},
                              .message = c.message.value_or(FreeText{}),
                              .to_deciders = j.always_stored()});
}

}  // namespace muster
