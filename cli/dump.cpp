#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <muster/cli/dump.hpp>
#include <muster/cli/point_in_time.hpp>
#include <muster/cli/usage_error.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/json/writer.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_view.hpp>

namespace muster::cli {
namespace {

namespace json = boost::json;

json::string_view text_of(const auto& id) { return {id.view().data(), id.view().size()}; }
/// The account, or null if it is empty.
json::value account_or_null(const Account& account) {
  return account.empty() ? json::value(nullptr) : json::value(text_of(account));
}

/// Prints rows by kind and key: all of them, or those of one group.
class Dump {
 public:
  Dump(const RowReader& rows, const std::optional<GroupId>& group, RowOutput& output)
      : rows_(rows), group_(group), output_(output) {}

  void all() {
    if (!group_) app();
    if (group_) {
      const auto row = find<GroupRow>(*group_);
      if (!row) throw std::runtime_error{fmt::format("there is no group `{}`", printable(group_->view()))};
      group_row(*group_, *row);
    } else {
      for_each_row<GroupRow>(rows_, {},
                             [&](const GroupId& id, const GroupRow& row) { return group_row(id, row); });
    }
    in_group<MemberProfileRow>(
        [&](const GroupAccount& key, const MemberProfileRow& row) { member(key, row); });
    in_group<MuteRow>([&](const GroupAccount& key, const MuteRow& row) {
      print({{"row", "mute"},
             {"group_id", text_of(key.first)},
             {"account", text_of(key.second)},
             {"mute_until", row.until.ms}});
    });
    in_group<ApplicationRow>(
        [&](const GroupAccount& key, const ApplicationRow& row) { application(key, row); });
    in_group<TopicRow>(
        [&](const GroupTopic& key, const TopicRow& row) { print_as("topic", topic_object(key, row)); });
    joined();
    if (!group_) applications_read();
  }

 private:
  void print(json::object row) { output_.print(std::move(row)); }
  /// The members of a row after its kind.
  void print_as(json::string_view kind, json::object members) {
    json::object row{{"row", kind}};
    for (auto& member : members) row.emplace(member.key(), std::move(member.value()));
    print(std::move(row));
  }

  template <class Row>
  std::optional<Row> find(const Key<Row>& key) const {
    return read_row<Row>(rows_, key);
  }

  template <class Row, class Visit>
  void in_group(Visit&& visit) {
    const std::string prefix = group_ ? std::string{group_->view()} + muster::detail::key_end : std::string{};
    for_each_row<Row>(rows_, prefix, [&](const Key<Row>& key, const Row& row) {
      visit(key, row);
      return true;
    });
  }

  void app() { print_as("app", app_object(find<AppRow>({}).value_or(AppRow{}))); }

  bool group_row(const GroupId& id, const GroupRow& row) {
    const ProfileRow profile = find<ProfileRow>(id).value_or(ProfileRow{});
    json::object out{{"row", "group"},
                     {"group_id", text_of(id)},
                     {"type", text_of(row.type)},
                     {"state", json_name(row.life)}};
    for_each_member(profile, [&]<class T>(const char* name, const T& text) {
      if constexpr (muster::detail::is_text<T>) out[name] = json_of(text);
    });
    out["owner_account"] = account_or_null(row.owner);
    const json::object options = json_of_members(row);
    for (const char* name :
         {"create_time", "info_seq", "last_info_time", "last_msg_time", "next_msg_seq", "member_num",
          "max_member_num", "apply_join_option", "invite_option", "mute_all", "support_topic"})
      out[name] = options.at(name);
    out["custom"] = json_of(profile.custom);
    out["revision"] = row.head.revision;
    print(std::move(out));
    return true;
  }

  /// Of a member, in a group that has ended too.
  [[nodiscard]] MembershipRow membership_of(const GroupAccount& member) const {
    const AccountGroup key{member.second, member.first};
    if (const auto there = find<MembershipRow>(key)) return *there;
    if (const auto ended = find<EndedMembershipRow>(key)) return {ended->role, ended->join_time};
    throw StoreError{StoreErrorCode::corrupt,
                     fmt::format("the membership of `{}` in `{}` is missing; `muster verify` tells more",
                                 member.second.view(), member.first.view())};
  }

  void member(const GroupAccount& key, const MemberProfileRow& row) {
    const MembershipRow membership = membership_of(key);
    const auto mute = find<MuteRow>(key);
    const auto read = find<ReadMarkRow>({key.second, key.first});
    print({{"row", "member"},
           {"group_id", text_of(key.first)},
           {"member_account", text_of(key.second)},
           {"role", json_name(membership.role)},
           {"join_time", membership.join_time.ms},
           {"msg_seq", read_position(&row, read ? &*read : nullptr)},
           {"msg_flag", json_name(row.msg_flag)},
           {"last_send_msg_time", row.last_send_msg_time.ms},
           {"name_card", row.name_card.value},
           {"mute_until", mute ? mute->until.ms : 0},
           {"custom", json_of(row.custom)}});
  }

  void application(const GroupAccount& key, const ApplicationRow& row) {
    print({{"row", "application"},
           {"group_id", text_of(key.first)},
           {"account", text_of(key.second)},
           {"kind", json_name(row.kind)},
           {"inviter", account_or_null(row.inviter)},
           {"message", row.message.value},
           {"time", row.time.ms},
           {"status", json_name(row.status)},
           {"handler", account_or_null(row.handler)},
           {"handled_time", row.handled_time.ms},
           {"reply", row.reply.value}});
  }

  void joined_row(const Account& account, const GroupId& id) {
    const auto group = find<GroupRow>(id);
    if (group && is_listed(*group, account))
      print({{"row", "joined"}, {"account", text_of(account)}, {"group_id", text_of(id)}});
  }
  void joined() {
    const auto group = group_ ? find<GroupRow>(*group_) : std::nullopt;
    if (group && group->traits.member_profiles) {
      // Every member has a row under the group: faster than a scan of all accounts.
      return in_group<MemberProfileRow>(
          [&](const GroupAccount& key, const MemberProfileRow&) { joined_row(key.second, key.first); });
    }
    for_each_row<MembershipRow>(rows_, {}, [&](const AccountGroup& key, const MembershipRow&) {
      if (!group_ || key.second == *group_) joined_row(key.first, key.second);
      return true;
    });
  }

  void applications_read() {
    for_each_row<AccountRow>(rows_, {}, [&](const Account& account, const AccountRow& row) {
      if (row.applications_read.ms != 0)
        print({{"row", "applications_read"},
               {"account", text_of(account)},
               {"time", row.applications_read.ms}});
      return true;
    });
  }

  const RowReader& rows_;
  std::optional<GroupId> group_;
  RowOutput& output_;
};

/// Folds the commits up to a point in time.
std::unique_ptr<Store> folded_at(Store& store, const DumpOptions& options) {
  const auto point = parse_point_in_time(options.at);
  if (!point)
    throw UsageError{
        fmt::format("--at `{}` is not a point in time; use a revision, an RFC 3339 time or t:MILLISECONDS, "
                    "from 1970 to 9999",
                    options.at)};
  const auto* revision = std::get_if<Revision>(&*point);
  if (revision == nullptr) {
    const TimeMs time = std::get<TimeMs>(*point);
    return fold_where(store.log(), [time](Position, const CommitHead& head) { return head.time <= time; });
  }
  if (options.group.empty())
    throw UsageError{"--at with a revision needs --group, because each group counts its own revisions"};
  const auto position = store.log().position_of(StreamId::of(GroupId{options.group}), *revision);
  if (!position) throw UsageError{fmt::format("group `{}` has no revision {}", options.group, *revision)};
  return fold_where(store.log(), [last = *position](Position at, const CommitHead&) { return at <= last; });
}

}  // namespace

json::object app_object(const AppRow& row) {
  return {{"edition", json_name(row.edition)},
          {"member_cap", row.member_cap},
          {"group_fields", json_of(row.group_fields)},
          {"member_fields", json_of(row.member_fields)},
          {"avchatrooms_unlimited", row.avchatrooms_unlimited},
          {"policies", json_of(row.policies)},
          {"recycle", json_of(row.recycle)},
          {"sweep", json_of(row.sweep)},
          {"history", json_of(row.history)}};
}

json::object topic_object(const GroupTopic& key, const TopicRow& row) {
  return {{"group_id", text_of(key.first)},
          {"topic_id", text_of(key.second)},
          {"name", row.name.value},
          {"introduction", row.introduction.value},
          {"notification", row.notification.value},
          {"face_url", row.face_url.value},
          {"create_time", row.create_time.ms},
          {"next_msg_seq", row.next_msg_seq},
          {"last_msg_time", row.last_msg_time.ms}};
}

int dump(const DumpOptions& options) {
  const auto store = open_store(options.db, {.create = false, .read_only = true});
  const std::optional<GroupId> group =
      options.group.empty() ? std::nullopt : std::optional{GroupId{options.group}};
  RowOutput output{options.format};
  if (options.at.empty()) {
    const ReadableRows rows{*store};
    Dump{rows.rows(), group, output}.all();
  } else {
    const auto then = folded_at(*store, options);
    Dump{then->rows(), group, output}.all();
  }
  output.finish();
  return 0;
}

}  // namespace muster::cli
