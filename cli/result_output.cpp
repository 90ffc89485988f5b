#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <muster/cli/result_output.hpp>
#include <muster/json/requests.hpp>
#include <muster/json/writer.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

}  // namespace

std::string result_line(const Result& result, const std::optional<std::string>& group, bool full) {
  if (const auto* answer = std::get_if<Answer>(&result)) return json::serialize(answer_object(*answer, full));
  if (const auto* refusal = std::get_if<Refusal>(&result))
    return json::serialize(refusal_object(*refusal, group));
  const auto& failure = std::get<Failure>(result);
  json::object object{{"ok", false}};
  if (group) object["group"] = *group;
  object["error"] = json_name(failure.kind);
  object["message"] = failure.message;
  return json::serialize(object);
}

std::string asked_text(const Request& request) {
  std::string text = fmt::format("{} {}", request.caller.account.view(), name_of(request.command));
  if (const GroupId* group = group_of(request.command)) text += fmt::format(" {}", group->view());
  return printable(text);
}

std::string result_text(const Result& result, const std::string& asked) {
  if (const auto* refusal = std::get_if<Refusal>(&result))
    return fmt::format("{:<44} no: {} ({}) {}", asked, name_of(refusal->error), refusal->rule.slug(),
                       message_of(*refusal));
  if (const auto* failure = std::get_if<Failure>(&result))
    return fmt::format("{:<44} {}: {}", asked, name_of(failure->kind), failure->message);
  const auto& answer = std::get<Answer>(result);
  std::string text = fmt::format("{:<44} yes", asked);
  if (answer.reply.result) text += fmt::format(", {}", name_of(*answer.reply.result));
  for (const ItemResult& item : answer.reply.results)
    text += fmt::format(", {} {}", item.user.view(),
                        item.refused ? name_of(*item.refused) : name_of(item.verdict));
  const char* before = ": ";
  for (const Event& event : answer.events) {
    text += fmt::format("{}{}", before, name_of(event));
    before = ", ";
  }
  if (answer.events.empty()) text += ", no change";
  if (answer.replayed) text += " (already applied)";
  return text;
}

}  // namespace muster::cli
