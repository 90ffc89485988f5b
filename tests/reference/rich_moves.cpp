#include <fmt/format.h>

#include "reference/dice.hpp"

// Moves that go where those of the generators do not.
namespace muster::reference {

using test::Move;

namespace {

template <class C>
C a_creation(Dice& dice) {
  C c;
  const BaseType base = dice.any<BaseType>();
  c.type = TypeName{name_of(base)};
  if (!dice.once_in(10))
    c.group = base == BaseType::community ? dice.community() : dice.one_of({GroupId{"a"}, GroupId{"b"}});
  c.name = GroupName{dice.one_of<std::string>({"Readers", "Writers"})};
  dice.texts(c);
  c.max_member_num = dice.maybe([&] {
    return dice.one_of<std::uint64_t>({1, 2, 3, 5, 2001, 6001, 100'001});
  });
  if (base == BaseType::public_ || dice.once_in(20))
    c.apply_join_option = dice.maybe([&] { return dice.any<JoinOption>(); });
  if (base != BaseType::avchatroom || dice.once_in(20))
    c.invite_option = dice.maybe([&] { return dice.any<InviteOption>(); });
  if (dice.once_in(3)) c.custom = dice.custom();
  if (base != BaseType::avchatroom || dice.once_in(10)) {
    c.members.emplace();
    const bool admins = (base != BaseType::work && base != BaseType::avchatroom) || dice.once_in(20);
    for (std::uint64_t i = dice.below(5); i > 0; --i)
      c.members->push_back({dice.account(), dice.maybe([&] { return admins ? Role::admin : Role::member; })});
  }
  if (base == BaseType::community || dice.once_in(20)) c.support_topic = !dice.once_in(4);
  c.owner = dice.maybe([&] { return dice.account(); });
  return c;
}

Command a_topic_command(Dice& dice) {
  const GroupId group = dice.once_in(6) ? dice.group() : dice.community();
  const TopicId topic = dice.topic(group);
  switch (dice.below(5)) {
    case 0:
    case 1: {
      CreateTopic c{.group = group, .topic = {}, .name = GroupName{"Topic"}};
      if (!dice.once_in(3)) c.topic = topic;
      dice.texts(c);
      return c;
    }
    case 2: {
      SetTopicInfo c{.group = group, .topic = topic};
      c.name = dice.maybe([&] { return GroupName{dice.one_of<std::string>({"Topic", "Other"})}; });
      dice.texts(c);
      return c;
    }
    case 3:
      return dice.once_in(3) ? Command{DeleteTopic{group, topic}} : Command{PostMessage{group, {}, topic}};
    default: return PostMessage{group, MessageId{"m"}, topic};
  }
}

Command an_app_command(Dice& dice) {
  switch (dice.below(8)) {
    case 0: {
      const CustomKey key{fmt::format("k{}", dice.below(14))};
      return DefineGroupField{dice.once_in(3) ? key : dice.key(), dice.any<Level>(), dice.any<Level>()};
    }
    case 1:
    case 2: {
      const CustomKey key{fmt::format("k{}", dice.below(7))};
      return DefineMemberField{dice.type(),
                               dice.once_in(3) ? key : dice.key(),
                               dice.any<Level>(),
                               dice.any<Level>(),
                               dice.maybe([&] { return dice.once_in(2); }),
                               dice.maybe([&] { return dice.once_in(2); })};
    }
    case 3:
      if (!dice.once_in(6)) return SetPlan{Edition::ultimate, {}, {}};
      return SetPlan{dice.any<Edition>(), dice.maybe([&] {
                       return dice.one_of<std::uint32_t>({20, 199, 200, 2000, 2001, 6000, 6001});
                     }),
                     dice.maybe([&] { return dice.once_in(2); })};
    case 4: return SetNotificationPolicy{dice.type(), dice.any<NoticeCategory>(), dice.any<Delivery>()};
    case 5: return SetRecyclePolicy{dice.type(), dice.below(5)};
    case 6: return SetSweepPolicy{dice.type(), !dice.once_in(3)};
    default: return SetHistoryPolicy{dice.type(), dice.once_in(2)};
  }
}

Command an_import(Dice& dice, TimeMs at) {
  const auto around = [&] { return TimeMs{at.ms - 2000 + static_cast<std::int64_t>(dice.below(2100))}; };
  switch (dice.below(3)) {
    case 0: {
      auto c = a_creation<ImportGroup>(dice);
      c.create_time = dice.maybe(around);
      c.next_msg_seq = dice.maybe([&] { return 1 + dice.below(9); });
      c.last_msg_time = dice.maybe(around);
      return c;
    }
    case 1: {
      ImportMembers c{dice.group(), {}};
      for (std::uint64_t i = 1 + dice.below(3); i > 0; --i)
        c.members.push_back({.user = dice.account(),
                             .role = dice.maybe([&] {
                               return dice.one_of({Role::admin, Role::member});
                             }),
                             .join_time = dice.maybe(around),
                             .msg_seq = dice.maybe([&] { return dice.below(8); })});
      return c;
    }
    default: {
      ImportMessages c{dice.group(), {}};
      TimeMs time = around();
      for (std::uint64_t i = 1 + dice.below(4); i > 0; --i) {
        c.messages.push_back({dice.account(), time});
        time.ms += static_cast<std::int64_t>(dice.below(3));
      }
      return c;
    }
  }
}

SetGroupInfo an_info(Dice& dice) {
  SetGroupInfo c;
  c.group = dice.group();
  c.name = dice.maybe([&] { return GroupName{dice.one_of<std::string>({"Readers", "Writers"})}; });
  if (dice.once_in(2)) dice.texts(c);
  if (dice.once_in(2))
    c.max_member_num = dice.maybe([&] { return dice.one_of<std::uint64_t>({1, 2, 3, 5, 2001, 100'001}); });
  if (dice.once_in(3)) c.apply_join_option = dice.maybe([&] { return dice.any<JoinOption>(); });
  if (dice.once_in(2)) c.invite_option = dice.any<InviteOption>();
  if (dice.once_in(3)) c.mute_all = dice.once_in(2);
  if (dice.once_in(3)) c.custom = dice.custom();
  return c;
}

SetGroupInfo an_option(Dice& dice, Theme theme) {
  SetGroupInfo c;
  c.group = dice.group();
  if (theme == Theme::messages)
    c.mute_all = !dice.once_in(3);
  else if (dice.once_in(3))
    c.max_member_num = 2 + dice.below(4);
  else if (dice.once_in(2))
    c.apply_join_option = dice.any<JoinOption>();
  else
    c.invite_option = dice.one_of({InviteOption::need_permission, InviteOption::free_access});
  return c;
}

Command a_themed_command(Dice& dice, Theme theme, TimeMs at) {
  const GroupId group = dice.group();
  const auto message = [&] { return FreeText{dice.short_text()}; };
  switch (theme) {
    case Theme::nothing: break;
    case Theme::fields: {
      const CustomKey key{fmt::format("k{}", dice.below(14))};
      switch (dice.below(6)) {
        case 0: return DefineGroupField{key, dice.any<Level>(), dice.any<Level>()};
        case 1:
        case 2:
          return DefineMemberField{dice.type(),       key, dice.any<Level>(),
                                   dice.any<Level>(), {},  dice.maybe([&] { return dice.once_in(2); })};
        case 3: {
          SetGroupInfo c;
          c.group = group;
          c.custom = CustomValues{{key, dice.short_text()}};
          return c;
        }
        default:
          return SetMemberInfo{
              group, dice.maybe([&] { return dice.account(); }), {}, CustomValues{{key, dice.short_text()}}};
      }
    }
    case Theme::applications:
      switch (dice.below(6)) {
        case 0: return JoinGroup{group, dice.maybe(message)};
        case 1:
          return InviteUsers{group, dice.accounts<decltype(InviteUsers::users)>(3), dice.maybe(message)};
        case 2: return AcceptApplication{group, dice.account(), dice.maybe(message)};
        case 3: return RefuseApplication{group, dice.account(), dice.maybe(message)};
        case 4: return dice.once_in(2) ? Command{MarkApplicationsRead{}} : Command{QuitGroup{group}};
        default: return an_option(dice, theme);
      }
    case Theme::messages:
      switch (dice.below(6)) {
        case 0:
        case 1: return PostMessage{group, {}, {}};
        case 2: return MuteMember{group, dice.account(), dice.one_of<std::uint32_t>({0, 1, 3, 60})};
        case 3: return MarkMessagesRead{group, dice.maybe([&] { return dice.below(20); })};
        case 4: return a_topic_command(dice);
        default: return an_option(dice, theme);
      }
    case Theme::removals:
      switch (dice.below(6)) {
        case 0: return KickMembers{group, dice.accounts<decltype(KickMembers::users)>(4), {}};
        case 1: return SweepOfflineMembers{group, dice.accounts<decltype(SweepOfflineMembers::users)>(4)};
        case 2: return SetSweepPolicy{dice.type(), true};
        case 3:
          return dice.once_in(3) ? Command{SetRecyclePolicy{dice.type(), 1 + dice.below(3)}}
                                 : Command{RecycleGroup{group}};
        case 4:
          return dice.once_in(2) ? Command{QuitGroup{group}} : Command{TransferGroup{group, dice.account()}};
        default: return JoinGroup{group, {}};
      }
    case Theme::imports: break;
  }
  return an_import(dice, at);
}

Command a_command(Dice& dice, TimeMs at) {
  const GroupId group = dice.group();
  const auto message = [&] { return FreeText{dice.short_text()}; };
  switch (dice.below(24)) {
    case 0: return a_creation<CreateGroup>(dice);
    case 1: return an_import(dice, at);
    case 2:
    case 3: return an_info(dice);
    case 4:
    case 5:
      return SetMemberInfo{group, dice.maybe([&] { return dice.account(); }),
                           dice.maybe([&] { return NameCard{dice.short_text()}; }),
                           dice.maybe([&] { return dice.custom(); })};
    case 6:
    case 7: return InviteUsers{group, dice.accounts<decltype(InviteUsers::users)>(4), dice.maybe(message)};
    case 8: return KickMembers{group, dice.accounts<decltype(KickMembers::users)>(3), dice.maybe(message)};
    case 9:
      return MuteMember{group, dice.account(),
                        dice.one_of<std::uint32_t>({0, 1, 5, seconds_for_ever - 1, seconds_for_ever})};
    case 10: return MarkMessagesRead{group, dice.maybe([&] { return dice.below(9); })};
    case 11: return SetReceiveOption{group, dice.any<MsgFlag>()};
    case 12: return SetMemberRole{group, dice.account(), dice.one_of({Role::member, Role::admin})};
    case 13: return TransferGroup{group, dice.account()};
    case 14: {
      SendSystemNotification c{group, "data", {}};
      if (dice.once_in(2)) c.users = dice.accounts<List<Account, 1, 500>>(2);
      return c;
    }
    case 15: return a_topic_command(dice);
    case 16:
    case 17: return an_app_command(dice);
    case 18:
      return dice.once_in(3) ? Command{RecycleGroup{group}}
                             : Command{SweepOfflineMembers{
                                   group, dice.accounts<decltype(SweepOfflineMembers::users)>(3)}};
    case 19:
      return dice.once_in(2) ? Command{RefuseApplication{group, dice.account(), dice.maybe(message)}}
                             : Command{AcceptApplication{group, dice.account(), dice.maybe(message)}};
    case 20: return MarkApplicationsRead{};
    case 21:
    case 22: return PostMessage{group, {}, {}};
    default:
      return dice.once_in(4) ? Command{QuitGroup{group}} : Command{JoinGroup{group, dice.maybe(message)}};
  }
}

/// Makes a field malformed, if the command has one of the kind that was drawn.
struct Spoil {
  Dice& dice;

  template <class C>
  void operator()(C& c) const {
    switch (dice.below(8)) {
      case 0:
        if constexpr (requires { c.group; }) c.group = bad_group();
        break;
      case 1:
        if constexpr (requires { c.user; }) c.user = bad_account();
        if constexpr (requires { c.owner; }) c.owner = bad_account();
        if constexpr (requires { c.new_owner; }) c.new_owner = bad_account();
        break;
      case 2: spoil_lists(c); break;
      case 3:
        if constexpr (requires { c.name; })
          c.name = GroupName{dice.one_of<std::string>({"", std::string(31, 'n'), "\xc0\x80"})};
        if constexpr (requires { c.message; }) c.message = FreeText{std::string(301, 'm')};
        if constexpr (requires { c.name_card; })
          c.name_card = NameCard{dice.one_of<std::string>({std::string(51, 'c'), "\xed\xa0\x80"})};
        break;
      case 4:
        if constexpr (requires { c.custom; })
          c.custom = dice.one_of<CustomValues>({{{CustomKey{"no-word"}, "1"}},
                                                {{CustomKey{"k"}, std::string(513, 'v')}},
                                                {{CustomKey{}, "1"}}});
        if constexpr (requires { c.key; })
          c.key = dice.one_of({CustomKey{}, CustomKey{"no word"}, CustomKey{std::string(17, 'k')}});
        break;
      case 5:
        if constexpr (requires { c.topic; })
          c.topic = dice.one_of({TopicId{"b@TOPIC#_x"}, TopicId{"@TGS#_a@TOPIC#_"}, TopicId{"x"}, TopicId{},
                                 TopicId{"@TGS#_a@TOPIC#_@TGS#_"}});
        break;
      case 6:
        if constexpr (requires { c.type; }) c.type = TypeName{dice.one_of({"BChatRoom", "", "work"})};
        if constexpr (requires { c.role; }) c.role = Role::owner;
        if constexpr (requires { c.data; }) c.data = std::string(dice.one_of({0U, 8193U}), 'd');
        break;
      default:
        if constexpr (requires { c.max_member_num; }) c.max_member_num = 0;
        if constexpr (requires { c.message_id; })
          c.message_id = MessageId{dice.one_of<std::string>({"", std::string(65, 'm')})};
        if constexpr (requires { c.next_msg_seq; }) c.next_msg_seq = 0;
        break;
    }
  }

 private:
  GroupId bad_group() const {
    return dice.one_of({GroupId{}, GroupId{std::string(48, 'g')}, GroupId{"@TGS#x"}, GroupId{"@TGS#_"},
                        GroupId{"a@TOPIC#_x"}, GroupId{"\n"}});
  }
  Account bad_account() const {
    return dice.one_of({Account{}, Account{std::string(33, 'a')}, Account{"\x7f"}});
  }
  template <class C>
  void spoil_lists(C& c) const {
    const bool empty = dice.once_in(3);
    if constexpr (requires { c.users.size(); }) {
      if (empty)
        c.users.clear();
      else
        c.users.resize(dice.one_of({101U, 300U, 301U, 501U}), dice.one_of({test::mia, Account{}}));
    }
    if constexpr (requires { c.members.emplace(); }) c.members.emplace().resize(101, {test::mia, {}});
    if constexpr (requires { c.messages.size(); }) {
      if (empty)
        c.messages.clear();
      else
        c.messages.insert(c.messages.begin(), {test::mia, time_max});
    }
  }
};

/// Lets it be brought by those who may, as a rule.
Caller caller_for(Dice& dice, const Command& command) {
  Caller caller{dice.account(), dice.once_in(6) ? CallerKind::app_admin : CallerKind::user};
  if (dice.once_in(30)) caller.kind = CallerKind::system;
  if (dice.once_in(6)) return caller;
  if (std::holds_alternative<RecycleGroup>(command) || std::holds_alternative<SweepOfflineMembers>(command))
    caller.kind = CallerKind::system;
  else if (group_of(command) == nullptr && !std::holds_alternative<MarkApplicationsRead>(command) &&
           !std::holds_alternative<CreateGroup>(command))
    caller.kind = CallerKind::app_admin;
  else if (std::holds_alternative<ImportGroup>(command) || std::holds_alternative<ImportMembers>(command) ||
           std::holds_alternative<ImportMessages>(command) || std::holds_alternative<CreateTopic>(command) ||
           std::holds_alternative<SendSystemNotification>(command))
    caller.kind = CallerKind::app_admin;
  return caller;
}

}  // namespace

Move rich_move(Dice& dice, TimeMs at, Theme theme) {
  const bool themed = theme != Theme::nothing && dice.once_in(2);
  Move move{{}, themed ? a_themed_command(dice, theme, at) : a_command(dice, at), {}};
  move.caller = caller_for(dice, move.command);
  move.with.at = at;
  if (dice.once_in(5)) move.with.id = CommandId{std::string(1, static_cast<char>('a' + dice.below(4)))};
  const bool has_revision = group_of(move.command) != nullptr &&
                            !std::holds_alternative<CreateGroup>(move.command) &&
                            !std::holds_alternative<ImportGroup>(move.command) &&
                            !std::holds_alternative<MarkMessagesRead>(move.command);
  if (dice.once_in(has_revision ? 12 : 100)) move.with.expect = dice.below(9);
  if (dice.once_in(12)) std::visit(Spoil{dice}, move.command);
  if (dice.once_in(200)) move.caller.account = Account{};
  if (dice.once_in(200)) move.with.at = dice.one_of({TimeMs{-1}, TimeMs{time_max.ms + 1}});
  if (dice.once_in(200)) move.with.id = CommandId{};
  return move;
}

}  // namespace muster::reference
