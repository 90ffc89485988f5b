#include <string>
#include <utility>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/command_spec.hpp>
#include <muster/domain/core/strings.hpp>

namespace muster {
namespace {

constexpr std::size_t custom_value_bytes_max = 512;

/// Walks a command by its description.
class ArgumentWalk {
 public:
  explicit ArgumentWalk(ArgumentChecker& found) : found_(found) {}

  void check(std::string_view field, const Account& account) {
    if (account.empty())
      found_.invalid(field, "is empty; an account is 1 to 32 bytes of printable ASCII");
    else if (account.overlong() || !is_printable(account.view()))
      found_.invalid(field, "must be 1 to 32 bytes of printable ASCII");
  }
  void check(std::string_view field, const GroupId& group) {
    if (group.empty() || group.overlong() || !is_printable(group.view()))
      found_.bad_group_id(field, "must be 1 to 47 bytes of printable ASCII");
    else if (group.view().find(topic_mark) != std::string_view::npos)
      found_.bad_group_id(field, "must not contain `@TOPIC#_`, which makes it a topic's");
  }
  void check(std::string_view field, const TopicId& topic) {
    const std::string_view text = topic.view();
    const auto mark = text.find(topic_mark);
    if (topic.overlong() || !is_printable(text) || mark == std::string_view::npos || mark == 0) {
      found_.bad_group_id(
          field, "must be a group id, `@TOPIC#_` and a custom part, at most 96 bytes of printable ASCII");
      return;
    }
    check(field, GroupId{text.substr(0, mark)});
    const std::string_view custom = text.substr(mark + topic_mark.size());
    if (custom.empty() || custom.find(community_mark) != std::string_view::npos ||
        custom.find("@TOPIC#_@TOPIC#") != std::string_view::npos)
      found_.bad_group_id(
          field, "must have a custom part after its `@TOPIC#_`, without `@TGS#_` and `@TOPIC#_@TOPIC#`");
  }
  template <class Tag, std::size_t Max>
  void check(std::string_view field, const Id<Tag, Max>& id) {
    if (id.empty() || id.overlong() || !is_utf8(id.view()))
      found_.invalid(field, concat("must be 1 to ", Max, " bytes of UTF-8"));
  }
  void check(std::string_view field, const Correlation& id) {
    if (id.overlong() || !is_utf8(id.view())) found_.invalid(field, "must be at most 64 bytes of UTF-8");
  }
  void check(std::string_view field, const CustomKey& key) {
    if (key.empty() || key.overlong() || !is_word(key.view()))
      found_.invalid(field, "must be 1 to 16 bytes of [A-Za-z0-9_]");
  }
  void check(std::string_view field, const TypeName& type) {
    if (found_.rules().find(type) == nullptr)
      found_.invalid(field, concat("is not a group type of these rules: ", type));
  }
  template <class Tag, std::size_t Min, std::size_t Max>
  void check(std::string_view field, const Text<Tag, Min, Max>& text) {
    if (text.value.size() < Min || text.value.size() > Max)
      found_.invalid(field, concat("is ", text.value.size(), " bytes long; must be ", Min, " to ", Max));
    else if (!is_utf8(text.value))
      found_.invalid(field, "is not valid UTF-8");
  }
  void check(std::string_view field, std::uint64_t number) {
    if (number > integer_max) found_.invalid(field, concat("is ", number, "; must be at most ", integer_max));
  }
  void check(std::string_view, std::uint32_t) {}
  void check(std::string_view, TimeMs) {}              // each command has bounds of its own
  void check(std::string_view, const std::string&) {}  // any bytes; the same
  void check(std::string_view, bool) {}
  template <NamedEnum E>
  void check(std::string_view field, E value) {
    if (name_of(value).empty())
      found_.invalid(field, concat("has no value numbered ", static_cast<unsigned>(value)));
  }
  void check(std::string_view field, const CustomValues& custom) {
    for (const auto& [key, value] : custom) {
      const std::string at = concat(field, ".", key.view());
      if (key.empty() || key.overlong() || !is_word(key.view()))
        found_.invalid(at, "must have a key of 1 to 16 bytes of [A-Za-z0-9_]");
      if (value.size() > custom_value_bytes_max)
        found_.invalid(at,
                       concat("is ", value.size(), " bytes long; must be at most ", custom_value_bytes_max));
    }
  }
  template <class T>
  void check(std::string_view field, const std::optional<T>& value) {
    if (value) check(field, *value);
  }
  template <class T, std::size_t Min, std::size_t Max>
  void check(std::string_view field, const List<T, Min, Max>& list) {
    if (list.size() > Max) return found_.too_many(field, Max);
    if (list.size() < Min) found_.invalid(field, "is empty");
    for (std::size_t i = 0; i < list.size(); ++i) check(concat(field, "[", i, "]"), list[i]);
  }
  template <Described T>
  void check(std::string_view field, const T& object) {
    for_each_member(object, [&](const char* name, const auto& member) {
      if (field.empty())
        check(name, member);
      else
        check(concat(field, ".", name), member);
    });
  }

 private:
  ArgumentChecker& found_;
};

}  // namespace

void ArgumentChecker::invalid(std::string_view field, std::string detail, const Rule& rule) {
  if (!invalid_) invalid_ = bad_argument(rule, std::string{field}, std::move(detail));
}
void ArgumentChecker::bad_group_id(std::string_view field, std::string detail) {
  if (!bad_group_id_) bad_group_id_ = bad_argument(arguments_group_id, std::string{field}, std::move(detail));
}
void ArgumentChecker::too_many(std::string_view field, std::size_t most) {
  if (!too_many_)
    too_many_ = bad_argument(arguments_list, std::string{field}, concat("has more than ", most, " items"));
}

std::optional<Refusal> ArgumentChecker::first() && {
  for (auto* found : {&invalid_, &too_many_, &bad_group_id_})
    if (*found) return std::move(*found);
  return std::nullopt;
}

std::optional<Refusal> check_arguments(const Request& request, const Env& env) {
  const TimeMs at = request.at.value_or(env.time);
  ArgumentChecker found{env.rules->rules, at};
  ArgumentWalk walk{found};
  walk.check("caller", request.caller.account);
  walk.check("caller_kind", request.caller.kind);
  if (at.ms < 0 || at > time_max)
    found.invalid("at", concat("is ", at.ms, "; must be from 0 to ", time_max.ms), arguments_time);
  walk.check("id", request.id);
  walk.check("correlation", request.correlation);
  walk.check("expect", request.expect);
  std::visit(
      [&]<class C>(const C& c) {
        if (request.expect && !answers_with_revision<C>())
          found.invalid("expect",
                        concat("is not accepted by ", C::persisted.name,
                               C::spec.creates ? ", because the group does not exist yet"
                                               : ", because its answer has no revision"),
                        arguments_expect);
        walk.check("", c);
        if (C::spec.arguments != nullptr) C::spec.arguments(found, c);
      },
      request.command);
  return std::move(found).first();
}

std::optional<Refusal> check_account(const Account& account, std::string_view field) {
  ArgumentChecker found{default_rules()};
  ArgumentWalk{found}.check(field, account);
  return std::move(found).first();
}

std::optional<Refusal> check_query_arguments(const Caller& caller, const GroupId& group,
                                             const std::vector<CustomKey>& fields) {
  ArgumentChecker found{default_rules()};
  ArgumentWalk walk{found};
  walk.check("as", caller.account);
  for (const CustomKey& key : fields) walk.check("fields", CustomValues{{key, std::string{}}});
  walk.check("group", group);
  return std::move(found).first();
}

}  // namespace muster
