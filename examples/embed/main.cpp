// A small backend: opens a store, executes commands, and shows what a member may see.
//
//   embed FOLDER
#include <iostream>
#include <string>
#include <variant>

#include <muster/engine/engine.hpp>

namespace {

using namespace muster;  // NOLINT(google-build-using-namespace): an example reads better so

/// Prints the outcome of a command; a refusal is an answer, not an error.
bool say(const std::string& what, const Result& result) {
  std::cout << what << ": ";
  if (const auto* answer = std::get_if<Answer>(&result)) {
    std::cout << "yes";
    for (const Event& event : answer->events) std::cout << ' ' << name_of(event);
    if (answer->replayed) std::cout << " (answered from before)";
    std::cout << '\n';
    return true;
  }
  if (const auto* refusal = std::get_if<Refusal>(&result)) {
    std::cout << name_of(refusal->error) << " by " << refusal->rule << ", " << message_of(*refusal) << '\n';
    return true;
  }
  std::cout << std::get<Failure>(result).message << '\n';
  return false;
}

Request as(const char* account, Command command) {
  Request request;
  request.command = std::move(command);
  request.caller = {Account{account}, CallerKind::user};
  return request;
}

int run(const char* folder) {
  const auto engine = Engine::open(folder);
  for (const std::string& note : engine->recovery_notes()) std::cout << "repaired: " << note << '\n';

  CreateGroup create;
  create.type = TypeName{"Public"};
  create.group = GroupId{"readers"};
  create.name = GroupName{"Readers"};
  Request creation = as("olive", create);
  creation.id = CommandId{"create-readers"};  // so that a second run gets the same answer
  const GroupId readers{"readers"};
  bool fine = say("olive creates", engine->execute(creation));
  fine =
      say("mia applies", engine->execute(as("mia", JoinGroup{readers, FreeText{"I love novels"}}))) && fine;
  fine = say("mia posts", engine->execute(as("mia", PostMessage{readers, {}, {}}))) && fine;
  fine = say("olive accepts", engine->execute(as("olive", AcceptApplication{readers, Account{"mia"}, {}}))) &&
         fine;
  fine = say("mia posts", engine->execute(as("mia", PostMessage{readers, {}, {}}))) && fine;

  {
    const Snapshot now = engine->snapshot();
    const auto page = now.show_members(readers, {Account{"mia"}, CallerKind::user});
    if (const auto* members = std::get_if<MemberPage>(&page))
      for (const ShownMember& member : members->members)
        std::cout << "member " << member.member_account << ' ' << name_of(member.role) << '\n';
  }
  engine->close();
  return fine ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: embed FOLDER\n";
    return 2;
  }
  try {
    return run(argv[1]);
  } catch (const StoreError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
