#include <algorithm>
#include <array>

#include "reference/model.hpp"

// Section 3, step (1), with the bounds of section 4.
namespace muster::reference {
namespace {

bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}
bool word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}
bool within(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most;
}

/// Section 4: texts are valid UTF-8, without overlong forms, surrogates or anything above U+10FFFF.
bool utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) {
      return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0U;
    };
    const unsigned lead = byte(at);
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0) return false;
    unsigned point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      if (byte(at + i) >> 6 != 2) return false;
      point = point << 6 | (byte(at + i) & 0x3f);
    }
    constexpr std::array<unsigned, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (point < least.at(length) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    at += length;
  }
  return true;
}

constexpr std::string_view topic_mark = "@TOPIC#_";

bool good_group_id(const GroupId& id) {
  return !id.overlong() && within(id.view(), 1, 47) && printable(id.view()) &&
         id.view().find(topic_mark) == std::string_view::npos;
}
bool good_new_group_id(const GroupId& id, bool community) {
  if (!good_group_id(id)) return false;
  if (community) return id.view().starts_with("@TGS#_") && id.view().size() > 6;
  return !id.view().starts_with("@TGS#");
}
/// `<group id>@TOPIC#_<custom>`, of whichever group.
bool good_topic_id(const TopicId& id) {
  if (id.overlong() || !within(id.view(), 1, 96) || !printable(id.view())) return false;
  const std::size_t mark = id.view().find(topic_mark);
  if (mark == std::string_view::npos || !good_group_id(GroupId{id.view().substr(0, mark)})) return false;
  const std::string_view custom = id.view().substr(mark + topic_mark.size());
  return !custom.empty() && custom.find("@TGS#_") == std::string_view::npos &&
         custom.find("@TOPIC#_@TOPIC#") == std::string_view::npos;
}

/// Gathers what is wrong, by error.
class Arguments {
 public:
  explicit Arguments(const Envelope& envelope) : envelope_(envelope) {}

  bool bad_form = false;
  bool long_list = false;
  bool bad_group_id = false;

  void operator()(const CreateGroup& c) { creation(c); }
  void operator()(const ImportGroup& c) {
    creation(c);
    const auto past = [&](TimeMs time) { return time.ms >= 0 && time <= envelope_.at; };
    form(!c.create_time || past(*c.create_time));
    form(!c.last_msg_time || past(*c.last_msg_time));
    form(c.next_msg_seq.value_or(1) >= 1);
  }
  void operator()(const TransferGroup& c) {
    group(c.group);
    account(c.new_owner);
  }
  void operator()(const DismissGroup& c) { group(c.group); }
  void operator()(const RecycleGroup& c) { group(c.group); }
  void operator()(const SetGroupInfo& c) {
    group(c.group);
    texts(c);
    form(c.max_member_num.value_or(1) >= 1);
    custom(c.custom, 512);
    form(c.name || c.introduction || c.notification || c.face_url || c.max_member_num ||
         c.apply_join_option || c.invite_option || c.mute_all || (c.custom && !c.custom->empty()));
  }
  void operator()(const JoinGroup& c) {
    group(c.group);
    text(c.message, 0, 300);
  }
  void operator()(const AcceptApplication& c) { answer(c); }
  void operator()(const RefuseApplication& c) { answer(c); }
  void operator()(const InviteUsers& c) {
    group(c.group);
    accounts(c.users, 300);
    text(c.message, 0, 300);
  }
  void operator()(const QuitGroup& c) { group(c.group); }
  void operator()(const KickMembers& c) {
    group(c.group);
    accounts(c.users, 100);
    text(c.reason, 0, 300);
  }
  void operator()(const SweepOfflineMembers& c) {
    group(c.group);
    accounts(c.users, 100);
  }
  void operator()(const SetMemberRole& c) {
    group(c.group);
    account(c.user);
    form(c.role != Role::owner);
  }
  void operator()(const SetMemberInfo& c) {
    group(c.group);
    if (c.user) account(*c.user);
    text(c.name_card, 0, 50);
    custom(c.custom, 64);
    form(c.name_card || (c.custom && !c.custom->empty()));
  }
  void operator()(const SetReceiveOption& c) { group(c.group); }
  void operator()(const MarkApplicationsRead& /*c*/) {}
  void operator()(const ImportMembers& c) {
    group(c.group);
    list(c.members, 300, [&](const MemberToImport& member) {
      account(member.user);
      form(member.role != Role::owner);
    });
  }
  void operator()(const PostMessage& c) {
    group(c.group);
    form(!c.message_id || (!c.message_id->overlong() && within(c.message_id->view(), 1, 64)));
    if (c.topic) topic(*c.topic);
  }
  void operator()(const MuteMember& c) {
    group(c.group);
    account(c.user);
  }
  void operator()(const MarkMessagesRead& c) { group(c.group); }
  void operator()(const ImportMessages& c) {
    group(c.group);
    list(c.messages, 300, [&](const MessageToImport& message) {
      account(message.from);
      form(message.time.ms >= 0 && message.time <= time_max);
    });
    form(std::ranges::is_sorted(c.messages, {}, &MessageToImport::time));
  }
  void operator()(const CreateTopic& c) {
    group(c.group);
    if (c.topic) {
      topic(*c.topic);
      // Section 11: the id begins with the group's.
      const std::string start = std::string{c.group.view()}.append(topic_mark);
      bad_group_id = bad_group_id || !c.topic->view().starts_with(start);
    }
    text(std::optional{c.name}, 1, 30);
    more_texts(c);
  }
  void operator()(const SetTopicInfo& c) {
    group(c.group);
    topic(c.topic);
    texts(c);
    form(c.name || c.introduction || c.notification || c.face_url);
  }
  void operator()(const DeleteTopic& c) {
    group(c.group);
    topic(c.topic);
  }
  void operator()(const SendSystemNotification& c) {
    group(c.group);
    form(within(c.data, 1, 8192));
    if (c.users) accounts(*c.users, 500);
  }
  void operator()(const DefineGroupField& c) { key(c.key); }
  void operator()(const DefineMemberField& c) {
    type(c.type);
    key(c.key);
  }
  void operator()(const SetPlan& c) {
    const PlanColumn& plan = plan_column(c.edition);
    const std::uint32_t cap = c.member_cap.value_or(plan.member_cap_min);
    form(cap >= plan.member_cap_min && cap <= plan.member_cap_max);
    form(!c.avchatrooms_unlimited.value_or(false) || plan.may_lift_avchatrooms);
  }
  void operator()(const SetNotificationPolicy& c) { type(c.type); }
  void operator()(const SetRecyclePolicy& c) { type(c.type); }
  void operator()(const SetSweepPolicy& c) { type(c.type); }
  void operator()(const SetHistoryPolicy& c) { type(c.type); }

  void account(const Account& account) {
    form(!account.overlong() && within(account.view(), 1, 32) && printable(account.view()));
  }

 private:
  void form(bool good) { bad_form = bad_form || !good; }
  void group(const GroupId& id) { bad_group_id = bad_group_id || !good_group_id(id); }
  void topic(const TopicId& id) { bad_group_id = bad_group_id || !good_topic_id(id); }
  void type(const TypeName& name) { form(type_column(name.view()) != nullptr); }
  void key(const CustomKey& key) { form(!key.overlong() && within(key.view(), 1, 16) && word(key.view())); }
  template <class Text>
  void text(const std::optional<Text>& text, std::size_t least, std::size_t most) {
    form(!text || (within(text->value, least, most) && utf8(text->value)));
  }
  void custom(const std::optional<CustomValues>& values, std::size_t most) {
    if (!values) return;
    for (const auto& [name, value] : *values) {
      key(name);
      form(value.size() <= most);
    }
  }
  /// A list that may not be empty. The items of one that is too long are not checked.
  template <class List, class Check>
  void list(const List& items, std::size_t most, Check check) {
    form(!items.empty());
    if (items.size() > most)
      long_list = true;
    else
      for (const auto& item : items) check(item);
  }
  template <class List>
  void accounts(const List& users, std::size_t most) {
    list(users, most, [&](const Account& user) { account(user); });
  }
  template <class C>
  void more_texts(const C& c) {
    text(c.introduction, 0, 240);
    text(c.notification, 0, 300);
    text(c.face_url, 0, 100);
  }
  template <class C>
  void texts(const C& c) {
    text(c.name, 1, 30);
    more_texts(c);
  }
  template <class C>
  void answer(const C& c) {
    group(c.group);
    account(c.user);
    text(c.message, 0, 300);
  }
  template <class C>
  void creation(const C& c) {
    type(c.type);
    const TypeColumn* column = type_column(c.type.view());
    text(std::optional{c.name}, 1, 30);
    more_texts(c);
    form(c.max_member_num.value_or(1) >= 1);
    custom(c.custom, 512);
    if (c.owner) account(*c.owner);
    if (c.members && !c.members->empty())
      list(*c.members, 100, [&](const InitialMember& member) {
        account(member.user);
        form(member.role != Role::owner);
        form(member.role != Role::admin || (column != nullptr && column->has_admins));
      });
    if (c.group && !good_new_group_id(*c.group, c.type.view() == "Community")) bad_group_id = true;
  }

  const Envelope& envelope_;
};

bool takes_expect(const Command& command) {
  return std::visit(
      []<class C>(const C& c) {
        if constexpr (std::is_same_v<C, CreateGroup> || std::is_same_v<C, ImportGroup> ||
                      std::is_same_v<C, MarkMessagesRead>)
          return false;
        else
          return requires { c.group; };
      },
      command);
}

}  // namespace

std::string_view refused_argument(const Command& command, const Envelope& envelope) {
  // Which InvalidArgument goes first, section 3 does not say: here the envelope's.
  Arguments arguments{envelope};
  arguments.account(envelope.caller.account);
  if (arguments.bad_form) return "arguments.form";
  if (envelope.at.ms < 0 || envelope.at > time_max) return "arguments.time";
  if (envelope.id && (envelope.id->overlong() || !within(envelope.id->view(), 1, 64)))
    return "arguments.form";
  if (envelope.expect && !takes_expect(command)) return "arguments.expect";
  std::visit(arguments, command);
  if (arguments.bad_form) return "arguments.form";
  if (arguments.long_list) return "arguments.list";
  if (arguments.bad_group_id) return "arguments.group-id";
  return {};
}

}  // namespace muster::reference
