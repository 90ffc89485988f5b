#include "spec/stage.hpp"

#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace muster::test::spec {
namespace {

const Account ann{"ann"};    // another admin
const Account zoe{"zoe"};    // another member
const Account rita{"rita"};  // an app admin who is a member
const Account ned{"ned"};    // outside, on whom things are done
const Account eve{"eve"};    // has applied
const Account ivy{"ivy"};    // mia has invited her, and nobody has answered
const Account rex{"rex"};    // mia has invited him, and was refused
const Account ace{"ace"};    // mia has invited him, and he was accepted

/// Commands are given an hour after the world began.
constexpr TimeMs now = later(3'600'000);
constexpr TimeMs a_second_ago = later(3'599'000);

[[noreturn]] void unknown(const std::string& what, const std::string& word) {
  throw std::runtime_error{"the tables use the " + what + " `" + word + "`, which means nothing"};
}

template <class Map>
const auto& meaning_of(const Map& map, const std::string& word, const char* what) {
  const auto found = map.find(word);
  if (found == map.end()) unknown(what, word);
  return found->second;
}

BaseType type_of(const Cell& cell) {
  return cell.type() == "-" ? BaseType::public_ : from_name<BaseType>(cell.type()).value();
}

Caller caller_of(const Cell& cell) {
  static const std::map<std::string, Caller> callers{{"outsider", user(otto)},
                                                     {"member", user(mia)},
                                                     {"admin", user(adam)},
                                                     {"owner", user(olive)},
                                                     {"app_admin", app_admin(root)},
                                                     {"app_admin_in", app_admin(rita)},
                                                     {"app_admin_owner", app_admin(olive)},
                                                     {"system", the_system()},
                                                     {"applicant", user(eve)},
                                                     {"invited", user(ivy)},
                                                     {"refused", user(rex)}};
  return meaning_of(callers, cell.caller(), "caller");
}

Account target_of(const Cell& cell) {
  static const std::map<std::string, Account> targets{{"-", {}},        {"outsider", ned}, {"member", zoe},
                                                      {"admin", ann},   {"owner", olive},  {"applicant", eve},
                                                      {"invited", ivy}, {"refused", rex},  {"accepted", ace}};
  return cell.target() == "self" ? caller_of(cell).account : meaning_of(targets, cell.target(), "target");
}

CustomKey key_number(int i) { return CustomKey{"k" + std::to_string(i)}; }
TopicId topic_called(const GroupId& group, const std::string& name) {
  return TopicId{std::string{group.view()} + "@TOPIC#_" + name};
}
GroupId spare_id(BaseType type, const std::string& name) {
  return GroupId{(type == BaseType::community ? "@TGS#_spare-" : "spare-") + name};
}

/// Builds the world of a cell.
class Builder {
 public:
  explicit Builder(const Cell& cell)
      : type_(type_of(cell)),
        id_(id_of(type_)),
        name_(name_of(type_)),
        state_(cell.state()),
        options_(cell.options()),
        world_(rules()) {}

  World build() && {
    define_fields();
    set_policies();
    if (state_ != "absent" && state_ != "-") make_group();
    make_spare_groups();
    if (has("plan")) admin_does(SetPlan{from_name<Edition>(option("plan")).value(), {}, {}});
    end_group();
    return std::move(world_);
  }

 private:
  [[nodiscard]] bool has(const std::string& name) const { return options_.contains(name); }
  /// The value of an option; `-` when the command does not have it.
  [[nodiscard]] const std::string& option(const std::string& name) const {
    static const std::string none{"-"};
    const auto found = options_.find(name);
    return found == options_.end() ? none : found->second;
  }
  [[nodiscard]] bool is(const std::string& name, std::initializer_list<std::string_view> values) const {
    for (const std::string_view value : values)
      if (option(name) == value) return true;
    return false;
  }
  [[nodiscard]] bool is_inactive() const { return state_ == "inactive" || state_ == "inactive_ownerless"; }
  [[nodiscard]] bool has_owner() const { return state_ != "ownerless" && state_ != "inactive_ownerless"; }
  [[nodiscard]] const TypeRules& type_rules() const { return *world_.rules().find(name_); }

  void admin_does(const Command& command, const With& with = {}) { world_.does(app_admin(), command, with); }
  template <class Set>
  void admin_sets(Set&& set, const With& with = {}) {
    SetGroupInfo command;
    command.group = id_;
    set(command);
    admin_does(command, with);
  }

  /// Limits are lowered where reaching them takes thousands of groups.
  [[nodiscard]] Rules rules() const {
    Rules rules = default_rules();
    for (PlanRules& plan : rules.plans) {
      if (plan.edition != Edition::ultimate) continue;
      if (is("quota", {"spent"}) || is("spent", {"owner", "member"})) plan.joined_groups = 1;
      if (is("spent", {"groups"})) plan.groups = plan.avchatrooms = plan.communities = 1;
      if (is("spent", {"day"})) plan.groups_per_day = 1;
    }
    return rules;
  }

  void define_field(const CustomKey& key, Level write, const TypeName& type) {
    admin_does(DefineGroupField{key, Level::member, write});
    if (world_.rules().find(type)->member_custom_fields)
      admin_does(DefineMemberField{type, key, Level::member, write, {}, !is("self_write", {"no"})});
  }
  void define_fields() {
    if (has("write") && !is("write", {"undefined"}))
      define_field(CustomKey{"k"}, from_name<Level>(option("write")).value(), name_);
    if (!has("defined")) return;
    if (is("defined", {"same"})) return define_field(CustomKey{"k"}, Level::owner, name_);
    const bool elsewhere = is("defined", {"5_elsewhere"});
    const TypeName type = elsewhere ? TypeName{type_ == BaseType::work ? "Public" : "Work"} : name_;
    const int count = std::stoi(option("defined"));
    for (int i = 0; i < count; ++i) {
      if (option("of") == "groups")
        admin_does(DefineGroupField{key_number(i), Level::member, Level::owner});
      else if (type_rules().member_custom_fields)
        admin_does(DefineMemberField{type, key_number(i), Level::member, Level::owner, {}, {}});
    }
  }

  void set_policies() {
    const bool recycling = is("recycling", {"on"}) || state_ == "recycled";
    if (recycling && type_rules().recycle_idle) admin_does(SetRecyclePolicy{name_, 60});
    if (is("sweeping", {"on"}) && type_rules().sweep_offline) admin_does(SetSweepPolicy{name_, true});
    if (is("history", {"changed"}) && type_rules().history)
      admin_does(SetHistoryPolicy{name_, type_rules().earlier_history != EarlierHistory::on});
    if (has("policy") && !is("policy", {"default"}))
      world_.tries(app_admin(),
                   SetNotificationPolicy{name_, from_name<NoticeCategory>(option("category")).value(),
                                         from_name<Delivery>(option("policy")).value()});
  }

  void make_group() {
    create();
    if (type_rules().activation && !is_inactive())
      world_.does(olive, PostMessage{.group = id_, .message_id = {}, .topic = {}});
    if (type_rules().applications.supported && !is_inactive() && !is("pending", {"none"}))
      file_applications();
    if (type_ == BaseType::work && state_ == "ownerless") world_.does(olive, QuitGroup{id_});
    set_options();
    store_mutes();
    make_topics();
    make_unread();
    if (is("pending", {"read"})) mark_applications_read();
    if (state_ == "full")
      admin_sets([&](SetGroupInfo& c) { c.max_member_num = world_.group(id_).member_num; });
    if (is("activity", {"recent"}) && state_ != "recycled")
      admin_sets([](SetGroupInfo& c) { c.introduction = Introduction{"new"}; },
                 {.at = a_second_ago, .id = {}, .expect = {}});
  }

  void create() {
    CreateGroup create = creation(type_);
    const bool has_topics = is("topics", {"on", "limit"}) || is("topic", {"unknown", "deleted", "there"}) ||
                            is("id", {"fresh", "used", "deleted"});
    if (type_ == BaseType::community && has_topics) create.support_topic = true;
    List<InitialMember, 0, 100> members{{mia, {}}, {zoe, {}}, {rita, {}}};
    if (type_rules().has_admins)
      for (const Account& admin : {adam, ann}) members.push_back({admin, Role::admin});
    if (type_rules().initial_members) create.members = members;
    // An active Work group loses its owner later, for invitations are filed under one.
    const bool by_nobody =
        state_ == "inactive_ownerless" || (state_ == "ownerless" && type_ != BaseType::work);
    world_.does(by_nobody ? app_admin() : user(olive), create);
    if (!type_rules().initial_members)
      for (const InitialMember& member : members) world_.does(member.user, JoinGroup{id_, {}});
  }

  void file_applications() {
    admin_sets([](SetGroupInfo& c) { c.invite_option = InviteOption::need_permission; });
    world_.does(mia, InviteUsers{id_, {ivy, rex, ace}, {}});
    admin_does(AcceptApplication{id_, ace, {}});
    admin_does(RefuseApplication{id_, rex, {}});
    if (type_ == BaseType::public_) world_.does(eve, JoinGroup{id_, {}});
    admin_sets([&](SetGroupInfo& c) { c.invite_option = type_rules().invite_option.initial; });
  }

  void set_options() {
    if (has("join") && type_rules().apply_join_option.settable)
      admin_sets([&](SetGroupInfo& c) { c.apply_join_option = from_name<JoinOption>(option("join")); });
    if (has("invite") && type_rules().invite_option.settable)
      admin_sets([&](SetGroupInfo& c) { c.invite_option = from_name<InviteOption>(option("invite")); });
    if (is("mute_all", {"on"})) admin_sets([](SetGroupInfo& c) { c.mute_all = true; });
  }

  void store_mutes() {
    static const std::map<std::string, TimeMs> ends{
        {"running", later(7'200'000)}, {"expired", later(600'000)}, {"permanent", for_ever}};
    for (const char* name : {"own_mute", "stored"}) {
      const auto end = ends.find(option(name));
      if (end == ends.end()) continue;
      for (const Account& account : {otto, mia, adam, olive, root, rita, ned, zoe, ann})
        world_.mute(id_, account, end->second);
    }
  }

  void make_topic(const std::string& name) {
    admin_does(CreateTopic{.group = id_, .topic = topic_called(id_, name), .name = GroupName{"Books"}});
  }
  void make_topics() {
    if (is("topic", {"there", "deleted"}) || is("id", {"used", "deleted"})) make_topic("books");
    if (is("topic", {"deleted"}) || is("id", {"deleted"}))
      admin_does(DeleteTopic{id_, topic_called(id_, "books")});
    if (is("topics", {"limit"}))
      for (int i = 0; i < 200; ++i) make_topic(std::to_string(i));
  }

  void make_unread() {
    if (is("unread", {"some"})) admin_does(ImportMessages{id_, {{.from = zoe, .time = t0}}});
    if (!is("unread", {"none"}) || !type_rules().unread_count) return;
    world_.does(app_admin(rita), MarkMessagesRead{id_, {}});
    if (has_owner()) world_.does(olive, MarkMessagesRead{id_, {}});
    if (is_inactive()) return;
    world_.does(mia, MarkMessagesRead{id_, {}});
    if (type_rules().has_admins) world_.does(adam, MarkMessagesRead{id_, {}});
  }

  void mark_applications_read() {
    if (type_rules().has_admins) world_.does(adam, MarkApplicationsRead{});
    if (has_owner()) world_.does(olive, MarkApplicationsRead{});
  }

  void make_spare(BaseType type, const Account& owner) {
    CreateGroup create = creation(type);
    create.group = spare_id(type, std::string{owner.view()});
    create.owner = owner;
    admin_does(create);
  }
  /// Groups that use up what a quota leaves.
  void make_spare_groups() {
    if (is("quota", {"spent"}))
      for (const Account& account : {otto, root, ned, eve, ivy, rex}) make_spare(BaseType::public_, account);
    if (is("spent", {"owner"})) make_spare(BaseType::public_, otto);
    if (is("spent", {"member"})) make_spare(BaseType::public_, ned);
    if (is("spent", {"groups", "day"})) make_spare(type_, zoe);
  }

  void end_group() {
    if (state_ == "dismissed") admin_does(DismissGroup{id_});
    if (state_ == "recycled")
      world_.does(the_system(), RecycleGroup{id_}, {.at = later(1'800'000), .id = {}, .expect = {}});
  }

  BaseType type_;
  GroupId id_;
  TypeName name_;
  std::string state_;
  std::map<std::string, std::string> options_;
  World world_;
};

/// What the commands of the tables are made of.
struct Parts {
  BaseType type;
  GroupId group;
  TypeName type_name;
  Account caller;
  Account target;
  std::string variant;  // what is after the dot
  std::map<std::string, std::string> options;
};

SetGroupInfo group_info(const Parts& parts) {
  static const std::map<std::string, void (*)(SetGroupInfo&)> fields{
      {"name", [](SetGroupInfo& c) { c.name = GroupName{"Other"}; }},
      {"same_name", [](SetGroupInfo& c) { c.name = creation(BaseType::public_).name; }},
      {"introduction", [](SetGroupInfo& c) { c.introduction = Introduction{"new"}; }},
      {"notification", [](SetGroupInfo& c) { c.notification = Notification{"new"}; }},
      {"face_url", [](SetGroupInfo& c) { c.face_url = FaceUrl{"new"}; }},
      {"max_100", [](SetGroupInfo& c) { c.max_member_num = 100; }},
      {"max_1", [](SetGroupInfo& c) { c.max_member_num = 1; }},
      {"max_1000000", [](SetGroupInfo& c) { c.max_member_num = 1'000'000; }},
      {"invite_option", [](SetGroupInfo& c) { c.invite_option = InviteOption::need_permission; }},
      {"apply_join_option", [](SetGroupInfo& c) { c.apply_join_option = JoinOption::disable_apply; }},
      {"mute_all", [](SetGroupInfo& c) { c.mute_all = true; }},
      {"custom",
       [](SetGroupInfo& c) {
         c.custom = CustomValues{{CustomKey{"k"}, "v"}};
       }},
      {"name_and_mute_all",
       [](SetGroupInfo& c) {
         c.name = GroupName{"Other"};
         c.mute_all = true;
       }},
      {"name_and_max_100", [](SetGroupInfo& c) {
         c.name = GroupName{"Other"};
         c.max_member_num = 100;
       }}};
  SetGroupInfo command;
  command.group = parts.group;
  meaning_of(fields, parts.variant, "variant")(command);
  return command;
}

/// What CreateGroup and ImportGroup have in common.
template <class Creation>
Creation creation_of(const Parts& parts) {
  using Set = void (*)(Creation&, const Parts&);
  static const std::map<std::string, Set> variants{
      {"", [](Creation&, const Parts&) {}},
      {"for_another", [](Creation& c, const Parts&) { c.owner = zoe; }},
      {"for_self", [](Creation& c, const Parts& p) { c.owner = p.caller; }},
      {"for_outsider", [](Creation& c, const Parts&) { c.owner = otto; }},
      {"members",
       [](Creation& c, const Parts&) {
         c.members.emplace({InitialMember{ned, {}}});
       }},
      {"admin_member",
       [](Creation& c, const Parts&) {
         c.members.emplace({InitialMember{ned, Role::admin}});
       }},
      {"topics", [](Creation& c, const Parts&) { c.support_topic = true; }},
      {"join_option", [](Creation& c, const Parts&) { c.apply_join_option = JoinOption::disable_apply; }},
      {"invite_option", [](Creation& c, const Parts&) { c.invite_option = InviteOption::free_access; }},
      {"max_100", [](Creation& c, const Parts&) { c.max_member_num = 100; }},
      {"max_1000000", [](Creation& c, const Parts&) { c.max_member_num = 1'000'000; }},
      {"overfull",
       [](Creation& c, const Parts&) {
         c.max_member_num = 1;
         c.members.emplace({InitialMember{ned, {}}, InitialMember{zoe, {}}});
       }},
      {"custom",
       [](Creation& c, const Parts&) {
         c.custom = CustomValues{{CustomKey{"k"}, "v"}};
       }},
      {"no_id", [](Creation& c, const Parts&) { c.group.reset(); }},
      {"bad_id", [](Creation& c, const Parts& p) {
         c.group = GroupId{p.type == BaseType::community ? "books" : "@TGS#books"};
       }}};
  const CreateGroup plain = creation(parts.type);
  Creation command;
  command.type = plain.type;
  command.group = plain.group;
  command.name = plain.name;
  if constexpr (std::is_same_v<Creation, ImportGroup>) {
    if (parts.variant == "future") {
      command.create_time = TimeMs{now.ms + 1};
      return command;
    }
  }
  meaning_of(variants, parts.variant, "variant")(command, parts);
  return command;
}

ImportMembers members_to_import(const Parts& parts) {
  MemberToImport member{.user = parts.target};
  if (parts.variant == "admin") member.role = Role::admin;
  if (parts.variant == "early") member.join_time = TimeMs{t0.ms - 1};
  if (parts.variant == "late") member.join_time = TimeMs{now.ms + 1};
  if (parts.variant == "unsent") member.msg_seq = 1'000'000;
  return {parts.group, {member}};
}

std::uint32_t seconds_of(const std::string& variant) {
  if (variant == "permanent") return seconds_for_ever;
  return variant == "unmute" ? 0 : 60;
}

/// `Pro`, `Pro_200` with a member_cap, or `Pro_unlimited`.
SetPlan plan_of(const Parts& parts) {
  const std::size_t mark = parts.variant.find('_');
  SetPlan plan{from_name<Edition>(parts.variant.substr(0, mark)).value(), {}, {}};
  if (mark == std::string::npos) return plan;
  const std::string more = parts.variant.substr(mark + 1);
  if (more == "unlimited")
    plan.avchatrooms_unlimited = true;
  else
    plan.member_cap = static_cast<std::uint32_t>(std::stoul(more));
  return plan;
}

SetMemberInfo member_info(const Parts& parts) {
  SetMemberInfo command{parts.group, {}, {}, {}};
  if (!parts.target.empty()) command.user = parts.target;
  if (parts.variant == "custom")
    command.custom = CustomValues{{CustomKey{"k"}, "v"}};
  else
    command.name_card = NameCard{"card"};
  return command;
}

MarkMessagesRead read_mark(const Parts& parts) {
  MarkMessagesRead command{parts.group, {}};
  if (parts.variant == "unsent") command.seq = 1'000'000;
  if (parts.variant == "zero") command.seq = 0;
  return command;
}

CreateTopic new_topic(const Parts& parts) {
  CreateTopic command{.group = parts.group, .topic = {}, .name = GroupName{"Films"}};
  if (parts.variant != "named") return command;
  command.topic = topic_called(parts.group, parts.options.at("id") == "fresh" ? "films" : "books");
  return command;
}

SendSystemNotification notification_of(const Parts& parts) {
  SendSystemNotification command{parts.group, "data", {}};
  if (!parts.target.empty()) command.users.emplace({parts.target});
  return command;
}

PostMessage message_of(const Parts& parts) {
  PostMessage command{.group = parts.group, .message_id = {}, .topic = {}};
  if (parts.variant == "topic") command.topic = topic_called(parts.group, "books");
  return command;
}

Command command_of(const Cell& cell) {
  using Make = std::function<Command(const Parts&)>;
  static const std::map<std::string, Make> commands{
      {"CreateGroup", creation_of<CreateGroup>},
      {"ImportGroup", creation_of<ImportGroup>},
      {"DismissGroup", [](const Parts& p) { return DismissGroup{p.group}; }},
      {"TransferGroup",
       [](const Parts& p) {
         return TransferGroup{p.group, p.target};
       }},
      {"RecycleGroup", [](const Parts& p) { return RecycleGroup{p.group}; }},
      {"SetGroupInfo", group_info},
      {"JoinGroup",
       [](const Parts& p) {
         JoinGroup command{p.group, {}};
         if (p.variant == "message") command.message = FreeText{"please"};
         return command;
       }},
      {"InviteUsers",
       [](const Parts& p) {
         return InviteUsers{p.group, {p.target}, {}};
       }},
      {"AcceptApplication",
       [](const Parts& p) {
         return AcceptApplication{p.group, p.target, {}};
       }},
      {"RefuseApplication",
       [](const Parts& p) {
         return RefuseApplication{p.group, p.target, {}};
       }},
      {"MarkApplicationsRead", [](const Parts&) { return MarkApplicationsRead{}; }},
      {"ImportMembers", members_to_import},
      {"SetMemberRole",
       [](const Parts& p) {
         return SetMemberRole{p.group, p.target, p.variant == "admin" ? Role::admin : Role::member};
       }},
      {"QuitGroup", [](const Parts& p) { return QuitGroup{p.group}; }},
      {"KickMembers",
       [](const Parts& p) {
         return KickMembers{p.group, {p.target}, {}};
       }},
      {"SweepOfflineMembers",
       [](const Parts& p) {
         return SweepOfflineMembers{p.group, {p.target}};
       }},
      {"PostMessage", message_of},
      {"MuteMember",
       [](const Parts& p) {
         return MuteMember{p.group, p.target, seconds_of(p.variant)};
       }},
      {"MarkMessagesRead", read_mark},
      {"ImportMessages",
       [](const Parts& p) {
         return ImportMessages{p.group,
                               {{.from = p.target, .time = p.variant == "late" ? TimeMs{now.ms + 1} : now}}};
       }},
      {"SetMemberInfo", member_info},
      {"SetReceiveOption",
       [](const Parts& p) {
         return SetReceiveOption{p.group, from_name<MsgFlag>(p.options.at("flag")).value()};
       }},
      {"CreateTopic", new_topic},
      {"SetTopicInfo",
       [](const Parts& p) {
         return SetTopicInfo{.group = p.group,
                             .topic = topic_called(p.group, "books"),
                             .name = GroupName{p.variant == "same" ? "Books" : "Films"}};
       }},
      {"DeleteTopic",
       [](const Parts& p) {
         return DeleteTopic{p.group, topic_called(p.group, "books")};
       }},
      {"SendSystemNotification", notification_of},
      {"DefineGroupField",
       [](const Parts&) {
         return DefineGroupField{CustomKey{"k"}, Level::anyone, Level::owner};
       }},
      {"DefineMemberField",
       [](const Parts& p) {
         return DefineMemberField{p.type_name, CustomKey{"k"}, Level::anyone, Level::owner, {}, {}};
       }},
      {"SetPlan", plan_of},
      {"SetNotificationPolicy",
       [](const Parts& p) {
         return SetNotificationPolicy{p.type_name,
                                      from_name<NoticeCategory>(p.options.at("category")).value(),
                                      from_name<Delivery>(p.options.at("delivery")).value()};
       }},
      {"SetRecyclePolicy",
       [](const Parts& p) {
         return SetRecyclePolicy{p.type_name, p.variant == "on" ? 60U : 0U};
       }},
      {"SetSweepPolicy",
       [](const Parts& p) {
         return SetSweepPolicy{p.type_name, p.variant == "on"};
       }},
      {"SetHistoryPolicy",
       [](const Parts& p) {
         return SetHistoryPolicy{p.type_name, p.variant == "on"};
       }},
  };
  const std::string& name = cell.command();
  const std::size_t dot = name.find('.');
  const BaseType type = type_of(cell);
  const Parts parts{.type = type,
                    .group = id_of(type),
                    .type_name = TypeName{name_of(type)},
                    .caller = caller_of(cell).account,
                    .target = target_of(cell),
                    .variant = dot == std::string::npos ? "" : name.substr(dot + 1),
                    .options = cell.options()};
  return meaning_of(commands, name.substr(0, dot), "command")(parts);
}

std::optional<Revision> expected_revision(const Cell& cell, const World& world) {
  const auto options = cell.options();
  const auto expect = options.find("expect");
  if (expect == options.end() || expect->second == "none") return std::nullopt;
  const GroupRow* group = world.rows().find<GroupRow>(id_of(type_of(cell)));
  const Revision revision = group == nullptr ? 0 : group->head.revision;
  return expect->second == "right" ? revision : revision + 1;
}

std::string verdict_of(const Tried& tried) {
  if (tried.refusal() != nullptr) return std::string{refusing_rule(tried)};
  if (tried.accepted() == nullptr) return "answered from before";
  const Commit& commit = *tried.accepted();
  bool pending = commit.reply.result == ItemStatus::pending;
  for (const ItemResult& item : commit.reply.results) {
    if (item.refused) return "item:" + std::string{name_of(*item.refused)};
    pending = pending || item.verdict == ItemStatus::pending;
  }
  if (commit.events.empty()) return "nothing";
  return pending ? "pending" : "ok";
}

}  // namespace

const World& Stage::world_of(const Cell& cell) {
  std::string key = cell.type() + '/' + cell.state();
  for (const auto& [name, value] : cell.options()) key += '/' + value;
  const auto found = worlds_.find(key);
  return found != worlds_.end() ? found->second : worlds_.emplace(key, Builder{cell}.build()).first->second;
}

std::string Stage::verdict_of(const Cell& cell) {
  const World& world = world_of(cell);
  Overlay overlay{&world.rows()};
  const Tried tried =
      try_on(overlay, world.rules(), caller_of(cell), command_of(cell),
             {.at = now, .id = {}, .expect = expected_revision(cell, world)}, world.log().size() + 1);
  const std::string verdict = spec::verdict_of(tried);
  if (!std::holds_alternative<Committed>(tried.outcome) && overlay.written() != 0)
    return verdict + ", and rows were written";
  return verdict;
}

}  // namespace muster::test::spec
