#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/member_profiles.hpp>

namespace muster {
namespace {

constexpr Rule type_rule{"receive-option.type", Error::not_supported, "2",
                         "this group type does not store receive options"};
constexpr Rule member_rule{"receive-option.member", Error::not_member, "10",
                           "you must be a member to set your receive option"};
constexpr Rule level_rule{"receive-option.level", Error::not_permitted, "10",
                          "your level is too low to set your receive option"};
constexpr std::array<const Rule*, 3> rules{&type_rule, &member_rule, &level_rule};

void require(const Decider& d, const SetReceiveOption&, Requirements& needed) {
  needed.push_back(member_profiles_supported(d));
  needed.push_back({.least = Level::member});  // whose own option it is, even if the cell says Anyone
}

void emit(Decider& d, const SetReceiveOption& c) {
  if (d.rows().need<MemberProfileRow>({d.group_id(), d.caller()}).msg_flag != c.option)
    d.record(ReceiveOptionChanged{c.option});
}

void fold(Folder& f, const ReceiveOptionChanged& e) {
  if (f.group_is_alive() && f.rows().find<MemberProfileRow>({f.group_id(), f.caller()}) != nullptr)
    f.rows().edit<MemberProfileRow>({f.group_id(), f.caller()}).msg_flag = e.option;
}

}  // namespace

constinit const CommandSpec<SetReceiveOption> SetReceiveOption::spec{
    .acting = Acting::for_oneself,
    .cell = cell<&TypeRules::set_receive_option>,
    .require = require,
    .unsupported = &type_rule,
    .outside = &member_rule,
    .below = &level_rule,
    .emit = emit,
    .rules = rules};
constinit const EventSpec<ReceiveOptionChanged> ReceiveOptionChanged::spec{.fold = fold};

}  // namespace muster
