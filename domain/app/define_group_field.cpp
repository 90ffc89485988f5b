#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

constexpr std::array<const Rule*, 2> rules{&field_defined, &field_limit};

bool check_state(Decider& d, const DefineGroupField& c) {
  const AppRow& app = d.rows().app();
  return check_new_field(d, c.key, find_group_field(app, c.key) != nullptr, app.group_fields.size(),
                         group_fields_max);
}

void emit(Decider& d, const DefineGroupField& c) {
  d.record(GroupFieldDefined{.key = c.key, .read = c.read, .write = c.write});
}

void fold(Folder& f, const GroupFieldDefined& e) {
  if (!f.in_app() || find_group_field(f.rows().app(), e.key) != nullptr) return;
  f.rows().edit<AppRow>({}).group_fields.push_back({.key = e.key, .read = e.read, .write = e.write});
}

}  // namespace

constinit const CommandSpec<DefineGroupField> DefineGroupField::spec{.callers = Callers::app_admins,
                                                                     .stream = StreamKind::app,
                                                                     .state = check_state,
                                                                     .emit = emit,
                                                                     .rules = rules};
constinit const EventSpec<GroupFieldDefined> GroupFieldDefined::spec{.fold = fold};

}  // namespace muster
