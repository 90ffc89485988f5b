#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/mp11.hpp>

#include <muster/domain/answer.hpp>
#include <muster/domain/rows.hpp>

namespace muster {

/// The key of a row that there is only one of.
struct Only {
  bool operator==(const Only&) const = default;
};

/// The key that a row of a kind stands under.
template <class Row>
struct KeyFor;
// clang-format off
template <> struct KeyFor<AppRow>         { using type = Only; };
template <> struct KeyFor<GroupRow>       { using type = GroupId; };
template <> struct KeyFor<ProfileRow>     { using type = GroupId; };
template <> struct KeyFor<MemberRow>      { using type = GroupAccount; };
template <> struct KeyFor<MembershipRow>  { using type = AccountGroup; };
template <> struct KeyFor<EndedRow>       { using type = AccountGroup; };
template <> struct KeyFor<AccountRow>     { using type = Account; };
template <> struct KeyFor<MuteRow>        { using type = GroupAccount; };
template <> struct KeyFor<ApplicationRow> { using type = GroupAccount; };
template <> struct KeyFor<PendingRow>     { using type = GroupAccount; };
template <> struct KeyFor<TopicRow>       { using type = GroupTopic; };
template <> struct KeyFor<AnsweredRow>    { using type = AnsweredKey; };
template <> struct KeyFor<ReadRow>        { using type = AccountGroup; };
template <> struct KeyFor<RosterRow>      { using type = RosterKey; };
template <> struct KeyFor<FiledRow>       { using type = FiledKey; };
template <> struct KeyFor<TypeRow>        { using type = TypeGroup; };
// clang-format on
template <class Row>
using Key = typename KeyFor<Row>::type;

/// Every kind of row.
using RowKinds = boost::mp11::mp_list<AppRow, GroupRow, ProfileRow, MemberRow, MembershipRow, AccountRow,
                                      MuteRow, ApplicationRow, TopicRow, AnsweredRow, ReadRow, RosterRow,
                                      FiledRow, TypeRow, EndedRow, PendingRow>;

/// One of an account's memberships.
struct AccountMembership {
  GroupId group;
  MembershipRow row;
  bool operator==(const AccountMembership&) const = default;
};

/// Names a kind of row to an overload.
template <class Row>
struct RowKind {};

/// What people call a kind of row.
template <class Row>
inline constexpr std::string_view row_name;
// clang-format off
template <> inline constexpr std::string_view row_name<AppRow>         = "app";
template <> inline constexpr std::string_view row_name<GroupRow>       = "group";
template <> inline constexpr std::string_view row_name<ProfileRow>     = "profile";
template <> inline constexpr std::string_view row_name<MemberRow>      = "member";
template <> inline constexpr std::string_view row_name<MembershipRow>  = "membership";
template <> inline constexpr std::string_view row_name<AccountRow>     = "account";
template <> inline constexpr std::string_view row_name<MuteRow>        = "mute";
template <> inline constexpr std::string_view row_name<ApplicationRow> = "application";
template <> inline constexpr std::string_view row_name<TopicRow>       = "topic";
template <> inline constexpr std::string_view row_name<AnsweredRow>    = "command id";
template <> inline constexpr std::string_view row_name<ReadRow>        = "read mark";
template <> inline constexpr std::string_view row_name<RosterRow>      = "roster";
template <> inline constexpr std::string_view row_name<FiledRow>       = "application by time";
template <> inline constexpr std::string_view row_name<TypeRow>        = "group by type";
template <> inline constexpr std::string_view row_name<EndedRow>       = "ended membership";
template <> inline constexpr std::string_view row_name<PendingRow>     = "pending application";
// clang-format on

/// A key as people read it: its parts with slashes between them.
inline std::string key_text(const Only&) { return {}; }
template <class Tag, std::size_t Max>
std::string key_text(const Id<Tag, Max>& id) {
  return std::string{id.view()};
}
template <class First, class Second>
std::string key_text(const Pair<First, Second>& key) {
  return key_text(key.first) + '/' + key_text(key.second);
}

/// A command that was committed under its id, with its answer.
struct Remembered {
  Command command;
  Answer answer;
};

/// All that decide() may look at: rows by key, and what a command id was answered.
/// Returned pointers are null for a row that is not there, and live until a row of that kind is next written.
/// Implementations over storage throw StoreError when it is broken; nothing else throws.
/// Threads  one at a time
class View {
 public:
  virtual ~View() = default;

  [[nodiscard]] const AppRow& app() const {
    static const AppRow unset{};
    const AppRow* row = find(Only{}, RowKind<AppRow>{});
    return row == nullptr ? unset : *row;
  }
  [[nodiscard]] const GroupRow* group(const GroupId& g) const { return find(g, RowKind<GroupRow>{}); }
  [[nodiscard]] const ProfileRow* profile(const GroupId& g) const { return find(g, RowKind<ProfileRow>{}); }
  [[nodiscard]] const MemberRow* member(const GroupId& g, const Account& a) const {
    return find(GroupAccount{g, a}, RowKind<MemberRow>{});
  }
  [[nodiscard]] const MembershipRow* membership(const Account& a, const GroupId& g) const {
    return find(AccountGroup{a, g}, RowKind<MembershipRow>{});
  }
  [[nodiscard]] const AccountRow* account(const Account& a) const { return find(a, RowKind<AccountRow>{}); }
  [[nodiscard]] const MuteRow* mute(const GroupId& g, const Account& a) const {
    return find(GroupAccount{g, a}, RowKind<MuteRow>{});
  }
  [[nodiscard]] const ApplicationRow* application(const GroupId& g, const Account& a) const {
    return find(GroupAccount{g, a}, RowKind<ApplicationRow>{});
  }
  [[nodiscard]] const TopicRow* topic(const GroupId& g, const TopicId& t) const {
    return find(GroupTopic{g, t}, RowKind<TopicRow>{});
  }
  [[nodiscard]] const ReadRow* read_mark(const Account& a, const GroupId& g) const {
    return find(AccountGroup{a, g}, RowKind<ReadRow>{});
  }
  [[nodiscard]] const AnsweredRow* answered(const AnsweredKey& key) const {
    return find(key, RowKind<AnsweredRow>{});
  }

  /// A row that must be there, because another one says so.
  /// Throws what the implementation throws for damaged storage: StoreError (corrupt) over a store, which
  /// names the key.
  template <class Row>
  [[nodiscard]] const Row& need(const Key<Row>& key) const {
    const Row* row = find(key, RowKind<Row>{});
    if (row == nullptr) missing(row_name<Row>, key_text(key));
    return *row;
  }
  /// Throws for a row that is missing and must be there.
  [[noreturn]] void missing(std::string_view row, const std::string& key) const {
    report_missing(row, key);
    throw std::logic_error{"the row `" + std::string{row} + "` of `" + key + "` is missing"};
  }
  /// What missing() throws, where that is more than a bug.
  virtual void report_missing(std::string_view /*row*/, const std::string& /*key*/) const {}

  /// The command and answer committed at a position that `answered` named.
  [[nodiscard]] virtual std::optional<Remembered> recall(Position position) const = 0;
  /// An account's membership rows by group id: at most `limit`, those after `after` (from the first when
  /// empty). Groups that have ended may still be among them.
  [[nodiscard]] virtual std::vector<AccountMembership> memberships(const Account& account,
                                                                   const GroupId& after,
                                                                   std::size_t limit) const = 0;
  /// Whether the account is in the group, or was when the group ended.
  [[nodiscard]] bool is_or_was_member(const Account& a, const GroupId& g) const {
    return membership(a, g) != nullptr || find(AccountGroup{a, g}, RowKind<EndedRow>{}) != nullptr;
  }

  /// Whether an application is among the pending ones of the group.
  [[nodiscard]] bool is_pending(const GroupId& g, const Account& a) const {
    const GroupRow* row = group(g);
    return row != nullptr && !row->newest_pending.empty() &&
           find(GroupAccount{g, a}, RowKind<PendingRow>{}) != nullptr;
  }

  // clang-format off
  [[nodiscard]] virtual const AppRow*         find(const Only&,         RowKind<AppRow>)         const = 0;
  [[nodiscard]] virtual const GroupRow*       find(const GroupId&,      RowKind<GroupRow>)       const = 0;
  [[nodiscard]] virtual const ProfileRow*     find(const GroupId&,      RowKind<ProfileRow>)     const = 0;
  [[nodiscard]] virtual const MemberRow*      find(const GroupAccount&, RowKind<MemberRow>)      const = 0;
  [[nodiscard]] virtual const MembershipRow*  find(const AccountGroup&, RowKind<MembershipRow>)  const = 0;
  [[nodiscard]] virtual const AccountRow*     find(const Account&,      RowKind<AccountRow>)     const = 0;
  [[nodiscard]] virtual const MuteRow*        find(const GroupAccount&, RowKind<MuteRow>)        const = 0;
  [[nodiscard]] virtual const ApplicationRow* find(const GroupAccount&, RowKind<ApplicationRow>) const = 0;
  [[nodiscard]] virtual const TopicRow*       find(const GroupTopic&,   RowKind<TopicRow>)       const = 0;
  [[nodiscard]] virtual const AnsweredRow*    find(const AnsweredKey&,  RowKind<AnsweredRow>)    const = 0;
  [[nodiscard]] virtual const ReadRow*        find(const AccountGroup&, RowKind<ReadRow>)        const = 0;
  [[nodiscard]] virtual const RosterRow*      find(const RosterKey&,    RowKind<RosterRow>)      const = 0;
  [[nodiscard]] virtual const FiledRow*       find(const FiledKey&,     RowKind<FiledRow>)       const = 0;
  [[nodiscard]] virtual const TypeRow*        find(const TypeGroup&,    RowKind<TypeRow>)        const = 0;
  [[nodiscard]] virtual const EndedRow*       find(const AccountGroup&, RowKind<EndedRow>)       const = 0;
  [[nodiscard]] virtual const PendingRow*     find(const GroupAccount&, RowKind<PendingRow>)     const = 0;
  // clang-format on
};

/// Calls `visit(membership)` for an account's memberships after a group (from the first when empty), by group
/// id, until it returns false. They are read a page at a time, and counted when all of them are read: the
/// account's row says how many there are.
template <class Visit>
void for_each_membership(const View& rows, const Account& account, GroupId after, Visit&& visit) {
  constexpr std::size_t page_rows = 64;
  const bool all = after.empty();
  std::size_t read = 0;
  while (true) {
    const auto page = rows.memberships(account, after, page_rows);
    for (const AccountMembership& membership : page)
      if (!visit(membership)) return;
    read += page.size();
    if (page.size() < page_rows) break;
    after = page.back().group;
  }
  if (!all) return;
  const AccountRow* row = rows.account(account);
  // More of them than it says: it was lost, and begun anew since.
  if (read > (row == nullptr ? 0 : row->memberships)) rows.missing(row_name<AccountRow>, key_text(account));
  if (row != nullptr && read < row->memberships) rows.missing(row_name<MembershipRow>, key_text(account));
}

namespace detail {
template <class Derived>
struct OverrideWith {
  template <class Base, class Row>
  struct Link : Base {
    using Base::find;
    [[nodiscard]] const Row* find(const Key<Row>& key, RowKind<Row>) const final {
      return static_cast<const Derived*>(this)->template lookup<Row>(key);
    }
  };
};
}  // namespace detail

/// A View whose rows of every kind come from `Derived::lookup<Row>(key)`.
template <class Derived>
using ViewBy = boost::mp11::mp_fold<RowKinds, View, detail::OverrideWith<Derived>::template Link>;

/// Hashes any row's key.
struct KeyHash {
  std::size_t operator()(const Only&) const { return 0; }
  template <class Tag, std::size_t Max>
  std::size_t operator()(const Id<Tag, Max>& id) const {
    return IdHash{}(id);
  }
  template <class First, class Second>
  std::size_t operator()(const Pair<First, Second>& key) const {
    return (*this)(key.first) * 0x9e3779b97f4a7c15ULL ^ (*this)(key.second);
  }
  std::size_t operator()(const RosterKey& key) const {
    return (IdHash{}(key.group) * 31 + static_cast<std::size_t>(key.join_time.ms)) * 31 +
           IdHash{}(key.account);
  }
  std::size_t operator()(const FiledKey& key) const {
    return (IdHash{}(key.group) * 31 + static_cast<std::size_t>(key.time.ms)) * 31 + IdHash{}(key.account);
  }
  std::size_t operator()(const AnsweredKey& key) const {
    return (IdHash{}(key.stream.id) * 31 + IdHash{}(key.caller.account)) * 31 + IdHash{}(key.id);
  }
};

}  // namespace muster
