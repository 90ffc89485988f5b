#include <algorithm>
#include <tuple>
#include <type_traits>

#include <boost/mp11/algorithm.hpp>

#include <muster/domain/core/strings.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/projections/pages.hpp>
#include <muster/projections/queries.hpp>
#include <muster/projections/row_view.hpp>

namespace muster {
namespace mp11 = boost::mp11;
namespace {

/// Whether a cursor's bytes are the place of an application among its group's.
bool is_filed_place(const std::string& bytes) {
  const auto end = bytes.find(detail::key_end);
  if (end == std::string::npos || end == 0 || bytes.size() <= end + 1 + 8) return false;
  const std::string key = ApplicationByTimeRow::info.prefix + bytes;
  const ApplicationTimeKey place = key_of<ApplicationByTimeRow>(key);
  return !place.account.empty() && row_key<ApplicationByTimeRow>(place) == key;
}

/// A cursor of a list by id: where it stopped, after the prefix of the rows that it lists, so that no other
/// list takes it.
template <class Row, class Id>
std::string id_cursor(const Id& last) {
  return to_cursor(concat(std::string_view{&Row::info.prefix, 1}, last.view()));
}
/// The id in it; an empty one for the beginning.
template <class Row, class Id>
std::optional<Id> from_id_cursor(const std::string& text) {
  const auto bytes = from_cursor(text);
  if (!bytes) return std::nullopt;
  if (bytes->empty()) return Id{};
  if (bytes->size() < 2 || bytes->front() != Row::info.prefix) return std::nullopt;
  const Id last{std::string_view{*bytes}.substr(1)};
  return last.overlong() ? std::nullopt : std::optional{last};
}

}  // namespace

std::vector<Disclosed<ShownProfile>> Queries::show_groups(const std::vector<GroupId>& groups,
                                                          const Caller& caller,
                                                          const std::vector<CustomKey>& fields) const {
  RowView view{*rows_, scratch_rows};
  std::vector<Disclosed<ShownProfile>> shown;
  shown.reserve(groups.size());
  for (const GroupId& group : groups) {
    shown.push_back(disclose_profile(view, group, caller, fields));
    view.trim();
  }
  return shown;
}

void Queries::with_view(const std::function<void(const View&)>& read) const {
  read(RowView{*rows_, scratch_rows});
}

Disclosed<MemberPage> Queries::show_members(const GroupId& group, const Caller& caller,
                                            const MemberQuery& query) const {
  RowView view{*rows_, scratch_rows};
  if (auto refused = check_members_shown(view, *rules_, group, caller)) return *std::move(refused);
  const std::string prefix = roster_of(group, query.role);
  const auto after = from_cursor(query.after);
  const std::string whole = roster_of(group, std::nullopt);
  if (!after || (!after->empty() && !is_place(whole + *after, prefix))) return bad_cursor();
  const std::string from = after->empty() ? std::string{} : whole + *after;

  MemberPage page;
  const std::size_t limit = size_of_page(query.limit);
  std::string last;
  rows_->scan(prefix, from, [&](std::string_view key, std::string_view) {
    if (key == from) return true;
    if (page.members.size() == limit) {
      page.next = to_cursor(std::string_view{last}.substr(whole.size()));
      return false;
    }
    page.members.push_back(disclose_member(view, group, key_of<RosterRow>(key).account, caller));
    view.trim();
    last = key;
    return true;
  });
  // A list that was read whole has all members in it.
  const bool whole_list = after->empty() && !query.role && page.next.empty();
  if (whole_list && page.members.size() != view.need<GroupRow>(group).member_num)
    view.missing(RosterRow::info.name, key_text(group));
  return page;
}

std::vector<Disclosed<ShownMember>> Queries::show_member(const GroupId& group,
                                                         const std::vector<Account>& accounts,
                                                         const Caller& caller) const {
  RowView view{*rows_, scratch_rows};
  std::vector<Disclosed<ShownMember>> shown;
  shown.reserve(accounts.size());
  for (const Account& account : accounts) {
    shown.push_back(disclose_one_member(view, *rules_, group, account, caller));
    view.trim();
  }
  return shown;
}

Disclosed<ApplicationPage> Queries::show_applications(const Account& account, const PageQuery& query) const {
  if (auto refused = check_account(account, "as")) return *std::move(refused);
  const auto after = from_cursor(query.after);
  if (!after || (!after->empty() && !is_filed_place(*after))) return bad_cursor();
  const ApplicationTimeKey from =
      after->empty() ? ApplicationTimeKey{}
                     : key_of<ApplicationByTimeRow>(ApplicationByTimeRow::info.prefix + *after);
  RowView view{*rows_, scratch_rows};
  const AccountRow* row = view.find<AccountRow>(account);
  const TimeMs mark = row == nullptr ? TimeMs{} : row->applications_read;
  ApplicationPage page;
  const std::size_t limit = size_of_page(query.limit);
  std::string last;
  // The group's applications after a place, which may be the group's beginning; false when the page is full.
  const auto list_group = [&](const GroupId& group, const std::string& start) {
    const std::string prefix =
        row_key<ApplicationByTimeRow>({group, {}, {}}).substr(0, 1 + group.view().size() + 1);
    rows_->scan(prefix, start, [&](std::string_view key, std::string_view) {
      if (key == start) return true;
      if (page.applications.size() == limit) {
        page.next = to_cursor(std::string_view{last}.substr(1));
        return false;
      }
      const ApplicationTimeKey filed = key_of<ApplicationByTimeRow>(key);
      const ApplicationRow& application = view.need<ApplicationRow>({group, filed.account});
      page.applications.push_back({group, filed.account, application});
      if (application.status == ApplicationStatus::pending && application.time > mark) ++page.unread;
      view.trim();
      last = key;
      return true;
    });
    return page.next.empty();
  };
  if (!from.group.empty() && decides_applications(view, *rules_, from.group, account) &&
      !list_group(from.group, row_key<ApplicationByTimeRow>(from)))
    return page;
  for_each_membership(view, account, from.group, [&](const AccountMembership& membership) {
    return !decides_applications(view, *rules_, membership.group, account) ||
           list_group(membership.group, {});
  });
  return page;
}

Disclosed<JoinedPage> Queries::show_joined(const Account& account, const PageQuery& query) const {
  if (auto refused = check_account(account, "account")) return *std::move(refused);
  const auto after = from_id_cursor<MembershipRow, GroupId>(query.after);
  if (!after) return bad_cursor();
  RowView view{*rows_, scratch_rows};
  JoinedPage page;
  const std::size_t limit = size_of_page(query.limit);
  for_each_membership(view, account, *after, [&](const AccountMembership& membership) {
    auto shown = disclose_joined(view, *rules_, membership.group, account);
    view.trim();
    if (!shown) return true;
    if (page.groups.size() == limit) {
      page.next = id_cursor<MembershipRow>(page.groups.back().group_id);
      return false;
    }
    page.groups.push_back(*std::move(shown));
    return true;
  });
  return page;
}

template <class Row>
Disclosed<RowPage<Row>> Queries::show_rows(
    const GroupId& group, const PageQuery& query,
    const std::function<std::optional<Refusal>(const View&)>& check) const {
  if (auto refused = check(RowView{*rows_, scratch_rows})) return *std::move(refused);
  using Second = decltype(Key<Row>::second);
  const auto after = from_id_cursor<Row, Second>(query.after);
  if (!after) return bad_cursor();
  const std::string prefix = row_key<Row>({group, {}});
  const std::string from = row_key<Row>({group, *after});
  const std::size_t limit = size_of_page(query.limit);
  RowPage<Row> page;
  rows_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    if (key == from && !after->empty()) return true;
    if (page.rows.size() == limit) {
      page.next = id_cursor<Row>(page.rows.back().first.second);
      return false;
    }
    page.rows.emplace_back(key_of<Row>(key), decode_row<Row>(key, value));
    return true;
  });
  return page;
}

namespace {

template <class Row>
using IsGroups = mp11::mp_or<std::is_same<Key<Row>, GroupAccount>, std::is_same<Key<Row>, GroupTopic>>;

}  // namespace

/// Compiles show_rows for every kind that it can show, so that a further question needs no line here.
template <class... Rows>
struct Queries::ShowRows<mp11::mp_list<Rows...>> {
  static constexpr std::tuple all{&Queries::show_rows<Rows>...};
};
template struct Queries::ShowRows<mp11::mp_copy_if<RowKinds, IsGroups>>;

std::vector<GroupId> Queries::groups_of(const TypeName& type, const GroupId& after, std::size_t limit) const {
  std::vector<GroupId> groups;
  const std::string prefix = row_key<GroupByTypeRow>({type, {}});
  const std::string from = row_key<GroupByTypeRow>({type, after});
  rows_->scan(prefix, from, [&](std::string_view key, std::string_view) {
    if (!after.empty() && key == from) return true;
    if (groups.size() >= limit) return false;
    groups.push_back(key_of<GroupByTypeRow>(key).second);
    return true;
  });
  return groups;
}

std::optional<GroupRow> Queries::group(const GroupId& group) const {
  return read_row<GroupRow>(*rows_, group);
}
std::optional<ProfileRow> Queries::profile(const GroupId& group) const {
  return read_row<ProfileRow>(*rows_, group);
}
std::optional<MemberProfileRow> Queries::member(const GroupId& group, const Account& account) const {
  return read_row<MemberProfileRow>(*rows_, {group, account});
}
std::optional<MembershipRow> Queries::membership(const Account& account, const GroupId& group) const {
  if (auto row = read_row<MembershipRow>(*rows_, {account, group})) return row;
  const auto ended = read_row<EndedMembershipRow>(*rows_, {account, group});
  return ended ? std::optional{MembershipRow{ended->role, ended->join_time}} : std::nullopt;
}
std::optional<ApplicationRow> Queries::application(const GroupId& group, const Account& account) const {
  return read_row<ApplicationRow>(*rows_, {group, account});
}

std::vector<std::pair<Account, MemberProfileRow>> Queries::members(const GroupId& group, const Account& after,
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

Rules latest_rules(Store& store) {
  const CommitLog& log = store.log();
  const Position last = log.last();
  if (last == 0) return default_rules();
  const auto commit_at = [&](Position position) {
    return decode_commit_at(position, log.read(position).value_or(std::string{})).commit;
  };
  const Digest wanted = commit_at(last).head.rules;
  if (wanted == digest_of(default_rules())) return default_rules();
  for (Revision revision = 1; const auto position = log.position_of(StreamId::app(), revision); ++revision) {
    for (const Event& event : commit_at(*position).events) {
      const auto* installed = std::get_if<RulesInstalled>(&event);
      if (installed == nullptr || installed->digest != bytes_of(wanted)) continue;
      auto rules = decode_rules(installed->document);
      if (auto* document = std::get_if<Rules>(&rules)) return std::move(*document);
    }
  }
  throw StoreError{StoreErrorCode::corrupt,
                   concat("the rules document of the commit at position ", last, " is missing or newer")};
}

}  // namespace muster
