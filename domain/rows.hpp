#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/mp11.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <muster/domain/app/rows.hpp>
#include <muster/domain/core/row.hpp>
#include <muster/domain/groups/rows.hpp>
#include <muster/domain/membership/rows.hpp>
#include <muster/domain/messages/rows.hpp>

/// State as rows: what evolve writes, decide reads and queries show. One command touches a handful of them,
/// whatever the size of the group. The features' lists joined, and the view of them.
namespace muster {

/// The key of a kind of row.
template <class Row>
using Key = typename Row::Key;

/// Every kind of row.
using RowKinds = boost::mp11::mp_append<app::Rows, groups::Rows, membership::Rows, messages::Rows,
                                        boost::mp11::mp_list<CommandIdRow>>;

/// One of an account's memberships.
struct AccountMembership {
  GroupId group;
  MembershipRow row;
  bool operator==(const AccountMembership&) const = default;
};

/// Names a kind of row to an overload.
template <class Row>
struct RowKind {};

struct StoredAnswer;

namespace detail {
struct FindNone {
  virtual ~FindNone() = default;
  void find_row() const = delete;
};
template <class Base, class Row>
struct FindAlso : Base {
  using Base::find_row;
  [[nodiscard]] virtual const Row* find_row(const Key<Row>& key, RowKind<Row>) const = 0;
};
/// `find_row` for every kind of row.
using FindEvery = boost::mp11::mp_fold<RowKinds, FindNone, FindAlso>;
}  // namespace detail

/// All that decide() may look at: rows by key, and what a command id was answered.
/// Returned pointers are null for a row that does not exist, and valid until a row of that kind is next
/// written. Implementations over storage throw StoreError when it is broken; nothing else throws.
/// Threads  one at a time
class View : public detail::FindEvery {
 public:
  /// The row of a key; null when it does not exist.
  template <class Row>
  [[nodiscard]] const Row* find(const Key<Row>& key) const {
    return find_row(key, RowKind<Row>{});
  }
  /// The app's row, or what holds before it is written.
  [[nodiscard]] const AppRow& app() const {
    static const AppRow unset{};
    const AppRow* row = find<AppRow>({});
    return row == nullptr ? unset : *row;
  }

  /// A row that must be there, because another one says so.
  /// Throws what the implementation throws for damaged storage: StoreError (corrupt) over a store, which
  /// names the key.
  template <class Row>
  [[nodiscard]] const Row& need(const Key<Row>& key) const {
    const Row* row = find<Row>(key);
    if (row == nullptr) missing(Row::info.name, key_text(key));
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
  [[nodiscard]] virtual std::optional<StoredAnswer> answer_at(Position position) const = 0;
  /// An account's membership rows by group id: at most `limit`, those after `after` (from the first when
  /// empty). Groups that have ended may still be among them.
  [[nodiscard]] virtual std::vector<AccountMembership> memberships(const Account& account,
                                                                   const GroupId& after,
                                                                   std::size_t limit) const = 0;
  /// Whether the account is in the group, or was when the group ended.
  [[nodiscard]] bool is_or_was_member(const Account& a, const GroupId& g) const {
    return find<MembershipRow>({a, g}) != nullptr || find<EndedMembershipRow>({a, g}) != nullptr;
  }

  /// Whether an application is among the pending ones of the group.
  [[nodiscard]] bool is_pending(const GroupId& g, const Account& a) const {
    const GroupRow* row = find<GroupRow>(g);
    return row != nullptr && !row->newest_pending.empty() && find<PendingRow>({g, a}) != nullptr;
  }
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
  const AccountRow* row = rows.find<AccountRow>(account);
  // More of them than it says: it was lost, and begun anew since.
  if (read > (row == nullptr ? 0 : row->memberships)) rows.missing(AccountRow::info.name, key_text(account));
  if (row != nullptr && read < row->memberships) rows.missing(MembershipRow::info.name, key_text(account));
}

namespace detail {
template <class Derived>
struct OverrideWith {
  template <class Base, class Row>
  struct Link : Base {
    using Base::find_row;
    [[nodiscard]] const Row* find_row(const Key<Row>& key, RowKind<Row>) const final {
      return static_cast<const Derived*>(this)->template lookup<Row>(key);
    }
  };
};
}  // namespace detail

/// A View whose rows of every kind come from `Derived::lookup<Row>(key)`.
template <class Derived>
using ViewBy = boost::mp11::mp_fold<RowKinds, View, detail::OverrideWith<Derived>::template Link>;

}  // namespace muster
