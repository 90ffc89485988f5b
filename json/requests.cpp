#include <algorithm>
#include <set>
#include <vector>

#include <boost/json/serialize.hpp>

#include <muster/domain/core/arguments.hpp>
#include <muster/json/parse.hpp>
#include <muster/json/reader.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/suggestions.hpp>
#include <muster/json/writer.hpp>

namespace muster {
namespace {

namespace json = boost::json;

const std::set<std::string_view>& envelope_keys() {
  static const std::set<std::string_view> keys{"command", "caller", "caller_kind", "at",
                                               "id",      "expect", "correlation"};
  return keys;
}

/// Puts an empty command of that name into `command`; false when there is none.
bool emplace_command(std::string_view name, Command& command) {
  bool found = false;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        if (persisted<C>.name != name) return;
        command.emplace<C>();
        found = true;
      });
  return found;
}

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) { names.push_back(persisted<C>.name); });
  return names;
}

std::string unknown_command(std::string_view name) {
  return fmt::format("unknown command `{}`{}", shortened(name), did_you_mean(name, command_names()));
}

void read_envelope(JsonReader& reader, const json::object& object, Request& request) {
  reader.field(object.if_contains("caller"), "caller", request.caller.account);
  if (const auto* kind = object.if_contains("caller_kind"))
    reader.read(*kind, "caller_kind", request.caller.kind);
  reader.field(object.if_contains("at"), "at", request.at);
  reader.field(object.if_contains("id"), "id", request.id);
  reader.field(object.if_contains("expect"), "expect", request.expect);
  reader.field(object.if_contains("correlation"), "correlation", request.correlation);
}

/// Whether JSON has the values of a type as strings.
template <class T>
struct IsText {
  static constexpr bool value = NamedEnum<T> || std::is_same_v<T, std::string> || muster::detail::is_id<T> ||
                                muster::detail::is_text<T>;
};
template <class T>
struct IsText<std::optional<T>> : IsText<T> {};

/// Whether the envelope or the command has a field of that name that is text. An unknown one is taken for
/// text: its name is what is wrong.
bool takes_text(std::string_view command, std::string_view field) {
  if (field == "at" || field == "expect") return false;
  bool text = true;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
      [&]<class C>(std::type_identity<C>) {
        if (persisted<C>.name != command) return;
        const C blank{};
        for_each_member(blank, [&]<class T>(std::string_view name, const T&) {
          if (name == field) text = IsText<T>::value;
        });
      });
  return text;
}

/// A result repeats at most this much of the group id that a line names.
constexpr std::size_t group_echo_bytes_max = 256;

ReadLine malformed_line(JsonProblem problem) {
  ReadLine read;
  read.problem = std::move(problem);
  read.malformed = true;
  return read;
}

}  // namespace

ReadLine read_request(std::string_view line) {
  auto parsed = parse_json(line);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) return malformed_line(*problem);
  const auto* object = std::get<json::value>(parsed).if_object();
  if (object == nullptr) return malformed_line({"expected a JSON object"});

  ReadLine read;
  if (const auto* group = object->if_contains("group"); group != nullptr && group->is_string())
    read.group = std::string{std::string_view{group->get_string()}};
  JsonReader reader;
  Request request;
  const auto* command = object->if_contains("command");
  if (command == nullptr)
    reader.fail("command", "missing field `command`");
  else if (!command->is_string())
    reader.fail_type("command", "must be a string");
  else if (const std::string_view name = command->get_string(); !emplace_command(name, request.command))
    reader.fail("command", unknown_command(name));
  else {
    read_envelope(reader, *object, request);
    std::visit([&](auto& c) { reader.object(*object, "", c, envelope_keys()); }, request.command);
  }
  read.problem = reader.problem();
  if (!read.problem) read.request = std::move(request);
  return read;
}

ReadLine overlong_line() { return malformed_line({"the line is longer than 1 MiB"}); }

std::variant<json::value, JsonProblem> field_value(std::string_view command, std::string_view field,
                                                   std::string_view text) {
  if (takes_text(command, field)) return json::value(json::string_view{text.data(), text.size()});
  auto value = parse_json(text);
  if (auto* problem = std::get_if<JsonProblem>(&value)) {
    problem->field = field;
    problem->message = fmt::format("`{}` must be JSON, as 5, true, [\"bob\"] or {{\"level\":\"3\"}}: {}",
                                   field, problem->message);
  }
  return value;
}

json::object refusal_object(const Refusal& refusal, const std::optional<std::string>& group) {
  json::object object{{"ok", false}};
  if (group) object["group"] = json_of_bytes(std::string_view{*group}.substr(0, group_echo_bytes_max));
  object["error"] = json_name(refusal.error);
  object["code"] = refusal.code;
  object["rule"] = std::string_view{refusal.rule.slug()};
  if (!refusal.field.empty()) object["field"] = refusal.field;
  object["message"] = message_of(refusal);
  json::object facts = json_of_set_members(refusal.facts);
  if (!facts.empty()) object["facts"] = std::move(facts);
  return object;
}

json::object answer_object(const Answer& answer, bool full) {
  json::object object{{"ok", true}};
  if (answer.group) object["group"] = std::string_view{answer.group->view()};
  if (answer.revision) object["revision"] = *answer.revision;
  if (answer.position) object["position"] = *answer.position;
  json::array events;
  for (const Event& event : answer.events) {
    if (full)
      events.push_back(json_of_event(event));
    else
      events.push_back(json::value(std::string_view{name_of(event)}));
  }
  object["events"] = std::move(events);
  if (answer.reply.result) object["result"] = json_name(*answer.reply.result);
  if (!answer.reply.results.empty()) {
    json::array results;
    for (const ItemResult& item : answer.reply.results) {
      results.push_back(
          json::object{{"user", std::string_view{item.user.view()}},
                       {"result", item.refused ? json_name(*item.refused) : json_name(item.verdict)}});
    }
    object["results"] = std::move(results);
  }
  if (answer.replayed) object["replayed"] = true;
  return object;
}

std::string refusal_line(const ReadLine& read, std::size_t number) {
  json::object object = refusal_object(bad_argument(arguments_json, read.problem->field, {}), read.group);
  object["message"] = read.problem->message;
  if (!read.malformed) return json::serialize(object);
  json::object with_line;
  for (auto& entry : object) {
    if (entry.key() == "message") with_line["line"] = number;
    with_line[entry.key()] = entry.value();
  }
  return json::serialize(with_line);
}

}  // namespace muster
