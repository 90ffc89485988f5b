#include <algorithm>
#include <array>
#include <optional>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rules/rules.hpp>

namespace muster {
namespace {

/// Flags that may be true where the base's is false: nothing of the type's shape depends on them.
/// `activation` must be as the base has it, which is checked apart.
constexpr std::array free_flags{&TypeRules::owner_may_quit, &TypeRules::exact_search, &TypeRules::joined_list,
                                &TypeRules::joined_quota, &TypeRules::activation};

/// Whether a cell is open: an operation that is supported, a setting that can be changed, a flag that is
/// true. None for cells that are not open or closed.
template <class Cell>
std::optional<bool> is_open(const Cell& cell) {
  if constexpr (std::is_same_v<Cell, Permission>)
    return cell.supported;
  else if constexpr (std::is_same_v<Cell, JoinOptionRule> || std::is_same_v<Cell, InviteOptionRule>)
    return cell.settable;
  else if constexpr (std::is_same_v<Cell, bool>)
    return cell;
  else
    return std::nullopt;
}

/// What of `type` is open that is not in `base`: the shape of a type is its machine's.
void find_opened_beyond(const TypeRules& type, const TypeRules& base, std::vector<std::string>& problems) {
  using Members = boost::describe::describe_members<TypeRules, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    using Cell = std::remove_cvref_t<decltype(type.*member.pointer)>;
    if constexpr (std::is_same_v<Cell, bool>)
      if (std::ranges::count(free_flags, member.pointer) != 0) return;
    if (!is_open(type.*member.pointer).value_or(false) || *is_open(base.*member.pointer)) return;
    constexpr bool settable = std::is_same_v<Cell, JoinOptionRule> || std::is_same_v<Cell, InviteOptionRule>;
    problems.push_back(concat("type ", type.name, ": `", member.name, settable ? ".settable" : "",
                              "` is open, but a ", name_of(type.base), " group has no such operation"));
  });
  if (type.activation != base.activation)
    problems.push_back(concat("type ", type.name, ": `activation` must be ",
                              base.activation ? "true" : "false", ", as for every ", name_of(type.base),
                              " group"));
}

/// Finds initial options of the type that need approvals which nobody can give.
void find_unanswerable(const TypeRules& type_rules, std::vector<std::string>& problems) {
  if (type_rules.applications.supported) return;
  const auto problem = [&](std::string_view option, std::string_view cell) {
    problems.push_back(concat("type ", type_rules.name, ": `", option,
                              ".initial` is NeedPermission, but `applications` is closed: open it, "
                              "choose another option, or close `",
                              cell, "`"));
  };
  if (type_rules.join_group && type_rules.apply_join_option.initial == JoinOption::need_permission)
    problem("apply_join_option", "join_group");
  if (type_rules.invite_users.supported && type_rules.invite_option.initial == InviteOption::need_permission)
    problem("invite_option", "invite_users");
}

/// Finds cells that name Admin in a type without admins.
void find_levels_without_holders(const TypeRules& type, std::vector<std::string>& doubts) {
  if (type.has_admins) return;
  for_each_member(type, [&]<class Cell>(std::string_view name, const Cell& cell) {
    if constexpr (std::is_same_v<Cell, Permission>)
      if (cell.supported && cell.least == Level::admin)
        doubts.push_back(
            concat("type ", type.name, ": `", name,
                   "` is from Admin up, but the type has no admins, so it is the owner's; say `Owner`"));
  });
}

/// Finds rights of the type that nobody can exercise, and doors that lead nowhere.
void find_contradictions(const TypeRules& type, std::vector<std::string>& doubts) {
  const auto doubt_if = [&](bool doubtful, std::string_view sentence) {
    if (doubtful) doubts.push_back(concat("type ", type.name, ": ", sentence));
  };
  const auto& join = type.apply_join_option;
  const bool joins = type.join_group && (join.settable || join.initial != JoinOption::disable_apply);
  doubt_if(
      !joins && !type.invite_users.supported && !type.initial_members && !type.import,
      "nobody but the owner can ever be a member: joining, inviting, initial members and imports are closed");
  doubt_if(
      join.settable && !type.edit_join_option.supported,
      "`apply_join_option` is settable, but `edit_join_option` is closed: it can be set in a creation only");
  doubt_if(!join.settable && type.edit_join_option.supported,
           "`edit_join_option` is open, but `apply_join_option` is not settable");
  doubt_if(type.invite_option.settable && !type.edit_limits.supported,
           "`invite_option` is settable, but `edit_limits` is closed: it can be set in a creation only");
  doubt_if(type.set_member_role.supported && !type.has_admins,
           "`set_member_role` is open, but the type has no admins");
  doubt_if(type.edit_mute_all.supported && !type.post_when_muted.supported,
           "`mute_all` can be set, but `post_when_muted` is closed: only app admins speak then");
  doubt_if(type.topics != type.manage_topics.supported, "only one of `topics` and `manage_topics` is open");
  doubt_if(type.unread_count != type.mark_read.supported,
           "only one of `unread_count` and `mark_read` is open");
  doubt_if(!type.post_message.supported && type.activation,
           "groups begin inactive, and `post_message` is closed: none is ever activated");
  const bool ends = type.dismiss_group.supported && type.dismiss_group.least <= Level::owner;
  doubt_if(!type.owner_may_quit && !type.transfer_group.supported && !ends,
           "the owner can neither leave, nor hand the group over, nor dismiss it");
}

bool well_named(const TypeName& name) { return !name.empty() && !name.overlong() && is_word(name.view()); }

}  // namespace

std::vector<std::string> problems_of(const Rules& rules) {
  std::vector<std::string> problems;
  for (const auto& [edition, name] : names<Edition>) {
    if (std::ranges::count(rules.plans, edition, &PlanRules::edition) != 1)
      problems.push_back(concat("plan `", name, "` must appear exactly once"));
  }
  for (const TypeRules& standard : default_rules().types) {
    const TypeRules* type_rules = rules.find(standard.name);
    if (type_rules == nullptr || type_rules->base != standard.base)
      problems.push_back(concat("built-in type ", standard.name, " is missing or has another base"));
  }
  for (const TypeRules& type_rules : rules.types) {
    if (!well_named(type_rules.name))
      problems.push_back(concat("type name ", type_rules.name, " must be 1 to 32 bytes of [A-Za-z0-9_]"));
    if (std::ranges::count(rules.types, type_rules.name, &TypeRules::name) != 1)
      problems.push_back(concat("type ", type_rules.name, " appears twice"));
    const TypeRules* base = built_in_type(type_rules.base);
    if (base == nullptr) {
      problems.push_back(concat("type ", type_rules.name, " has no built-in base"));
      continue;
    }
    find_opened_beyond(type_rules, *base, problems);
    find_unanswerable(type_rules, problems);
  }
  return problems;
}

std::vector<std::string> doubts_of(const Rules& rules) {
  std::vector<std::string> doubts;
  for (const TypeRules& type : rules.types) {
    find_levels_without_holders(type, doubts);
    find_contradictions(type, doubts);
  }
  for (const PlanRules& plan : rules.plans)
    if (plan.member_cap_min > plan.member_cap_max)
      doubts.push_back(
          concat("plan `", name_of(plan.edition), "`: `member_cap_min` is above `member_cap_max`"));
  return doubts;
}

}  // namespace muster
