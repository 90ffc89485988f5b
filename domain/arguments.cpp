#include <algorithm>
#include <string>
#include <utility>

#include <muster/domain/arguments.hpp>
#include <muster/domain/say.hpp>

namespace muster {
namespace {

constexpr std::string_view topic_mark = "@TOPIC#_";
constexpr std::string_view assigned_mark = "@TGS#";
constexpr std::string_view community_mark = "@TGS#_";
constexpr std::size_t group_value_bytes_max = 512;
constexpr std::size_t member_value_bytes_max = 64;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool is_key(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Walks a command by its description and keeps the first finding of each of the three kinds.
class Arguments {
 public:
  explicit Arguments(const Rules& rules) : rules_(rules) {}

  [[nodiscard]] std::optional<Refusal> first() && {
    for (auto* found : {&invalid_, &too_many_, &bad_id_})
      if (*found) return std::move(*found);
    return std::nullopt;
  }

  void invalid(std::string_view field, std::string detail, Slug rule = "arguments.form") {
    if (!invalid_) invalid_ = bad_argument(rule, std::string{field}, std::move(detail));
  }
  void bad_id(std::string_view field, std::string detail) {
    if (!bad_id_) bad_id_ = bad_argument("arguments.group-id", std::string{field}, std::move(detail));
  }

  void check(std::string_view field, const Account& account) {
    if (account.empty())
      invalid(field, "is empty; an account is 1 to 32 bytes of printable ASCII");
    else if (account.overlong() || !is_printable(account.view()))
      invalid(field, "must be 1 to 32 bytes of printable ASCII");
  }
  void check(std::string_view field, const GroupId& group) {
    if (group.empty() || group.overlong() || !is_printable(group.view()))
      bad_id(field, "must be 1 to 47 bytes of printable ASCII");
    else if (group.view().find(topic_mark) != std::string_view::npos)
      bad_id(field, "must not contain `@TOPIC#_`, which makes it a topic's");
  }
  void check(std::string_view field, const TopicId& topic) {
    const std::string_view text = topic.view();
    const auto mark = text.find(topic_mark);
    if (topic.overlong() || !is_printable(text) || mark == std::string_view::npos || mark == 0) {
      bad_id(field, "must be a group id, `@TOPIC#_` and a custom part, at most 96 bytes of printable ASCII");
      return;
    }
    check(field, GroupId{text.substr(0, mark)});
    const std::string_view custom = text.substr(mark + topic_mark.size());
    if (custom.empty() || custom.find(community_mark) != std::string_view::npos ||
        custom.find("@TOPIC#_@TOPIC#") != std::string_view::npos)
      bad_id(field, "must have a custom part after its `@TOPIC#_`, without `@TGS#_` and `@TOPIC#_@TOPIC#`");
  }
  template <class Tag, std::size_t Max>
  void check(std::string_view field, const Id<Tag, Max>& id) {
    if (id.empty() || id.overlong() || !is_utf8(id.view()))
      invalid(field, say("must be 1 to ", Max, " bytes of UTF-8"));
  }
  void check(std::string_view field, const Correlation& id) {
    if (id.overlong() || !is_utf8(id.view())) invalid(field, "must be at most 64 bytes of UTF-8");
  }
  void check(std::string_view field, const TypeName& type) {
    if (rules_.find(type) == nullptr) invalid(field, say("names no group type: ", type));
  }
  template <class Tag, std::size_t Min, std::size_t Max>
  void check(std::string_view field, const Text<Tag, Min, Max>& text) {
    if (text.value.size() < Min || text.value.size() > Max)
      invalid(field, say("is ", text.value.size(), " bytes long; must be ", Min, " to ", Max));
    else if (!is_utf8(text.value))
      invalid(field, "is not valid UTF-8");
  }
  void check(std::string_view field, std::uint64_t number) {
    if (number > integer_max) invalid(field, say("is ", number, "; must be at most ", integer_max));
  }
  void check(std::string_view, std::uint32_t) {}
  void check(std::string_view, bool) {}
  template <NamedEnum E>
  void check(std::string_view field, E value) {
    if (name_of(value).empty()) invalid(field, say("has no value numbered ", static_cast<unsigned>(value)));
  }
  void check(std::string_view field, const CustomValues& custom) {
    for (const auto& [key, value] : custom) {
      const std::string at = say(field, ".", key.view());
      if (key.empty() || key.overlong() || !is_key(key.view()))
        invalid(at, "must have a key of 1 to 16 bytes of [A-Za-z0-9_]");
      if (value.size() > group_value_bytes_max)
        invalid(at, say("is ", value.size(), " bytes long; must be at most ", group_value_bytes_max));
    }
  }
  template <class T>
  void check(std::string_view field, const std::optional<T>& value) {
    if (value) check(field, *value);
  }
  template <class T, std::size_t Min, std::size_t Max>
  void check(std::string_view field, const List<T, Min, Max>& list) {
    if (list.size() > Max) {
      if (!too_many_)
        too_many_ = bad_argument("arguments.list", std::string{field},
                                 say("has ", list.size(), " items; at most ", Max, " go into one command"));
      return;
    }
    if (list.size() < Min) invalid(field, "is empty");
    for (std::size_t i = 0; i < list.size(); ++i) check(say(field, "[", i, "]"), list[i]);
  }
  template <Described T>
  void check(std::string_view field, const T& object) {
    for_each_member(object, [&](const char* name, const auto& member) {
      if (field.empty())
        check(name, member);
      else
        check(say(field, ".", name), member);
    });
  }

 private:
  const Rules& rules_;
  std::optional<Refusal> invalid_;
  std::optional<Refusal> too_many_;
  std::optional<Refusal> bad_id_;
};

/// What a creation may name its group: docs/rules.md section 4.
void check_new_id(Arguments& arguments, const GroupId& group, BaseType base) {
  const std::string_view id = group.view();
  if (base == BaseType::community) {
    if (!id.starts_with(community_mark) || id.size() == community_mark.size())
      arguments.bad_id("group", "must start with `@TGS#_`, with something after it, for a Community");
  } else if (id.starts_with(assigned_mark)) {
    arguments.bad_id("group", "must not start with `@TGS#`, which assigned ids do");
  }
}

void check_more(Arguments& arguments, const CreateGroup& c, const Context& context) {
  if (c.max_member_num && *c.max_member_num < 1)
    arguments.invalid("max_member_num", "is 0; must be at least 1");
  const TypeRules* type = context.rules->find(c.type);
  if (type == nullptr) return;
  if (c.group) check_new_id(arguments, *c.group, type->base);
  if (!c.members || c.members->size() > c.members->items_max) return;
  for (std::size_t i = 0; i < c.members->size(); ++i) {
    const auto role = (*c.members)[i].role.value_or(Role::member);
    if (role == Role::owner)
      arguments.invalid(say("members[", i, "].role"), "must be `Member` or `Admin`; `owner` names the owner");
    if (role == Role::admin && !type->has_admins)
      arguments.invalid(say("members[", i, "].role"),
                        say("must be `Member`; a ", type->name.view(), " group has no admins"));
  }
}
void check_more(Arguments& arguments, const SetMemberRole& c, const Context&) {
  if (c.role == Role::owner)
    arguments.invalid("role", "must be `Admin` or `Member`; TransferGroup makes an owner");
}
void check_more(Arguments& arguments, const SetGroupInfo& c, const Context&) {
  if (c.max_member_num && *c.max_member_num < 1)
    arguments.invalid("max_member_num", "is 0; must be at least 1");
  const bool any = c.name || c.introduction || c.notification || c.face_url || c.max_member_num ||
                   c.apply_join_option || c.invite_option || c.mute_all || (c.custom && !c.custom->empty());
  if (!any) arguments.invalid("", "the command names no field to set; give at least one");
}
void check_more(Arguments& arguments, const SetMemberInfo& c, const Context&) {
  if (!c.name_card && (!c.custom || c.custom->empty()))
    arguments.invalid("", "the command names no field to set; give `name_card` or `custom`");
  for (const auto& [key, value] : c.custom.value_or(CustomValues{})) {
    if (value.size() > member_value_bytes_max)
      arguments.invalid(say("custom.", key.view()),
                        say("is ", value.size(), " bytes long; must be at most ", member_value_bytes_max));
  }
}
void check_more(Arguments&, const auto&, const Context&) {}

}  // namespace

std::optional<Refusal> check_arguments(const Command& command, const Context& context) {
  Arguments arguments{*context.rules};
  arguments.check("caller", context.caller.account);
  arguments.check("caller_kind", context.caller.kind);
  if (context.at.ms < 0 || context.at > time_max)
    arguments.invalid("at", say("is ", context.at.ms, "; must be from 0 to ", time_max.ms), "arguments.time");
  arguments.check("id", context.id);
  arguments.check("correlation", context.correlation);
  arguments.check("expect", context.expect);
  std::visit(
      [&]<class C>(const C& c) {
        if ((Creation<C> || OfAccount<C>)&&context.expect)
          arguments.invalid(
              "expect", say("does not go with ", wire<C>.name, ", which answers with no revision to expect"),
              "arguments.expect");
        arguments.check("", c);
        check_more(arguments, c, context);
      },
      command);
  return std::move(arguments).first();
}

std::optional<Refusal> check_question(const Caller& caller, const GroupId& group,
                                      const std::vector<CustomKey>& fields) {
  Arguments arguments{default_rules()};
  arguments.check("as", caller.account);
  for (const CustomKey& key : fields) arguments.check("fields", CustomValues{{key, std::string{}}});
  arguments.check("group", group);
  return std::move(arguments).first();
}

}  // namespace muster
