#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/membership/member_profiles.hpp>

namespace muster {
namespace {

constexpr Rule type_rule{"member-info.type", Error::not_supported, "2",
                         "this group type does not store this member data"};
constexpr Rule member_rule{"member-info.member", Error::not_member, "10",
                           "you must be a member to change member data"};
constexpr Rule level_rule{"member-info.level", Error::not_permitted, "10",
                          "your level is too low to change this member data"};
constexpr Rule target_rule{"member-info.target", Error::target_not_member, "10",
                           "the user whose data is to change is not a member"};
constexpr Rule rank_rule{"member-info.rank", Error::not_permitted, "10",
                         "you can only change data of members ranked below you"};
constexpr std::array<const Rule*, 7> rules{&type_rule, &member_rule,  &level_rule,  &target_rule,
                                           &rank_rule, &custom_known, &custom_write};

constexpr std::size_t value_bytes_max = 64;

const Account& target_of(const Decider& d, const SetMemberInfo& c) { return c.user ? *c.user : d.caller(); }
bool is_own(const Decider& d, const SetMemberInfo& c) { return target_of(d, c) == d.caller(); }

const MemberField* field_of(const Decider& d, const CustomKey& key) {
  return find_member_field(d.rows().app(), d.group().type, key);
}

void check_arguments(ArgumentChecker& found, const SetMemberInfo& c) {
  if (!c.name_card && values_of(c.custom).empty())
    found.invalid("", "there is nothing to set; give `name_card` or `custom`");
  for (const auto& [key, value] : values_of(c.custom)) {
    if (value.size() > value_bytes_max)
      found.invalid(concat("custom.", key.view()),
                    concat("is ", value.size(), " bytes long; must be at most ", value_bytes_max));
  }
}

void require(const Decider& d, const SetMemberInfo& c, Requirements& needed) {
  const CellRef edit = is_own(d, c) ? cell<&TypeRules::edit_own> : cell<&TypeRules::edit_others>;
  const Permission permission = edit.of(d.type());
  needed.push_back({.supported = permission.supported, .least = permission.least, .cell = edit.name});
  needed.push_back({.least = Level::member});  // whose own data it is, even if the cell says Anyone
  needed.push_back(member_profiles_supported(d));
  constexpr CellRef custom_fields = cell<&TypeRules::member_custom_fields>;
  if (!values_of(c.custom).empty())
    needed.push_back(
        {.supported = custom_fields.of(d.type()).supported, .cell = custom_fields.name, .field = "custom"});
}

bool check_supported(Decider& d, const SetMemberInfo& c) {
  return check_known(d, c.custom, [&](const CustomKey& key) { return field_of(d, key) != nullptr; });
}

bool check_permitted(Decider& d, const SetMemberInfo& c) {
  for (const auto& [key, value] : values_of(c.custom)) {
    const MemberField& field = *field_of(d, key);
    if (d.level() < field.write && !(is_own(d, c) && field.self_write))
      return refuse_custom_write(d, key, field.write);
  }
  return true;
}

bool check_state(Decider& d, const SetMemberInfo& c) {
  const Account& target = target_of(d, c);
  const Level rank = d.rank_of(target);
  if (rank == Level::anyone) return d.refuse(target_rule, {.user = target});
  return is_own(d, c) || rank < d.level() || d.refuse(rank_rule, {.user = target});
}

void emit(Decider& d, const SetMemberInfo& c) {
  const Account& target = target_of(d, c);
  const MemberProfileRow& row = d.rows().need<MemberProfileRow>({d.group_id(), target});
  MemberInfoChanged changed{.user = target, .name_card = {}, .custom = {}};
  if (c.name_card && *c.name_card != row.name_card)
    changed.name_card = Change<NameCard>{row.name_card, *c.name_card};
  changed.custom = custom_changes(row.custom, c.custom, [](const CustomKey&) { return false; });
  if (changed.name_card || !changed.custom.empty()) d.record(std::move(changed));
}

void fold(Folder& f, const MemberInfoChanged& e) {
  if (!f.group_is_alive() || f.rows().find<MemberProfileRow>({f.group_id(), e.user}) == nullptr) return;
  MemberProfileRow& row = f.rows().edit<MemberProfileRow>({f.group_id(), e.user});
  if (e.name_card) row.name_card = e.name_card->after;
  change_custom_values(row.custom, e.custom);
}

}  // namespace

constinit const CommandSpec<SetMemberInfo> SetMemberInfo::spec{.arguments = check_arguments,
                                                               .require = require,
                                                               .unsupported = &type_rule,
                                                               .outside = &member_rule,
                                                               .below = &level_rule,
                                                               .supported = check_supported,
                                                               .permitted = check_permitted,
                                                               .state = check_state,
                                                               .emit = emit,
                                                               .rules = rules};
constinit const EventSpec<MemberInfoChanged> MemberInfoChanged::spec{.fold = fold};

}  // namespace muster
