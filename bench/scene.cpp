#include "scene.hpp"

#include <string>

#include <muster/eventstore/codec.hpp>

namespace muster::bench {
namespace {

Caller user(const char* name) { return {Account{name}, CallerKind::user}; }

}  // namespace

Scene::Scene(BaseType base) : base_(base), group_(base == BaseType::community ? "@TGS#_readers" : "readers") {
  CreateGroup create;
  create.type = TypeName{name_of(base)};
  create.group = group_;
  create.name = GroupName{"Readers"};
  does(user("olive"), create);
  const auto enter = [&](const char* name) {
    InviteUsers invite;
    invite.group = group_;
    invite.users.push_back(Account{name});
    if (!does(user(name), JoinGroup{group_, {}})) does(user("olive"), invite);
    does(user("olive"), AcceptApplication{group_, Account{name}, {}});
  };
  enter("adam");
  enter("mia");
  for (int i = 0; i < 100; ++i) enter(("member" + std::to_string(i)).c_str());
  does(user("olive"), SetMemberRole{group_, Account{"adam"}, Role::admin});
  // The owner, as nobody else sees a Work group that nobody has posted in.
  does(user("olive"), PostMessage{group_, {}, {}});
  does(user("mia"), PostMessage{group_, {}, {}});
  if (base_ == BaseType::public_) does(user("ann"), JoinGroup{group_, FreeText{"let me in"}});
}

Env Scene::env() const {
  static const RulesDocument rules = document_of(default_rules());
  return {.rules = &rules,
          .time = TimeMs{1'700'000'000'000 + static_cast<std::int64_t>(position_)},
          .position = position_ + 1};
}

bool Scene::does(const Caller& caller, const Command& command) {
  Overlay overlay{&rows_};
  std::vector<Commit> commits;
  const Outcome outcome = step(overlay, {.command = command, .caller = caller}, env(), commits);
  if (!std::holds_alternative<Committed>(outcome)) return std::holds_alternative<Unchanged>(outcome);
  position_ += commits.size();
  rows_.apply(overlay);
  return true;
}

std::vector<std::pair<Caller, Command>> Scene::accepted() const {
  CreateGroup create;
  create.type = TypeName{name_of(base_)};
  create.group = GroupId{base_ == BaseType::community ? "@TGS#_another" : "another"};
  create.name = GroupName{"Another"};
  InviteUsers invite;
  invite.group = group_;
  invite.users.push_back(Account{"newcomer"});
  KickMembers kick;
  kick.group = group_;
  kick.users.push_back(Account{"member7"});
  SetGroupInfo edit;
  edit.group = group_;
  edit.notification = Notification{"Read this first"};
  const std::vector<std::pair<Caller, Command>> tried{
      {user("olive"), create},
      {user("newcomer"), JoinGroup{group_, {}}},
      {user("mia"), invite},
      {user("olive"), AcceptApplication{group_, Account{"ann"}, {}}},
      {user("olive"), RefuseApplication{group_, Account{"ann"}, {}}},
      {user("mia"), QuitGroup{group_}},
      {user("olive"), kick},
      {user("olive"), SetMemberRole{group_, Account{"mia"}, Role::admin}},
      {user("olive"), TransferGroup{group_, Account{"mia"}}},
      {user("olive"), DismissGroup{group_}},
      {user("olive"), edit},
      {user("olive"), MuteMember{group_, Account{"mia"}, 60}},
      {user("mia"), SetMemberInfo{group_, {}, NameCard{"Mia the Reader"}, {}}},
      {user("mia"), SetReceiveOption{group_, MsgFlag::discard}},
      {user("mia"), PostMessage{group_, MessageId{"message-17"}, {}}},
      {user("adam"), MarkMessagesRead{group_, {}}},
  };
  std::vector<std::pair<Caller, Command>> accepted;
  for (const auto& [caller, command] : tried) {
    Overlay overlay{&rows_};
    std::vector<Commit> commits;
    const Outcome outcome = step(overlay, {.command = command, .caller = caller}, env(), commits);
    if (std::holds_alternative<Committed>(outcome)) accepted.emplace_back(caller, command);
  }
  return accepted;
}

}  // namespace muster::bench
