#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/groups/creation.hpp>
#include <muster/domain/membership/import_rules.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

constexpr std::array<const Rule*, creation_rules.size() + 1> rules = [] {
  std::array<const Rule*, creation_rules.size() + 1> all{};
  std::ranges::copy(creation_rules, all.begin());
  all.back() = &import_type;
  return all;
}();

/// The creation of the same group.
CreateGroup creation_of(const ImportGroup& c) {
  CreateGroup creation;
  copy_shared_members(c, creation);
  return creation;
}

void check_arguments(ArgumentChecker& found, const ImportGroup& c) {
  check_creation_arguments(found, creation_of(c));
  const auto check_past = [&](std::string_view field, const std::optional<TimeMs>& time) {
    if (time && (time->ms < 0 || *time > found.at()))
      found.invalid(field,
                    concat("is ", time->ms, "; must be from 0 to the command's time, ", found.at().ms));
  };
  check_past("create_time", c.create_time);
  if (c.next_msg_seq && *c.next_msg_seq < 1) found.invalid("next_msg_seq", "is 0; must be at least 1");
  check_past("last_msg_time", c.last_msg_time);
}

void require(const Decider& d, const ImportGroup& c, Requirements& needed) {
  require_for_creation(d, creation_of(c), needed);
}
bool check_supported(Decider& d, const ImportGroup& c) { return check_creation_supported(d, creation_of(c)); }
bool check_state(Decider& d, const ImportGroup& c) { return check_creation_state(d, creation_of(c)); }
bool check_capacity(Decider& d, const ImportGroup& c) {
  return check_creation_capacity(d, creation_of(c), false);
}

void emit(Decider& d, const ImportGroup& c) {
  const CreateGroup creation = creation_of(c);
  GroupImported imported;
  copy_shared_members(created_group(d, creation), imported);
  imported.members = initial_members(d, creation);
  imported.create_time = c.create_time.value_or(d.time());
  imported.next_msg_seq = c.next_msg_seq.value_or(1);
  imported.last_msg_time = c.last_msg_time.value_or(TimeMs{});
  d.record(std::move(imported));
}

void fold(Folder& f, const GroupImported& e) {
  GroupCreated created;
  copy_shared_members(e, created);
  if (!begin_group(f, created, e.create_time, e.next_msg_seq)) return;
  f.group().last_msg_time = e.last_msg_time;
  f.rows().edit<ProfileRow>(f.group_id()).import_time = f.stamp().time;
  for (const Joiner& joiner : e.members)
    add_member(f, joiner.user, joiner.role == Role::admin ? Role::admin : Role::member, e.create_time);
}

}  // namespace

constinit const CommandSpec<ImportGroup> ImportGroup::spec{.callers = Callers::app_admins,
                                                           .creates = true,
                                                           .arguments = check_arguments,
                                                           .cell = cell<&TypeRules::import>,
                                                           .require = require,
                                                           .unsupported = &import_type,
                                                           .supported = check_supported,
                                                           .state = check_state,
                                                           .capacity = check_capacity,
                                                           .emit = emit,
                                                           .rules = rules};
constinit const EventSpec<GroupImported> GroupImported::spec{.fold = fold};

}  // namespace muster
