#include <muster/domain/notify.hpp>

namespace muster {
namespace {

std::vector<Account> users_of(const MembersJoined& e) {
  std::vector<Account> users;
  for (const Joiner& joiner : e.members) users.push_back(joiner.user);
  return users;
}

class Announcer {
 public:
  explicit Announcer(const Stamp& stamp) : stamp_(stamp) {}

  void operator()(const GroupCreated& e) {
    if (!e.owner.empty()) personal(NoticeName::on_group_created, e.to_owner, {e.owner}, {e.owner});
  }
  void operator()(const MembersJoined& e) {
    const bool invited = e.via == Via::create || e.via == Via::invite;
    Notice& notice = to_members(invited ? NoticeName::on_member_invited : NoticeName::on_member_enter,
                                e.announcement.delivery);
    notice.msg_seq = e.announcement.msg_seq;
    notice.accounts = users_of(e);
    if (!e.inviter.empty()) notice.by = e.inviter;
  }
  void operator()(const JoinRequested& e) {
    Notice& notice = add(NoticeName::on_receive_join_application, e.to_deciders);
    notice.audience = Audience::deciders;
    notice.accounts = {stamp_.caller.account};
    notice.text = e.message;
  }
  void operator()(const ApplicationAccepted& e) {
    const Account& hears = e.kind == ApplicationKind::invite ? e.inviter : e.user;
    Notice& notice = personal(NoticeName::on_application_processed, e.to_applicant, {hears}, {e.user});
    notice.status = ApplicationStatus::accepted;
    notice.text = e.reply;
  }
  void operator()(const ApplicationRefused& e) {
    const Account& hears = e.kind == ApplicationKind::invite ? e.inviter : e.user;
    Notice& notice = personal(NoticeName::on_application_processed, e.to_applicant, {hears}, {e.user});
    notice.status = ApplicationStatus::refused;
    notice.text = e.reply;
  }
  void operator()(const InvitationsFiled& e) {
    for (const Account& user : e.users) {
      Notice& notice = add(NoticeName::on_receive_join_application, e.to_deciders);
      notice.audience = Audience::deciders;
      notice.accounts = {user};
      notice.text = e.message;
    }
  }
  void operator()(const OwnerChanged& e) {
    Notice& notice = numbered(NoticeName::on_group_info_changed, e.announcement);
    notice.owner = e.to;
  }
  void operator()(const GroupInfoChanged& e) {
    Notice& notice = numbered(NoticeName::on_group_info_changed, e.announcement);
    notice.info = e;
    std::erase_if(notice.info->custom, [](const auto& entry) { return !entry.second.announced; });
  }
  void operator()(const RoleChanged& e) {
    const bool granted = e.role == Role::admin;
    Notice& notice = numbered(
        granted ? NoticeName::on_grant_administrator : NoticeName::on_revoke_administrator, e.announcement);
    notice.accounts = {e.user};
  }
  void operator()(const MuteChanged& e) {
    Notice& notice = numbered(NoticeName::on_member_info_changed, e.announcement);
    notice.accounts = {e.user};
    notice.mute_until = e.until;
  }
  void operator()(const MemberInfoChanged&) {}
  void operator()(const ReceiveOptionChanged&) {}
  void operator()(const MessagesRead&) {}
  void operator()(const ApplicationsRead&) {}
  void operator()(const MembersLeft& e) {
    const std::vector<Account> users(e.users.begin(), e.users.end());
    const bool quit = e.how == How::quit;
    Notice& others = to_members(quit ? NoticeName::on_member_leave : NoticeName::on_member_kicked,
                                e.announcement.delivery);
    others.msg_seq = e.announcement.msg_seq;
    others.accounts = users;
    others.except = users;
    others.text = e.reason;
    Notice& own = personal(quit ? NoticeName::on_quit_from_group : NoticeName::on_member_kicked, e.to_leavers,
                           users, users);
    own.text = e.reason;
  }
  void operator()(const GroupActivated&) {}
  void operator()(const MessagePosted&) {}
  void operator()(const GroupDismissed& e) { to_members(NoticeName::on_group_dismissed, e.to_members); }
  void operator()(const GroupRecycled& e) { to_members(NoticeName::on_group_recycled, e.to_members); }
  void operator()(const RulesInstalled&) {}

  [[nodiscard]] std::vector<Notice> take() && {
    std::erase_if(notices_, [](const Notice& notice) { return notice.delivery == Delivery::off; });
    return std::move(notices_);
  }

 private:
  Notice& add(NoticeName name, Delivery delivery) {
    return notices_.emplace_back(Notice{.name = name,
                                        .group = stamp_.stream.group(),
                                        .time = stamp_.time,
                                        .by = stamp_.caller.account,
                                        .delivery = delivery});
  }
  Notice& to_members(NoticeName name, Delivery delivery) { return add(name, delivery); }
  Notice& numbered(NoticeName name, const Announcement& announcement) {
    Notice& notice = add(name, announcement.delivery);
    notice.msg_seq = announcement.msg_seq;
    return notice;
  }
  Notice& personal(NoticeName name, Delivery delivery, std::vector<Account> to, std::vector<Account> about) {
    Notice& notice = add(name, delivery);
    notice.audience = Audience::accounts;
    notice.to = std::move(to);
    notice.accounts = std::move(about);
    return notice;
  }

  const Stamp& stamp_;
  std::vector<Notice> notices_;
};

}  // namespace

std::vector<Notice> notify(const Event& event, const Stamp& stamp) {
  Announcer announcer{stamp};
  std::visit(announcer, event);
  return std::move(announcer).take();
}

}  // namespace muster
