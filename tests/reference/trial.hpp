#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "reference/model.hpp"

/// One command on its way through the steps of section 3.
namespace muster::reference {

/// Decides one command on a state. Each command is a function that states its needs in the order of
/// precedence; the first that is not met refuses. Past the last need it changes the state.
class Trial {
 public:
  Trial(State& state, const Envelope& envelope) : state_(state), envelope_(envelope), time_(envelope.at) {}

  [[nodiscard]] bool refused() const { return !slug_.empty(); }
  /// The answer so far; the events are empty when the command changes nothing.
  [[nodiscard]] Verdict& verdict() { return verdict_; }
  /// Moves the stream of an accepted command that has events.
  void commit();
  /// What a refused command answers.
  [[nodiscard]] Verdict refusal() const;

  // groups.cpp
  void operator()(const CreateGroup& c);
  void operator()(const ImportGroup& c);
  void operator()(const TransferGroup& c);
  void operator()(const DismissGroup& c);
  void operator()(const RecycleGroup& c);
  void operator()(const SetGroupInfo& c);
  // joining.cpp
  void operator()(const JoinGroup& c);
  void operator()(const InviteUsers& c);
  void operator()(const AcceptApplication& c);
  void operator()(const RefuseApplication& c);
  void operator()(const MarkApplicationsRead& c);
  void operator()(const ImportMembers& c);
  // membership.cpp
  void operator()(const QuitGroup& c);
  void operator()(const KickMembers& c);
  void operator()(const SweepOfflineMembers& c);
  void operator()(const SetMemberRole& c);
  void operator()(const SetMemberInfo& c);
  void operator()(const SetReceiveOption& c);
  // messages.cpp
  void operator()(const PostMessage& c);
  void operator()(const MuteMember& c);
  void operator()(const MarkMessagesRead& c);
  void operator()(const ImportMessages& c);
  void operator()(const SendSystemNotification& c);
  void operator()(const CreateTopic& c);
  void operator()(const SetTopicInfo& c);
  void operator()(const DeleteTopic& c);
  // app.cpp
  void operator()(const DefineGroupField& c);
  void operator()(const DefineMemberField& c);
  void operator()(const SetPlan& c);
  void operator()(const SetNotificationPolicy& c);
  void operator()(const SetRecyclePolicy& c);
  void operator()(const SetSweepPolicy& c);
  void operator()(const SetHistoryPolicy& c);

 private:
  enum class Acts : std::uint8_t { by_role, for_itself };

  // The steps. Each notes the rule that refuses, unless an earlier one did.
  void need(bool met, std::string_view slug);
  /// Step (2). Without such a group, what follows looks at an empty one.
  void in_group(const GroupId& id, Acts acts = Acts::by_role);
  /// Step (4): users and app admins, app admins, or the system only.
  void people_only();
  void app_admins_only();
  void system_only();
  /// Step (4): the caller is at a level, or refused by one of two rules. Without a cell the type has no such
  /// operation, which step (3) has refused.
  void level(const Cell& cell, std::string_view outside, std::string_view below);
  /// Step (5).
  void revision();
  /// Step (7): the account fits into the group and its own quota.
  void room_for(const Account& account);

  [[nodiscard]] bool is_app_admin() const {
    return acts_ == Acts::by_role && envelope_.caller.kind == CallerKind::app_admin;
  }
  [[nodiscard]] Level caller_level() const;
  [[nodiscard]] const Account& caller() const { return envelope_.caller.account; }
  /// Whether the target ranks below the caller.
  [[nodiscard]] bool outranks(const Account& target) const;
  [[nodiscard]] Member* member(const Account& account);
  [[nodiscard]] const Member* member(const Account& account) const;
  [[nodiscard]] Group& group() { return *group_; }
  [[nodiscard]] const Group& group() const { return *group_; }
  [[nodiscard]] const TypeColumn& type() const { return *group_->type; }
  [[nodiscard]] const PlanColumn& plan() const { return plan_column(state_.app.edition); }
  [[nodiscard]] std::uint64_t ceiling(const TypeColumn& type) const;
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool has_joined_enough(const Account& account) const;

  // Effects.
  void happened(std::string_view event) { verdict_.events.emplace_back(event); }
  void item(const Account& user, std::string_view result) { verdict_.results.emplace_back(user, result); }
  /// An event with a notice of the category: it takes a message number when it is stored.
  void announce(NoticeCategory category) { announce(delivery(category)); }
  void announce(Delivery delivery);
  [[nodiscard]] Delivery delivery(NoticeCategory category) const;
  /// A new member; `read` and `first_seq` are set when all have joined.
  Member& add(const Account& account, Role role, TimeMs join_time);
  /// What the group's new members have read: everything.
  void nothing_unread(const std::vector<Account>& joined);
  void end(GroupState life);
  /// Members left, at least one: announces it, and ends the group when that emptied it.
  void left(const std::vector<Account>& users);
  void file(const Account& user, ApplicationKind kind, const Account& inviter, const std::string& message);
  [[nodiscard]] bool is_filed(const Account& user, ApplicationKind kind, const Account& inviter,
                              const std::string& message) const;

  template <class C>
  void create(const C& c);
  void quotas(const TypeColumn& type);
  template <class C>
  void answer(const C& c);
  /// Items that leave the group: `refuse(user)` is the error of an item that may not go.
  template <class Users, class Refuse>
  void remove(const Users& users, Refuse refuse);
  void manage_topics(const GroupId& group, const Cell& least);

  /// The stream that the command is committed to. Its time never runs backwards.
  void in_stream(Stream& stream) {
    stream_ = &stream;
    time_ = std::max(envelope_.at, stream.time);
  }
  void in_app() { in_stream(state_.app.stream); }
  void in_account() { in_stream(state_.accounts[caller()].stream); }

  State& state_;
  const Envelope& envelope_;
  TimeMs time_;  // effective
  Stream* stream_ = nullptr;
  Group nowhere_;
  Group* group_ = &nowhere_;
  GroupId id_;
  Acts acts_ = Acts::by_role;
  std::string_view slug_;
  std::uint32_t code_ = 0;  // other than the rule's; 0: the rule's
  Verdict verdict_;
};

/// `value` becomes `given`, where one is given; whether it did.
template <class T, class Given>
bool change(T& value, const Given& given) {
  if (!given || value == *given) return false;
  value = *given;
  return true;
}
template <class T>
bool change_text(std::string& value, const std::optional<T>& given) {
  if (!given || value == given->value) return false;
  value = given->value;
  return true;
}
/// Whether any of a command's texts differs from those that are there; takes them over.
template <class C>
bool change_texts(Texts& texts, const C& c) {
  const Texts before = texts;
  change_text(texts.name, c.name);
  change_text(texts.introduction, c.introduction);
  change_text(texts.notification, c.notification);
  change_text(texts.face_url, c.face_url);
  return texts != before;
}
/// Takes over custom values, of which an empty one removes its entry; whether any differed.
bool change_custom(CustomValues& values, const std::optional<CustomValues>& given);

}  // namespace muster::reference
