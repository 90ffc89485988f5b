#include "reference/moves.hpp"

#include <random>

#include <fmt/format.h>

#include <muster/domain/step.hpp>

#include "support/engines.hpp"

namespace muster::reference {
namespace {

using test::Move;

/// Draws the parts of commands.
class Dice {
 public:
  explicit Dice(std::mt19937_64& random) : random_(random) {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }
  template <NamedEnum E>
  E any() {
    return names<E>[below(names<E>.size())].value;
  }
  /// Set once in three times.
  template <class Draw>
  auto maybe(Draw draw) -> std::optional<decltype(draw())> {
    if (!once_in(3)) return std::nullopt;
    return draw();
  }

  Account account() {
    return one_of({test::olive, test::olive, test::adam, test::adam, test::mia, test::mia, test::otto,
                   Account{"nina"}});
  }
  GroupId group() { return one_of({GroupId{"a"}, GroupId{"b"}, GroupId{"@TGS#_a"}, GroupId{"@TGS#_a"}}); }
  GroupId community() { return GroupId{"@TGS#_a"}; }
  TopicId topic(const GroupId& group) {
    return TopicId{fmt::format("{}@TOPIC#_{}", group.view(), one_of({"x", "y", "z"}))};
  }
  TypeName type() { return TypeName{name_of(any<BaseType>())}; }
  std::string short_text() { return one_of<std::string>({"", "one", "two", "zwölf"}); }
  CustomKey key() { return CustomKey{one_of({"k", "l", "m"})}; }
  CustomValues custom() {
    CustomValues values;
    for (std::uint64_t i = below(3); i > 0; --i) values[key()] = one_of<std::string>({"", "1", "2"});
    return values;
  }
  template <class List>
  List accounts(std::uint64_t most) {
    List users;
    for (std::uint64_t i = 1 + below(most); i > 0; --i) users.push_back(account());
    return users;
  }
  template <class C>
  void texts(C& c) {
    c.introduction = maybe([&] { return Introduction{short_text()}; });
    c.notification = maybe([&] { return Notification{short_text()}; });
    c.face_url = maybe([&] { return FaceUrl{short_text()}; });
  }

 private:
  std::mt19937_64& random_;
};

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

/// What a history is about, besides everything.
enum class Theme : std::uint8_t { nothing, fields, applications, messages, removals, imports };
constexpr std::uint64_t themes = 6;

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

constexpr std::size_t moves_of_a_generation = 60;

/// One of the three groups with which a generation begins.
CreateGroup a_fresh_group(Dice& dice, std::size_t number) {
  CreateGroup c;
  c.name = GroupName{"Readers"};
  BaseType base = BaseType::community;
  if (number == 0) base = dice.one_of({BaseType::public_, BaseType::work});
  if (number == 1) base = dice.one_of({BaseType::meeting, BaseType::public_, BaseType::avchatroom});
  c.type = TypeName{name_of(base)};
  c.group = number == 2 ? dice.community() : GroupId{number == 0 ? "a" : "b"};
  if (base == BaseType::community) c.support_topic = true;
  if (base == BaseType::public_) c.invite_option = dice.any<InviteOption>();
  if (base == BaseType::avchatroom) return c;
  c.members.emplace({InitialMember{test::mia, {}}, InitialMember{Account{"nina"}, {}}});
  c.members->push_back({test::adam, base == BaseType::work ? Role::member : Role::admin});
  return c;
}

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

Move rich_move_at(Dice& dice, TimeMs at, Theme theme) {
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

}  // namespace

std::vector<Move> mixed_moves(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random{seed};
  Dice dice{random};
  const auto generated = test::a_move();
  const auto theme = static_cast<Theme>(dice.below(themes));
  // Some histories last seconds, and some last days.
  const std::int64_t step = dice.one_of<std::int64_t>({1, 37, 900'000});
  std::vector<Move> moves;
  std::vector<Move> with_id;
  for (std::size_t i = 0; i < count; ++i) {
    const TimeMs passed = test::later(static_cast<std::int64_t>(i) * step);
    // Groups end, and their ids are not used again: others follow.
    std::size_t generation = i / moves_of_a_generation;
    Move move;
    if (i % moves_of_a_generation < 3) {
      move = {test::user(test::olive), a_fresh_group(dice, i % moves_of_a_generation), {.at = passed}};
    } else if (!with_id.empty() && dice.once_in(15)) {
      move = with_id[dice.below(with_id.size())];
      move.with.at = passed;
      moves.push_back(std::move(move));
      continue;
    } else if (dice.once_in(2)) {
      move = rich_move_at(dice, TimeMs{passed.ms + static_cast<std::int64_t>(dice.below(6000))}, theme);
    } else {
      move = generated(rc::Random(random()), 100).value();
      move.with.at->ms += passed.ms - test::t0.ms;
    }
    if (generation > 0 && dice.once_in(5)) --generation;
    if (generation > 0) test::rename_groups(move.command, std::to_string(generation));
    if (move.with.id) with_id.push_back(move);
    moves.push_back(std::move(move));
  }
  return moves;
}

std::vector<Move> quota_moves(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random{seed};
  Dice dice{random};
  std::vector<Move> moves;
  std::uint64_t made = 0;
  const auto some_group = [&] { return GroupId{fmt::format("g{}", dice.below(made + 1))}; };
  for (std::size_t i = 0; i < count; ++i) {
    Move move{{dice.account(), dice.once_in(5) ? CallerKind::app_admin : CallerKind::user},
              QuitGroup{some_group()},
              {}};
    move.with.at = test::later(static_cast<std::int64_t>(i));
    const std::uint64_t kind = i == 0 ? 99 : dice.below(20);
    if (kind == 99) {
      move = {test::app_admin(), SetPlan{Edition::free, {}, {}}, move.with};
    } else if (kind < 9) {
      CreateGroup c;
      c.type = TypeName{
          name_of(dice.one_of({BaseType::work, BaseType::public_, BaseType::meeting, BaseType::avchatroom}))};
      c.group = GroupId{fmt::format("g{}", ++made)};
      c.name = GroupName{"Readers"};
      if (c.type.view() != "AVChatRoom") {
        c.members.emplace();
        for (std::uint64_t n = dice.below(seed % 2 == 0 ? 3 : 7); n > 0; --n)
          c.members->push_back({dice.account(), {}});
      }
      if (c.type.view() == "Public" || c.type.view() == "Meeting")
        c.invite_option = dice.maybe([] { return InviteOption::free_access; });
      move.command = c;
    } else if (kind < 11) {
      move.command = JoinGroup{some_group(), {}};
    } else if (kind < 14) {
      move.command = PostMessage{some_group(), {}, {}};
    } else if (kind < 16) {
      move.command = InviteUsers{some_group(), {dice.account(), dice.account()}, {}};
    } else if (kind == 16) {
      move.command = DismissGroup{some_group()};
    } else if (kind == 17) {
      move.command = TransferGroup{some_group(), dice.account()};
    } else if (kind == 18) {
      move.command = AcceptApplication{some_group(), dice.account(), {}};
    }
    moves.push_back(std::move(move));
  }
  return moves;
}

namespace {

std::string text(const std::string& value) {
  return value.size() > 40 ? fmt::format("{} bytes", value.size()) : '"' + value + '"';
}
std::string text(bool value) { return value ? "true" : "false"; }
std::string text(TimeMs time) {
  return time >= test::t0 && time < test::later(10'000'000'000) ? fmt::format("t0+{}", time.ms - test::t0.ms)
                                                                : std::to_string(time.ms);
}
template <NamedEnum E>
std::string text(E value) {
  return std::string{name_of(value)};
}
template <std::unsigned_integral N>
std::string text(N value) {
  return std::to_string(value);
}
template <class Tag, std::size_t Max>
std::string text(const Id<Tag, Max>& id) {
  return id.overlong() ? "(too long)" : std::string{id.view()};
}
template <class Tag, std::size_t Min, std::size_t Max>
std::string text(const Text<Tag, Min, Max>& value) {
  return text(value.value);
}
template <Described T>
std::string text(const T& object);
template <class T>
std::string text(const std::optional<T>& value);
std::string text(const CustomValues& values) {
  std::string all;
  for (const auto& [key, value] : values)
    all += fmt::format("{}{}: {}", all.empty() ? "" : ", ", text(key), text(value));
  return '{' + all + '}';
}
template <class T, std::size_t Min, std::size_t Max>
std::string text(const List<T, Min, Max>& items) {
  if (items.size() > 9) return fmt::format("[{} items]", items.size());
  std::string all;
  for (const T& item : items) all += (all.empty() ? "" : ", ") + text(item);
  return '[' + all + ']';
}
template <class T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : std::string{};
}
template <Described T>
std::string text(const T& object) {
  std::string all;
  for_each_member(object, [&]<class Member>(const char* name, const Member& member) {
    if constexpr (detail::is_optional<Member>)
      if (!member) return;
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", name, text(member));
  });
  return '{' + all + '}';
}

}  // namespace

std::string to_string(const Move& move) {
  std::string line =
      fmt::format("{} {}: {} ", text(move.caller.kind), text(move.caller.account), name_of(move.command));
  std::visit([&](const auto& c) { line += text(c); }, move.command);
  if (move.with.at) line += " at " + text(*move.with.at);
  if (move.with.id) line += " id " + text(*move.with.id);
  if (move.with.expect) line += fmt::format(" expect {}", *move.with.expect);
  return line;
}

}  // namespace muster::reference
