#include "support/samples.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/paths.hpp"
#include "support/world.hpp"

namespace muster::test {

std::vector<Command> sample_commands() {
  CreateGroup create;
  create.type = TypeName{"Community"};
  create.group = GroupId{"@TGS#_readers"};
  create.name = GroupName{"Readers"};
  create.introduction = Introduction{"We read."};
  create.notification = Notification{"Monday"};
  create.face_url = FaceUrl{"https://example.org/r.png"};
  create.max_member_num = 5000;
  create.apply_join_option = JoinOption::need_permission;
  create.invite_option = InviteOption::disable_invite;
  create.custom = CustomValues{{CustomKey{"level"}, std::string("\x00\xff", 2)}, {CustomKey{"mood"}, "good"}};
  create.members = {{InitialMember{adam, Role::admin}, InitialMember{mia, {}}}};
  create.support_topic = true;
  create.owner = olive;
  SetGroupInfo info;
  info.group = g;
  info.name = GroupName{"Readers"};
  info.introduction = Introduction{"We read."};
  info.notification = Notification{"Monday"};
  info.face_url = FaceUrl{"https://example.org/r.png"};
  info.max_member_num = 300;
  info.apply_join_option = JoinOption::free_access;
  info.invite_option = InviteOption::need_permission;
  info.mute_all = true;
  info.custom = CustomValues{{CustomKey{"level"}, ""}};
  ImportGroup import;
  copy_shared_members(create, import);
  import.create_time = t0;
  import.next_msg_seq = 300;
  import.last_msg_time = later(1);
  return {
      create,
      JoinGroup{.group = g, .message = FreeText{"hello"}},
      AcceptApplication{.group = g, .user = otto, .message = FreeText{"welcome"}},
      QuitGroup{.group = g},
      PostMessage{.group = g, .message_id = MessageId{"m-1"}, .topic = TopicId{"@TGS#_g@TOPIC#_books"}},
      DismissGroup{.group = g},
      TransferGroup{.group = g, .new_owner = mia},
      InviteUsers{.group = g, .users = {mia, otto}, .message = FreeText{"come"}},
      RefuseApplication{.group = g, .user = otto, .message = FreeText{"no"}},
      KickMembers{.group = g, .users = {mia, adam}, .reason = FreeText{"spam"}},
      SetMemberRole{.group = g, .user = mia, .role = Role::admin},
      info,
      MuteMember{.group = g, .user = mia, .seconds = seconds_for_ever},
      SetMemberInfo{
          .group = g, .user = mia, .name_card = NameCard{"M"}, .custom = CustomValues{{CustomKey{"k"}, "v"}}},
      SetReceiveOption{.group = g, .option = MsgFlag::discard},
      MarkMessagesRead{.group = g, .seq = 300},
      MarkApplicationsRead{},
      DefineGroupField{.key = CustomKey{"level"}, .read = Level::anyone, .write = Level::admin},
      DefineMemberField{.type = TypeName{"Public"},
                        .key = CustomKey{"mood"},
                        .read = Level::member,
                        .write = Level::owner,
                        .self_read = true,
                        .self_write = false},
      SetPlan{.edition = Edition::pro, .member_cap = 1500, .avchatrooms_unlimited = true},
      SetNotificationPolicy{.type = TypeName{"Public"},
                            .category = NoticeCategory::profile_change,
                            .delivery = Delivery::push_only},
      SetRecyclePolicy{.type = TypeName{"Public"}, .idle_seconds = 1u << 20},
      SetSweepPolicy{.type = TypeName{"Public"}, .enabled = true},
      SetHistoryPolicy{.type = TypeName{"Public"}, .before_join = true},
      CreateTopic{.group = community_g,
                  .topic = TopicId{"@TGS#_g@TOPIC#_books"},
                  .name = GroupName{"Books"},
                  .introduction = Introduction{"We read."},
                  .notification = Notification{"Monday"},
                  .face_url = FaceUrl{"b.png"}},
      SetTopicInfo{.group = community_g,
                   .topic = TopicId{"@TGS#_g@TOPIC#_books"},
                   .name = GroupName{"Novels"},
                   .introduction = Introduction{"We read novels."},
                   .notification = Notification{"Tuesday"},
                   .face_url = FaceUrl{"n.png"}},
      DeleteTopic{.group = community_g, .topic = TopicId{"@TGS#_g@TOPIC#_books"}},
      SendSystemNotification{.group = g, .data = std::string("\x00\xff", 2), .users = {{mia, otto}}},
      import,
      ImportMembers{
          .group = g,
          .members = {{.user = mia, .role = Role::admin, .join_time = t0, .msg_seq = 299}, {.user = otto}}},
      ImportMessages{.group = g, .messages = {{.from = mia, .time = t0}, {.from = otto, .time = later(1)}}},
      RecycleGroup{.group = g},
      SweepOfflineMembers{.group = g, .users = {mia, otto}}};
}

std::vector<Event> sample_events() {
  GroupCreated created;
  created.type = TypeName{"Club"};
  created.base = BaseType::public_;
  created.traits = {.member_profiles = true,
                    .listed = false,
                    .counted = true,
                    .quota = QuotaClass::communities,
                    .msg_flag = MsgFlag::discard};
  created.life = GroupState::inactive;
  created.owner = olive;
  created.name = GroupName{"Readers"};
  created.introduction = Introduction{"We read."};
  created.notification = Notification{"Monday"};
  created.face_url = FaceUrl{"https://example.org/r.png"};
  created.max_member_num = 2000;
  created.apply_join_option = JoinOption::need_permission;
  created.invite_option = InviteOption::disable_invite;
  created.support_topic = true;
  created.custom = {{CustomKey{"level"}, "3"}};
  created.to_owner = Delivery::push_and_store;
  GroupImported imported;
  copy_shared_members(created, imported);
  imported.members = {{adam, Role::admin}, {mia, Role::member}};
  imported.create_time = t0;
  imported.next_msg_seq = 300;
  imported.last_msg_time = later(1);
  GroupInfoChanged info;
  info.name = Change<GroupName>{GroupName{"R"}, GroupName{"Readers"}};
  info.introduction = Change<Introduction>{Introduction{""}, Introduction{"We read."}};
  info.notification = Change<Notification>{Notification{"Monday"}, Notification{""}};
  info.face_url = Change<FaceUrl>{FaceUrl{"a"}, FaceUrl{"b"}};
  info.max_member_num = Change<std::uint32_t>{2000, 300};
  info.apply_join_option = Change<JoinOption>{JoinOption::need_permission, JoinOption::free_access};
  info.invite_option = Change<InviteOption>{InviteOption::disable_invite, InviteOption::need_permission};
  info.mute_all = Change<bool>{false, true};
  info.custom = {{CustomKey{"level"}, CustomChange{"3", "4", true}}};
  info.announcement = {Delivery::push_and_store, 301};
  return {created,
          MembersJoined{.members = {{adam, Role::admin}, {mia, Role::member}},
                        .via = JoinCause::invite,
                        .inviter = olive,
                        .announcement = {Delivery::push_and_store, 300}},
          JoinRequested{.message = FreeText{"hello"}, .to_deciders = Delivery::push_and_store},
          ApplicationAccepted{.user = otto,
                              .kind = ApplicationKind::invite,
                              .inviter = mia,
                              .reply = FreeText{"welcome"},
                              .to_applicant = Delivery::push_only},
          MembersLeft{.users = {mia, adam},
                      .how = LeaveCause::kicked,
                      .reason = FreeText{"spam"},
                      .announcement = {Delivery::push_only, 0},
                      .to_leavers = Delivery::push_and_store},
          GroupActivated{},
          MessagePosted{
              .seq = 1u << 20, .message_id = MessageId{"m-1"}, .topic = TopicId{"@TGS#_g@TOPIC#_books"}},
          GroupDismissed{.to_members = Delivery::push_and_store},
          GroupRecycled{.reason = RecycleReason::abandoned, .to_members = Delivery::off},
          RulesInstalled{.digest = std::string(32, 'd'), .document = std::string("\x00\x01", 2)},
          OwnerChanged{.from = olive, .to = mia, .announcement = {Delivery::push_and_store, 5}},
          InvitationsFiled{
              .users = {mia, otto}, .message = FreeText{"come"}, .to_deciders = Delivery::push_and_store},
          ApplicationRefused{.user = otto,
                             .kind = ApplicationKind::invite,
                             .inviter = mia,
                             .reply = FreeText{"no"},
                             .to_applicant = Delivery::push_and_store},
          RoleChanged{.user = mia, .role = Role::admin, .announcement = {Delivery::push_and_store, 6}},
          info,
          MuteChanged{.user = mia, .until = for_ever, .announcement = {Delivery::push_only, 0}},
          MemberInfoChanged{.user = mia,
                            .name_card = Change<NameCard>{NameCard{"M"}, NameCard{"Mia"}},
                            .custom = {{CustomKey{"k"}, CustomChange{"", "v", false}}}},
          ReceiveOptionChanged{.option = MsgFlag::discard},
          MessagesRead{.group = g, .seq = 300},
          ApplicationsRead{.upto = t0},
          GroupFieldDefined{.key = CustomKey{"level"}, .read = Level::anyone, .write = Level::admin},
          MemberFieldDefined{.type = TypeName{"Public"},
                             .key = CustomKey{"mood"},
                             .read = Level::member,
                             .write = Level::owner,
                             .self_read = true,
                             .self_write = false},
          PlanSet{.edition = Edition::pro, .member_cap = 1500, .avchatrooms_unlimited = true},
          NotificationPolicySet{.type = TypeName{"Public"},
                                .category = NoticeCategory::profile_change,
                                .delivery = Delivery::push_only,
                                .is_default = true},
          RecyclePolicySet{.type = TypeName{"Public"}, .idle_seconds = 1u << 20},
          SweepPolicySet{.type = TypeName{"Public"}, .enabled = true},
          HistoryPolicySet{.type = TypeName{"Public"}, .before_join = true, .is_default = true},
          TopicCreated{.topic = TopicId{"@TGS#_g@TOPIC#_books"},
                       .name = GroupName{"Books"},
                       .introduction = Introduction{"We read."},
                       .notification = Notification{"Monday"},
                       .face_url = FaceUrl{"b.png"},
                       .to_members = Delivery::push_and_store},
          TopicInfoChanged{.topic = TopicId{"@TGS#_g@TOPIC#_books"},
                           .name = Change<GroupName>{GroupName{"Books"}, GroupName{"Novels"}},
                           .introduction = Change<Introduction>{Introduction{"a"}, Introduction{"b"}},
                           .notification = Change<Notification>{Notification{"a"}, Notification{"b"}},
                           .face_url = Change<FaceUrl>{FaceUrl{"a"}, FaceUrl{"b"}},
                           .to_members = Delivery::push_and_store},
          TopicDeleted{.topic = TopicId{"@TGS#_g@TOPIC#_books"}, .to_members = Delivery::push_and_store},
          SystemNotificationSent{
              .data = std::string("\x00\xff", 2), .users = {mia, otto}, .delivery = Delivery::push_and_store},
          imported,
          MembersImported{.members = {{mia, Role::admin, t0, 299}}},
          MessagesImported{.first_seq = 300, .messages = {{mia, t0}, {otto, later(1)}}}};
}

Commit sample_commit() {
  Commit commit;
  commit.head = {.stream = StreamId::of(g),
                 .revision = 7,
                 .time = t0,
                 .caller = {mia, CallerKind::app_admin},
                 .id = CommandId{"id-1"},
                 .correlation = Correlation{"thread-1"},
                 .rules = {},
                 .app_revision = 3,
                 .level = Level::app_admin};
  for (std::size_t i = 0; i < commit.head.rules.size(); ++i)
    commit.head.rules[i] = static_cast<std::uint8_t>(i);
  commit.command = JoinGroup{.group = g, .message = FreeText{"hello"}};
  commit.assigned = {.group = GroupId{"@TGS#1"}, .topic = TopicId{"@TGS#_g@TOPIC#_1"}};
  commit.hooks = {{.hook = "before", .code = 10101, .message = "no"}};
  for (Event& event : sample_events()) commit.events.push_back(std::move(event));
  commit.reply = {.result = ItemStatus::pending,
                  .results = {{mia, ItemStatus::ok, {}}, {otto, ItemStatus::ok, Error::group_full}}};
  return commit;
}

std::vector<Commit> sample_history() {
  World world;
  for (const BaseType type : all_types) {
    const GroupId id = id_of(type) == g ? GroupId{name_of(type)} : id_of(type);
    CreateGroup create = creation(type);
    create.group = id;
    if (type != BaseType::avchatroom) create.members = {{InitialMember{mia, {}}}};
    world.does(olive, create, {.at = {}, .id = CommandId{"create"}, .expect = {}});
    world.does(olive, PostMessage{.group = id, .message_id = {}, .topic = {}});
    world.tries(user(otto), JoinGroup{.group = id, .message = FreeText{"hello"}});
    world.tries(user(olive), AcceptApplication{.group = id, .user = otto, .message = {}});
    world.tries(user(otto), PostMessage{.group = id, .message_id = {}, .topic = {}});
    world.tries(user(mia), QuitGroup{id});
  }
  const GroupId meeting{"Meeting"};
  world.does(olive, InviteUsers{.group = GroupId{"Work"}, .users = {adam}, .message = {}});
  world.does(olive, SetMemberRole{.group = meeting, .user = otto, .role = Role::admin});
  SetGroupInfo info;
  info.group = meeting;
  info.name = GroupName{"Evening"};
  info.mute_all = true;
  world.does(otto, info);
  world.does(olive, MuteMember{.group = meeting, .user = otto, .seconds = 60});
  world.does(otto, SetMemberInfo{.group = meeting, .user = {}, .name_card = NameCard{"Otto"}, .custom = {}});
  world.does(olive, MarkMessagesRead{.group = community_g, .seq = {}});
  world.does(olive, TransferGroup{.group = meeting, .new_owner = otto});
  world.does(otto, KickMembers{.group = meeting, .users = {olive}, .reason = {}});
  world.does(olive, QuitGroup{GroupId{"Work"}});
  world.does(otto, DismissGroup{meeting});
  world.does(app_admin(), DefineGroupField{CustomKey{"level"}, Level::anyone, Level::admin});
  world.does(app_admin(), SetPlan{Edition::ultimate, 3000, {}});
  const GroupId forum{"@TGS#_forum"};
  ImportGroup import;
  copy_shared_members(creation(BaseType::community), import);
  import.group = forum;
  import.support_topic = true;
  import.owner = olive;
  world.does(app_admin(), import);
  world.does(app_admin(), ImportMembers{forum, {{.user = mia, .join_time = TimeMs{world.now().ms}}}});
  world.does(app_admin(), ImportMessages{forum, {{mia, t0}}});
  const auto created =
      world.does(olive, CreateTopic{.group = forum, .topic = {}, .name = GroupName{"Books"}});
  const TopicId topic = created.event<TopicCreated>().topic;
  world.does(mia, PostMessage{forum, {}, topic});
  world.does(olive, DeleteTopic{forum, topic});
  world.does(app_admin(), SendSystemNotification{forum, "data", {}});
  return world.log();
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  return bytes;
}

namespace {

std::filesystem::path golden_path(const std::string& name) {
  return source_dir() / "tests" / "golden" / name;
}

bool writes_golden() {
  const char* mode = std::getenv("MUSTER_GOLDEN");
  return mode != nullptr && std::string_view{mode} == "write";
}

/// The part of a record's line before its bytes.
std::string_view key_of(std::string_view line) { return line.substr(0, line.rfind(' ')); }

}  // namespace

std::vector<std::string> golden_lines(const std::string& name) {
  std::vector<std::string> lines;
  std::ifstream file{golden_path(name), std::ios::binary};
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void expect_golden_records(const std::string& name, const std::vector<std::string>& lines) {
  const std::vector<std::string> kept = golden_lines(name);
  for (const std::string& line : lines) {
    const auto old = std::ranges::find(kept, key_of(line), [](const std::string& l) { return key_of(l); });
    if (old != kept.end())
      EXPECT_EQ(line, *old) << "stores hold the old bytes: name the new members in since<T>, raise `schema`";
    else if (writes_golden())
      std::ofstream{golden_path(name), std::ios::binary | std::ios::app} << line << '\n';
    else
      ADD_FAILURE() << "not in " << golden_path(name) << ": " << line;
  }
}

void expect_golden(const std::string& name, const std::string& text) {
  const auto path = golden_path(name);
  if (writes_golden()) {
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  std::ifstream file{path, std::ios::binary};
  const std::string golden{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(text, golden) << "the bytes on disk have changed; old stores hold the old ones (" << path << ')';
}

}  // namespace muster::test
