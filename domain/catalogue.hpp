#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <ostream>
#include <string_view>

#include <muster/domain/kinds.hpp>

/// Every rule that can refuse, once: its slug, its error, where the rulebook states it, what it says.
namespace muster {

/// Why a command was refused, as users see it. Numbers are on disk (verdicts of items): append only.
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
};

// clang-format off
template <> inline constexpr std::array names<Error>{
    Named{Error::invalid_argument, "InvalidArgument"},
    Named{Error::too_many_accounts, "TooManyAccounts"},
    Named{Error::invalid_group_id, "InvalidGroupId"},
    Named{Error::group_not_found, "GroupNotFound"},
    Named{Error::not_supported, "NotSupported"},
    Named{Error::unknown_custom_field, "UnknownCustomField"},
    Named{Error::not_member, "NotMember"},
    Named{Error::not_permitted, "NotPermitted"},
    Named{Error::wrong_revision, "WrongRevision"},
    Named{Error::join_disabled, "JoinDisabled"},
    Named{Error::already_member, "AlreadyMember"},
    Named{Error::application_not_found, "ApplicationNotFound"},
    Named{Error::application_handled, "ApplicationHandled"},
    Named{Error::owner_cannot_quit, "OwnerCannotQuit"},
    Named{Error::muted, "Muted"},
    Named{Error::group_full, "GroupFull"},
    Named{Error::plan_member_limit, "PlanMemberLimit"},
    Named{Error::joined_group_quota_exceeded, "JoinedGroupQuotaExceeded"},
    Named{Error::type_not_in_plan, "TypeNotInPlan"},
    Named{Error::group_id_in_use, "GroupIdInUse"},
    Named{Error::topic_not_found, "TopicNotFound"},
    Named{Error::target_not_member, "TargetNotMember"}};
// clang-format on

/// The service's number for an error (docs/rules.md section 3).
constexpr std::uint32_t code_of(Error error) {
  switch (error) {
    case Error::invalid_argument: return 10004;
    case Error::too_many_accounts: return 10005;
    case Error::invalid_group_id: return 10015;
    case Error::group_not_found: return 10010;
    case Error::not_supported: return 10007;
    case Error::unknown_custom_field: return 10004;
    case Error::not_member: return 10007;
    case Error::not_permitted: return 10007;
    case Error::wrong_revision: return 10056;
    case Error::join_disabled: return 10007;
    case Error::already_member: return 10013;
    case Error::application_not_found: return 10004;
    case Error::application_handled: return 10024;
    case Error::owner_cannot_quit: return 10009;
    case Error::muted: return 10017;
    case Error::group_full: return 10014;
    case Error::plan_member_limit: return 10038;
    case Error::joined_group_quota_exceeded: return 10037;
    case Error::type_not_in_plan: return 11000;
    case Error::group_id_in_use: return 10021;
    case Error::topic_not_found: return 110003;
    case Error::target_not_member: return 10004;
  }
  return 0;
}

/// One row of the catalogue: a rule, the error that it refuses with, and a sentence for people.
struct RuleInfo {
  std::string_view slug;
  Error error;
  std::string_view section;  // of docs/rules.md
  std::string_view says;
};

// clang-format off
inline constexpr std::array catalogue{
    //       slug                     error                               section  says
    RuleInfo{"arguments.form",        Error::invalid_argument,            "3",  "every argument must have the form that its field asks for"},
    RuleInfo{"arguments.json",        Error::invalid_argument,            "13", "a line must be one JSON object with known, unrepeated, well-typed fields"},
    RuleInfo{"arguments.list",        Error::too_many_accounts,           "4",  "a list must not be over its limit"},
    RuleInfo{"arguments.group-id",    Error::invalid_group_id,            "4",  "a group or topic id must keep to the grammar of ids"},
    RuleInfo{"arguments.expect",      Error::invalid_argument,            "3",  "`expect` goes with commands that answer with a group's revision"},
    RuleInfo{"arguments.time",        Error::invalid_argument,            "13", "`at` must be from 0 to 253402300798999 and not ahead of the clock"},
    RuleInfo{"repeat.differs",        Error::invalid_argument,            "13", "a command id that was used already repeats the same command with the same arguments"},
    RuleInfo{"group.visible",         Error::group_not_found,             "3",  "there is no such group"},
    RuleInfo{"group.gone",            Error::group_not_found,             "5",  "the group has ended and its id is not used again"},
    RuleInfo{"type.setting",          Error::not_supported,               "2",  "the type does not have this setting"},
    RuleInfo{"type.members",          Error::not_supported,               "5",  "the type takes no initial members"},
    RuleInfo{"type.topics",           Error::not_supported,               "2",  "the group has no topics"},
    RuleInfo{"join.type",             Error::not_supported,               "2",  "nobody joins a group of this type by asking"},
    RuleInfo{"applications.type",     Error::not_supported,               "2",  "groups of this type have no applications"},
    RuleInfo{"custom.known",          Error::unknown_custom_field,        "10", "a custom field must have been defined"},
    RuleInfo{"custom.write",          Error::not_permitted,               "10", "a custom field is written from its `write` level up"},
    RuleInfo{"caller.system",         Error::not_permitted,               "1",  "the system's own commands and everybody else's are apart"},
    RuleInfo{"create.owner",          Error::not_permitted,               "5",  "a user creates groups of its own only"},
    RuleInfo{"create.plan",           Error::type_not_in_plan,            "12", "the plan has no groups of this type"},
    RuleInfo{"create.id",             Error::group_id_in_use,             "4",  "a group id is never used twice"},
    RuleInfo{"create.ceiling",        Error::plan_member_limit,           "12", "`max_member_num` must not be above what the plan allows"},
    RuleInfo{"create.capacity",       Error::group_full,                  "5",  "the owner and the initial members must fit into `max_member_num`"},
    RuleInfo{"quota.joined",          Error::joined_group_quota_exceeded, "12", "an account is in no more groups than the plan allows"},
    RuleInfo{"expect.revision",       Error::wrong_revision,              "3",  "the group must stand at the revision that the caller expects"},
    RuleInfo{"join.already",          Error::already_member,              "6",  "nobody comes in twice"},
    RuleInfo{"join.disabled",         Error::join_disabled,               "6",  "the group takes no applications to join"},
    RuleInfo{"join.capacity",         Error::group_full,                  "6",  "a group takes no more members than its `max_member_num`"},
    RuleInfo{"applications.member",   Error::not_member,                  "2",  "applications are answered from inside the group"},
    RuleInfo{"applications.level",    Error::not_permitted,               "2",  "applications are answered from this level up"},
    RuleInfo{"applications.found",    Error::application_not_found,       "6",  "there is no application by this user"},
    RuleInfo{"applications.handled",  Error::application_handled,         "6",  "an application is answered once"},
    RuleInfo{"quit.member",           Error::not_member,                  "7",  "who is not in the group cannot leave it"},
    RuleInfo{"quit.owner",            Error::owner_cannot_quit,           "7",  "the owner transfers or dismisses the group instead of leaving it"},
    RuleInfo{"post.member",           Error::not_member,                  "9",  "only members and app admins post messages"},
    RuleInfo{"post.topic",            Error::topic_not_found,             "9",  "there is no such topic"},
    RuleInfo{"post.muted",            Error::muted,                       "9",  "who is muted does not post"},
    RuleInfo{"post.mute-all",         Error::muted,                       "9",  "while all are muted, only admins, the owner and app admins post"},
    RuleInfo{"dismiss.type",          Error::not_supported,               "2",  "groups of this type are not dismissed"},
    RuleInfo{"dismiss.member",        Error::not_member,                  "2",  "a group is not dismissed from outside"},
    RuleInfo{"dismiss.level",         Error::not_permitted,               "2",  "a group is dismissed from this level up"},
    RuleInfo{"show.member",           Error::not_member,                  "8",  "members of a group are shown to its members"},
    RuleInfo{"show.type",             Error::not_supported,               "2",  "groups of this type keep no list of their members"},
    RuleInfo{"show.cursor",           Error::invalid_argument,            "8",  "a page starts at the beginning or at a cursor of the same list"},
    RuleInfo{"transfer.type",          Error::not_supported,               "2",  "groups of this type are not handed over"},
    RuleInfo{"transfer.member",        Error::not_member,                  "2",  "a group is handed over from inside"},
    RuleInfo{"transfer.level",         Error::not_permitted,               "2",  "a group is handed over from this level up"},
    RuleInfo{"transfer.target",        Error::target_not_member,           "5",  "the new owner must be in the group"},
    RuleInfo{"invite.type",            Error::not_supported,               "2",  "nobody is invited to groups of this type"},
    RuleInfo{"invite.member",          Error::not_member,                  "6",  "only members and app admins invite"},
    RuleInfo{"invite.level",           Error::not_permitted,               "6",  "members are invited from this level up"},
    RuleInfo{"invite.disabled",        Error::not_permitted,               "6",  "the group takes invitations by app admins only"},
    RuleInfo{"kick.type",              Error::not_supported,               "2",  "nobody is removed from groups of this type"},
    RuleInfo{"kick.member",            Error::not_member,                  "2",  "members are removed from inside the group"},
    RuleInfo{"kick.level",             Error::not_permitted,               "2",  "members are removed from this level up"},
    RuleInfo{"kick.target",            Error::target_not_member,           "7",  "who is to be removed must be in the group"},
    RuleInfo{"kick.rank",              Error::not_permitted,               "7",  "only who ranks below the caller is removed, and never the owner"},
    RuleInfo{"role.type",              Error::not_supported,               "2",  "groups of this type have no admins"},
    RuleInfo{"role.member",            Error::not_member,                  "2",  "admins are appointed from inside the group"},
    RuleInfo{"role.level",             Error::not_permitted,               "2",  "admins are appointed from this level up"},
    RuleInfo{"role.target",            Error::target_not_member,           "7",  "who gets a role must be in the group"},
    RuleInfo{"role.owner",             Error::not_permitted,               "7",  "the owner keeps the role until the group is handed over"},
    RuleInfo{"info.type",              Error::not_supported,               "2",  "groups of this type do not have this field, or not for changing"},
    RuleInfo{"info.member",            Error::not_member,                  "8",  "the field is written from inside the group"},
    RuleInfo{"info.level",             Error::not_permitted,               "8",  "the field is written from this level up"},
    RuleInfo{"info.below",             Error::invalid_argument,            "8",  "`max_member_num` must not be below the number of members"},
    RuleInfo{"info.ceiling",           Error::plan_member_limit,           "8",  "`max_member_num` must not be above what the plan allows"},
    RuleInfo{"mute.type",              Error::not_supported,               "2",  "nobody is muted in groups of this type"},
    RuleInfo{"mute.member",            Error::not_member,                  "2",  "members are muted from inside the group"},
    RuleInfo{"mute.level",             Error::not_permitted,               "2",  "members are muted from this level up"},
    RuleInfo{"mute.target",            Error::target_not_member,           "9",  "who is to be muted must be in the group"},
    RuleInfo{"mute.rank",              Error::not_permitted,               "9",  "only who ranks below the caller is muted"},
    RuleInfo{"member-info.type",       Error::not_supported,               "2",  "groups of this type keep nothing of their members"},
    RuleInfo{"member-info.member",     Error::not_member,                  "10", "what a group keeps of its members is changed from inside"},
    RuleInfo{"member-info.level",      Error::not_permitted,               "10", "what a group keeps of others is changed from this level up"},
    RuleInfo{"member-info.target",     Error::target_not_member,           "10", "whose data is changed must be in the group"},
    RuleInfo{"member-info.rank",       Error::not_permitted,               "10", "only who ranks below the caller has their data changed by others"},
    RuleInfo{"receive-option.type",    Error::not_supported,               "2",  "groups of this type keep no receive option"},
    RuleInfo{"receive-option.member",  Error::not_member,                  "10", "only members choose how they hear of messages"},
    RuleInfo{"read.type",              Error::not_supported,               "2",  "groups of this type have no unread count"},
    RuleInfo{"read.member",            Error::not_member,                  "9",  "only members mark messages read"},
    RuleInfo{"read.beyond",            Error::invalid_argument,            "9",  "`seq` must be below the group's `next_msg_seq`"},
};
// clang-format on

/// The name of a rule, which one grep finds in the catalogue, the refusal, a test and the docs.
/// Made from a literal; one that is not in the catalogue does not compile.
class Slug {
 public:
  Slug() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): reads as a literal
  consteval Slug(const char* text) : row_(find(text)) {}
  [[nodiscard]] constexpr const RuleInfo& info() const { return catalogue[row_]; }
  [[nodiscard]] constexpr std::string_view view() const { return info().slug; }
  bool operator==(const Slug&) const = default;
  friend std::ostream& operator<<(std::ostream& out, Slug slug) { return out << slug.view(); }

 private:
  static consteval std::uint8_t find(std::string_view text) {
    for (std::size_t row = 0; row < catalogue.size(); ++row)
      if (catalogue[row].slug == text) return static_cast<std::uint8_t>(row);
    throw "no such rule in the catalogue";
  }
  std::uint8_t row_ = 0;
};

}  // namespace muster
