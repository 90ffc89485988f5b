#include <algorithm>
#include <stdexcept>
#include <variant>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <muster/json/parse.hpp>
#include <muster/json/reader.hpp>
#include <muster/json/rule_examples.hpp>

namespace muster {
namespace {

namespace json = boost::json;

/// Reads what the description of RuleExample does not say.
class ExampleReader {
 public:
  explicit ExampleReader(const json::object& from) : from_(from) {}

  RuleExample example() {
    RuleExample example;
    reader_.object(from_, "", example,
                   {"given", "refused", "item", "rules", "first", "allowed", "allowed_rules"});
    commands("given", example.given);
    request("refused", example.refused);
    if (const auto* item = from_.if_contains("item")) reader_.read(*item, "item", example.item);
    if (const auto* rules = from_.if_contains("rules")) example.rules = json::serialize(*rules);
    if (from_.contains("first")) commands("first", example.first);
    request("allowed", example.allowed);
    const auto* allowed_rules = from_.if_contains("allowed_rules");
    example.allowed_rules = allowed_rules == nullptr ? example.rules : json::serialize(*allowed_rules);
    if (reader_.problem()) throw std::runtime_error(reader_.problem()->message);
    return example;
  }

 private:
  void commands(const std::string& name, std::vector<ExampleCommand>& into) {
    const auto* value = from_.if_contains(name);
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr) return reader_.fail_type(name, "must be an array");
    for (std::size_t i = 0; i < list->size(); ++i)
      command((*list)[i], fmt::format("{}[{}]", name, i), into.emplace_back());
  }

  /// A command, or {"times": how often, "command": the command}.
  void command(const json::value& value, const std::string& path, ExampleCommand& into) {
    const auto* object = value.if_object();
    if (object == nullptr) return reader_.fail_type(path, "must be an object");
    const auto* times = object->if_contains("times");
    const auto* repeated = object->if_contains("command");
    if (times == nullptr) {
      into.line = json::serialize(*object);
    } else if (repeated == nullptr || !repeated->is_object() || object->size() != 2) {
      reader_.fail_type(path, "must have a command beside `times`, and nothing else");
    } else {
      reader_.read(*times, JsonReader::join(path, "times"), into.times);
      into.line = json::serialize(*repeated);
    }
  }

  /// A command, or a list of arguments.
  void request(const std::string& name, ExampleRequest& into) {
    const auto* value = from_.if_contains(name);
    if (value != nullptr && value->is_object())
      into.command = json::serialize(*value);
    else if (value != nullptr && value->is_array())
      reader_.read(*value, name, into.query);
    else
      reader_.fail_type(name, "must be a command or an array of arguments");
  }

  const json::object& from_;
  JsonReader reader_;
};

}  // namespace

RuleExample read_rule_example(std::string_view line) {
  const auto parsed = parse_json(line);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) throw std::runtime_error(problem->message);
  const auto* object = std::get<json::value>(parsed).if_object();
  if (object == nullptr) throw std::runtime_error("expected a JSON object");
  return ExampleReader{*object}.example();
}

const std::vector<RuleExample>& rule_examples() {
  static const std::vector<RuleExample> examples = [] {
    std::vector<RuleExample> read;
    for (const std::string_view line : rule_example_lines) read.push_back(read_rule_example(line));
    return read;
  }();
  return examples;
}

const RuleExample* example_of(std::string_view slug) {
  const auto found = std::ranges::find(rule_examples(), slug, &RuleExample::rule);
  return found == rule_examples().end() ? nullptr : &*found;
}

}  // namespace muster
