#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/values.hpp>

/// Why a command is refused: errors, the rules that refuse, the facts that they looked at, and the steps in
/// which they are checked.
namespace muster {

/// Why a command was refused, as users see it. The numbers are stored with the results of list items: append
/// only.
enum class Error : std::uint8_t {
  invalid_argument = 1,
  too_many_accounts = 2,
  invalid_group_id = 3,
  group_not_found = 4,
  not_supported = 5,
  unknown_custom_field = 6,
  not_member = 7,
  not_permitted = 8,
  wrong_revision = 9,
  join_disabled = 10,
  already_member = 11,
  application_not_found = 12,
  application_handled = 13,
  owner_cannot_quit = 14,
  muted = 15,
  group_full = 16,
  plan_member_limit = 17,
  joined_group_quota_exceeded = 18,
  type_not_in_plan = 19,
  group_id_in_use = 20,
  topic_not_found = 21,
  target_not_member = 22,
  custom_field_defined = 23,
  not_idle = 24,
  group_quota_exceeded = 25,
  avchatroom_quota_exceeded = 26,
  daily_group_quota_exceeded = 27,
  topic_id_in_use = 28,
  topic_limit = 29,
};

/// An error with the service's number for it and its name.
struct ErrorInfo {
  Error error;
  std::uint32_t code;
  const char* name;
};
/// Every error. Source: docs/rules.md section 3
inline constexpr std::array errors{
    ErrorInfo{Error::invalid_argument, 10004, "InvalidArgument"},
    ErrorInfo{Error::too_many_accounts, 10005, "TooManyAccounts"},
    ErrorInfo{Error::invalid_group_id, 10015, "InvalidGroupId"},
    ErrorInfo{Error::group_not_found, 10010, "GroupNotFound"},
    ErrorInfo{Error::not_supported, 10007, "NotSupported"},
    ErrorInfo{Error::unknown_custom_field, 10004, "UnknownCustomField"},
    ErrorInfo{Error::not_member, 10007, "NotMember"},
    ErrorInfo{Error::not_permitted, 10007, "NotPermitted"},
    ErrorInfo{Error::wrong_revision, 10056, "WrongRevision"},
    ErrorInfo{Error::join_disabled, 10007, "JoinDisabled"},
    ErrorInfo{Error::already_member, 10013, "AlreadyMember"},
    ErrorInfo{Error::application_not_found, 10004, "ApplicationNotFound"},
    ErrorInfo{Error::application_handled, 10024, "ApplicationHandled"},
    ErrorInfo{Error::owner_cannot_quit, 10009, "OwnerCannotQuit"},
    ErrorInfo{Error::muted, 10017, "Muted"},
    ErrorInfo{Error::group_full, 10014, "GroupFull"},
    ErrorInfo{Error::plan_member_limit, 10038, "PlanMemberLimit"},
    ErrorInfo{Error::joined_group_quota_exceeded, 10037, "JoinedGroupQuotaExceeded"},
    ErrorInfo{Error::type_not_in_plan, 11000, "TypeNotInPlan"},
    ErrorInfo{Error::group_id_in_use, 10021, "GroupIdInUse"},
    ErrorInfo{Error::topic_not_found, 110003, "TopicNotFound"},
    ErrorInfo{Error::target_not_member, 10004, "TargetNotMember"},
    ErrorInfo{Error::custom_field_defined, 10004, "CustomFieldDefined"},
    ErrorInfo{Error::not_idle, 10007, "NotIdle"},
    ErrorInfo{Error::group_quota_exceeded, 10058, "GroupQuotaExceeded"},
    ErrorInfo{Error::avchatroom_quota_exceeded, 10036, "AvChatRoomQuotaExceeded"},
    ErrorInfo{Error::daily_group_quota_exceeded, 10058, "DailyGroupQuotaExceeded"},
    ErrorInfo{Error::topic_id_in_use, 10021, "TopicIdInUse"},
    ErrorInfo{Error::topic_limit, 10036, "TopicLimit"}};

template <>
inline constexpr std::array names<Error> = [] {
  std::array<Named<Error>, errors.size()> named{};
  for (std::size_t i = 0; i < errors.size(); ++i) named[i] = {errors[i].error, errors[i].name};
  return named;
}();

/// The service's number for an error; 0 for an unknown error.
constexpr std::uint32_t code_of(Error error) {
  for (const ErrorInfo& info : errors)
    if (info.error == error) return info.code;
  return 0;
}

/// A rule that can refuse a command or a query. Defined once, as a constant beside the code that refuses by
/// it; `all_rules()` joins them.
struct Rule {
  std::string_view slug;  // stable; one grep finds it in the code, a test and the docs
  Error error;
  std::string_view section;  // of docs/rules.md
  std::string_view message;
};

/// Refers to a rule. Two are equal when their slugs are.
/// Threads  a value
class RuleId {
 public:
  RuleId() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a rule is passed by its name
  constexpr RuleId(const Rule& rule) : rule_(&rule) {}
  RuleId(Rule&&) = delete;  // rules are constants

  [[nodiscard]] constexpr const Rule& rule() const { return *rule_; }
  [[nodiscard]] constexpr std::string_view slug() const { return rule_->slug; }
  bool operator==(const RuleId& other) const { return rule_ == other.rule_ || slug() == other.slug(); }
  friend std::ostream& operator<<(std::ostream& out, RuleId id) { return out << id.slug(); }

 private:
  static constexpr Rule none{"", Error::invalid_argument, "", ""};
  const Rule* rule_ = &none;
};

/// What the refusing rule looked at; only what it used is set, and only what the caller may see.
struct Facts {
  std::optional<TypeName> type;
  std::optional<GroupState> state;
  std::optional<Level> level;         // held by the caller
  std::optional<Level> level_needed;  // least level that may
  std::optional<CallerKind> caller_kind;
  std::optional<Revision> revision;         // found, where another was expected
  std::optional<std::uint64_t> count;       // how many there are already
  std::optional<std::uint64_t> limit;       // how many may
  std::optional<Account> user;              // whom the rule is about, when not the caller
  std::optional<TimeMs> until;              // when a mute ends
  std::optional<ApplicationStatus> status;  // of an application
  std::optional<Account> by;                // who answered the application, or ended the group
  std::optional<TimeMs> time;               // when
  std::optional<std::string> key;           // of a custom field
  std::optional<std::string> cell;          // of the rules document, when one decided
  bool operator==(const Facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(Facts, (),
                      (type, state, level, level_needed, caller_kind, revision, count, limit, user, until,
                       status, by, time, key, cell))

/// Why a command was refused. A value, never thrown; a refused command changed nothing.
/// Source  docs/rules.md section 3
struct Refusal {
  Error error = Error::invalid_argument;
  std::uint32_t code = 0;  // the service's number for the error
  RuleId rule;             // which rule refused; docs/rules.md explains it
  Facts facts;
  std::string field;   // for an argument: its name, with its place in a list, as `members[3].user`
  std::string detail;  // for an argument: what is wrong with it and what would be right
  bool operator==(const Refusal&) const = default;
};

/// A refusal by `rule`.
Refusal refusal(const Rule& rule, Facts facts = {});
/// A refusal of the argument `field`.
Refusal bad_argument(const Rule& rule, std::string field, std::string detail);
/// One line for a person: what the rule says, and what was found. Lower case, no full stop.
std::string message_of(const Refusal& refusal);

/// The steps that a command is taken through, in this order; the first that refuses ends it.
/// Source  docs/rules.md section 3
enum class Step : std::uint8_t {
  arguments = 1,
  repeated = 2,
  visible = 3,
  supported = 4,
  permitted = 5,
  revision = 6,
  state = 7,
  capacity = 8
};
template <>
inline constexpr std::array names<Step>{
    Named{Step::arguments, "arguments"}, Named{Step::repeated, "repeated"},
    Named{Step::visible, "visible"},     Named{Step::supported, "supported"},
    Named{Step::permitted, "permitted"}, Named{Step::revision, "revision"},
    Named{Step::state, "state"},         Named{Step::capacity, "capacity"}};

/// A step that was walked. The last one of a refused command did not pass.
struct TracedStep {
  Step step;
  bool passed;
  bool operator==(const TracedStep&) const = default;
};
using Trace = std::vector<TracedStep>;

}  // namespace muster
