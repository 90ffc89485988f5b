#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <muster/domain/can.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/eventstore/ports.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {

/// Which members to return, and how many.
struct MemberQuery {
  std::optional<Role> role;  // of every role when absent
  std::size_t limit = 100;   // 1..1000; more are cut to 1000
  std::string after;         // the cursor of the page before; empty for the first
};
/// A page of members: owner, admins, members, each in the order of joining.
struct MemberPage {
  std::vector<ShownMember> members;
  std::string next;  // the cursor of the next page; empty when this is the last
};

/// An application that somebody may decide, or that has been decided.
struct ShownApplication {
  GroupId group_id;
  Account account;
  ApplicationRow application;
};
/// Which part of a list to return.
struct PageQuery {
  std::size_t limit = 100;  // 1..1000; more are cut to 1000
  std::string after;        // the cursor of the page before; empty for the first
};
/// A page of applications by group, each group's in the order of filing.
struct ApplicationPage {
  std::vector<ShownApplication> applications;
  std::size_t unread = 0;  // pending ones of this page that are later than the caller's mark
  std::string next;        // the cursor of the next page; empty when this is the last
};
/// A page of the rows of one kind that a group has, with their keys, in the order of the keys.
template <class Row>
struct RowPage {
  std::vector<std::pair<Key<Row>, Row>> rows;
  std::string next;  // the cursor of the next page; empty when this is the last
};
/// A page of an account's own groups, by id.
struct JoinedPage {
  std::vector<ShownJoined> groups;
  std::string next;
};

/// Who could give a command.
struct AblePage {
  std::vector<Level> levels;     // from which anybody could
  std::vector<Account> members;  // who could, of the page, in the order of MemberPage
  std::string next;              // the cursor of the next page; empty when this is the last
};

/// Questions to the rows. Lists come in pages, and no answer keeps more than a few thousand rows in memory
/// meanwhile. Throws StoreError when storage is broken. Threads: as many as read from `rows`
class Queries {
 public:
  /// Both must outlive the queries.
  Queries(const RowReader& rows, const Rules& rules) : rows_(&rows), rules_(&rules) {}

  // Questions of users and app admins, answered as far as they may see (docs/rules.md section 8).

  /// One profile or refusal for each group, in their order. `fields`: which custom fields; all readable ones
  /// when empty.
  [[nodiscard]] std::vector<Disclosed<ShownProfile>> show_groups(
      const std::vector<GroupId>& groups, const Caller& caller,
      const std::vector<CustomKey>& fields = {}) const;
  [[nodiscard]] Disclosed<MemberPage> show_members(const GroupId& group, const Caller& caller,
                                                   const MemberQuery& query = {}) const;
  /// One member or refusal for each account, in their order.
  [[nodiscard]] std::vector<Disclosed<ShownMember>> show_member(const GroupId& group,
                                                                const std::vector<Account>& accounts,
                                                                const Caller& caller) const;
  /// Of all groups whose applications the account decides, by its own memberships, a page at a time.
  [[nodiscard]] Disclosed<ApplicationPage> show_applications(const Account& account,
                                                             const PageQuery& query = {}) const;
  /// The account's own groups, by id, a page at a time.
  [[nodiscard]] Disclosed<JoinedPage> show_joined(const Account& account, const PageQuery& query = {}) const;
  /// The stored mutes of a group, expired or not, by account. Refused as check_mutes_shown says.
  [[nodiscard]] Disclosed<RowPage<MuteRow>> show_mutes(const GroupId& group, const Caller& caller,
                                                       const PageQuery& query = {}) const {
    return show_rows<MuteRow>(
        group, query, [&](const View& view) { return check_mutes_shown(view, *rules_, group, caller); });
  }
  /// The living topics of a group, by id. Refused as check_topics_shown says.
  [[nodiscard]] Disclosed<RowPage<TopicRow>> show_topics(const GroupId& group, const Caller& caller,
                                                         const PageQuery& query = {}) const {
    return show_rows<TopicRow>(group, query,
                               [&](const View& view) { return check_topics_shown(view, group, caller); });
  }
  /// What the caller may read of the group's messages.
  [[nodiscard]] Disclosed<ShownReadable> show_readable(const GroupId& group, const Caller& caller) const {
    return ask([&](const View& view) { return disclose_readable(view, *rules_, group, caller); });
  }
  /// The app's settings, for app admins.
  [[nodiscard]] Disclosed<AppRow> show_app(const Caller& caller) const {
    return ask([&](const View& view) { return disclose_app(view, caller); });
  }
  [[nodiscard]] Disclosed<ShownProfile> search(const GroupId& group, const Caller& caller) const {
    return ask([&](const View& view) { return disclose_search(view, *rules_, group, caller); });
  }

  // Whether a command would be accepted at `now`, or at its own `at` if it has one. Its `id` is not looked
  // at. Nothing is written.

  /// Returns  none when it would be accepted, else the refusal
  /// trace    receives the steps that were checked; may be null
  [[nodiscard]] std::optional<Refusal> can(const Request& request, TimeMs now, Trace* trace = nullptr) const;
  /// The single changes under which a refused command would be accepted (domain/can.hpp). Do not show them to
  /// the caller.
  [[nodiscard]] std::vector<NearChange> nearest_changes(const Request& request, TimeMs now) const;
  /// From which levels anybody could give the command, whoever its caller is, and which of the group's
  /// members could, each as a user: those with member profiles, so only the owner of an AVChatRoom. A page
  /// looks at 10 000 members at most, so it may have fewer than `limit`, and yet a `next`. Without `members`
  /// for commands that name no group.
  [[nodiscard]] Disclosed<AblePage> who_can(const Request& request, TimeMs now,
                                            const PageQuery& query = {}) const;

  // The backend's own reads: rows as they are, whoever asks.

  [[nodiscard]] std::optional<GroupRow> group(const GroupId& group) const;
  [[nodiscard]] std::optional<ProfileRow> profile(const GroupId& group) const;
  [[nodiscard]] std::optional<MemberProfileRow> member(const GroupId& group, const Account& account) const;
  [[nodiscard]] std::optional<MembershipRow> membership(const Account& account, const GroupId& group) const;
  [[nodiscard]] std::optional<ApplicationRow> application(const GroupId& group, const Account& account) const;
  /// The living groups of a type, by id: at most `limit`, those after `after` (from the first when empty).
  [[nodiscard]] std::vector<GroupId> groups_of(const TypeName& type, const GroupId& after,
                                               std::size_t limit) const;
  /// The group's member rows by account, at most `limit`, those after `after` (from the first when empty).
  [[nodiscard]] std::vector<std::pair<Account, MemberProfileRow>> members(const GroupId& group,
                                                                          const Account& after,
                                                                          std::size_t limit) const;

 private:
  /// The answer of a question about one thing: `question(view)`, which must not keep pointers into the view.
  template <class Question>
  [[nodiscard]] std::invoke_result_t<Question&, const View&> ask(Question&& question) const {
    std::optional<std::invoke_result_t<Question&, const View&>> answer;
    with_view([&](const View& view) { answer.emplace(question(view)); });
    return *std::move(answer);
  }
  /// A page of a group's rows of one kind, unless `check(view)` refuses. Defined for all kinds whose key is
  /// GroupAccount or GroupTopic.
  template <class Row>
  [[nodiscard]] Disclosed<RowPage<Row>> show_rows(
      const GroupId& group, const PageQuery& query,
      const std::function<std::optional<Refusal>(const View&)>& check) const;
  template <class Kinds>
  struct ShowRows;
  void with_view(const std::function<void(const View&)>& read) const;

  const RowReader* rows_;
  const Rules* rules_;
};

/// The rules that the store's last commit was decided under. Throws StoreError, also when their document is
/// missing.
Rules latest_rules(Store& store);

}  // namespace muster
