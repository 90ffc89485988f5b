#include <algorithm>
#include <limits>

#include <muster/domain/evolve.hpp>

namespace muster {
namespace {

template <class T>
void count_up(T& count) {
  if (count < std::numeric_limits<T>::max()) ++count;
}
template <class T>
void count_down(T& count) {
  if (count > 0) --count;
}

/// `seq` is taken: the next one is beyond it.
void take(MsgSeq& next, MsgSeq seq) {
  if (seq < next) return;
  next = seq;
  count_up(next);
}

bool lives(const GroupRow* group) {
  return group != nullptr && (group->life == Life::inactive || group->life == Life::active);
}

/// An account with more memberships than this has a few of them looked at whenever it joins a group.
constexpr std::uint32_t memberships_unswept = 16;
constexpr std::size_t swept_at_once = 4;

/// One event's way into the rows of one group.
class Evolution {
 public:
  Evolution(Overlay& rows, const Stamp& stamp) : rows_(rows), stamp_(stamp), g_(stamp.stream.group()) {}

  void operator()(const GroupCreated& e) {
    if (in_group() && rows_.group(g_) == nullptr) create(e);
  }
  void operator()(const MembersJoined& e) {
    if (alive()) join(e);
  }
  void operator()(const JoinRequested& e) {
    if (!alive() || rows_.membership(stamp_.caller.account, g_) != nullptr) return;
    file(stamp_.caller.account, {.kind = ApplicationKind::join, .message = e.message, .time = stamp_.time});
  }
  void operator()(const ApplicationAccepted& e) {
    if (alive()) handle(e.user, ApplicationStatus::accepted, e.reply);
  }
  void operator()(const ApplicationRefused& e) {
    if (alive()) handle(e.user, ApplicationStatus::refused, e.reply);
  }
  void operator()(const InvitationsFiled& e) {
    if (!alive()) return;
    for (const Account& user : e.users) {
      if (rows_.membership(user, g_) != nullptr) continue;
      file(user, {.kind = ApplicationKind::invite,
                  .inviter = stamp_.caller.account,
                  .message = e.message,
                  .time = stamp_.time});
    }
  }
  void operator()(const OwnerChanged& e) {
    if (!alive() || rows_.membership(e.to, g_) == nullptr) return;
    announce(e.announcement);
    const Account from = group().owner;
    if (!from.empty()) set_role(from, Role::member);
    set_role(e.to, Role::owner);
    rows_.erase<MuteRow>({g_, e.to});
    group().owner = e.to;
    group().had_owner = true;
    info_changed();
  }
  void operator()(const RoleChanged& e) {
    if (!alive()) return;
    announce(e.announcement);
    const MembershipRow* row = rows_.membership(e.user, g_);
    if (row != nullptr && row->role != Role::owner && e.role != Role::owner) set_role(e.user, e.role);
  }
  void operator()(const GroupInfoChanged& e) {
    if (alive()) change(e);
  }
  void operator()(const MuteChanged& e) {
    if (!alive()) return;
    announce(e.announcement);
    if (e.until.ms == 0)
      rows_.erase<MuteRow>({g_, e.user});
    else
      rows_.edit<MuteRow>({g_, e.user}).until = e.until;
  }
  void operator()(const MemberInfoChanged& e) {
    if (!alive() || rows_.member(g_, e.user) == nullptr) return;
    MemberRow& row = rows_.edit<MemberRow>({g_, e.user});
    if (e.name_card) row.name_card = e.name_card->after;
    change_custom(row.custom, e.custom);
  }
  void operator()(const ReceiveOptionChanged& e) {
    if (alive() && rows_.member(g_, stamp_.caller.account) != nullptr)
      rows_.edit<MemberRow>({g_, stamp_.caller.account}).msg_flag = e.option;
  }
  void operator()(const MessagesRead& e) {
    const Account account{stamp_.stream.id.view()};
    if (stamp_.stream.kind != StreamKind::account || !lives(rows_.group(e.group))) return;
    if (rows_.membership(account, e.group) == nullptr) return;
    MsgSeq& seq = rows_.edit<ReadRow>({account, e.group}).seq;
    seq = std::max(seq, e.seq);
  }
  void operator()(const ApplicationsRead& e) {
    if (stamp_.stream.kind != StreamKind::account) return;
    TimeMs& read = rows_.edit<AccountRow>(Account{stamp_.stream.id.view()}).applications_read;
    read = std::max(read, e.upto);
  }
  void operator()(const MembersLeft& e) {
    if (!alive()) return;
    announce(e.announcement);
    for (const Account& user : e.users) leave(user);
  }
  void operator()(const GroupActivated&) {
    if (alive()) group().life = Life::active;
  }
  void operator()(const MessagePosted& e) {
    if (alive()) post(e);
  }
  void operator()(const GroupDismissed&) { end(Life::dismissed); }
  void operator()(const GroupRecycled&) { end(Life::recycled); }
  void operator()(const RulesInstalled& e) {
    if (stamp_.stream.kind != StreamKind::app || e.digest.size() != Digest{}.size()) return;
    Digest digest;
    std::ranges::copy(e.digest, digest.begin());
    auto& known = rows_.edit<AppRow>({}).rules;
    if (std::ranges::find(known, digest) == known.end()) known.push_back(digest);
  }

 private:
  [[nodiscard]] bool in_group() const { return stamp_.stream.kind == StreamKind::group; }
  [[nodiscard]] bool alive() const { return in_group() && lives(rows_.group(g_)); }
  /// The hot row, to be changed. It stays where it is: one event edits one group's.
  [[nodiscard]] GroupRow& group() {
    if (group_ == nullptr) group_ = &rows_.edit<GroupRow>(g_);
    return *group_;
  }

  void announce(const Announcement& announcement) {
    if (announcement.msg_seq != 0) take(group().next_msg_seq, announcement.msg_seq);
  }

  void info_changed() {
    GroupRow& row = group();
    count_up(row.info_seq);
    row.last_info_time = stamp_.time;
  }

  static void change_custom(CustomValues& values, const CustomChanges& changes) {
    for (const auto& [key, changed] : changes) {
      if (changed.after.empty())
        values.erase(key);
      else
        values[key] = changed.after;
    }
  }

  void change(const GroupInfoChanged& e) {
    announce(e.announcement);
    GroupRow& row = group();
    if (e.max_member_num) row.max_member_num = e.max_member_num->after;
    if (e.apply_join_option) row.apply_join_option = e.apply_join_option->after;
    if (e.invite_option) row.invite_option = e.invite_option->after;
    if (e.mute_all) row.mute_all = e.mute_all->after;
    info_changed();
    if (!e.name && !e.introduction && !e.notification && !e.face_url && e.custom.empty()) return;
    ProfileRow& profile = rows_.edit<ProfileRow>(g_);
    if (e.name) profile.name = e.name->after;
    if (e.introduction) profile.introduction = e.introduction->after;
    if (e.notification) profile.notification = e.notification->after;
    if (e.face_url) profile.face_url = e.face_url->after;
    change_custom(profile.custom, e.custom);
  }

  // Applications, with their place in the group's order.

  void unfile(const Account& user) {
    const ApplicationRow* row = rows_.application(g_, user);
    if (row == nullptr) return;
    rows_.remove<FiledRow>({g_, row->time, user});
    rows_.remove<ApplicationRow>({g_, user});
    no_longer_pending(user);
  }
  void file(const Account& user, const ApplicationRow& application) {
    unfile(user);
    rows_.put<ApplicationRow>({g_, user}, application);
    rows_.put<FiledRow>({g_, application.time, user}, {});
    const Account older = group().newest_pending;
    rows_.put<PendingRow>({g_, user}, {.time = application.time, .older = older, .newer = {}});
    if (pending(older) != nullptr) rows_.edit<PendingRow>({g_, older}).newer = user;
    group().newest_pending = user;
    group().newest_pending_time = application.time;
  }
  /// Takes an application out of the pending ones, which are linked in the order of filing: the group's row
  /// then says how new the newest is, and nobody has to look for it.
  void no_longer_pending(const Account& user) {
    const PendingRow* row = pending(user);
    if (row == nullptr) return;
    const PendingRow gone = *row;
    rows_.remove<PendingRow>({g_, user});
    const PendingRow* older = pending(gone.older);
    if (group().newest_pending == user) {
      group().newest_pending = older == nullptr ? Account{} : gone.older;
      group().newest_pending_time = older == nullptr ? TimeMs{} : older->time;
    }
    if (older != nullptr) rows_.edit<PendingRow>({g_, gone.older}).newer = gone.newer;
    if (pending(gone.newer) != nullptr) rows_.edit<PendingRow>({g_, gone.newer}).older = gone.older;
  }
  [[nodiscard]] const PendingRow* pending(const Account& user) const {
    return user.empty() ? nullptr : rows_.lookup<PendingRow>({g_, user});
  }
  void handle(const Account& user, ApplicationStatus status, const FreeText& reply) {
    if (rows_.application(g_, user) == nullptr) return;
    no_longer_pending(user);
    ApplicationRow& row = rows_.edit<ApplicationRow>({g_, user});
    row.status = status;
    row.handler = stamp_.caller.account;
    row.handled_time = stamp_.time;
    row.reply = reply;
  }

  // Members, with their places in the roster.

  /// Of which members the group has rows of their own: all, or its owner.
  [[nodiscard]] bool profiled(Role role) { return group().traits.member_profiles || role == Role::owner; }

  void index(const Account& user, Role role, TimeMs join_time, bool there) {
    if (!profiled(role)) return;
    const RosterKey place{g_, role, join_time, user};
    if (there)
      rows_.put<RosterRow>(place, {});
    else
      rows_.remove<RosterRow>(place);
  }
  void set_role(const Account& user, Role role) {
    const MembershipRow* there = rows_.membership(user, g_);
    if (there == nullptr) return;
    const MembershipRow before = *there;
    index(user, before.role, before.join_time, false);
    rows_.edit<MembershipRow>({user, g_}).role = role;
    if (profiled(role)) {
      MemberRow& row = rows_.edit<MemberRow>({g_, user});
      row.role = role;
      row.join_time = before.join_time;
    } else {
      rows_.erase<MemberRow>({g_, user});
    }
    index(user, role, before.join_time, true);
  }

  void create(const GroupCreated& e) {
    GroupRow& row = group();
    row.type = e.type;
    row.base = e.base;
    row.traits = e.traits;
    row.life = e.life == Life::inactive ? Life::inactive : Life::active;
    row.apply_join_option = e.apply_join_option;
    row.invite_option = e.invite_option;
    row.support_topic = e.support_topic;
    row.max_member_num = e.max_member_num;
    row.create_time = stamp_.time;
    row.last_info_time = stamp_.time;
    rows_.put<TypeRow>({e.type, g_}, {});
    rows_.put<ProfileRow>(g_, {.name = e.name,
                               .introduction = e.introduction,
                               .notification = e.notification,
                               .face_url = e.face_url,
                               .custom = e.custom,
                               .ending = {}});
    if (e.owner.empty()) return;
    enter(e.owner, Role::owner);
    group().owner = e.owner;
    group().had_owner = true;
  }

  void join(const MembersJoined& e) {
    announce(e.announcement);
    for (const Joiner& joiner : e.members)
      enter(joiner.user, joiner.role == Role::admin ? Role::admin : Role::member);
    // Nobody in a new group has anything unread, its owner included.
    if (e.via == Via::create) caught_up(rows_.group(g_)->owner);
  }

  [[nodiscard]] MsgSeq newest() { return group().next_msg_seq - 1; }

  void caught_up(const Account& user) {
    if (group().traits.member_profiles && rows_.member(g_, user) != nullptr)
      rows_.edit<MemberRow>({g_, user}).msg_seq = newest();
  }

  void enter(const Account& user, Role role) {
    if (rows_.membership(user, g_) != nullptr) return;
    rows_.put<MembershipRow>({user, g_}, {.role = role, .join_time = stamp_.time});
    const Traits traits = group().traits;
    if (profiled(role))
      rows_.put<MemberRow>({g_, user}, {.role = role,
                                        .join_time = stamp_.time,
                                        .msg_seq = traits.member_profiles ? newest() : 0,
                                        .msg_flag = traits.msg_flag,
                                        .last_send_msg_time = {},
                                        .name_card = {},
                                        .custom = {}});
    index(user, role, stamp_.time, true);
    count_up(group().member_num);
    AccountRow& account = rows_.edit<AccountRow>(user);
    count_up(account.memberships);
    if (traits.counted) count_up(account.joined);
    if (account.memberships > memberships_unswept) sweep(user);
    const ApplicationRow* application = rows_.application(g_, user);
    if (application != nullptr && application->status == ApplicationStatus::pending) unfile(user);
  }

  void leave(const Account& user) {
    const MembershipRow* membership = rows_.membership(user, g_);
    if (membership == nullptr) return;
    const Role role = membership->role;
    index(user, role, membership->join_time, false);
    rows_.remove<MembershipRow>({user, g_});
    if (profiled(role)) rows_.remove<MemberRow>({g_, user});
    rows_.erase<ReadRow>({user, g_});
    count_down(group().member_num);
    if (group().owner == user) {
      group().owner = Account{};
      info_changed();
    }
    forget_membership(user, group().traits.counted);
  }

  void forget_membership(const Account& user, bool counted) {
    (void)rows_.need<AccountRow>(user);  // whoever is in a group has one
    AccountRow& account = rows_.edit<AccountRow>(user);
    count_down(account.memberships);
    if (counted) count_down(account.joined);
  }

  /// The group has ended: moves the membership to the ended ones.
  void retire(const Account& user, const GroupId& id, bool counted) {
    const MembershipRow* membership = user.empty() ? nullptr : rows_.membership(user, id);
    if (membership == nullptr) return;
    rows_.put<EndedRow>({user, id}, {.role = membership->role, .join_time = membership->join_time});
    rows_.remove<MembershipRow>({user, id});
    forget_membership(user, counted);
  }

  /// Looks at the next few memberships of somebody who has many, and retires those whose groups have ended: a
  /// group that ends writes the same few rows whatever its size, so others have to.
  void sweep(const Account& user) {
    const auto next = rows_.memberships(user, rows_.account(user)->swept, swept_at_once);
    for (const AccountMembership& membership : next) {
      const GroupRow* other = rows_.group(membership.group);
      if (other != nullptr && !lives(other)) retire(user, membership.group, other->traits.counted);
    }
    rows_.edit<AccountRow>(user).swept = next.size() < swept_at_once ? GroupId{} : next.back().group;
  }

  void post(const MessagePosted& e) {
    const Account& sender = stamp_.caller.account;
    const bool known = group().traits.member_profiles && rows_.member(g_, sender) != nullptr;
    MemberRow* member = known ? &rows_.edit<MemberRow>({g_, sender}) : nullptr;
    if (member != nullptr) member->last_send_msg_time = stamp_.time;
    if (e.topic) {
      if (rows_.topic(g_, *e.topic) == nullptr) return;
      TopicRow& topic = rows_.edit<TopicRow>({g_, *e.topic});
      take(topic.next_msg_seq, e.seq);
      topic.last_msg_time = stamp_.time;
      return;
    }
    take(group().next_msg_seq, e.seq);
    group().last_msg_time = stamp_.time;
    if (member != nullptr) member->msg_seq = std::max(member->msg_seq, e.seq);
  }

  void end(Life life) {
    if (!alive()) return;
    group().life = life;
    rows_.remove<TypeRow>({group().type, g_});
    rows_.edit<ProfileRow>(g_).ending = Ending{.by = stamp_.caller, .time = stamp_.time};
    // Whoever makes and ends groups leaves nothing behind that the next ones would have to look at.
    const bool counted = group().traits.counted;
    const Account owner = group().owner;
    retire(owner, g_, counted);
    retire(stamp_.caller.account, g_, counted);
  }

  Overlay& rows_;
  const Stamp& stamp_;
  const GroupId g_;
  GroupRow* group_ = nullptr;
};

template <class Row>
void move_head(Overlay& rows, const Key<Row>& key, const CommitHead& head, const Digest& hash) {
  rows.edit<Row>(key).head = StreamHead{.revision = head.revision, .time = head.time, .hash = hash};
}

}  // namespace

void evolve(Overlay& rows, const Event& event, const Stamp& stamp) {
  std::visit(Evolution{rows, stamp}, event);
}

StreamHead head_of(const View& rows, const StreamId& stream) {
  switch (stream.kind) {
    case StreamKind::app: return rows.app().head;
    case StreamKind::group: {
      const GroupRow* row = rows.group(stream.group());
      return row == nullptr ? StreamHead{} : row->head;
    }
    case StreamKind::account: {
      const AccountRow* row = rows.account(Account{stream.id.view()});
      return row == nullptr ? StreamHead{} : row->head.value_or(StreamHead{});
    }
  }
  return {};
}

void seal(Overlay& rows, const CommitHead& head, Position position, const Digest& hash, bool assigned_group) {
  if (!head.id.empty())
    rows.put<AnsweredRow>(answered_key(head.stream, head.caller, head.id, assigned_group), {position});
  switch (head.stream.kind) {
    case StreamKind::app: move_head<AppRow>(rows, {}, head, hash); break;
    case StreamKind::group:
      // A group that no event made has no row to hold its head.
      if (rows.group(head.stream.group()) != nullptr)
        move_head<GroupRow>(rows, head.stream.group(), head, hash);
      break;
    case StreamKind::account: move_head<AccountRow>(rows, Account{head.stream.id.view()}, head, hash); break;
  }
}

void fold(Overlay& rows, const Commit& commit, Position position, const Digest& hash) {
  const CommitHead& head = commit.head;
  const Stamp stamp{head.stream, head.revision, position, head.time, head.caller};
  for (const Event& event : commit.events) evolve(rows, event, stamp);
  seal(rows, head, position, hash, !commit.assigned.group.empty());
}

AnsweredKey answered_key(const StreamId& stream, const Caller& caller, const CommandId& id,
                         bool assigned_group) {
  return {.stream = assigned_group ? StreamId::app() : stream, .caller = caller, .id = id};
}

}  // namespace muster
