#include <algorithm>

#include <muster/domain/arguments.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/domain/visibility.hpp>

namespace muster {
namespace {

/// Work groups are unknown to outsiders who ask.
std::optional<Refusal> check_shown(const View& rows, const GroupId& group, const Caller& caller,
                                   const std::vector<CustomKey>& fields = {}) {
  if (auto refused = check_question(caller, group, fields)) return refused;
  if (caller.kind == CallerKind::system) return refusal("caller.system", {.caller_kind = caller.kind});
  if (auto refused = check_visible(rows, group, caller)) return refused;
  const bool outside = level_held(rows, group, caller, false) == Level::anyone;
  if (outside && rows.group(group)->base == BaseType::work) return refusal("group.visible");
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

}  // namespace

Disclosed<ShownProfile> disclose_profile(const View& rows, const GroupId& id, const Caller& caller,
                                         const std::vector<CustomKey>& fields) {
  if (auto refused = check_shown(rows, id, caller, fields)) return *std::move(refused);
  const auto& defined = rows.app().group_fields;
  for (const CustomKey& key : fields)
    if (std::ranges::find(defined, key, &GroupField::key) == defined.end())
      return refusal("custom.known", {.key = std::string{key.view()}});
  const Level level = level_held(rows, id, caller, false);
  const GroupRow& group = *rows.group(id);
  const ProfileRow& profile = rows.need<ProfileRow>(id);
  ShownProfile shown{.group_id = id,
                     .type = group.type,
                     .name = profile.name,
                     .introduction = profile.introduction,
                     .face_url = profile.face_url,
                     .owner_account = group.owner.empty() ? std::nullopt : std::optional{group.owner},
                     .create_time = group.create_time,
                     .member_num = group.member_num,
                     .max_member_num = group.max_member_num,
                     .apply_join_option = group.apply_join_option,
                     .custom = readable(profile.custom, defined, level, fields)};
  if (level == Level::anyone) return shown;
  shown.state = group.life;
  shown.notification = profile.notification;
  shown.invite_option = group.invite_option;
  shown.mute_all = group.mute_all;
  shown.support_topic = group.support_topic;
  shown.info_seq = group.info_seq;
  shown.last_info_time = group.last_info_time;
  shown.last_msg_time = group.last_msg_time;
  shown.next_msg_seq = group.next_msg_seq;
  shown.revision = group.head.revision;
  return shown;
}

Disclosed<ShownProfile> disclose_search(const View& rows, const Rules& rules, const GroupId& id,
                                        const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return *std::move(refused);
  // A type that is not found by its id is not found by its members either.
  if (!column_of(rules, *rows.group(id)).exact_search) return refusal("group.visible");
  return disclose_profile(rows, id, caller);
}

std::optional<Refusal> check_members_shown(const View& rows, const GroupId& id, const Caller& caller) {
  if (auto refused = check_shown(rows, id, caller)) return refused;
  const GroupRow& group = *rows.group(id);
  const Level level = level_held(rows, id, caller, false);
  if (!group.traits.member_profiles) return refusal("show.type", {.type = group.type, .level = level});
  if (level == Level::anyone)
    return refusal("show.member", {.type = group.type, .level = level, .level_needed = Level::member});
  return std::nullopt;
}

ShownMember disclose_member(const View& rows, const GroupId& id, const Account& account,
                            const Caller& caller) {
  const MemberRow& row = rows.need<MemberRow>({id, account});
  const MuteRow* mute = rows.mute(id, account);
  const bool own = caller.account == account;
  const Level level = level_held(rows, id, caller, false);
  ShownMember shown{.member_account = account,
                    .role = row.role,
                    .join_time = row.join_time,
                    .last_send_msg_time = row.last_send_msg_time,
                    .name_card = row.name_card,
                    .mute_until = mute == nullptr ? TimeMs{} : mute->until,
                    .custom = {}};
  for (const MemberField& field : rows.app().member_fields) {
    const auto found = row.custom.find(field.key);
    const bool may_read = own ? field.self_read : field.read <= level;
    if (field.type == rows.group(id)->type && found != row.custom.end() && may_read)
      shown.custom.insert(*found);
  }
  if (!own && caller.kind != CallerKind::app_admin) return shown;
  shown.msg_flag = row.msg_flag;
  shown.msg_seq = read_position(rows, id, account);
  return shown;
}

bool decides_applications(const View& rows, const Rules& rules, const GroupId& id, const Account& account) {
  const MembershipRow* membership = membership_of(rows, id, account);
  return membership != nullptr && decides_applications(rules, rows.need<GroupRow>(id), membership->role);
}

bool decides_applications(const Rules& rules, const GroupRow& group, Role role) {
  if (is_gone(group.life)) return false;
  const Cell& cell = column_of(rules, group).applications;
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
  const MemberRow* member = rows.member(id, account);
  if (member == nullptr && !group->traits.member_profiles) return shown;
  shown.msg_flag = rows.need<MemberRow>({id, account}).msg_flag;
  if (column_of(rules, *group).unread_count)
    shown.unread = group->next_msg_seq - 1 - read_position(rows, id, account);
  return shown;
}

MsgSeq read_position(const View& rows, const GroupId& group, const Account& account) {
  return read_position(rows.member(group, account), rows.read_mark(account, group));
}

MsgSeq read_position(const MemberRow* member, const ReadRow* mark) {
  return std::max(member == nullptr ? 0 : member->msg_seq, mark == nullptr ? 0 : mark->seq);
}

}  // namespace muster
