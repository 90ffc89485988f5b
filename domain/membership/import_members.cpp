#include <set>

#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/event_spec.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/membership/admission.hpp>
#include <muster/domain/membership/import_rules.hpp>
#include <muster/domain/membership/roster.hpp>

namespace muster {
namespace {

constexpr Rule import_item{
    "import.item", Error::invalid_argument, "11",
    "`join_time` must be from the group's `create_time` to the command's time, `msg_seq` "
    "below its `next_msg_seq`, and `role` one that its type has"};
constexpr std::array<const Rule*, 5> rules{&import_type, &join_already, &import_item, &join_capacity,
                                           &quota_joined};

void check_arguments(ArgumentChecker& found, const ImportMembers& c) {
  if (c.members.size() > c.members.items_max) return;
  for (std::size_t i = 0; i < c.members.size(); ++i)
    if (c.members[i].role == Role::owner)
      found.invalid(concat("members[", i, "].role"), "must be `Member` or `Admin`");
}

ImportedMember imported(const Decider& d, const MemberToImport& member) {
  return {.user = member.user,
          .role = member.role.value_or(Role::member),
          .join_time = member.join_time.value_or(d.time()),
          .msg_seq = member.msg_seq.value_or(d.group().next_msg_seq - 1)};
}

bool is_well_formed(const Decider& d, const ImportedMember& member) {
  return member.join_time >= d.group().create_time && member.join_time <= d.time() &&
         member.msg_seq < d.group().next_msg_seq && (member.role != Role::admin || d.type().has_admins);
}

void emit(Decider& d, const ImportMembers& c) {
  std::vector<ItemResult> results;
  MembersImported event;
  std::set<Account> coming;
  const auto decide = [&](const MemberToImport& asked) -> ItemResult {
    const ImportedMember member = imported(d, asked);
    if (coming.contains(member.user) || d.is_member(member.user))
      return refused_item(member.user, join_already);
    if (!is_well_formed(d, member)) return refused_item(member.user, import_item);
    if (is_full(d.group(), coming.size())) return refused_item(member.user, join_capacity);
    if (counts_for_newcomers(d.group()) && joined_quota_reached(d, member.user))
      return refused_item(member.user, quota_joined);
    coming.insert(member.user);
    event.members.push_back(member);
    return {member.user, ItemStatus::ok, std::nullopt};
  };
  for (const MemberToImport& asked : c.members) results.push_back(decide(asked));
  d.reply(std::move(results));
  if (!event.members.empty()) d.record(std::move(event));
}

void fold(Folder& f, const MembersImported& e) {
  if (!f.group_is_alive()) return;
  for (const ImportedMember& member : e.members) {
    if (f.rows().find<MembershipRow>({member.user, f.group_id()}) != nullptr) continue;
    add_member(f, member.user, member.role == Role::admin ? Role::admin : Role::member, member.join_time);
    if (f.group().traits.member_profiles)
      f.rows().edit<MemberProfileRow>({f.group_id(), member.user}).msg_seq =
          std::min(member.msg_seq, f.newest_message());
  }
}

}  // namespace

constinit const CommandSpec<ImportMembers> ImportMembers::spec{.callers = Callers::app_admins,
                                                               .arguments = check_arguments,
                                                               .cell = cell<&TypeRules::import>,
                                                               .unsupported = &import_type,
                                                               .emit = emit,
                                                               .rules = rules};
constinit const EventSpec<MembersImported> MembersImported::spec{.fold = fold};

}  // namespace muster
