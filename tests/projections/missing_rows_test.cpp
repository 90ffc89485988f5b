#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include <muster/domain/step.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/queries.hpp>
#include <muster/projections/row_view.hpp>

#include "support/watched_rows.hpp"
#include "support/world.hpp"

// One row of any kind is lost. Nothing crashes, and what other rows imply is not answered as if it had never
// been.
namespace muster::test {
namespace {

/// Groups of all types with members, applications, mutes, messages and command ids in them.
World full_world() {
  World world;
  for (const BaseType type : all_types) {
    const GroupId id = id_of(type) == g ? GroupId{std::string{name_of(type)}} : id_of(type);
    CreateGroup create = creation(type);
    create.group = id;
    if (type != BaseType::avchatroom)
      create.members = {
          {InitialMember{adam, type == BaseType::work ? Role::member : Role::admin}, InitialMember{mia, {}}}};
    world.does(olive, create);
    world.does(olive, PostMessage{id, {}, {}});
    if (type == BaseType::avchatroom) world.does(mia, JoinGroup{id, {}});
  }
  const GroupId pub{"Public"};
  world.does(otto, JoinGroup{pub, {}}, {.at = {}, .id = CommandId{"once"}, .expect = {}});
  world.does(Account{"eve"}, JoinGroup{pub, {}});
  world.does(adam, RefuseApplication{pub, Account{"eve"}, {}});
  world.does(adam, MuteMember{pub, mia, 4294967295});
  world.does(mia, MarkMessagesRead{pub, {}});
  world.does(olive, MarkApplicationsRead{});
  CreateGroup gone = creation(BaseType::meeting);
  gone.group = GroupId{"gone"};
  world.does(olive, gone);
  world.does(mia, JoinGroup{*gone.group, {}});
  world.does(olive, DismissGroup{*gone.group});
  return world;
}

std::vector<std::pair<Caller, Command>> all_commands(const GroupId& id) {
  CreateGroup create = creation(BaseType::public_);
  create.group = id;
  SetGroupInfo info{.group = id};
  info.name = GroupName{"another"};
  SetMemberInfo card{.group = id, .user = mia};
  card.name_card = NameCard{"m"};
  return {{user(olive), create},
          {user(otto), JoinGroup{id, {}}},
          {user(mia), JoinGroup{id, {}}},
          {user(olive), InviteUsers{id, {otto, mia}, {}}},
          {user(adam), AcceptApplication{id, otto, {}}},
          {user(adam), RefuseApplication{id, Account{"eve"}, {}}},
          {user(mia), QuitGroup{id}},
          {user(olive), KickMembers{id, {mia, otto}, {}}},
          {user(olive), SetMemberRole{id, mia, Role::admin}},
          {user(olive), TransferGroup{id, mia}},
          {user(olive), DismissGroup{id}},
          {user(olive), info},
          {user(adam), card},
          {user(mia), SetReceiveOption{id, MsgFlag::discard}},
          {user(olive), MuteMember{id, mia, 0}},
          {user(mia), PostMessage{id, {}, {}}},
          {user(olive), PostMessage{id, {}, {}}},
          {user(mia), MarkMessagesRead{id, {}}},
          {user(olive), MarkApplicationsRead{}},
          {app_admin(), PostMessage{id, {}, {}}}};
}

std::string text_of(const Tried& tried) {
  std::ostringstream text;
  if (const auto* refusal = tried.refusal()) {
    text << "refused " << refusal->rule.slug();
  } else if (const auto* accepted = tried.accepted()) {
    for (const Event& event : accepted->events) text << name_of(event) << ' ';
    for (const ItemResult& item : accepted->reply.results)
      text << (item.refused ? name_of(*item.refused) : name_of(item.verdict)) << ' ';
  } else {
    text << "repeated";
  }
  return text.str();
}

/// What everything answers over the rows: one text a command or query; `missing` for damage that was noticed.
std::vector<std::string> answers_of(const RowReader& rows, const Rules& rules) {
  std::vector<std::string> answers;
  const auto note = [&](const auto& ask) {
    try {
      answers.push_back(ask());
    } catch (const StoreError& error) {
      EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
      EXPECT_NE(std::string{error.what()}.find("is missing"), std::string::npos) << error.what();
      answers.emplace_back("missing");
    }
  };
  const std::vector<GroupId> groups{GroupId{"Work"},       GroupId{"Public"}, GroupId{"Meeting"},
                                    GroupId{"AVChatRoom"}, community_g,       GroupId{"gone"}};
  for (const GroupId& group : groups) {
    for (const auto& [caller, command] : all_commands(group)) {
      note([&] {
        const RowView view{rows, 1000, [](Position) { return std::nullopt; }};
        Overlay overlay{&view};
        return text_of(try_on(overlay, rules, caller, command, {.at = later(1'000'000)}, 100));
      });
    }
    const Queries queries{rows, rules};
    for (const Caller& caller : {user(olive), user(mia), user(otto), app_admin()}) {
      note([&] {
        const auto shown = queries.show_groups({group}, caller).at(0);
        const auto* profile = std::get_if<ShownProfile>(&shown);
        return profile == nullptr ? "refused" : profile->name.value + std::to_string(profile->member_num);
      });
      note([&] {
        const auto shown = queries.show_members(group, caller, {});
        const auto* page = std::get_if<MemberPage>(&shown);
        return page == nullptr ? "refused" : std::to_string(page->members.size());
      });
      note([&] {
        return std::holds_alternative<Refusal>(queries.search(group, caller)) ? "refused" : "found";
      });
    }
  }
  const Queries queries{rows, rules};
  for (const Account& account : {olive, adam, mia, otto}) {
    note([&] {
      return std::to_string(
          std::get<ApplicationPage>(queries.show_applications(account, {})).applications.size());
    });
    note(
        [&] { return std::to_string(std::get<JoinedPage>(queries.show_joined(account, {})).groups.size()); });
  }
  return answers;
}

TEST(MissingRow, OfAnyKindCrashesNothingAndWhatOthersImplyIsNoticed) {
  const World world = full_world();
  const auto store = make_memory_store();
  store->rows().write(batch_of(world.rows(), 1));
  WatchedRows rows{store->rows()};
  const auto intact = answers_of(rows, world.rules());
  EXPECT_EQ(std::ranges::count(intact, "missing"), 0);

  // Each of these is implied by another row that is read with it. The others may be there or not by
  // themselves: `verify` finds those. (An AVChatRoom has no rows of its viewers but the membership.)
  const std::set<char> implied{GroupRow::info.prefix, ProfileRow::info.prefix, MemberProfileRow::info.prefix,
                               MembershipRow::info.prefix, RosterRow::info.prefix};
  std::map<char, int> noticed;
  std::vector<std::string> keys;
  store->rows().scan("", "", [&](std::string_view key, std::string_view) {
    if (!key.starts_with('\0')) keys.emplace_back(key);
    return true;
  });
  std::set<char> kinds;
  for (const std::string& key : keys) {
    rows.without = key;
    kinds.insert(key[0]);
    const auto answers = answers_of(rows, world.rules());
    ASSERT_EQ(answers.size(), intact.size());
    const bool viewer = key == row_key<MembershipRow>({mia, GroupId{"AVChatRoom"}});
    const bool left = key == row_key<MembershipRow>({mia, GroupId{"gone"}});
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i] == "missing") {
        ++noticed[key[0]];
      } else if (implied.contains(key[0]) && !viewer && !left) {
        EXPECT_EQ(answers[i], intact[i]) << "without " << key << ", answer " << i;
      }
    }
  }
  EXPECT_EQ(kinds,
            (std::set<char>{'d', 'e', 'f', 'g', 'j', 'k', 'm', 'n', 'o', 'p', 'q', 'r', 'u', 'w', 'x', 'y'}));
  for (const char kind : implied) EXPECT_GT(noticed[kind], 0) << kind;
  EXPECT_GT(noticed[AccountRow::info.prefix], 0);
  EXPECT_GT(noticed[ApplicationRow::info.prefix], 0);
}

}  // namespace
}  // namespace muster::test
