#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <muster/domain/core/kinds.hpp>
#include <muster/domain/core/values.hpp>

/// The tables of docs/rules.md, typed by hand a second time: what each type supports (section 2), the plans
/// (section 12), the deliveries of notices (section 15) and the catalogue of rules.
namespace muster::reference {

/// The least level that may do something; none: the type has no such operation.
using Cell = std::optional<Level>;

/// How a type's notices of one category are delivered.
struct NoticeCell {
  Delivery initial = Delivery::off;
  Delivery at_most = Delivery::push_and_store;
  bool fixed = false;
};

/// One column of the table of section 2, with its columns of the table of section 15.
struct TypeColumn {
  std::string_view name;
  bool has_admins;
  bool join;
  JoinOption join_option;
  bool join_option_settable;
  InviteOption invite_option;
  bool invite_option_settable;
  bool initial_members;
  Cell invite;
  Cell applications;
  Cell edit_texts;
  Cell edit_limits;
  Cell edit_join_option;
  Cell edit_mute_all;
  Cell set_role;
  Cell kick;
  Cell mute;
  Cell transfer;
  Cell dismiss;
  bool owner_may_quit;
  bool member_profiles;
  bool unread_count;
  bool history;
  bool activation;
  bool earlier_history;  // newcomers may read it, by default
  MsgFlag msg_flag;
  bool imports;
  bool recycles;
  bool sweeps;
  bool topics;
  Cell manage_topics;
  Cell post;
  Cell post_when_muted;
  Cell edit_own;
  Cell edit_others;
  bool joined_quota;
  NoticeCell member_change;
  NoticeCell profile_change;
  NoticeCell option_change;
  NoticeCell member_profile_change;
};
/// The column of a type's name; null for a type that is not there.
const TypeColumn* type_column(std::string_view name);
const NoticeCell& notice_cell(const TypeColumn& type, NoticeCategory category);

/// One column of the table of section 12. 0: any number.
struct PlanColumn {
  std::uint32_t member_cap_min;
  std::uint32_t member_cap_max;
  bool communities;
  std::uint32_t groups;
  std::uint32_t avchatrooms;
  bool may_lift_avchatrooms;
  std::uint32_t joined_groups;
};
const PlanColumn& plan_column(Edition edition);
inline constexpr std::uint32_t community_members = 100'000;
inline constexpr std::uint32_t communities_max = 100'000;
inline constexpr std::int64_t groups_a_day = 10'000;

/// One row of the catalogue.
struct RuleRow {
  std::string_view slug;
  std::string_view error;
  std::uint32_t code;
};
/// The row of a slug, which must be there.
const RuleRow& rule_row(std::string_view slug);

}  // namespace muster::reference
