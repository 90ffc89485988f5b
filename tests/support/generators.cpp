#include "support/generators.hpp"

#include <limits>
#include <map>

#include <muster/domain/core/command_spec.hpp>

namespace muster::test {
namespace {

template <class T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen) {
  return rc::gen::mapcat(rc::gen::inRange(0, 3), [gen](int dice) {
    return dice == 0 ? rc::gen::map(gen, [](T value) { return std::optional<T>{std::move(value)}; })
                     : rc::gen::just(std::optional<T>{});
  });
}

template <NamedEnum E>
rc::Gen<E> any_of() {
  return rc::gen::map(rc::gen::inRange<std::size_t>(0, names<E>.size()),
                      [](std::size_t i) { return names<E>[i].value; });
}

rc::Gen<BaseType> a_type() { return any_of<BaseType>(); }

rc::Gen<Command> a_creation() {
  return rc::gen::exec([] {
    const BaseType type = *a_type();
    CreateGroup create = creation(type);
    if (*rc::gen::inRange(0, 8) == 0)
      create.group.reset();
    else
      create.group = *a_group();
    if (*rc::gen::inRange(0, 4) == 0) create.max_member_num = *rc::gen::inRange<std::uint64_t>(1, 4);
    if (type == BaseType::public_) create.apply_join_option = *maybe(any_of<JoinOption>());
    if (type == BaseType::community) create.support_topic = *rc::gen::inRange(0, 3) != 0;
    if (type != BaseType::avchatroom && *rc::gen::inRange(0, 2) == 0) {
      create.members.emplace();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) create.members->push_back({*an_account(), {}});
    }
    create.owner = *maybe(an_account());
    return Command{create};
  });
}

}  // namespace

rc::Gen<Account> an_account() { return rc::gen::element(olive, adam, mia, otto); }

rc::Gen<GroupId> a_group() { return rc::gen::element(GroupId{"a"}, GroupId{"b"}, GroupId{"@TGS#_a"}); }

rc::Gen<Caller> a_caller() {
  return rc::gen::map(rc::gen::pair(an_account(), rc::gen::inRange(0, 12)),
                      [](const std::pair<Account, int>& drawn) {
                        const CallerKind kind = drawn.second == 0   ? CallerKind::system
                                                : drawn.second <= 3 ? CallerKind::app_admin
                                                                    : CallerKind::user;
                        return Caller{drawn.first, kind};
                      });
}

Command an_info(const GroupId& group, int which) {
  SetGroupInfo info;
  info.group = group;
  if (which == 0) info.name = GroupName{"other"};
  if (which == 1) info.mute_all = true;
  if (which == 2) info.invite_option = InviteOption::need_permission;
  return info;
}

/// What only app admins and the system do.
rc::Gen<Command> an_administration() {
  return rc::gen::exec([]() -> Command {
    const TypeName type{name_of(*a_type())};
    const CustomKey key{*rc::gen::element(std::string{"k"}, std::string{"l"})};
    const GroupId community{"@TGS#_a"};
    const GroupId group = *a_group();
    const GroupId forum = *rc::gen::inRange(0, 4) == 0 ? group : community;  // which may have topics
    const TopicId topic{std::string{forum.view()} + "@TOPIC#_" + (*rc::gen::arbitrary<bool>() ? "x" : "y")};
    switch (*rc::gen::inRange(0, 23)) {
      case 0: return DefineGroupField{key, *any_of<Level>(), *any_of<Level>()};
      case 1: return DefineMemberField{type, key, *any_of<Level>(), *any_of<Level>(), {}, {}};
      case 2:
        // Ultimate as a rule: the other plans would refuse most of a long history.
        if (*rc::gen::inRange(0, 8) == 0) return SetPlan{Edition::pro, {}, true};
        return SetPlan{Edition::ultimate, 2000 + *rc::gen::inRange<std::uint32_t>(0, 3), {}};
      case 3: return SetNotificationPolicy{type, *any_of<NoticeCategory>(), *any_of<Delivery>()};
      case 4: return SetRecyclePolicy{type, *rc::gen::inRange<std::uint64_t>(0, 2)};
      case 5:
      case 20:
      case 21: return SetSweepPolicy{type, *rc::gen::inRange(0, 4) != 0};
      case 6: return SetHistoryPolicy{type, *rc::gen::arbitrary<bool>()};
      case 7:
      case 8: {
        ImportGroup import;
        copy_shared_members(std::get<CreateGroup>(*a_creation()), import);
        import.next_msg_seq = *maybe(rc::gen::inRange<std::uint64_t>(1, 5));
        return import;
      }
      case 9: {
        ImportMembers import{group, {}};
        import.members.push_back({.user = *an_account()});
        import.members.push_back({.user = otto, .msg_seq = 0});
        return import;
      }
      case 10: {
        ImportMessages import{group, {}};
        import.messages.push_back({*an_account(), t0});
        import.messages.push_back({otto, t0});
        return import;
      }
      case 11: return RecycleGroup{group};
      case 12:
      case 18:
      case 19: return SweepOfflineMembers{group, {*an_account(), mia}};
      case 13: return SendSystemNotification{group, "data", {}};
      case 14:
      case 15:
        return CreateTopic{
            .group = community,
            .topic = *rc::gen::element(std::optional<TopicId>{}, std::optional{TopicId{"@TGS#_a@TOPIC#_x"}}),
            .name = GroupName{"Topic"}};
      case 16: return SetTopicInfo{.group = forum, .topic = topic, .name = GroupName{"Other"}};
      case 17: return DeleteTopic{forum, topic};
      default: return PostMessage{forum, {}, topic};
    }
  });
}

rc::Gen<Command> a_command() {
  return rc::gen::mapcat(rc::gen::inRange(0, 36), [](int dice) -> rc::Gen<Command> {
    if (dice > 28) return an_administration();
    if (dice < 4 || dice > 25) return a_creation();
    return rc::gen::map(
        rc::gen::tuple(a_group(), an_account(), rc::gen::inRange(0, 3)),
        [dice](const auto& drawn) -> Command {
          const auto& [group, account, text] = drawn;
          const std::optional<FreeText> message =
              text == 0 ? std::optional{FreeText{"please"}} : std::nullopt;
          switch (dice) {
            case 4:
            case 5:
            case 6: return JoinGroup{group, message};
            case 7:
            case 8: return AcceptApplication{group, account, message};
            case 9: return RefuseApplication{group, account, message};
            case 10: return QuitGroup{group};
            case 11:
            case 12: return PostMessage{group, {}, {}};
            case 13: return text == 0 ? Command{DismissGroup{group}} : Command{PostMessage{group, {}, {}}};
            case 14: return TransferGroup{group, account};
            case 15:
            case 16: return InviteUsers{group, {account, otto, account}, message};
            case 17: return KickMembers{group, {account, mia}, message};
            case 18: return SetMemberRole{group, account, text == 0 ? Role::member : Role::admin};
            case 19:
            case 20: return an_info(group, text);
            case 21: return MuteMember{group, account, text == 0 ? 0U : text == 1 ? 1U : seconds_for_ever};
            case 22: return SetMemberInfo{group, account, NameCard{text == 0 ? "card" : ""}, {}};
            case 23:
              return SetReceiveOption{group, text == 0 ? MsgFlag::discard : MsgFlag::accept_and_notify};
            case 24: return MarkMessagesRead{group, {}};
            default: return MarkApplicationsRead{};
          }
        });
  });
}

rc::Gen<Move> a_move() {
  return rc::gen::exec([] {
    Move move{*a_caller(), *a_command(), {}};
    const Callers callers = std::visit([]<class C>(const C&) { return C::spec.callers; }, move.command);
    const bool topics = std::holds_alternative<CreateTopic>(move.command) ||
                        std::holds_alternative<SetTopicInfo>(move.command) ||
                        std::holds_alternative<DeleteTopic>(move.command);
    if ((callers != Callers::people || topics) && *rc::gen::inRange(0, 4) != 0)
      move.caller.kind = callers == Callers::system ? CallerKind::system : CallerKind::app_admin;
    move.with.at = TimeMs{t0.ms + *rc::gen::inRange<std::int64_t>(0, 1000)};
    // Nothing is idle for seconds before.
    if (std::holds_alternative<RecycleGroup>(move.command)) move.with.at = later(5000);
    if (*rc::gen::inRange(0, 4) == 0)
      move.with.id = CommandId{std::string(1, static_cast<char>('a' + *rc::gen::inRange(0, 4)))};
    const bool has_revision =
        std::visit([]<class C>(const C&) { return answers_with_revision<C>(); }, move.command);
    if (has_revision && *rc::gen::inRange(0, 10) == 0) move.with.expect = *rc::gen::inRange<Revision>(0, 6);
    return move;
  });
}

rc::Gen<Event> an_event() {
  return rc::gen::exec([]() -> Event {
    const auto seq = [] {
      return *rc::gen::oneOf(rc::gen::inRange<MsgSeq>(0, 5),
                             rc::gen::just(std::numeric_limits<MsgSeq>::max()), rc::gen::arbitrary<MsgSeq>());
    };
    const auto announcement = [&] { return Announcement{*any_of<Delivery>(), seq()}; };
    switch (*rc::gen::inRange(0, 34)) {
      case 0: {
        GroupCreated created;
        created.type = TypeName{"Public"};
        created.base = *a_type();
        created.traits.member_profiles = *rc::gen::arbitrary<bool>();
        created.traits.counted = *rc::gen::arbitrary<bool>();
        created.life = *any_of<GroupState>();
        created.owner = *rc::gen::oneOf(an_account(), rc::gen::just(Account{}));
        return created;
      }
      case 1: {
        MembersJoined joined{
            .members = {}, .via = *any_of<JoinCause>(), .inviter = {}, .announcement = announcement()};
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
          joined.members.push_back({*an_account(), *any_of<Role>()});
        return joined;
      }
      case 2: return JoinRequested{};
      case 3: return ApplicationAccepted{.user = *an_account()};
      case 4: {
        MembersLeft left{.users = {},
                         .how = *any_of<LeaveCause>(),
                         .reason = {},
                         .announcement = announcement(),
                         .to_leavers = Delivery::off};
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i) left.users.push_back(*an_account());
        return left;
      }
      case 5: return GroupActivated{};
      case 6:
        return MessagePosted{
            .seq = seq(), .message_id = {}, .topic = *maybe(rc::gen::just(TopicId{"a@TOPIC#_x"}))};
      case 7: return GroupDismissed{};
      case 8: return GroupRecycled{.reason = *any_of<RecycleReason>(), .to_members = Delivery::off};
      case 9: return OwnerChanged{*an_account(), *an_account(), announcement()};
      case 10: {
        InvitationsFiled filed;
        for (int i = *rc::gen::inRange(0, 4); i > 0; --i) filed.users.push_back(*an_account());
        return filed;
      }
      case 11: return ApplicationRefused{.user = *an_account()};
      case 12: return RoleChanged{*an_account(), *any_of<Role>(), announcement()};
      case 13: {
        GroupInfoChanged changed;
        changed.announcement = announcement();
        if (*rc::gen::arbitrary<bool>()) changed.name = {GroupName{"a"}, GroupName{"b"}};
        if (*rc::gen::arbitrary<bool>()) changed.max_member_num = {0, *rc::gen::arbitrary<std::uint32_t>()};
        if (*rc::gen::arbitrary<bool>()) changed.mute_all = {false, true};
        return changed;
      }
      case 14: return MuteChanged{*an_account(), {*rc::gen::inRange<std::int64_t>(0, 3)}, announcement()};
      case 15: {
        MemberInfoChanged changed;
        changed.user = *an_account();
        changed.name_card = {NameCard{}, NameCard{"card"}};
        return changed;
      }
      case 16: return ReceiveOptionChanged{*any_of<MsgFlag>()};
      case 17: return MessagesRead{GroupId{"a"}, seq()};
      case 18: return ApplicationsRead{{*rc::gen::inRange<std::int64_t>(0, 5)}};
      case 19: return GroupFieldDefined{CustomKey{"k"}, *any_of<Level>(), *any_of<Level>()};
      case 20:
        return MemberFieldDefined{TypeName{"Public"}, CustomKey{"k"}, *any_of<Level>(),
                                  *any_of<Level>(),   true,           false};
      case 21: return PlanSet{*any_of<Edition>(), *rc::gen::arbitrary<std::uint32_t>(), true};
      case 22:
        return NotificationPolicySet{TypeName{"Public"}, *any_of<NoticeCategory>(), *any_of<Delivery>(),
                                     *rc::gen::arbitrary<bool>()};
      case 23: return RecyclePolicySet{TypeName{"Public"}, *rc::gen::inRange<std::uint64_t>(0, 2)};
      case 24: return SweepPolicySet{TypeName{"Public"}, *rc::gen::arbitrary<bool>()};
      case 25:
        return HistoryPolicySet{TypeName{"Public"}, *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
      case 26: {
        TopicCreated created;
        created.topic = TopicId{"a@TOPIC#_x"};
        return created;
      }
      case 27: {
        TopicInfoChanged changed;
        changed.topic = TopicId{"a@TOPIC#_x"};
        changed.name = {GroupName{"a"}, GroupName{"b"}};
        return changed;
      }
      case 28: return TopicDeleted{.topic = TopicId{"a@TOPIC#_x"}};
      case 29: return SystemNotificationSent{.data = "data", .users = {}, .delivery = Delivery::off};
      case 30: {
        GroupImported imported;
        imported.type = TypeName{"Public"};
        imported.base = *a_type();
        imported.traits.member_profiles = *rc::gen::arbitrary<bool>();
        imported.owner = *rc::gen::oneOf(an_account(), rc::gen::just(Account{}));
        imported.next_msg_seq = seq();
        for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
          imported.members.push_back({*an_account(), *any_of<Role>()});
        return imported;
      }
      case 31: {
        MembersImported joined;
        for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
          joined.members.push_back({*an_account(), *any_of<Role>(), t0, seq()});
        return joined;
      }
      case 32: {
        MessagesImported imported{.first_seq = seq(), .messages = {}};
        for (int i = *rc::gen::inRange(0, 3); i > 0; --i) imported.messages.push_back({*an_account(), t0});
        return imported;
      }
      default:
        return RulesInstalled{.digest = std::string(*rc::gen::element(0, 31, 32), 'd'), .document = "x"};
    }
  });
}

rc::Gen<std::pair<Event, Stamp>> a_stamped_event() {
  return rc::gen::exec([] {
    Stamp stamp;
    switch (*rc::gen::inRange(0, 8)) {
      case 0: stamp.stream = StreamId::app(); break;
      case 1: stamp.stream = StreamId::of(*an_account()); break;
      default: stamp.stream = StreamId::of(*a_group()); break;
    }
    stamp.revision = *rc::gen::arbitrary<Revision>();
    stamp.time = TimeMs{*rc::gen::arbitrary<std::int64_t>()};
    stamp.caller = *a_caller();
    return std::pair{*an_event(), stamp};
  });
}

void expect_sound(const MemoryRows& rows) {
  std::map<GroupId, std::uint32_t> members;
  std::map<std::string, int> indexed;  // each index row that must be there, and each that is
  const auto index = [&](std::string_view kind, const auto&... parts) -> int& {
    std::string key{kind};
    (key.append(1, '|').append(parts.view()), ...);
    return indexed[key];
  };
  std::map<GroupId, std::vector<Account>> owners;
  std::map<GroupId, std::uint32_t> profiles;
  std::map<Account, std::uint32_t> counted;
  std::map<Account, std::uint32_t> memberships;
  std::map<GroupId, int> newest;
  std::map<GroupId, std::uint32_t> mutes;
  std::map<GroupId, std::uint32_t> topics;
  GroupCountsRow living;
  std::int64_t grown = 0;  // groups created less groups ended, over all days
  rows.for_each([&]<class K, class Row>(const K& key, const Row& row) {
    if constexpr (std::is_same_v<Row, MembershipRow>) {
      ++members[key.second];
      if (row.role == Role::owner) owners[key.second].push_back(key.first);
      const GroupRow* group = rows.find<GroupRow>(key.second);
      ASSERT_NE(group, nullptr);
      if (group->traits.counted) ++counted[key.first];
      ++memberships[key.first];
      const bool profiled = group->traits.member_profiles || row.role == Role::owner;
      const MemberProfileRow* profile = rows.find<MemberProfileRow>({key.second, key.first});
      ASSERT_EQ(profile != nullptr, profiled) << key.second << key.first;
      if (profiled) {
        EXPECT_NE(rows.find<RosterRow>({key.second, row.role, row.join_time, key.first}), nullptr);
      }
      const ApplicationRow* application = rows.find<ApplicationRow>({key.second, key.first});
      EXPECT_FALSE(application != nullptr && application->status == ApplicationStatus::pending)
          << "a member has a pending application " << key.second << key.first;
    } else if constexpr (std::is_same_v<Row, EndedMembershipRow>) {
      ++members[key.second];
      if (row.role == Role::owner) owners[key.second].push_back(key.first);
      const GroupRow* group = rows.find<GroupRow>(key.second);
      ASSERT_NE(group, nullptr);
      EXPECT_TRUE(group->life == GroupState::dismissed || group->life == GroupState::recycled) << key.second;
      EXPECT_EQ(rows.find<MembershipRow>({key.first, key.second}), nullptr) << key.second << key.first;
      if (rows.find<MemberProfileRow>({key.second, key.first}) != nullptr) {
        EXPECT_NE(rows.find<RosterRow>({key.second, row.role, row.join_time, key.first}), nullptr);
      }
    } else if constexpr (std::is_same_v<Row, PendingRow>) {
      --index("pending", key.first, key.second);
      const PendingRow* newer = rows.lookup<PendingRow>({key.first, row.newer});
      if (newer != nullptr) {
        EXPECT_EQ(newer->older, key.second) << key.first;
      } else {
        ++newest[key.first];
        EXPECT_EQ(rows.find<GroupRow>(key.first)->newest_pending, key.second) << key.first;
        EXPECT_EQ(rows.find<GroupRow>(key.first)->newest_pending_time, row.time) << key.first;
      }
    } else if constexpr (std::is_same_v<Row, MemberProfileRow>) {
      ++profiles[key.first];
      ++index("roster", key.first, key.second);
    } else if constexpr (std::is_same_v<Row, ApplicationRow>) {
      ++index("filed", key.first, key.second);
      if (row.status == ApplicationStatus::pending) ++index("pending", key.first, key.second);
      EXPECT_NE(rows.find<ApplicationByTimeRow>({key.first, row.time, key.second}), nullptr);
      return;
    } else if constexpr (std::is_same_v<Row, RosterRow>) {
      --index("roster", key.group, key.account);
    } else if constexpr (std::is_same_v<Row, ApplicationByTimeRow>) {
      --index("filed", key.group, key.account);
    } else if constexpr (std::is_same_v<Row, GroupByTypeRow>) {
      --index("type", key.first, key.second);
    } else if constexpr (std::is_same_v<Row, MuteRow>) {
      ++mutes[key.first];
    } else if constexpr (std::is_same_v<Row, TopicRow>) {
      ++topics[key.first];
      EXPECT_EQ(rows.find<DeletedTopicRow>(key), nullptr) << key.second;
    } else if constexpr (std::is_same_v<Row, DayRow>) {
      grown += static_cast<std::int64_t>(row.created) - static_cast<std::int64_t>(row.ended);
    } else if constexpr (std::is_same_v<Row, ReadMarkRow>) {
      EXPECT_TRUE(rows.is_or_was_member(key.first, key.second)) << "leaving erases the read mark";
    }
    if constexpr (std::is_same_v<Row, MemberProfileRow>) {
      EXPECT_TRUE(rows.is_or_was_member(key.second, key.first));
    }
  });
  rows.for_each([&]<class K, class Row>(const K& key, const Row& row) {
    if constexpr (std::is_same_v<Row, GroupRow>) {
      EXPECT_EQ(row.member_num, members[key]) << "member_num of " << key;
      EXPECT_EQ(row.mutes, mutes[key]) << "mutes of " << key;
      EXPECT_EQ(row.topics, topics[key]) << "topics of " << key;
      if (is_alive(&row)) {
        ++(row.traits.quota == QuotaClass::avchatrooms   ? living.avchatrooms
           : row.traits.quota == QuotaClass::communities ? living.communities
                                                         : living.groups);
        --grown;
      }
      if (row.life == GroupState::active || row.life == GroupState::inactive) ++index("type", row.type, key);
      if (row.owner.empty())
        EXPECT_TRUE(owners[key].empty()) << key;
      else
        EXPECT_EQ(owners[key], std::vector{row.owner}) << key;
      EXPECT_EQ(row.newest_pending.empty() ? 0 : 1, newest[key]) << "the end of the pending ones of " << key;
      EXPECT_GE(row.next_msg_seq, 1U);
      EXPECT_GE(row.info_seq, 1U);
      EXPECT_NE(rows.find<ProfileRow>(key), nullptr);
    } else if constexpr (std::is_same_v<Row, AccountRow>) {
      EXPECT_EQ(row.joined, counted[key]) << "joined of " << key;
      EXPECT_EQ(row.memberships, memberships[key]) << "memberships of " << key;
    }
  });
  for (const auto& [key, balance] : indexed) EXPECT_EQ(balance, 0) << "index " << key;
  const GroupCountsRow* counts = rows.find<GroupCountsRow>({});
  EXPECT_EQ(counts == nullptr ? GroupCountsRow{} : *counts, living) << "existing groups";
  EXPECT_EQ(grown, 0) << "groups created less groups ended, less those that exist";
}

}  // namespace muster::test
