#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/groups/group_end.hpp>

namespace muster {
namespace {

constexpr Rule dismiss_type{"dismiss.type", Error::not_supported, "2",
                            "this group type does not support dismissing groups"};
constexpr Rule dismiss_member{"dismiss.member", Error::not_member, "2",
                              "you must be a member to dismiss the group"};
constexpr Rule dismiss_level{"dismiss.level", Error::not_permitted, "2",
                             "your level is too low to dismiss the group"};
constexpr std::array<const Rule*, 3> rules{&dismiss_type, &dismiss_member, &dismiss_level};

void emit(Decider& d, const DismissGroup&) { d.record(GroupDismissed{.to_members = d.always_stored()}); }

void fold(Folder& f, const GroupDismissed&) { end_group(f, GroupState::dismissed); }
void announce(Announcer& to, const GroupDismissed& e) {
  to.to_members(NoticeName::on_group_dismissed, e.to_members);
}

}  // namespace

constinit const CommandSpec<DismissGroup> DismissGroup::spec{.cell = cell<&TypeRules::dismiss_group>,
                                                             .unsupported = &dismiss_type,
                                                             .outside = &dismiss_member,
                                                             .below = &dismiss_level,
                                                             .emit = emit,
                                                             .rules = rules};
constinit const EventSpec<GroupDismissed> GroupDismissed::spec{.fold = fold, .announce = announce};

}  // namespace muster
