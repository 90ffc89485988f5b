#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include <muster/domain/caller.hpp>
#include <muster/domain/ids.hpp>
#include <muster/domain/kinds.hpp>
#include <muster/domain/text.hpp>
#include <muster/domain/wire.hpp>

/// The commands, as the rulebook lists them: plain structs whose members are the fields that people type.
/// A command may hold anything; what a field must be is judged by decide(). An unset optional is an absent
/// field.
namespace muster {

/// Custom values by key, any bytes each; in a command the empty value removes the entry.
using CustomValues = std::map<CustomKey, std::string>;

/// Somebody who is in a group from its creation on. `role`: Member (when absent) or Admin.
struct InitialMember {
  Account user;
  std::optional<Role> role;
  bool operator==(const InitialMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(InitialMember, (), (user, role))

/// Makes a group. Without `group` the engine assigns an id. Source: docs/rules.md section 5.
struct CreateGroup {
  TypeName type;
  std::optional<GroupId> group;
  GroupName name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  std::optional<std::uint64_t> max_member_num;
  std::optional<JoinOption> apply_join_option;
  std::optional<InviteOption> invite_option;
  std::optional<CustomValues> custom;
  std::optional<List<InitialMember, 0, 100>> members;
  std::optional<bool> support_topic;
  std::optional<Account> owner;
  bool operator==(const CreateGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(CreateGroup, (),
                      (type, group, name, introduction, notification, face_url, max_member_num,
                       apply_join_option, invite_option, custom, members, support_topic, owner))

/// Comes in, or applies to. Source: docs/rules.md section 6.
struct JoinGroup {
  GroupId group;
  std::optional<FreeText> message;
  bool operator==(const JoinGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(JoinGroup, (), (group, message))

/// Answers `user`'s application with yes. Source: docs/rules.md section 6.
struct AcceptApplication {
  GroupId group;
  Account user;
  std::optional<FreeText> message;
  bool operator==(const AcceptApplication&) const = default;
};
BOOST_DESCRIBE_STRUCT(AcceptApplication, (), (group, user, message))

/// Leaves. Source: docs/rules.md section 7.
struct QuitGroup {
  GroupId group;
  bool operator==(const QuitGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(QuitGroup, (), (group))

/// Says something; the engine judges and numbers it, the host keeps the content. Source: docs/rules.md
/// section 9.
struct PostMessage {
  GroupId group;
  std::optional<MessageId> message_id;
  std::optional<TopicId> topic;
  bool operator==(const PostMessage&) const = default;
};
BOOST_DESCRIBE_STRUCT(PostMessage, (), (group, message_id, topic))

/// Ends a group for ever. Source: docs/rules.md section 5.
struct DismissGroup {
  GroupId group;
  bool operator==(const DismissGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(DismissGroup, (), (group))

/// Hands the group to another member. Source: docs/rules.md section 5.
struct TransferGroup {
  GroupId group;
  Account new_owner;
  bool operator==(const TransferGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(TransferGroup, (), (group, new_owner))

/// Brings others in, or files invitations for them. Source: docs/rules.md section 6.
struct InviteUsers {
  GroupId group;
  List<Account, 1, 300> users;
  std::optional<FreeText> message;
  bool operator==(const InviteUsers&) const = default;
};
BOOST_DESCRIBE_STRUCT(InviteUsers, (), (group, users, message))

/// Answers `user`'s application with no. Source: docs/rules.md section 6.
struct RefuseApplication {
  GroupId group;
  Account user;
  std::optional<FreeText> message;
  bool operator==(const RefuseApplication&) const = default;
};
BOOST_DESCRIBE_STRUCT(RefuseApplication, (), (group, user, message))

/// Removes members who rank below the caller. Source: docs/rules.md section 7.
struct KickMembers {
  GroupId group;
  List<Account, 1, 100> users;
  std::optional<FreeText> reason;
  bool operator==(const KickMembers&) const = default;
};
BOOST_DESCRIBE_STRUCT(KickMembers, (), (group, users, reason))

/// Appoints or dismisses an admin. `role`: Admin or Member. Source: docs/rules.md section 7.
struct SetMemberRole {
  GroupId group;
  Account user;
  Role role = Role::member;
  bool operator==(const SetMemberRole&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetMemberRole, (), (group, user, role))

/// Changes fields of the profile, all or none. Source: docs/rules.md section 8.
struct SetGroupInfo {
  GroupId group;
  std::optional<GroupName> name;
  std::optional<Introduction> introduction;
  std::optional<Notification> notification;
  std::optional<FaceUrl> face_url;
  std::optional<std::uint64_t> max_member_num;
  std::optional<JoinOption> apply_join_option;
  std::optional<InviteOption> invite_option;
  std::optional<bool> mute_all;
  std::optional<CustomValues> custom;
  bool operator==(const SetGroupInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetGroupInfo, (),
                      (group, name, introduction, notification, face_url, max_member_num, apply_join_option,
                       invite_option, mute_all, custom))

/// Silences an account for `seconds`; 0 lifts, 4294967295 is for ever. Source: docs/rules.md section 9.
struct MuteMember {
  GroupId group;
  Account user;
  std::uint32_t seconds = 0;
  bool operator==(const MuteMember&) const = default;
};
BOOST_DESCRIBE_STRUCT(MuteMember, (), (group, user, seconds))
/// The `seconds` of a mute for ever.
inline constexpr std::uint32_t seconds_for_ever = 4'294'967'295;

/// Changes what a group keeps of a member, the caller when `user` is absent. Source: docs/rules.md
/// section 10.
struct SetMemberInfo {
  GroupId group;
  std::optional<Account> user;
  std::optional<NameCard> name_card;
  std::optional<CustomValues> custom;
  bool operator==(const SetMemberInfo&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetMemberInfo, (), (group, user, name_card, custom))

/// Says how the caller wants to hear of messages. Source: docs/rules.md section 10.
struct SetReceiveOption {
  GroupId group;
  MsgFlag option = MsgFlag::accept_and_notify;
  bool operator==(const SetReceiveOption&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetReceiveOption, (), (group, option))

/// Marks the group's messages read up to `seq`, the newest when absent. Source: docs/rules.md section 9.
struct MarkMessagesRead {
  GroupId group;
  std::optional<std::uint64_t> seq;
  bool operator==(const MarkMessagesRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MarkMessagesRead, (), (group, seq))

/// Marks every application that the caller may decide as read. Source: docs/rules.md section 6.
struct MarkApplicationsRead {
  bool operator==(const MarkApplicationsRead&) const = default;
};
BOOST_DESCRIBE_STRUCT(MarkApplicationsRead, (), ())

/// On disk a command is its tag; the order here means nothing.
using Command =
    std::variant<CreateGroup, JoinGroup, AcceptApplication, QuitGroup, PostMessage, DismissGroup,
                 TransferGroup, InviteUsers, RefuseApplication, KickMembers, SetMemberRole, SetGroupInfo,
                 MuteMember, SetMemberInfo, SetReceiveOption, MarkMessagesRead, MarkApplicationsRead>;

// clang-format off
template <> inline constexpr Wire wire<CreateGroup>      {.tag = 1, .schema = 0, .name = "CreateGroup"};
template <> inline constexpr Wire wire<JoinGroup>        {.tag = 2, .schema = 0, .name = "JoinGroup"};
template <> inline constexpr Wire wire<AcceptApplication>{.tag = 3, .schema = 0, .name = "AcceptApplication"};
template <> inline constexpr Wire wire<QuitGroup>        {.tag = 4, .schema = 0, .name = "QuitGroup"};
template <> inline constexpr Wire wire<PostMessage>      {.tag = 5, .schema = 0, .name = "PostMessage"};
template <> inline constexpr Wire wire<DismissGroup>     {.tag = 6, .schema = 0, .name = "DismissGroup"};
template <> inline constexpr Wire wire<TransferGroup>{.tag = 7, .schema = 0, .name = "TransferGroup"};
template <> inline constexpr Wire wire<InviteUsers>{.tag = 8, .schema = 0, .name = "InviteUsers"};
template <> inline constexpr Wire wire<RefuseApplication>{.tag = 9, .schema = 0, .name = "RefuseApplication"};
template <> inline constexpr Wire wire<KickMembers>{.tag = 10, .schema = 0, .name = "KickMembers"};
template <> inline constexpr Wire wire<SetMemberRole>{.tag = 11, .schema = 0, .name = "SetMemberRole"};
template <> inline constexpr Wire wire<SetGroupInfo>{.tag = 12, .schema = 0, .name = "SetGroupInfo"};
template <> inline constexpr Wire wire<MuteMember>{.tag = 13, .schema = 0, .name = "MuteMember"};
template <> inline constexpr Wire wire<SetMemberInfo>{.tag = 14, .schema = 0, .name = "SetMemberInfo"};
template <> inline constexpr Wire wire<SetReceiveOption>{.tag = 15, .schema = 0, .name = "SetReceiveOption"};
template <> inline constexpr Wire wire<MarkMessagesRead>{.tag = 16, .schema = 0, .name = "MarkMessagesRead"};
template <> inline constexpr Wire wire<MarkApplicationsRead>{.tag = 17, .schema = 0, .name = "MarkApplicationsRead"};
// clang-format on

/// A command that makes a group rather than acting on one.
template <class C>
concept Creation = std::is_same_v<C, CreateGroup>;
/// A command that is committed to the stream of the caller's account, and leaves the group's as it is.
template <class C>
concept OfAccount = std::is_same_v<C, MarkMessagesRead> || std::is_same_v<C, MarkApplicationsRead>;
/// A command on the caller's own membership: an app admin acts there as an ordinary account.
template <class C>
concept Personal = std::is_same_v<C, JoinGroup> || std::is_same_v<C, QuitGroup> ||
    std::is_same_v<C, SetReceiveOption> || OfAccount<C>;

/// The command's name, as the rulebook spells it.
inline std::string_view name_of(const Command& command) {
  return std::visit([]<class C>(const C&) { return wire<C>.name; }, command);
}

/// Whether the command is committed to the stream of the caller's account (OfAccount).
inline bool is_of_account(const Command& command) {
  return std::visit([]<class C>(const C&) { return OfAccount<C>; }, command);
}

/// The group that the command names; none for a creation without one and for commands that have none.
inline const GroupId* group_of(const Command& command) {
  return std::visit(
      []<class C>(const C& c) -> const GroupId* {
        if constexpr (Creation<C>)
          return c.group ? &*c.group : nullptr;
        else if constexpr (requires { c.group; })
          return &c.group;
        else
          return nullptr;
      },
      command);
}

}  // namespace muster
