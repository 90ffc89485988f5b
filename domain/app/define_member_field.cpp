#include <algorithm>

#include <muster/domain/app/custom_fields.hpp>
#include <muster/domain/core/event_spec.hpp>

namespace muster {
namespace {

constexpr Rule field_type{"field.type", Error::not_supported, "10",
                          "this group type does not have custom fields of members"};
constexpr std::array<const Rule*, 3> rules{&field_type, &field_defined, &field_limit};

bool check_state(Decider& d, const DefineMemberField& c) {
  const AppRow& app = d.rows().app();
  const auto defined = std::ranges::count(app.member_fields, c.type, &MemberField::type);
  return check_new_field(d, c.key, find_member_field(app, c.type, c.key) != nullptr,
                         static_cast<std::size_t>(defined), member_fields_max);
}

void emit(Decider& d, const DefineMemberField& c) {
  MemberFieldDefined defined;
  copy_shared_members(c, defined);
  d.record(std::move(defined));
}

void fold(Folder& f, const MemberFieldDefined& e) {
  if (!f.in_app() || find_member_field(f.rows().app(), e.type, e.key) != nullptr) return;
  copy_shared_members(e, f.rows().edit<AppRow>({}).member_fields.emplace_back());
}

}  // namespace

constinit const CommandSpec<DefineMemberField> DefineMemberField::spec{
    .callers = Callers::app_admins,
    .stream = StreamKind::app,
    .cell = cell<&TypeRules::member_custom_fields>,
    .unsupported = &field_type,
    .state = check_state,
    .emit = emit,
    .rules = rules};
constinit const EventSpec<MemberFieldDefined> MemberFieldDefined::spec{.fold = fold};

}  // namespace muster
