#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/app/policies.hpp>
#include <muster/domain/can.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/domain/groups/quotas.hpp>
#include <muster/domain/messages/mutes.hpp>

namespace muster {
namespace {

/// All accounts that a command names, in its lists too.
class NamedAccounts {
 public:
  explicit NamedAccounts(const Command& command) {
    std::visit([this](const auto& c) { look_at(c); }, command);
  }
  /// Those that are members of the command itself: whom it is about.
  [[nodiscard]] const std::vector<Account>& targets() const { return targets_; }
  [[nodiscard]] bool contain(const Account& account) const {
    return std::ranges::find(all_, account) != all_.end();
  }
  /// The latest time in the command; 0 for none.
  [[nodiscard]] TimeMs latest() const { return latest_; }

 private:
  template <class T>
  void look_at(const T& value, std::size_t depth = 0) {
    if constexpr (std::is_same_v<T, Account>) {
      all_.push_back(value);
      if (depth == 1) targets_.push_back(value);
    } else if constexpr (std::is_same_v<T, TimeMs>) {
      latest_ = std::max(latest_, value);
    } else if constexpr (detail::is_optional<T>) {
      if (value) look_at(*value, depth);
    } else if constexpr (requires { T::items_max; }) {
      for (const auto& item : value) look_at(item, depth + 1);
    } else if constexpr (Described<T>) {
      for_each_member(value, [&](const char*, const auto& member) { look_at(member, depth + 1); });
    }
  }

  std::vector<Account> targets_;
  std::vector<Account> all_;
  TimeMs latest_;
};

/// What a level makes of an account, as in "if `otto` were an Admin".
std::string were(const Account& account, Level level) {
  switch (level) {
    case Level::anyone: return concat("if ", account, " were not a member");
    case Level::member: return concat("if ", account, " were a Member");
    case Level::admin: return concat("if ", account, " were an Admin");
    case Level::owner: return concat("if ", account, " were the Owner");
    case Level::app_admin: break;
  }
  return "if the caller were an app admin";
}

/// A group whose rows are changed to what they would be.
class Supposed {
 public:
  Supposed(Overlay& rows, GroupId group, TimeMs time) : rows_(rows), group_(std::move(group)), time_(time) {}

  void happens(const Event& event, const Account& by) {
    const StreamId stream = StreamId::of(group_);
    evolve(rows_, event, {stream, head_of(rows_, stream).revision + 1, 0, time_, {by, CallerKind::user}});
  }
  /// The account gets the level, whatever it had; who owned the group becomes a member.
  void hold(const Account& account, Level level) {
    const Level now = level_of(rows_, group_, {account, CallerKind::user}, Acting::for_oneself);
    if (level == Level::anyone) return happens(MembersLeft{.users = {account}}, account);
    if (now == Level::anyone) happens(MembersJoined{.members = {{account, Role::member}}}, account);
    if (level == Level::owner)
      return happens(OwnerChanged{.from = rows_.find<GroupRow>(group_)->owner, .to = account}, account);
    if (now == Level::owner) rows_.edit<GroupRow>(group_).owner = Account{};
    rows_.edit<MembershipRow>({account, group_}).role = level == Level::admin ? Role::admin : Role::member;
  }

 private:
  Overlay& rows_;
  GroupId group_;
  TimeMs time_;
};

/// The levels that an account can have in groups of the type, the present one apart: the nearest higher ones
/// first, then the nearest lower ones.
std::vector<Level> other_levels(const TypeRules& type, Level present) {
  std::vector<Level> levels;
  for (const Level level : {Level::member, Level::admin, Level::owner})
    if (level > present && (level != Level::admin || type.has_admins)) levels.push_back(level);
  for (const Level level : {Level::admin, Level::member, Level::anyone})
    if (level < present && (level != Level::admin || type.has_admins)) levels.push_back(level);
  return levels;
}

/// Tries one change after another, each on rows, a request and an environment of its own.
class Search {
 public:
  Search(const View& rows, const Request& request, const Env& env)
      : rows_(rows), request_(request), env_(env), accounts_(request.command) {
    if (const GroupId* named = group_of(request.command)) {
      const GroupRow* group = rows.find<GroupRow>(*named);
      if (is_alive(group)) group_ = group;
      group_id_ = *named;
    }
    if (group_ != nullptr) type_ = &type_rules_of(env.rules->rules, *group_);
  }

  std::vector<NearChange> run() {
    Trace trace;
    Env traced = env_;
    traced.trace = &trace;
    Overlay rows{&rows_};
    const auto refused = can(rows, request_, traced);
    if (!refused || trace.back().step == Step::visible) return {};
    refusal_ = *refused;
    try_callers();
    try_arguments();
    try_times();
    if (group_ != nullptr) {
      try_options();
      try_targets();
      try_mutes();
    }
    try_room();
    try_settings();
    if (refusal_.facts.cell && refusal_.facts.type) try_cell(*refusal_.facts.cell, *refusal_.facts.type);
    return std::move(found_);
  }

 private:
  struct Trial {
    Overlay& rows;
    Request& request;
    Env& env;
  };

  /// Whether the request is accepted after `change(trial)`; then the change is found.
  template <class Change>
  bool tries(ChangeKind kind, std::string text, Change&& change) {
    Overlay rows{&rows_};
    Request request = request_;
    Env env = env_;
    env.trace = nullptr;
    change(Trial{rows, request, env});
    if (can(rows, request, env)) return false;
    found_.push_back({kind, std::move(text)});
    return true;
  }
  /// The first of several levels of an account under which the request is accepted.
  void try_levels(ChangeKind kind, const Account& account) {
    const Level present = level_of(rows_, group_id_, {account, CallerKind::user}, Acting::for_oneself);
    for (const Level level : other_levels(*type_, present)) {
      const auto change = [&](const Trial& trial) {
        Supposed{trial.rows, group_id_, env_.time}.hold(account, level);
      };
      if (tries(kind, were(account, level), change)) return;
    }
  }

  void try_callers() {
    const Caller& caller = request_.caller;
    if (group_ != nullptr && caller.kind != CallerKind::system) try_levels(ChangeKind::level, caller.account);
    constexpr std::array kinds{std::pair{CallerKind::user, "if the caller were a user"},
                               std::pair{CallerKind::app_admin, "if the caller were an app admin"},
                               std::pair{CallerKind::system, "if the caller were the system"}};
    for (const auto& [kind, text] : kinds)
      if (kind != caller.kind)
        tries(ChangeKind::caller_kind, text,
              [kind = kind](const Trial& trial) { trial.request.caller.kind = kind; });
  }

  void try_arguments() {
    std::visit(
        [&](const auto& command) {
          for_each_member(command, [&]<class T>(const char* name, const T& member) {
            if constexpr (detail::is_optional<T>) {
              // Without these, the command would be about something else.
              constexpr std::array kept{"user", "users", "topic"};
              if (member && std::ranges::find(kept, std::string_view{name}) == kept.end()) try_without(name);
            } else if constexpr (std::is_same_v<T, TypeName>) {
              try_types(member);
            }
          });
        },
        request_.command);
    if (!request_.expect) return;
    tries(ChangeKind::argument, "without `expect`", [](const Trial& trial) { trial.request.expect.reset(); });
  }
  void try_without(std::string_view field) {
    tries(ChangeKind::argument, concat("without `", field, "`"), [&](const Trial& trial) {
      std::visit(
          [&](auto& command) {
            for_each_member(command, [&]<class T>(std::string_view name, T& member) {
              if constexpr (detail::is_optional<T>)
                if (name == field) member.reset();
            });
          },
          trial.request.command);
    });
  }
  void try_types(const TypeName& present) {
    for (const TypeRules& type : env_.rules->rules.types) {
      if (type.name == present) continue;
      tries(ChangeKind::argument, concat("with `type` ", type.name), [&](const Trial& trial) {
        std::visit(
            [&](auto& command) {
              for_each_member(command, [&]<class T>(const char*, T& member) {
                if constexpr (std::is_same_v<T, TypeName>) member = type.name;
              });
            },
            trial.request.command);
      });
    }
  }

  /// Moments at which something ends that may be in the way.
  void try_times() {
    constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;
    const Facts& facts = refusal_.facts;
    const TimeMs now = request_.at.value_or(env_.time);
    std::vector<TimeMs> moments{day_of(now).begin, accounts_.latest()};
    moments.front().ms += day_ms;
    if (facts.until) moments.push_back(*facts.until);
    if (facts.time && facts.limit)  // idle since, and the seconds that are needed
      moments.push_back(
          {facts.time->ms + static_cast<std::int64_t>(std::min(*facts.limit, seconds_most)) * 1000});
    std::ranges::sort(moments);
    for (const TimeMs moment : moments) {
      if (moment <= now) continue;
      const auto change = [&](const Trial& trial) {
        trial.request.at = moment;
        trial.env.time = moment;
      };
      if (tries(ChangeKind::time, concat("from the time ", moment.ms, " on"), change)) return;
    }
  }

  template <class E>
  void try_option(E GroupRow::*option, std::string_view name) {
    for (const auto& [value, value_name] : names<E>) {
      if (value == group_->*option) continue;
      tries(ChangeKind::option, concat("if `", name, "` were ", value_name),
            [&, value = value](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).*option = value; });
    }
  }
  void try_options() {
    if (type_->apply_join_option.settable) try_option(&GroupRow::apply_join_option, "apply_join_option");
    if (type_->invite_option.settable) try_option(&GroupRow::invite_option, "invite_option");
    if (group_->mute_all)
      tries(ChangeKind::option, "if `mute_all` were off",
            [&](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).mute_all = false; });
    if (!group_->support_topic && type_->topics)
      tries(ChangeKind::option, "if the group had been created with `support_topic`",
            [&](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).support_topic = true; });
  }

  void try_targets() {
    std::vector<Account> targets = accounts_.targets();
    if (refusal_.facts.user) targets.push_back(*refusal_.facts.user);
    std::ranges::sort(targets);
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    for (const Account& target : targets) {
      if (target == request_.caller.account) continue;
      try_levels(ChangeKind::target, target);
      const bool applies = type_->join_group && type_->apply_join_option.settable;
      tries(ChangeKind::target,
            concat("if ", target, applies ? " had applied" : "'s invitation waited for approval"),
            [&](const Trial& trial) {
              Supposed{trial.rows, group_id_, env_.time}.happens(JoinRequested{}, target);
            });
      tries(ChangeKind::target, concat("if ", target, " were muted"), [&](const Trial& trial) {
        Supposed{trial.rows, group_id_, env_.time}.happens(MuteChanged{.user = target, .until = for_ever},
                                                           target);
      });
    }
    std::visit([&](const auto& command) { try_topic(command); }, request_.command);
  }
  template <class C>
  void try_topic(const C& command) {
    if constexpr (requires { command.topic; }) {
      const std::optional<TopicId> topic{command.topic};
      if (!topic) return;
      tries(ChangeKind::target, concat("if the topic ", *topic, " existed"), [&](const Trial& trial) {
        trial.rows.put<TopicRow>({group_id_, *topic}, {});
      });
    }
  }

  void try_mutes() {
    const Account& account = request_.caller.account;
    if (find_mute(rows_, group_id_, account) == nullptr) return;
    tries(ChangeKind::mute, concat("if the mute of ", account, " were lifted"), [&](const Trial& trial) {
      Supposed{trial.rows, group_id_, env_.time}.happens(MuteChanged{.user = account, .until = {}}, account);
    });
  }

  void try_room() {
    if (group_ != nullptr && group_->max_member_num != 0) {
      const std::uint32_t more = group_->member_num + 1;
      if (more <= largest_group())
        tries(ChangeKind::room, concat("if `max_member_num` were ", more),
              [&](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).max_member_num = more; });
      tries(ChangeKind::room, "if the group had fewer members",
            [&](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).member_num = 1; });
    }
    if (group_ != nullptr && group_->topics != 0)
      tries(ChangeKind::room, "if the group had fewer topics",
            [&](const Trial& trial) { trial.rows.edit<GroupRow>(group_id_).topics = 0; });
    const Account joiner = refusal_.facts.user.value_or(request_.caller.account);
    if (const AccountRow* account = rows_.find<AccountRow>(joiner);
        account != nullptr && account->joined != 0)
      tries(ChangeKind::room, concat("if ", joiner, " were in fewer groups"),
            [&](const Trial& trial) { trial.rows.edit<AccountRow>(joiner).joined = 0; });
    tries(ChangeKind::room, "if fewer groups of this kind existed",
          [&](const Trial& trial) { trial.rows.put<GroupCountsRow>({}, {}); });
    tries(ChangeKind::room, "if fewer custom fields were defined", [&](const Trial& trial) {
      const auto is_other = [&](const auto& field) { return field.key.view() != refusal_.facts.key; };
      std::erase_if(trial.rows.edit<AppRow>({}).group_fields, is_other);
      std::erase_if(trial.rows.edit<AppRow>({}).member_fields, is_other);
    });
  }
  /// The most members that a group of this class may have under the app's plan.
  [[nodiscard]] std::uint32_t largest_group() const {
    const AppRow& app = rows_.app();
    return group_->traits.quota == QuotaClass::communities
               ? env_.rules->rules.plan(app.edition).community_members
               : app.member_cap;
  }

  /// The type whose settings the command goes by; empty for none.
  [[nodiscard]] TypeName setting_type() const {
    return refusal_.facts.type.value_or(type_ == nullptr ? TypeName{} : type_->name);
  }
  void try_settings() {
    try_plans();
    const TypeName type = setting_type();
    if (refusal_.facts.key) try_custom_field(CustomKey{*refusal_.facts.key}, type);
    if (type.empty()) return;
    tries(ChangeKind::setting, concat("if sweeping were enabled for ", type),
          [&](const Trial& trial) { trial.rows.edit<AppRow>({}).sweep.push_back(type); });
    tries(ChangeKind::setting, concat("if the idle time of ", type, " were shorter"),
          [&](const Trial& trial) {
            std::vector<RecyclePolicy>& policies = trial.rows.edit<AppRow>({}).recycle;
            set_policy(policies, find_policy(policies, type), std::optional{RecyclePolicy{type, 1}});
          });
  }
  /// The first plan under which the request is accepted: the smallest of them, with as little extra as is
  /// enough.
  void try_plans() {
    for (const PlanRules& plan : env_.rules->rules.plans)
      for (const std::uint32_t cap : {plan.member_cap_min, plan.member_cap_max})
        for (const bool unlimited : {false, true}) {
          if (unlimited && !plan.avchatrooms_unlimited) continue;
          const std::string text = concat("under the plan ", name_of(plan.edition), " with `member_cap` ",
                                          cap, unlimited ? " and `avchatrooms_unlimited`" : "");
          const auto change = [&](const Trial& trial) {
            AppRow& row = trial.rows.edit<AppRow>({});
            row.edition = plan.edition;
            row.member_cap = cap;
            row.avchatrooms_unlimited = unlimited;
          };
          if (tries(ChangeKind::setting, text, change)) return;
        }
  }
  void try_custom_field(const CustomKey& key, const TypeName& type) {
    const AppRow& app = rows_.app();
    const bool defined =
        find_group_field(app, key) != nullptr || find_member_field(app, type, key) != nullptr;
    tries(ChangeKind::setting,
          concat("if the custom field ", key, defined ? " could be written by Anyone" : " were defined"),
          [&](const Trial& trial) {
            AppRow& row = trial.rows.edit<AppRow>({});
            const auto is_key = [&](const auto& field) { return field.key == key; };
            std::erase_if(row.group_fields, is_key);
            std::erase_if(row.member_fields, is_key);
            row.group_fields.push_back({key, Level::anyone, Level::anyone});
            row.member_fields.push_back({type, key, Level::anyone, Level::anyone, true, true});
          });
    if (!defined) return;
    tries(ChangeKind::setting, concat("if the custom field ", key, " were not defined"),
          [&](const Trial& trial) {
            AppRow& row = trial.rows.edit<AppRow>({});
            const auto is_key = [&](const auto& field) { return field.key == key; };
            std::erase_if(row.group_fields, is_key);
            std::erase_if(row.member_fields, is_key);
          });
  }

  /// Opens a cell of the rules as far as a document may.
  void try_cell(const std::string& cell, const TypeName& type) {
    const Level level = refusal_.facts.level.value_or(Level::member);
    RulesDocument document = *env_.rules;
    const auto own = std::ranges::find(document.rules.types, type, &TypeRules::name);
    if (own == document.rules.types.end()) return;
    std::string value;
    for_each_member(*own, [&]<class T>(std::string_view name, T& member) {
      if (name != cell) return;
      if constexpr (std::is_same_v<T, Permission>) {
        member = {.supported = true, .least = std::min(level, Level::app_admin)};
        value = concat(name_of(member.least));
      } else if constexpr (std::is_same_v<T, bool>) {
        member = true;
        value = "true";
      } else if constexpr (requires { member.settable; }) {
        member.settable = true;
        value = "settable";
      }
    });
    if (value.empty() || !problems_of(document.rules).empty()) return;
    tries(ChangeKind::rule, concat("if the rules had `", cell, "` of ", type, " as ", value),
          [&](const Trial& trial) { trial.env.rules = &document; });
  }

  static constexpr std::uint64_t seconds_most = 400'000'000'000;

  const View& rows_;
  const Request& request_;
  const Env& env_;
  NamedAccounts accounts_;
  GroupId group_id_;
  const GroupRow* group_ = nullptr;  // null: none that lives
  const TypeRules* type_ = nullptr;  // of the group
  Refusal refusal_;
  std::vector<NearChange> found_;
};

/// An account that the app does not know, and that the command does not name.
Account stranger(const View& rows, const GroupId& group, const Command& command) {
  const NamedAccounts named{command};
  Account account{"somebody"};
  const auto is_known = [&] {
    return named.contain(account) || rows.find<AccountRow>(account) != nullptr ||
           rows.find<ApplicationRow>({group, account}) != nullptr ||
           find_mute(rows, group, account) != nullptr;
  };
  for (std::size_t i = 2; is_known(); ++i) account = Account{concat("somebody", i)};
  return account;
}

}  // namespace

std::vector<NearChange> nearest_changes(const View& rows, const Request& request, const Env& env) {
  return Search{rows, request, env}.run();
}

std::vector<Level> levels_that_can(const View& rows, const Request& request, const Env& env) {
  const GroupId* named = group_of(request.command);
  const GroupRow* group = named == nullptr ? nullptr : rows.find<GroupRow>(*named);
  const bool in_group = is_alive(group);
  const TypeRules* type = in_group ? &type_rules_of(env.rules->rules, *group) : nullptr;
  const Account account = stranger(rows, named == nullptr ? GroupId{} : *named, request.command);
  Env untraced = env;
  untraced.trace = nullptr;
  std::vector<Level> levels;
  for (const auto& [level, name] : names<Level>) {
    const bool role = level != Level::anyone && level != Level::app_admin;
    if (role && (!in_group || (level == Level::admin && !type->has_admins))) continue;
    Overlay supposed{&rows};
    Request tried = request;
    tried.caller = {account, level == Level::app_admin ? CallerKind::app_admin : CallerKind::user};
    if (level == Level::owner && !group->owner.empty())
      tried.caller.account = group->owner;
    else if (role)
      Supposed{supposed, *named, env.time}.hold(account, level);
    if (!can(supposed, tried, untraced)) levels.push_back(level);
  }
  return levels;
}

}  // namespace muster
