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

using Command = std::variant<CreateGroup, JoinGroup, AcceptApplication, QuitGroup, PostMessage, DismissGroup>;

// clang-format off
template <> inline constexpr Wire wire<CreateGroup>      {.tag = 1, .schema = 0, .name = "CreateGroup"};
template <> inline constexpr Wire wire<JoinGroup>        {.tag = 2, .schema = 0, .name = "JoinGroup"};
template <> inline constexpr Wire wire<AcceptApplication>{.tag = 3, .schema = 0, .name = "AcceptApplication"};
template <> inline constexpr Wire wire<QuitGroup>        {.tag = 4, .schema = 0, .name = "QuitGroup"};
template <> inline constexpr Wire wire<PostMessage>      {.tag = 5, .schema = 0, .name = "PostMessage"};
template <> inline constexpr Wire wire<DismissGroup>     {.tag = 6, .schema = 0, .name = "DismissGroup"};
// clang-format on

/// A command that makes a group rather than acting on one.
template <class C>
concept Creation = std::is_same_v<C, CreateGroup>;

/// The command's name, as the rulebook spells it.
inline std::string_view name_of(const Command& command) {
  return std::visit([]<class C>(const C&) { return wire<C>.name; }, command);
}

/// The group that the command names; none for a creation without one.
inline const GroupId* group_of(const Command& command) {
  return std::visit(
      []<class C>(const C& c) -> const GroupId* {
        if constexpr (Creation<C>)
          return c.group ? &*c.group : nullptr;
        else
          return &c.group;
      },
      command);
}

}  // namespace muster
