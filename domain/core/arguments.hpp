#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <muster/domain/step.hpp>

namespace muster {

inline constexpr Rule arguments_form{"arguments.form", Error::invalid_argument, "3",
                                     "an argument does not have the form that its field requires"};
inline constexpr Rule arguments_json{
    "arguments.json", Error::invalid_argument, "13",
    "a line must be one JSON object whose fields are known, unique and of the right type"};
inline constexpr Rule arguments_list{"arguments.list", Error::too_many_accounts, "4",
                                     "a list has more items than its limit"};
inline constexpr Rule arguments_group_id{"arguments.group-id", Error::invalid_group_id, "4",
                                         "a group or topic id is not well-formed"};
inline constexpr Rule arguments_expect{
    "arguments.expect", Error::invalid_argument, "3",
    "this command does not accept `expect`: it does not answer with a revision"};
inline constexpr Rule arguments_time{"arguments.time", Error::invalid_argument, "13",
                                     "`at` must be from 0 to 253402300798999 and not ahead of the clock"};
inline constexpr Rule repeat_differs{
    "repeat.differs", Error::invalid_argument, "13",
    "a command id that was used before must come with the same command and arguments"};
inline constexpr std::array<const Rule*, 7> arguments_rules{
    &arguments_form,   &arguments_json, &arguments_list, &arguments_group_id,
    &arguments_expect, &arguments_time, &repeat_differs};

/// Starts the ids that the engine assigns; for a Community with `_` after it.
inline constexpr std::string_view assigned_mark = "@TGS#";
inline constexpr std::string_view community_mark = "@TGS#_";
/// Separates a topic's group from its own part.
inline constexpr std::string_view topic_mark = "@TOPIC#_";

/// Collects what is wrong with the arguments of one command: the first finding of each of three kinds.
class ArgumentChecker {
 public:
  explicit ArgumentChecker(const Rules& rules, TimeMs at = {}) : rules_(rules), at_(at) {}

  /// detail  what is wrong with the field and what would be right, as `is 0; must be at least 1`
  void invalid(std::string_view field, std::string detail, const Rule& rule = arguments_form);
  void bad_group_id(std::string_view field, std::string detail);
  void too_many(std::string_view field, std::size_t most);
  [[nodiscard]] const Rules& rules() const { return rules_; }
  /// The command's own time.
  [[nodiscard]] TimeMs at() const { return at_; }

  /// The first of: an ill-formed argument, an over-long list, an ill-formed group id.
  [[nodiscard]] std::optional<Refusal> first() &&;

 private:
  const Rules& rules_;
  TimeMs at_;
  std::optional<Refusal> invalid_;
  std::optional<Refusal> too_many_;
  std::optional<Refusal> bad_group_id_;
};

/// Step 1: everything that can be checked without any state. None when all is well. An over-long list is not
/// looked into.
/// Source  docs/rules.md sections 3 and 4
std::optional<Refusal> check_arguments(const Request& request, const Env& env);

/// The same for the account of a query.
std::optional<Refusal> check_account(const Account& account, std::string_view field);
/// The same for what a query names: an account, a group, keys of custom fields.
std::optional<Refusal> check_query_arguments(const Caller& caller, const GroupId& group,
                                             const std::vector<CustomKey>& fields = {});

}  // namespace muster
