#include "history.hpp"

#include <array>
#include <string>

namespace muster::bench {
namespace {

Account account_of(std::uint32_t number) { return Account{"user" + std::to_string(1'000'000 + number)}; }

constexpr std::array bases{BaseType::work, BaseType::public_, BaseType::meeting, BaseType::avchatroom,
                           BaseType::community};

// What each type has at all, as docs/rules.md section 2 says; a history seldom asks for anything else.
bool takes_invitations(BaseType base) { return base == BaseType::work || base == BaseType::community; }
bool counts_unread(BaseType base) { return base != BaseType::meeting && base != BaseType::avchatroom; }
bool stores_member_profiles(BaseType base) { return base != BaseType::avchatroom; }
bool has_officers(BaseType base) { return base != BaseType::work && base != BaseType::avchatroom; }

}  // namespace

History::History(const Scale& scale) : scale_(scale), random_(scale.seed) {}

std::vector<Request> History::beginning() {
  std::vector<Request> requests;
  for (std::size_t i = 0; i < scale_.groups; ++i)
    requests.push_back(create(scale_.only.value_or(bases[i % bases.size()])));
  for (std::size_t round = 0; round < scale_.members; ++round)
    for (Group& group : groups_) requests.push_back(come_in(group));
  for (Group& group : groups_)
    while (!group.pending.empty()) requests.push_back(decide_application(group));
  return requests;
}

std::vector<Request> History::next(std::size_t count) {
  std::vector<Request> requests;
  requests.reserve(count);
  while (requests.size() < count) requests.push_back(next());
  return requests;
}

Request History::next() {
  Group& group = some_group();
  const std::size_t percent = below(1000);
  if (percent < 550) return post(group, some_member(group));
  if (percent < 690) return come_in(group);
  if (percent < 760) return leave(group);
  if (percent < 830) return read(group);
  if (percent < 860) return takes_invitations(group.base) ? invite(group) : join(group);
  if (percent < 890) return decide_application(group);
  if (percent < 930) return edit(group);
  if (percent < 945) return govern(group);
  if (percent < 995 || !scale_.begins_and_ends) return break_a_rule(group);
  if (percent < 998) return create(bases[below(bases.size())]);
  return dismiss(below(groups_.size()));
}

Request History::by(std::uint32_t account, Command command) {
  now_.ms += 1 + static_cast<std::int64_t>(below(20));
  ++said_;
  Request request;
  request.command = std::move(command);
  request.caller = {account_of(account), CallerKind::user};
  request.at = now_;
  if (said_ % 4 == 0) request.id = CommandId{"command-" + std::to_string(said_)};
  return request;
}

Request History::create(BaseType base) {
  const std::uint32_t owner = newcomer();
  // Only so many groups may be created on a day.
  constexpr std::uint64_t groups_a_day = 5000;
  constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;
  if (made_ % groups_a_day == groups_a_day - 1) now_.ms += day_ms;
  const std::string number = std::to_string(100'000 + made_++);
  CreateGroup command;
  command.type = TypeName{name_of(base)};
  command.group = GroupId{(base == BaseType::community ? "@TGS#_" : "group") + number};
  command.name = GroupName{"The group of " + number};
  command.introduction = Introduction{"What it is about: " + number};
  groups_.push_back({*command.group, base, owner, {}, {}, 0});
  return by(owner, std::move(command));
}

Request History::come_in(Group& group) { return group.base == BaseType::work ? invite(group) : join(group); }

Request History::read(Group& group) {
  const std::uint32_t account = some_member(group);
  if (!counts_unread(group.base)) return post(group, account);
  return by(account, MarkMessagesRead{group.id, {}});
}

Request History::join(Group& group) {
  const std::uint32_t account = newcomer();
  const bool asks = group.base == BaseType::public_;
  (asks ? group.pending : group.members).push_back(account);
  return by(account, JoinGroup{group.id, asks ? std::optional{FreeText{"let me in"}} : std::nullopt});
}

Request History::invite(Group& group) {
  const std::uint32_t account = newcomer();
  group.members.push_back(account);
  InviteUsers command;
  command.group = group.id;
  command.users.push_back(account_of(account));
  return by(group.owner, std::move(command));
}

Request History::leave(Group& group) {
  if (group.members.empty()) return post(group, group.owner);
  return by(take_member(group), QuitGroup{group.id});
}

Request History::decide_application(Group& group) {
  if (group.pending.empty()) return post(group, some_member(group));
  const std::uint32_t account = group.pending.back();
  group.pending.pop_back();
  if (below(5) == 0) return by(group.owner, RefuseApplication{group.id, account_of(account), {}});
  group.members.push_back(account);
  return by(group.owner, AcceptApplication{group.id, account_of(account), {}});
}

Request History::post(Group& group, std::uint32_t account) {
  ++group.posts;
  return by(account, PostMessage{group.id, MessageId{"message-" + std::to_string(said_)}, {}});
}

Request History::edit(Group& group) {
  const std::size_t kind = stores_member_profiles(group.base) ? below(3) : 0;
  if (kind == 0) {
    SetGroupInfo command;
    command.group = group.id;
    command.notification = Notification{"Read this first, please: " + std::to_string(said_)};
    return by(group.owner, std::move(command));
  }
  const std::uint32_t account = some_member(group);
  if (kind == 1)
    return by(account, SetMemberInfo{group.id, {}, NameCard{"card " + std::to_string(said_)}, {}});
  return by(account,
            SetReceiveOption{group.id, below(2) == 0 ? MsgFlag::discard : MsgFlag::accept_not_notify});
}

Request History::govern(Group& group) {
  if (group.members.empty() || !has_officers(group.base)) return post(group, group.owner);
  const std::size_t kind = below(3);
  if (kind == 0) return by(group.owner, MuteMember{group.id, account_of(some_member(group)), 60});
  if (kind == 1) {
    KickMembers command;
    command.group = group.id;
    command.users.push_back(account_of(take_member(group)));
    return by(group.owner, std::move(command));
  }
  return by(group.owner, SetMemberRole{group.id, account_of(some_member(group)), Role::admin});
}

Request History::break_a_rule(Group& group) {
  if (below(2) == 0) return post(group, newcomer());  // who is not in it
  return by(some_member(group), DismissGroup{GroupId{"nowhere"}});
}

Request History::dismiss(std::size_t index) {
  Group group = std::move(groups_[index]);
  if (group.base == BaseType::work) {  // which nobody dismisses but an app admin
    const std::uint32_t owner = group.owner;
    groups_[index] = std::move(group);
    return post(groups_[index], owner);
  }
  groups_[index] = std::move(groups_.back());
  groups_.pop_back();
  return by(group.owner, DismissGroup{group.id});
}

History::Group& History::some_group() {
  const std::size_t hot = std::max<std::size_t>(groups_.size() / 10, 1);
  return groups_[below(2) == 0 ? below(hot) : below(groups_.size())];
}

std::uint32_t History::some_member(Group& group) {
  const std::size_t pick = below(group.members.size() + 1);
  return pick == group.members.size() ? group.owner : group.members[pick];
}

std::uint32_t History::take_member(Group& group) {
  const std::size_t pick = below(group.members.size());
  const std::uint32_t account = group.members[pick];
  group.members[pick] = group.members.back();
  group.members.pop_back();
  return account;
}

}  // namespace muster::bench
