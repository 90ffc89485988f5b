#include <muster/engine/engine.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {
std::optional<GroupRow> Snapshot::group(const GroupId& group) const {
  return read_row<GroupRow>(*rows_, group);
}
std::optional<ProfileRow> Snapshot::profile(const GroupId& group) const {
  return read_row<ProfileRow>(*rows_, group);
}
std::optional<MemberProfileRow> Snapshot::member(const GroupId& group, const Account& account) const {
  return read_row<MemberProfileRow>(*rows_, {group, account});
}
std::optional<MembershipRow> Snapshot::membership(const Account& account, const GroupId& group) const {
  if (auto row = read_row<MembershipRow>(*rows_, {account, group})) return row;
  const auto ended = read_row<EndedMembershipRow>(*rows_, {account, group});
  return ended ? std::optional{MembershipRow{ended->role, ended->join_time}} : std::nullopt;
}
std::optional<ApplicationRow> Snapshot::application(const GroupId& group, const Account& account) const {
  return read_row<ApplicationRow>(*rows_, {group, account});
}

std::vector<std::pair<Account, MemberProfileRow>> Snapshot::members(const GroupId& group,
                                                                    const Account& after,
                                                                    std::size_t limit) const {
  std::vector<std::pair<Account, MemberProfileRow>> page;
  const std::string prefix = row_key<MemberProfileRow>({group, Account{}});
  const std::string from = row_key<MemberProfileRow>({group, after});
  rows_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    const Account account = key_of<MemberProfileRow>(key).second;
    if (account == after) return true;
    if (page.size() >= limit) return false;
    page.emplace_back(account, decode_row<MemberProfileRow>(key, value));
    return true;
  });
  return page;
}

std::vector<Disclosed<ShownProfile>> Snapshot::show_groups(const std::vector<GroupId>& groups,
                                                           const Caller& caller,
                                                           const std::vector<CustomKey>& fields) const {
  return Queries{*rows_, *rules_}.profiles(groups, caller, fields);
}
Disclosed<MemberPage> Snapshot::show_members(const GroupId& group, const Caller& caller,
                                             const MemberQuery& query) const {
  return Queries{*rows_, *rules_}.members(group, caller, query);
}
Disclosed<ApplicationPage> Snapshot::show_applications(const Account& account, const PageQuery& query) const {
  return Queries{*rows_, *rules_}.applications(account, query);
}
Disclosed<JoinedPage> Snapshot::show_joined(const Account& account, const PageQuery& query) const {
  return Queries{*rows_, *rules_}.joined(account, query);
}
std::vector<GroupId> Snapshot::groups_of(const TypeName& type, const GroupId& after,
                                         std::size_t limit) const {
  return Queries{*rows_, *rules_}.groups_of(type, after, limit);
}
Disclosed<ShownProfile> Snapshot::search(const GroupId& group, const Caller& caller) const {
  return Queries{*rows_, *rules_}.search(group, caller);
}

}  // namespace muster
