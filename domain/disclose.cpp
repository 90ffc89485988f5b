#include <algorithm>

#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/app/policies.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/domain/messages/mutes.hpp>
#include <muster/domain/messages/topics.hpp>

namespace muster {
namespace {

constexpr Rule show_type{"show.type", Error::not_supported, "2",
                         "this group type does not keep a list of its members"};
constexpr Rule show_member{"show.member", Error::not_member, "8", "you must be a member to see the members"};
constexpr Rule mutes_type{"mutes.type", Error::not_supported, "8",
                          "this group type does not support muting members"};
constexpr Rule mutes_member{"mutes.member", Error::not_member, "8",
                            "you must be a member to see who is muted"};
constexpr Rule mutes_level{"mutes.level", Error::not_permitted, "8",
                           "your level is too low to see who is muted"};
constexpr Rule show_level{"show.level", Error::not_permitted, "8",
                          "your level is too low to see the members"};
constexpr Rule show_target{"show.target", Error::target_not_member, "8", "the account is not a member"};
constexpr Rule topics_member{"topics.member", Error::not_member, "8",
                             "you must be a member to see the topics"};
constexpr Rule readable_type{"readable.type", Error::not_supported, "9",
                             "this group type does not store messages"};
constexpr Rule readable_member{"readable.member", Error::not_member, "9",
                               "you must be a member to read messages"};
constexpr Rule app_admin_only{"app.admin", Error::not_permitted, "8",
                              "only an app admin may see the settings of the app"};
constexpr std::array<const Rule*, 13> rules{&show_type,     &show_member,   &show_level,    &show_target,
                                            &show_cursor,   &mutes_type,    &mutes_member,  &mutes_level,
                                            &type_topics,   &topics_member, &readable_type, &readable_member,
                                            &app_admin_only};

/// To outsiders, a Work group looks as if it did not exist.
std::optional<Refusal> check_shown(const View& rows, const GroupId& group, const Caller& caller,
                                   const std::vector<CustomKey>& fields = {}) {
  if (auto refused = check_query_arguments(caller, group, fields)) return refused;
  if (caller.kind == CallerKind::system) return refusal(caller_system, {.caller_kind = caller.kind});
  if (auto refused = check_visible(rows, group, caller)) return refused;
  const bool outside = level_of(rows, group, caller, Acting::by_role) == Level::anyone;
  if (outside && rows.find<GroupRow>(group)->base == BaseType::work) return refusal(group_visible);
  return std::nullopt;
}

CustomValues readable(const CustomValues& values, const std::vector<GroupField>& fields, Level level,
                      const std::vector<CustomKey>& wanted) {
  CustomValues shown;
  for (const GroupField& field : fields) {
    const auto found = values.find(field.key);
    const bool asked = wanted.empty() || std::ranges::find(wanted, field.key) != wanted.end();
    if (found != values.end() && asked && field.read <= level) shown.insert(*found);
  }
  return shown;
}

/// Sets what is optional in the answer: what only members and app admins see.
struct ShowToMembers {
  template <class T>
  void operator()(const T& value, std::optional<T>& shown) const {
    shown = value;
  }
  template <class T, class Shown>
  void operator()(const T&, Shown&) const {}  // everybody sees it
};

}  // namespace

const std::span<const Rule* const> query_rules = rules;

Disclosed<ShownProfile> disclose_profile(const View& rows, const GroupId& id, const Caller& caller,
                                         const std::vector<CustomKey>& fields) {
  if (auto refused = check_shown(rows, id, caller, fields)) return *std::move(refused);
  for (const CustomKey& key : fields)
    if (find_group_field(rows.app(), key) == nullptr)
      return refusal(custom_known, {.key = std::string{key.view()}});
  const Level level = level_of(rows, id, caller, Acting::by_role);
  const GroupRow& group = *rows.find<GroupRow>(id);
  const ProfileRow& profile = rows.need<ProfileRow>(id);
  ShownProfile shown;
  copy_shared_members(profile, shown);
  copy_shared_members(group, shown);
  shown.group_id = id;
  if (!group.owner.empty()) shown.owner_account = group.owner;
  shown.custom = readable(profile.custom, rows.app().group_fields, level, fields);
  if (level == Level::anyone) return shown;
  for_each_shared_member(ShowToMembers{}, profile, shown);
  for_each_shared_member(ShowToMembers{}, group, shown);
  shown.state = group.life;
  shown.revision = group.head.revision;
  return shown;
}

Disclosed<ShownProfile> disclose_search(const View& rows, const Rules& rules, const GroupId& id,
                                        const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return *std::move(refused);
  // A type that is not found by its id is not found by its members either.
  if (!type_rules_of(rules, *rows.find<GroupRow>(id)).exact_search) return refusal(group_visible);
  return disclose_profile(rows, id, caller);
}

std::optional<Refusal> check_members_shown(const View& rows, const Rules& rules, const GroupId& id,
                                           const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return refused;
  const GroupRow& group = *rows.find<GroupRow>(id);
  constexpr CellRef read_members = cell<&TypeRules::read_members>;
  const Permission permission = read_members.of(type_rules_of(rules, group));
  const Level level = level_of(rows, id, caller, Acting::by_role);
  Facts facts{.type = group.type, .level = level, .cell = std::string{read_members.name}};
  if (!permission.supported || !group.traits.member_profiles) return refusal(show_type, std::move(facts));
  facts.level_needed = permission.least;
  if (level >= permission.least) return std::nullopt;
  return refusal(level == Level::anyone ? show_member : show_level, std::move(facts));
}

ShownMember disclose_member(const View& rows, const GroupId& id, const Account& account,
                            const Caller& caller) {
  const MemberProfileRow& row = rows.need<MemberProfileRow>({id, account});
  const MembershipRow& membership = rows.need<MembershipRow>({account, id});
  const MuteRow* mute = find_mute(rows, id, account);
  const bool own = caller.account == account;
  const Level level = level_of(rows, id, caller, Acting::by_role);
  ShownMember shown{.member_account = account,
                    .role = membership.role,
                    .join_time = membership.join_time,
                    .last_send_msg_time = row.last_send_msg_time,
                    .name_card = row.name_card,
                    .mute_until = mute == nullptr ? TimeMs{} : mute->until,
                    .custom = {}};
  for (const MemberField& field : rows.app().member_fields) {
    const auto found = row.custom.find(field.key);
    const bool may_read = own ? field.self_read : field.read <= level;
    if (field.type == rows.find<GroupRow>(id)->type && found != row.custom.end() && may_read)
      shown.custom.insert(*found);
  }
  if (!own && caller.kind != CallerKind::app_admin) return shown;
  shown.msg_flag = row.msg_flag;
  shown.msg_seq = read_position(rows, id, account);
  return shown;
}

Disclosed<ShownMember> disclose_one_member(const View& rows, const Rules& rules, const GroupId& id,
                                           const Account& account, const Caller& caller) {
  if (auto refused = check_account(account, "account")) return *std::move(refused);
  if (auto refused = check_members_shown(rows, rules, id, caller)) return *std::move(refused);
  if (membership_of(rows, id, account) == nullptr) return refusal(show_target, {.user = account});
  return disclose_member(rows, id, account, caller);
}

std::optional<Refusal> check_topics_shown(const View& rows, const GroupId& id, const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return refused;
  const GroupRow& group = *rows.find<GroupRow>(id);
  const Level level = level_of(rows, id, caller, Acting::by_role);
  if (!group.support_topic) return refusal(type_topics, {.type = group.type, .level = level});
  if (level > Level::anyone) return std::nullopt;
  return refusal(topics_member, {.type = group.type, .level = level, .level_needed = Level::member});
}

Disclosed<ShownReadable> disclose_readable(const View& rows, const Rules& rules, const GroupId& id,
                                           const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return *std::move(refused);
  const GroupRow& group = *rows.find<GroupRow>(id);
  const TypeRules& type = type_rules_of(rules, group);
  constexpr CellRef history = cell<&TypeRules::history>;
  const Level level = level_of(rows, id, caller, Acting::by_role);
  if (!history.of(type).supported || !group.traits.member_profiles)
    return refusal(readable_type, {.type = group.type, .level = level, .cell = std::string{history.name}});
  if (level == Level::anyone)
    return refusal(readable_member, {.type = group.type, .level = level, .level_needed = Level::member});
  ShownReadable shown{.group_id = id,
                      .account = caller.account,
                      .last_seq = group.next_msg_seq - 1,
                      .days = rules.plan(rows.app().edition).history_days};
  if (caller.kind != CallerKind::app_admin && !reads_before_joining(rows.app(), type))
    shown.first_seq = rows.need<MemberProfileRow>({id, caller.account}).first_seq;
  return shown;
}

Disclosed<AppRow> disclose_app(const View& rows, const Caller& caller) {
  if (auto refused = check_account(caller.account, "as")) return *std::move(refused);
  if (caller.kind != CallerKind::app_admin) return refusal(app_admin_only, {.caller_kind = caller.kind});
  return rows.app();
}

std::optional<Refusal> check_mutes_shown(const View& rows, const Rules& rules, const GroupId& id,
                                         const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return refused;
  const GroupRow& group = *rows.find<GroupRow>(id);
  const Permission& cell = type_rules_of(rules, group).mute_member;
  const Level level = level_of(rows, id, caller, Acting::by_role);
  Facts facts{.type = group.type, .level = level, .cell = "mute_member"};
  if (!cell.supported) return refusal(mutes_type, std::move(facts));
  facts.level_needed = cell.least;
  if (level >= cell.least) return std::nullopt;
  return refusal(level == Level::anyone ? mutes_member : mutes_level, std::move(facts));
}

bool decides_applications(const View& rows, const Rules& rules, const GroupId& id, const Account& account) {
  const MembershipRow* membership = membership_of(rows, id, account);
  return membership != nullptr && decides_applications(rules, rows.need<GroupRow>(id), membership->role);
}

bool decides_applications(const Rules& rules, const GroupRow& group, Role role) {
  if (has_ended(group.life)) return false;
  const Permission& cell = type_rules_of(rules, group).applications;
  return cell.supported && level_of(role) >= cell.least;
}

std::optional<ShownJoined> disclose_joined(const View& rows, const Rules& rules, const GroupId& id,
                                           const Account& account) {
  const MembershipRow* membership = membership_of(rows, id, account);
  if (membership == nullptr) return std::nullopt;
  const GroupRow* group = &rows.need<GroupRow>(id);
  if (!is_listed(*group, account)) return std::nullopt;
  ShownJoined shown{.group_id = id,
                    .type = group->type,
                    .name = rows.need<ProfileRow>(id).name,
                    .role = membership->role,
                    .join_time = membership->join_time};
  const MemberProfileRow* member = rows.find<MemberProfileRow>({id, account});
  if (member == nullptr && !group->traits.member_profiles) return shown;
  shown.msg_flag = rows.need<MemberProfileRow>({id, account}).msg_flag;
  if (type_rules_of(rules, *group).unread_count)
    shown.unread = group->next_msg_seq - 1 - read_position(rows, id, account);
  return shown;
}

MsgSeq read_position(const View& rows, const GroupId& group, const Account& account) {
  return read_position(rows.find<MemberProfileRow>({group, account}),
                       rows.find<ReadMarkRow>({account, group}));
}

MsgSeq read_position(const MemberProfileRow* member, const ReadMarkRow* mark) {
  return std::max(member == nullptr ? 0 : member->msg_seq, mark == nullptr ? 0 : mark->seq);
}

}  // namespace muster
