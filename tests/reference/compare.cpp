#include "reference/compare.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace muster::reference {
namespace {

Verdict refused(const Refusal& refusal) {
  return {.kind = Verdict::Kind::refused,
          .error = std::string{name_of(refusal.error)},
          .code = refusal.code,
          .slug = std::string{refusal.rule.slug()}};
}

Verdict answered(const Answer& answer, bool repeated) {
  Verdict verdict{.kind = repeated ? Verdict::Kind::repeated : Verdict::Kind::accepted,
                  .group = answer.group,
                  .revision = answer.revision};
  if (answer.reply.result) verdict.result = name_of(*answer.reply.result);
  for (const ItemResult& item : answer.reply.results)
    verdict.results.emplace_back(item.user, item.refused ? name_of(*item.refused) : name_of(item.verdict));
  for (const Event& event : answer.events) verdict.events.emplace_back(name_of(event));
  return verdict;
}

/// The fields of a state by name, as text.
using Facts = std::map<std::string, std::string>;

std::string text(const std::string& value) { return '"' + value + '"'; }
std::string text(TimeMs time) { return std::to_string(time.ms); }
std::string text(bool value) { return value ? "true" : "false"; }
template <NamedEnum E>
std::string text(E value) {
  return std::string{name_of(value)};
}
template <std::unsigned_integral N>
std::string text(N value) {
  return std::to_string(value);
}
template <class Tag, std::size_t Max>
std::string text(const Id<Tag, Max>& id) {
  return std::string{id.view()};
}
template <class Tag, std::size_t Min, std::size_t Max>
std::string text(const Text<Tag, Min, Max>& value) {
  return text(value.value);
}

/// Notes the fields of one thing.
class Thing {
 public:
  template <class... Parts>
  Thing(Facts& facts, std::string_view kind, const Parts&... parts) : facts_(facts), name_(kind) {
    ((name_ += ' ', name_ += parts.view()), ...);
  }
  template <class T>
  Thing& has(std::string_view field, const T& value) {
    facts_.emplace(fmt::format("{}, {}", name_, field), text(value));
    return *this;
  }
  Thing& has(std::string_view field, const CustomValues& values) {
    for (const auto& [key, value] : values) has(fmt::format("{} {}", field, key.view()), value);
    return *this;
  }

 private:
  Facts& facts_;
  std::string name_;
};

void note(Facts& facts, const GroupId& id, const Group& group) {
  const Caller nobody;
  const auto& [ended_by, ended_at] = group.ending.value_or(std::pair{nobody, TimeMs{}});
  Thing{facts, "group", id}
      .has("revision", group.stream.revision)
      .has("time", group.stream.time)
      .has("type", std::string{group.type->name})
      .has("state", group.life)
      .has("owner", group.owner)
      .has("name", group.texts.name)
      .has("introduction", group.texts.introduction)
      .has("notification", group.texts.notification)
      .has("face_url", group.texts.face_url)
      .has("custom", group.custom)
      .has("apply_join_option", group.join_option)
      .has("invite_option", group.invite_option)
      .has("mute_all", group.mute_all)
      .has("support_topic", group.support_topic)
      .has("member_num", group.members.size())
      .has("max_member_num", group.max_member_num)
      .has("create_time", group.create_time)
      .has("import_time", group.import_time.value_or(TimeMs{}))
      .has("last_info_time", group.last_info_time)
      .has("last_msg_time", group.last_msg_time)
      .has("info_seq", group.info_seq)
      .has("next_msg_seq", group.next_msg_seq)
      .has("ended by", ended_by.account)
      .has("ended at", ended_at);
  for (const auto& [account, member] : group.members) {
    Thing{facts, "member", id, account}.has("role", member.role).has("join_time", member.join_time);
    if (!group.type->member_profiles && member.role != Role::owner) continue;
    Thing{facts, "profile", id, account}
        .has("msg_seq", member.read)
        .has("first_seq", member.first_seq)
        .has("msg_flag", member.msg_flag)
        .has("last_send_msg_time", member.last_send_msg_time)
        .has("name_card", member.name_card)
        .has("custom", member.custom);
  }
  for (const auto& [account, application] : group.applications)
    Thing{facts, "application", id, account}
        .has("kind", application.kind)
        .has("inviter", application.inviter)
        .has("message", application.message)
        .has("time", application.time)
        .has("status", application.status)
        .has("handler", application.handler)
        .has("handled_time", application.handled_time)
        .has("reply", application.reply);
  for (const auto& [account, until] : group.mutes) Thing{facts, "mute", id, account}.has("until", until);
  for (const auto& [topic_id, topic] : group.topics)
    Thing{facts, "topic", topic_id}
        .has("name", topic.texts.name)
        .has("introduction", topic.texts.introduction)
        .has("notification", topic.texts.notification)
        .has("face_url", topic.texts.face_url)
        .has("create_time", topic.create_time)
        .has("next_msg_seq", topic.next_msg_seq)
        .has("last_msg_time", topic.last_msg_time);
  for (const TopicId& topic : group.deleted_topics) Thing{facts, "topic", topic}.has("deleted", true);
}

/// The settings of the app, by type where they have one.
class AppFacts {
 public:
  explicit AppFacts(Facts& facts) : facts_(facts) {}
  void plan(Edition edition, std::uint32_t member_cap, bool avchatrooms_unlimited) {
    Thing{facts_, "app"}
        .has("edition", edition)
        .has("member_cap", member_cap)
        .has("avchatrooms_unlimited", avchatrooms_unlimited);
  }
  void group_field(const CustomKey& key, Level read, Level write) {
    Thing{facts_, "group field", key}.has("read", read).has("write", write);
  }
  void member_field(std::string_view type, const CustomKey& key, const auto& field) {
    Thing{facts_, fmt::format("member field of {}", type), key}
        .has("read", field.read)
        .has("write", field.write)
        .has("self_read", field.self_read)
        .has("self_write", field.self_write);
  }
  void delivery(std::string_view type, NoticeCategory category, Delivery delivery) {
    Thing{facts_, fmt::format("policy of {}", type)}.has(name_of(category), delivery);
  }
  void idle_seconds(std::string_view type, std::uint64_t seconds) {
    Thing{facts_, fmt::format("policy of {}", type)}.has("idle_seconds", seconds);
  }
  void sweep(std::string_view type) { Thing{facts_, fmt::format("policy of {}", type)}.has("sweep", true); }
  void before_join(std::string_view type, bool before_join) {
    Thing{facts_, fmt::format("policy of {}", type)}.has("before_join", before_join);
  }
  void counts(std::uint64_t groups, std::uint64_t avchatrooms, std::uint64_t communities) {
    Thing{facts_, "existing"}
        .has("groups", groups)
        .has("avchatrooms", avchatrooms)
        .has("communities", communities);
  }
  void day(std::int64_t number, std::uint64_t created, std::uint64_t ended) {
    Thing{facts_, fmt::format("day {}", number)}.has("created", created).has("ended", ended);
  }
  void stream(std::string_view name, Revision revision, TimeMs time) {
    if (revision != 0) Thing{facts_, name}.has("revision", revision).has("time", time);
  }
  void applications_read(const Account& account, TimeMs mark) {
    if (mark.ms != 0) Thing{facts_, "account", account}.has("applications_read", mark);
  }

 private:
  Facts& facts_;
};

Facts facts_of(const State& state) {
  Facts facts;
  for (const auto& [id, group] : state.groups) note(facts, id, group);
  AppFacts app{facts};
  app.stream("app", state.app.stream.revision, state.app.stream.time);
  for (const auto& [account, kept] : state.accounts) {
    app.stream(fmt::format("account {}", account.view()), kept.stream.revision, kept.stream.time);
    app.applications_read(account, kept.applications_read);
  }
  app.plan(state.app.edition, state.app.member_cap, state.app.avchatrooms_unlimited);
  for (const auto& [key, field] : state.app.group_fields) app.group_field(key, field.read, field.write);
  for (const auto& [type, fields] : state.app.member_fields)
    for (const auto& [key, field] : fields) app.member_field(type, key, field);
  for (const auto& [of, delivery] : state.app.deliveries) app.delivery(of.first, of.second, delivery);
  for (const auto& [type, seconds] : state.app.idle_seconds) app.idle_seconds(type, seconds);
  for (const std::string_view type : state.app.sweep) app.sweep(type);
  for (const auto& [type, before_join] : state.app.before_join) app.before_join(type, before_join);
  const GroupCounts counts = state.counts();
  app.counts(counts.groups, counts.avchatrooms, counts.communities);
  for (const auto& [number, day] : state.days)
    app.day(number, static_cast<std::uint64_t>(day.created), static_cast<std::uint64_t>(day.ended));
  return facts;
}

/// Notes rows of every kind that the model has something of.
class RowFacts {
 public:
  RowFacts(Facts& facts, const MemoryRows& rows) : facts_(facts), rows_(rows) {}

  void operator()(const GroupId& id, const GroupRow& row) {
    Thing{facts_, "group", id}
        .has("revision", row.head.revision)
        .has("time", row.head.time)
        .has("type", std::string{row.type.view()})
        .has("state", row.life)
        .has("owner", row.owner)
        .has("apply_join_option", row.apply_join_option)
        .has("invite_option", row.invite_option)
        .has("mute_all", row.mute_all)
        .has("support_topic", row.support_topic)
        .has("member_num", row.member_num)
        .has("max_member_num", row.max_member_num)
        .has("create_time", row.create_time)
        .has("last_info_time", row.last_info_time)
        .has("last_msg_time", row.last_msg_time)
        .has("info_seq", row.info_seq)
        .has("next_msg_seq", row.next_msg_seq);
  }
  void operator()(const GroupId& id, const ProfileRow& row) {
    const Ending ending = row.ending.value_or(Ending{});
    Thing{facts_, "group", id}
        .has("name", row.name)
        .has("introduction", row.introduction)
        .has("notification", row.notification)
        .has("face_url", row.face_url)
        .has("custom", row.custom)
        .has("import_time", row.import_time.value_or(TimeMs{}))
        .has("ended by", ending.by.account)
        .has("ended at", ending.time);
  }
  void operator()(const AccountGroup& key, const MembershipRow& row) { membership(key, row); }
  void operator()(const AccountGroup& key, const EndedMembershipRow& row) { membership(key, row); }
  void operator()(const GroupAccount& key, const MemberProfileRow& row) {
    // A member has read what it posted, and what it marked as read.
    const ReadMarkRow* mark = rows_.find<ReadMarkRow>({key.second, key.first});
    Thing{facts_, "profile", key.first, key.second}
        .has("msg_seq", std::max(row.msg_seq, mark == nullptr ? 0 : mark->seq))
        .has("first_seq", row.first_seq)
        .has("msg_flag", row.msg_flag)
        .has("last_send_msg_time", row.last_send_msg_time)
        .has("name_card", row.name_card)
        .has("custom", row.custom);
  }
  void operator()(const GroupAccount& key, const ApplicationRow& row) {
    Thing{facts_, "application", key.first, key.second}
        .has("kind", row.kind)
        .has("inviter", row.inviter)
        .has("message", row.message)
        .has("time", row.time)
        .has("status", row.status)
        .has("handler", row.handler)
        .has("handled_time", row.handled_time)
        .has("reply", row.reply);
  }
  void operator()(const GroupAccount& key, const MuteRow& row) {
    Thing{facts_, "mute", key.first, key.second}.has("until", row.until);
  }
  void operator()(const GroupTopic& key, const TopicRow& row) {
    Thing{facts_, "topic", key.second}
        .has("name", row.name)
        .has("introduction", row.introduction)
        .has("notification", row.notification)
        .has("face_url", row.face_url)
        .has("create_time", row.create_time)
        .has("next_msg_seq", row.next_msg_seq)
        .has("last_msg_time", row.last_msg_time);
  }
  void operator()(const GroupTopic& key, const DeletedTopicRow& /*row*/) {
    Thing{facts_, "topic", key.second}.has("deleted", true);
  }
  void operator()(const Account& account, const AccountRow& row) {
    AppFacts app{facts_};
    if (row.head) app.stream(fmt::format("account {}", account.view()), row.head->revision, row.head->time);
    app.applications_read(account, row.applications_read);
  }
  void operator()(const DayKey& key, const DayRow& row) {
    AppFacts{facts_}.day(day_of(key.begin), row.created, row.ended);
  }
  void operator()(const auto& /*key*/, const auto& /*row*/) {}

 private:
  void membership(const AccountGroup& key, const auto& row) {
    Thing{facts_, "member", key.second, key.first}.has("role", row.role).has("join_time", row.join_time);
  }

  Facts& facts_;
  const MemoryRows& rows_;
};

Facts facts_of(const MemoryRows& rows) {
  Facts facts;
  rows.for_each(RowFacts{facts, rows});
  AppFacts app{facts};
  const AppRow& row = rows.app();
  app.stream("app", row.head.revision, row.head.time);
  app.plan(row.edition, row.member_cap, row.avchatrooms_unlimited);
  for (const GroupField& field : row.group_fields) app.group_field(field.key, field.read, field.write);
  for (const MemberField& field : row.member_fields) app.member_field(field.type.view(), field.key, field);
  for (const NoticePolicy& policy : row.policies)
    app.delivery(policy.type.view(), policy.category, policy.delivery);
  for (const RecyclePolicy& policy : row.recycle) app.idle_seconds(policy.type.view(), policy.idle_seconds);
  for (const TypeName& type : row.sweep) app.sweep(type.view());
  for (const HistoryPolicy& policy : row.history) app.before_join(policy.type.view(), policy.before_join);
  const GroupCountsRow* counts = rows.find<GroupCountsRow>({});
  const GroupCountsRow counted = counts == nullptr ? GroupCountsRow{} : *counts;
  app.counts(counted.groups, counted.avchatrooms, counted.communities);
  return facts;
}

}  // namespace

Verdict verdict_of(const test::Tried& tried, Position position) {
  if (const Refusal* refusal = tried.refusal()) return refused(*refusal);
  if (const Repeated* repeated = tried.repeated()) return answered(repeated->answer, true);
  if (const auto* unchanged = std::get_if<Unchanged>(&tried.outcome))
    return answered(unchanged->answer, false);
  return answered(answer_of(tried.commit, position), false);
}

Verdict verdict_of(const Result& result) {
  if (const auto* refusal = std::get_if<Refusal>(&result)) return refused(*refusal);
  if (const auto* answer = std::get_if<Answer>(&result)) return answered(*answer, answer->replayed);
  throw std::runtime_error{"the engine failed: " + std::get<Failure>(result).message};
}

std::string to_string(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::refused)
    return fmt::format("refused with {} {} by {}", verdict.error, verdict.code, verdict.slug);
  std::string text = verdict.kind == Verdict::Kind::repeated ? "repeated" : "accepted";
  if (verdict.group) text += fmt::format(", group {}", verdict.group->view());
  if (verdict.revision) text += fmt::format(", revision {}", *verdict.revision);
  if (!verdict.result.empty()) text += ", " + verdict.result;
  for (const auto& [user, result] : verdict.results) text += fmt::format(", {}: {}", user.view(), result);
  for (const std::string& event : verdict.events) text += ", " + event;
  if (verdict.events.empty()) text += ", no events";
  return text;
}

std::vector<std::string> differences(const State& model, const MemoryRows& rows) {
  std::vector<std::string> found;
  const Facts expected = facts_of(model);
  const Facts actual = facts_of(rows);
  for (const auto& [field, value] : expected) {
    const auto there = actual.find(field);
    if (there == actual.end())
      found.push_back(fmt::format("{}: {} in the model, missing in the rows", field, value));
    else if (there->second != value)
      found.push_back(fmt::format("{}: {} in the model, {} in the rows", field, value, there->second));
  }
  for (const auto& [field, value] : actual)
    if (!expected.contains(field))
      found.push_back(fmt::format("{}: missing in the model, {} in the rows", field, value));
  // The rows bound the groups joined from above; which of them have ended, they learn later.
  for (const auto& [account, kept] : model.accounts) {
    const AccountRow* row = rows.find<AccountRow>(account);
    const std::uint64_t joined = model.joined(account);
    if (joined > (row == nullptr ? 0 : row->joined))
      found.push_back(fmt::format("account {}: {} groups joined in the model, fewer in the rows",
                                  account.view(), joined));
  }
  return found;
}

}  // namespace muster::reference
