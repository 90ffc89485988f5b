#include <algorithm>
#include <map>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/rules/rules.hpp>

namespace muster {
namespace {

constexpr Permission no{};
constexpr Permission from(Level least) { return {.supported = true, .least = least}; }
constexpr Permission member = from(Level::member), admin = from(Level::admin), owner = from(Level::owner),
                     app_admin = from(Level::app_admin);

constexpr NoticeRule stored{.initial = Delivery::push_and_store};
constexpr NoticeRule off{.initial = Delivery::off};
constexpr NoticeRule only_pushed{
    .initial = Delivery::push_only, .at_most = Delivery::push_only, .fixed = true};
constexpr NoticeRule never{.initial = Delivery::off, .at_most = Delivery::off, .fixed = true};
constexpr NoticeRule off_or_pushed{.initial = Delivery::off, .at_most = Delivery::push_only};

TypeRules work() {
  return {.name = TypeName{"Work"},
          .base = BaseType::work,
          .has_admins = false,
          .join_group = false,
          .apply_join_option = {JoinOption::disable_apply, false},
          .invite_option = {InviteOption::free_access, true},
          .initial_members = true,
          .invite_users = member,
          .applications = owner,
          .edit_texts = member,
          .edit_limits = owner,
          .edit_join_option = no,
          .edit_mute_all = no,
          .set_member_role = no,
          .kick_members = owner,
          .mute_member = no,
          .transfer_group = owner,
          .dismiss_group = app_admin,
          .owner_may_quit = true,
          .member_profiles = true,
          .member_custom_fields = true,
          .unread_count = true,
          .history = true,
          .activation = true,
          .exact_search = false,
          .earlier_history = EarlierHistory::off,
          .msg_flag = MsgFlag::accept_and_notify,
          .import = true,
          .recycle_idle = true,
          .sweep_offline = true,
          .topics = false,
          .joined_list = true,
          .joined_quota = true,
          .quota = QuotaClass::groups,
          .notices = {stored, stored, off, stored}};
}

TypeRules public_() {
  return {.name = TypeName{"Public"},
          .base = BaseType::public_,
          .has_admins = true,
          .join_group = true,
          .apply_join_option = {JoinOption::need_permission, true},
          .invite_option = {InviteOption::disable_invite, true},
          .initial_members = true,
          .invite_users = member,
          .applications = admin,
          .edit_texts = admin,
          .edit_limits = admin,
          .edit_join_option = admin,
          .edit_mute_all = admin,
          .set_member_role = owner,
          .kick_members = admin,
          .mute_member = admin,
          .transfer_group = owner,
          .dismiss_group = owner,
          .owner_may_quit = false,
          .member_profiles = true,
          .member_custom_fields = true,
          .unread_count = true,
          .history = true,
          .activation = false,
          .exact_search = true,
          .earlier_history = EarlierHistory::off,
          .msg_flag = MsgFlag::accept_and_notify,
          .import = true,
          .recycle_idle = true,
          .sweep_offline = true,
          .topics = false,
          .joined_list = true,
          .joined_quota = true,
          .quota = QuotaClass::groups,
          .notices = {stored, stored, off, stored}};
}

TypeRules meeting() {
  return {.name = TypeName{"Meeting"},
          .base = BaseType::meeting,
          .has_admins = true,
          .join_group = true,
          .apply_join_option = {JoinOption::free_access, false},
          .invite_option = {InviteOption::disable_invite, true},
          .initial_members = true,
          .invite_users = member,
          .applications = admin,
          .edit_texts = admin,
          .edit_limits = admin,
          .edit_join_option = no,
          .edit_mute_all = admin,
          .set_member_role = owner,
          .kick_members = admin,
          .mute_member = admin,
          .transfer_group = owner,
          .dismiss_group = owner,
          .owner_may_quit = false,
          .member_profiles = true,
          .member_custom_fields = true,
          .unread_count = false,
          .history = true,
          .activation = false,
          .exact_search = true,
          .earlier_history = EarlierHistory::on,
          .msg_flag = MsgFlag::accept_not_notify,
          .import = true,
          .recycle_idle = true,
          .sweep_offline = true,
          .topics = false,
          .joined_list = true,
          .joined_quota = true,
          .quota = QuotaClass::groups,
          .notices = {off, stored, off, off}};
}

TypeRules avchatroom() {
  return {.name = TypeName{"AVChatRoom"},
          .base = BaseType::avchatroom,
          .has_admins = false,
          .join_group = true,
          .apply_join_option = {JoinOption::free_access, false},
          .invite_option = {InviteOption::disable_invite, false},
          .initial_members = false,
          .invite_users = no,
          .applications = no,
          .edit_texts = owner,
          .edit_limits = no,
          .edit_join_option = no,
          .edit_mute_all = owner,
          .set_member_role = no,
          .kick_members = no,
          .mute_member = owner,
          .transfer_group = no,
          .dismiss_group = owner,
          .owner_may_quit = false,
          .member_profiles = false,
          .member_custom_fields = false,
          .unread_count = false,
          .history = false,
          .activation = false,
          .exact_search = true,
          .earlier_history = EarlierHistory::none,
          .msg_flag = MsgFlag::accept_not_notify,
          .import = false,
          .recycle_idle = false,
          .sweep_offline = false,
          .topics = false,
          .joined_list = false,
          .joined_quota = false,
          .quota = QuotaClass::avchatrooms,
          .notices = {only_pushed, only_pushed, never, off_or_pushed}};
}

TypeRules community() {
  return {.name = TypeName{"Community"},
          .base = BaseType::community,
          .has_admins = true,
          .join_group = true,
          .apply_join_option = {JoinOption::free_access, false},
          .invite_option = {InviteOption::free_access, true},
          .initial_members = true,
          .invite_users = member,
          .applications = admin,
          .edit_texts = admin,
          .edit_limits = admin,
          .edit_join_option = no,
          .edit_mute_all = admin,
          .set_member_role = owner,
          .kick_members = admin,
          .mute_member = admin,
          .transfer_group = owner,
          .dismiss_group = owner,
          .owner_may_quit = false,
          .member_profiles = true,
          .member_custom_fields = true,
          .unread_count = true,
          .history = true,
          .activation = false,
          .exact_search = true,
          .earlier_history = EarlierHistory::on,
          .msg_flag = MsgFlag::accept_and_notify,
          .import = true,
          .recycle_idle = true,
          .sweep_offline = false,
          .topics = true,
          .joined_list = true,
          .joined_quota = true,
          .quota = QuotaClass::communities,
          .notices = {stored, stored, off, stored}};
}

const Permission* as_cell(const Permission& cell) { return &cell; }
template <class Other>
const Permission* as_cell(const Other&) {
  return nullptr;
}

/// Whether `column` has an operation open that `base` does not: the shape of a type is its machine's.
void opened_beyond(const TypeRules& type_rules, const TypeRules& base, std::vector<std::string>& problems) {
  std::map<std::string_view, bool> open_in_base;
  for_each_member(base, [&](const char* name, const auto& its) {
    if (const Permission* cell = as_cell(its)) open_in_base[name] = cell->supported;
  });
  for_each_member(type_rules, [&](const char* name, const auto& its) {
    const Permission* cell = as_cell(its);
    if (cell != nullptr && cell->supported && !open_in_base[name])
      problems.push_back(concat("type ", type_rules.name, ": `", name, "` is open, but a ",
                                name_of(type_rules.base), " group has no such operation"));
  });
  const auto flag = [&](std::string_view name, bool open, bool base_open) {
    if (open && !base_open)
      problems.push_back(concat("type ", type_rules.name, ": `", name, "` is true, but a ",
                                name_of(type_rules.base), " group has no such thing"));
  };
  flag("has_admins", type_rules.has_admins, base.has_admins);
  flag("join_group", type_rules.join_group, base.join_group);
  flag("initial_members", type_rules.initial_members, base.initial_members);
  flag("apply_join_option.settable", type_rules.apply_join_option.settable, base.apply_join_option.settable);
  flag("invite_option.settable", type_rules.invite_option.settable, base.invite_option.settable);
  flag("member_profiles", type_rules.member_profiles, base.member_profiles);
  flag("member_custom_fields", type_rules.member_custom_fields, base.member_custom_fields);
  flag("unread_count", type_rules.unread_count, base.unread_count);
  flag("history", type_rules.history, base.history);
  flag("import", type_rules.import, base.import);
  flag("recycle_idle", type_rules.recycle_idle, base.recycle_idle);
  flag("sweep_offline", type_rules.sweep_offline, base.sweep_offline);
  flag("topics", type_rules.topics, base.topics);
  if (type_rules.activation != base.activation)
    problems.push_back(concat("type ", type_rules.name, ": `activation` must be ",
                              base.activation ? "true" : "false", ", as for every ", name_of(type_rules.base),
                              " group"));
}

/// Whether a new group of the type would ask for approvals that nobody can give.
void asked_in_vain(const TypeRules& type_rules, std::vector<std::string>& problems) {
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

bool well_named(const TypeName& name) { return !name.empty() && !name.overlong() && is_word(name.view()); }

}  // namespace

const NoticeRule& NoticeRules::of(NoticeCategory category) const {
  switch (category) {
    case NoticeCategory::member_change: return member_change;
    case NoticeCategory::profile_change: return profile_change;
    case NoticeCategory::option_change: return option_change;
    case NoticeCategory::member_profile_change: return member_profile_change;
  }
  return option_change;
}

const TypeRules* Rules::find(const TypeName& name) const {
  const auto found = std::ranges::find(types, name, &TypeRules::name);
  return found == types.end() ? nullptr : &*found;
}

const PlanRules& Rules::plan(Edition edition) const {
  const auto found = std::ranges::find(plans, edition, &PlanRules::edition);
  return found == plans.end() ? plans.back() : *found;
}

const Rules& default_rules() {
  static const Rules rules{
      .types = {work(), public_(), meeting(), avchatroom(), community()},
      .plans = {{.edition = Edition::free,
                 .member_cap_min = 20,
                 .member_cap_max = 20,
                 .community_members = 0,
                 .joined_groups = 50},
                {.edition = Edition::pro,
                 .member_cap_min = 200,
                 .member_cap_max = 2000,
                 .community_members = 0,
                 .joined_groups = 500},
                {.edition = Edition::ultimate,
                 .member_cap_min = 2000,
                 .member_cap_max = 6000,
                 .community_members = 100'000,
                 .joined_groups = 3000}},
  };
  return rules;
}

std::vector<std::string> problems_of(const Rules& rules) {
  std::vector<std::string> problems;
  for (const auto& [edition, name] : names<Edition>) {
    if (std::ranges::count(rules.plans, edition, &PlanRules::edition) != 1)
      problems.push_back(concat("plan `", name, "` must stand there once"));
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
      problems.push_back(concat("type ", type_rules.name, " stands there twice"));
    const auto base = std::ranges::find_if(default_rules().types, [&](const TypeRules& standard) {
      return standard.base == type_rules.base && name_of(standard.base) == standard.name.view();
    });
    if (base == default_rules().types.end()) {
      problems.push_back(concat("type ", type_rules.name, " has no built-in base"));
      continue;
    }
    opened_beyond(type_rules, *base, problems);
    asked_in_vain(type_rules, problems);
  }
  return problems;
}

}  // namespace muster
