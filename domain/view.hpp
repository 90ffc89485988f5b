#pragma once

#include <optional>
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
template <> struct KeyFor<AccountRow>     { using type = Account; };
template <> struct KeyFor<MuteRow>        { using type = GroupAccount; };
template <> struct KeyFor<ApplicationRow> { using type = GroupAccount; };
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
using RowKinds =
    boost::mp11::mp_list<AppRow, GroupRow, ProfileRow, MemberRow, MembershipRow, AccountRow, MuteRow,
                         ApplicationRow, TopicRow, AnsweredRow, ReadRow, RosterRow, FiledRow, TypeRow>;

/// Names a kind of row to an overload.
template <class Row>
struct RowKind {};

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

  /// The command and answer committed at a position that `answered` named.
  [[nodiscard]] virtual std::optional<Remembered> recall(Position position) const = 0;
  /// Every group that the account has a membership row in, gone ones too. Grows with the account's groups:
  /// only for a command that its upper bound would refuse.
  [[nodiscard]] virtual std::vector<GroupId> memberships(const Account& account) const = 0;
  /// Who has a pending application to the group, filed after the time.
  [[nodiscard]] virtual std::vector<Account> pending_since(const GroupId& group, TimeMs after) const = 0;

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
  // clang-format on
};

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
