#include <set>

#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/admission.hpp>
#include <muster/domain/membership/applications.hpp>

namespace muster {
namespace {

constexpr Rule invite_type{"invite.type", Error::not_supported, "2",
                           "this group type does not support invitations"};
constexpr Rule invite_member{"invite.member", Error::not_member, "6",
                             "you must be a member to invite others"};
constexpr Rule invite_level{"invite.level", Error::not_permitted, "6",
                            "your level is too low to invite others"};
constexpr Rule invite_disabled{"invite.disabled", Error::not_permitted, "6",
                               "only app admins can invite others to this group"};
constexpr std::array<const Rule*, 8> rules{&invite_type,   &applications_type, &invite_member,
                                           &invite_level,  &invite_disabled,   &join_already,
                                           &join_capacity, &quota_joined};

/// Whether the caller's invitations wait for a decision.
bool needs_approval(const Decider& d) {
  if (d.group().invite_option != InviteOption::need_permission) return false;
  const Permission& applications = d.type().applications;
  if (d.level() >= (applications.supported ? applications.least : Level::app_admin)) return false;
  // In a Work group only the owner decides; where there is none, every member may bring others in.
  return d.group().base != BaseType::work || !d.group().owner.empty();
}

/// Decides the items in order, each on the outcome of those before it.
class Invitation {
 public:
  Invitation(const Decider& d, const InviteUsers& c)
      : d_(d), message_(c.message.value_or(FreeText{})), needs_approval_(needs_approval(d)) {
    for (const Account& user : c.users) results_.push_back(item(user));
  }

  [[nodiscard]] Joiners joined() && { return std::move(joined_); }
  [[nodiscard]] const boost::container::small_vector<Account, 1>& filed() const { return filed_; }
  [[nodiscard]] const std::vector<ItemResult>& results() const { return results_; }

 private:
  ItemResult item(const Account& user) {
    if (joined_set_.contains(user) || d_.is_member(user)) return refused_item(user, join_already);
    if (needs_approval_) return file(user);
    if (is_full(d_.group(), joined_.size())) return refused_item(user, join_capacity);
    if (counts_for_newcomers(d_.group()) && joined_quota_reached(d_, user))
      return refused_item(user, quota_joined);
    joined_.push_back({user, Role::member});
    joined_set_.insert(user);
    return {user, ItemStatus::ok, std::nullopt};
  }

  /// Filing again what is still pending changes nothing.
  ItemResult file(const Account& user) {
    const ApplicationRow* pending = pending_application(d_.rows(), d_.group_id(), user);
    const bool same = pending != nullptr && pending->kind == ApplicationKind::invite &&
                      pending->inviter == d_.caller() && pending->message == message_;
    if (!same && filed_set_.insert(user).second) filed_.push_back(user);
    return {user, ItemStatus::pending, std::nullopt};
  }

  const Decider& d_;
  FreeText message_;
  bool needs_approval_;
  Joiners joined_;
  std::set<Account> joined_set_;
  boost::container::small_vector<Account, 1> filed_;
  std::set<Account> filed_set_;
  std::vector<ItemResult> results_;
};

void require(const Decider& d, const InviteUsers&, Requirements& needed) {
  // Whoever is outside is refused for that.
  if (d.level() > Level::anyone && needs_approval(d)) needed.push_back(applications_supported(d.type()));
}

bool check_permitted(Decider& d, const InviteUsers&) {
  const bool disabled =
      d.group().invite_option == InviteOption::disable_invite && d.level() < Level::app_admin;
  return !disabled || d.refuse(invite_disabled, {.level_needed = Level::app_admin});
}

void emit(Decider& d, const InviteUsers& c) {
  Invitation invitation{d, c};
  auto filed = invitation.filed();
  d.reply(invitation.results());
  if (Joiners joined = std::move(invitation).joined(); !joined.empty())
    record_joined(d, std::move(joined), JoinCause::invite);
  if (!filed.empty())
    d.record(InvitationsFiled{.users = std::move(filed),
                              .message = c.message.value_or(FreeText{}),
                              .to_deciders = d.always_stored()});
}

void fold(Folder& f, const InvitationsFiled& e) {
  if (!f.group_is_alive()) return;
  for (const Account& user : e.users) {
    if (f.rows().find<MembershipRow>({user, f.group_id()}) != nullptr) continue;
    file_application(f, user,
                     {.kind = ApplicationKind::invite,
                      .inviter = f.caller(),
                      .message = e.message,
                      .time = f.stamp().time});
  }
}

void announce(Announcer& to, const InvitationsFiled& e) {
  for (const Account& user : e.users) {
    Notice& notice = to.to_deciders(NoticeName::on_receive_join_application, e.to_deciders);
    notice.accounts = {user};
    notice.text = e.message;
  }
}

}  // namespace

constinit const CommandSpec<InviteUsers> InviteUsers::spec{.cell = cell<&TypeRules::invite_users>,
                                                           .require = require,
                                                           .unsupported = &invite_type,
                                                           .outside = &invite_member,
                                                           .below = &invite_level,
                                                           .permitted = check_permitted,
                                                           .emit = emit,
                                                           .rules = rules};
constinit const EventSpec<InvitationsFiled> InvitationsFiled::spec{.fold = fold, .announce = announce};

}  // namespace muster
