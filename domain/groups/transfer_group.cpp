#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/membership/roster.hpp>
#include <muster/domain/messages/mutes.hpp>

namespace muster {
namespace {

constexpr Rule transfer_type{"transfer.type", Error::not_supported, "2",
                             "this group type does not support transferring groups"};
constexpr Rule transfer_member{"transfer.member", Error::not_member, "2",
                               "you must be a member to transfer the group"};
constexpr Rule transfer_level{"transfer.level", Error::not_permitted, "2",
                              "your level is too low to transfer the group"};
constexpr Rule transfer_target{"transfer.target", Error::target_not_member, "5",
                               "the new owner is not a member"};
constexpr std::array<const Rule*, 4> rules{&transfer_type, &transfer_member, &transfer_level,
                                           &transfer_target};

bool check_state(Decider& d, const TransferGroup& c) {
  return d.is_member(c.new_owner) || d.refuse(transfer_target, {.user = c.new_owner});
}

void emit(Decider& d, const TransferGroup& c) {
  if (d.rank_of(c.new_owner) == Level::owner) return;
  d.record(OwnerChanged{.from = d.group().owner,
                        .to = c.new_owner,
                        .announcement = d.announce(NoticeCategory::profile_change)});
}

void fold(Folder& f, const OwnerChanged& e) {
  if (!f.group_is_alive() || f.rows().find<MembershipRow>({e.to, f.group_id()}) == nullptr) return;
  f.take_number_of(e.announcement);
  const Account from = f.group().owner;
  if (!from.empty()) change_role(f, from, Role::member);
  change_role(f, e.to, Role::owner);
  lift_mute(f, e.to);
  f.group().owner = e.to;
  f.group().had_owner = true;
  f.count_info_change();
}

void announce(Announcer& to, const OwnerChanged& e) {
  Notice& notice = to.to_members(NoticeName::on_group_info_changed, e.announcement);
  notice.owner = e.to;
}

}  // namespace

constinit const CommandSpec<TransferGroup> TransferGroup::spec{.cell = cell<&TypeRules::transfer_group>,
                                                               .unsupported = &transfer_type,
                                                               .outside = &transfer_member,
                                                               .below = &transfer_level,
                                                               .state = check_state,
                                                               .emit = emit,
                                                               .rules = rules};
constinit const EventSpec<OwnerChanged> OwnerChanged::spec{.fold = fold, .announce = announce};

}  // namespace muster
