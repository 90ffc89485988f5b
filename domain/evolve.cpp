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
    rows_.edit<ApplicationRow>({g_, stamp_.caller.account}) =
        ApplicationRow{.kind = ApplicationKind::join, .message = e.message, .time = stamp_.time};
  }
  void operator()(const ApplicationAccepted& e) {
    if (!alive() || rows_.application(g_, e.user) == nullptr) return;
    ApplicationRow& row = rows_.edit<ApplicationRow>({g_, e.user});
    row.status = ApplicationStatus::accepted;
    row.handler = stamp_.caller.account;
    row.handled_time = stamp_.time;
    row.reply = e.reply;
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
  [[nodiscard]] GroupRow& group() { return rows_.edit<GroupRow>(g_); }

  void announce(const Announcement& announcement) {
    if (announcement.msg_seq != 0) take(group().next_msg_seq, announcement.msg_seq);
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
    rows_.edit<ProfileRow>(g_) = ProfileRow{.name = e.name,
                                            .introduction = e.introduction,
                                            .notification = e.notification,
                                            .face_url = e.face_url,
                                            .custom = e.custom};
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
    rows_.edit<MembershipRow>({user, g_}) = MembershipRow{.role = role, .join_time = stamp_.time};
    const Traits traits = group().traits;
    if (traits.member_profiles || role == Role::owner) {
      rows_.edit<MemberRow>({g_, user}) = MemberRow{.role = role,
                                                    .join_time = stamp_.time,
                                                    .msg_seq = traits.member_profiles ? newest() : 0,
                                                    .msg_flag = traits.msg_flag};
    }
    count_up(group().member_num);
    if (traits.counted) count_up(rows_.edit<AccountRow>(user).joined);
    const ApplicationRow* application = rows_.application(g_, user);
    if (application != nullptr && application->status == ApplicationStatus::pending)
      rows_.erase<ApplicationRow>({g_, user});
  }

  void leave(const Account& user) {
    if (rows_.membership(user, g_) == nullptr) return;
    rows_.erase<MembershipRow>({user, g_});
    rows_.erase<MemberRow>({g_, user});
    GroupRow& row = group();
    count_down(row.member_num);
    if (row.owner == user) {
      row.owner = Account{};
      count_up(row.info_seq);
      row.last_info_time = stamp_.time;
    }
    if (row.traits.counted) count_down(rows_.edit<AccountRow>(user).joined);
  }

  void post(const MessagePosted& e) {
    const Account& sender = stamp_.caller.account;
    const bool profiled = group().traits.member_profiles && rows_.member(g_, sender) != nullptr;
    if (profiled) rows_.edit<MemberRow>({g_, sender}).last_send_msg_time = stamp_.time;
    if (e.topic) {
      if (rows_.topic(g_, *e.topic) == nullptr) return;
      TopicRow& topic = rows_.edit<TopicRow>({g_, *e.topic});
      take(topic.next_msg_seq, e.seq);
      topic.last_msg_time = stamp_.time;
      return;
    }
    take(group().next_msg_seq, e.seq);
    group().last_msg_time = stamp_.time;
    if (!profiled) return;
    MsgSeq& read = rows_.edit<MemberRow>({g_, sender}).msg_seq;
    read = std::max(read, e.seq);
  }

  void end(Life life) {
    if (!alive()) return;
    group().life = life;
    rows_.edit<ProfileRow>(g_).ending = Ending{.by = stamp_.caller, .time = stamp_.time};
  }

  Overlay& rows_;
  const Stamp& stamp_;
  const GroupId g_;
};

template <class Row>
void move_head(Overlay& rows, const Key<Row>& key, const CommitHead& head, const Digest& hash) {
  rows.edit<Row>(key).head = StreamHead{.revision = head.revision, .time = head.time, .hash = hash};
}

}  // namespace

void evolve(Overlay& rows, const Event& event, const Stamp& stamp) {
  std::visit(Evolution{rows, stamp}, event);
}

void seal(Overlay& rows, const CommitHead& head, Position position, const Digest& hash, bool assigned_group) {
  if (!head.id.empty())
    rows.edit<AnsweredRow>(answered_key(head.stream, head.caller, head.id, assigned_group)).position =
        position;
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
