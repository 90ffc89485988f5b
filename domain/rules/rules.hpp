#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <muster/domain/core/describe.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/values.hpp>

/// Who may do what, as data. One document of rules decides a command; its digest is recorded in the commit.
/// Source  docs/rules.md sections 2, 12 and 15
namespace muster {

/// One cell of the table: whether a type has the operation, and the least level that may do it.
/// A cell without a value refuses.
struct Permission {
  bool supported = false;
  Level least = Level::app_admin;
  bool operator==(const Permission&) const = default;
};
BOOST_DESCRIBE_STRUCT(Permission, (), (supported, least))

/// A type's join option: what a group has to begin with, and whether it can be set.
struct JoinOptionRule {
  JoinOption initial = JoinOption::disable_apply;
  bool settable = false;
  bool operator==(const JoinOptionRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(JoinOptionRule, (), (initial, settable))

/// A type's invite option: what a group has to begin with, and whether it can be set.
struct InviteOptionRule {
  InviteOption initial = InviteOption::disable_invite;
  bool settable = false;
  bool operator==(const InviteOptionRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(InviteOptionRule, (), (initial, settable))

/// How the notices of one category are delivered. `at_most` bounds what a policy may set; `fixed` forbids
/// one.
struct NoticeRule {
  Delivery initial = Delivery::off;
  Delivery at_most = Delivery::push_and_store;
  bool fixed = false;
  bool operator==(const NoticeRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(NoticeRule, (), (initial, at_most, fixed))

/// How a type's notices are delivered, by category.
struct NoticeRules {
  NoticeRule member_change;
  NoticeRule profile_change;
  NoticeRule option_change;
  NoticeRule member_profile_change;
  bool operator==(const NoticeRules&) const = default;
  [[nodiscard]] const NoticeRule& of(NoticeCategory category) const;
};
BOOST_DESCRIBE_STRUCT(NoticeRules, (), (member_change, profile_change, option_change, member_profile_change))

/// One column of the table of docs/rules.md section 2: all that a type may do. A cell closes an operation by
/// `supported: false`; none opens one that the state machine of `base` does not have.
/// A new cell goes last, is named in `since<TypeRules>`, and gets a row in table.cpp.
struct TypeRules {
  TypeName name;
  BaseType base = BaseType::work;
  bool has_admins = false;
  bool join_group = false;
  JoinOptionRule apply_join_option;
  InviteOptionRule invite_option;
  bool initial_members = false;
  Permission invite_users;
  Permission applications;
  Permission edit_texts;        // name, introduction, notification, face_url
  Permission edit_limits;       // max_member_num, invite_option
  Permission edit_join_option;  // apply_join_option
  Permission edit_mute_all;
  Permission set_member_role;
  Permission kick_members;
  Permission mute_member;
  Permission transfer_group;
  Permission dismiss_group;
  bool owner_may_quit = false;
  bool member_profiles = false;
  bool member_custom_fields = false;
  bool unread_count = false;
  bool history = false;
  bool activation = false;
  bool exact_search = false;
  EarlierHistory earlier_history = EarlierHistory::none;
  MsgFlag msg_flag = MsgFlag::accept_not_notify;
  bool import = false;
  bool recycle_idle = false;
  bool sweep_offline = false;
  bool topics = false;
  bool joined_list = false;
  bool joined_quota = false;  // counts against its members' joined-groups quota
  QuotaClass quota = QuotaClass::groups;
  NoticeRules notices;
  Permission post_message;
  Permission post_when_muted;  // while `mute_all` is on
  Permission mark_read;
  Permission read_members;  // the list of members
  Permission edit_own;      // one's own name card and custom values
  Permission edit_others;   // those of others
  Permission set_receive_option;
  Permission manage_topics;
  bool operator==(const TypeRules&) const = default;
};
BOOST_DESCRIBE_STRUCT(TypeRules, (),
                      (name, base, has_admins, join_group, apply_join_option, invite_option, initial_members,
                       invite_users, applications, edit_texts, edit_limits, edit_join_option, edit_mute_all,
                       set_member_role, kick_members, mute_member, transfer_group, dismiss_group,
                       owner_may_quit, member_profiles, member_custom_fields, unread_count, history,
                       activation, exact_search, earlier_history, msg_flag, import, recycle_idle,
                       sweep_offline, topics, joined_list, joined_quota, quota, notices, post_message,
                       post_when_muted, mark_read, read_members, edit_own, edit_others, set_receive_option,
                       manage_topics))
template <>
inline constexpr std::array since<TypeRules>{Since{"post_message", 1},       Since{"post_when_muted", 1},
                                             Since{"mark_read", 1},          Since{"read_members", 1},
                                             Since{"edit_own", 1},           Since{"edit_others", 1},
                                             Since{"set_receive_option", 1}, Since{"manage_topics", 1}};

/// What one edition allows (docs/rules.md section 12).
struct PlanRules {
  Edition edition = Edition::ultimate;
  std::uint32_t member_cap_min = 0;  // of Work, Public and Meeting
  std::uint32_t member_cap_max = 0;
  std::uint32_t community_members = 0;  // 0: the edition has no Communities
  std::uint32_t joined_groups = 0;      // an account, AVChatRooms not counted
  std::uint32_t groups = 0;             // existing Work, Public and Meeting groups; 0: any number
  std::uint32_t avchatrooms = 0;        // existing AVChatRooms; 0: any number
  bool avchatrooms_unlimited = false;   // the setting that lifts the figure above can be bought
  std::uint32_t communities = 0;        // existing Communities; 0: any number
  std::uint32_t groups_per_day = 0;     // created minus ended on a day in UTC; 0: any number
  std::uint32_t history_days = 0;       // for how many days messages can be read
  bool operator==(const PlanRules&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlanRules, (),
                      (edition, member_cap_min, member_cap_max, community_members, joined_groups, groups,
                       avchatrooms, avchatrooms_unlimited, communities, groups_per_day, history_days))
template <>
inline constexpr std::array since<PlanRules>{
    Since{"groups", 1},      Since{"avchatrooms", 1},    Since{"avchatrooms_unlimited", 1},
    Since{"communities", 1}, Since{"groups_per_day", 1}, Since{"history_days", 1}};

/// A whole document. A value; decide() takes it by const reference and keeps nothing of it.
struct Rules {
  std::vector<TypeRules> types;
  std::vector<PlanRules> plans;
  bool operator==(const Rules&) const = default;

  /// The column of a type; null for a name that the document does not have.
  [[nodiscard]] const TypeRules* find(const TypeName& name) const;
  /// The figures of an edition; of the last plan when the document lacks it.
  [[nodiscard]] const PlanRules& plan(Edition edition) const;
};
BOOST_DESCRIBE_STRUCT(Rules, (), (types, plans))

/// A rules document as stores keep it; document_of() makes it (eventstore/codec.hpp).
struct RulesDocument {
  Rules rules;
  std::string bytes;      // docs/format.md, "rules document"
  Digest digest{};        // SHA-256 of the bytes
  bool built_in = false;  // every store knows it without a commit
};

/// The rulebook's own document: the five built-in types and the three plans. Known to every store.
const Rules& default_rules();

/// The built-in type that a type is derived from; null for an unknown base. A cell that was added
/// after a document was written has the base's value there.
const TypeRules* built_in_type(BaseType base);

/// What is wrong with a document, one sentence for each problem; empty when it can be used. A document must
/// hold the five built-in types, names of [A-Za-z0-9_] once each, every plan, and no cell opened beyond its
/// base.
std::vector<std::string> problems_of(const Rules& rules);

/// What a document that can be used probably does not mean, one sentence for each: a level that the type does
/// not have, a type that nobody can enter, a right that nobody can exercise.
std::vector<std::string> doubts_of(const Rules& rules);

}  // namespace muster
