#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <muster/domain/context.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/domain/membership.hpp>
#include <muster/domain/overlay.hpp>

namespace muster {

/// One command being judged: what it may look at, who asks and as what, and what comes of it. Guards refuse
/// through it, actions record events through it. The checks are asked in the order of docs/rules.md
/// section 3.
class Judgement {
 public:
  struct Subject {
    StreamId stream;  // that the command's commit goes to: the group's, or the caller's account's
    GroupId group;
    const TypeRules* type = nullptr;  // the group's column of the rules; never null
    Life life = Life::absent;         // before the command
    TimeMs time;                      // effective
    Level level = Level::anyone;      // what the caller may claim in the group
  };
  /// All references must outlive the judgement. The events and the answer are gathered in `accepted`.
  Judgement(Overlay& rows, const Context& context, const Subject& subject, Accepted& accepted)
      : rows_(rows), context_(context), subject_(subject), accepted_(accepted) {}

  [[nodiscard]] const Overlay& rows() const { return rows_; }
  [[nodiscard]] const Rules& rules() const { return *context_.rules; }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const TypeRules& type() const { return *subject_.type; }
  [[nodiscard]] const GroupId& group_id() const { return subject_.group; }
  [[nodiscard]] TimeMs time() const { return subject_.time; }
  [[nodiscard]] const Account& caller() const { return context_.caller.account; }
  [[nodiscard]] CallerKind kind() const { return context_.caller.kind; }
  [[nodiscard]] Level level() const { return subject_.level; }
  /// The group's hot row as it stands; asked of groups that exist only.
  [[nodiscard]] const GroupRow& group() const {
    if (group_ == nullptr) group_ = rows_.group(subject_.group);
    return *group_;
  }

  /// Refuses, for a guard to return: always false. The type, the state and the caller's level are added to
  /// the facts.
  /// field  the argument that the rule is about, if one
  bool refuse(Slug rule, Facts facts = {}, std::string_view field = {});

  /// Gives the refusal another of the service's numbers.
  void recode(std::uint32_t code) { refusal_->code = code; }

  // The checks that commands share. Each is true when it holds, else has refused.

  /// Step (3): the type has the operation at all.
  bool supports(bool supported, Slug rule, std::string_view field = {}) {
    return supported || refuse(rule, {}, field);
  }
  /// Step (4): the caller is no system timer.
  bool not_system();
  /// Step (4): the caller's level reaches `least`; outside and in too low are different errors.
  bool reaches(Level least, Slug outside, Slug too_low, std::string_view field = {});
  /// Step (5): the group stands where the caller expects it.
  bool at_expected_revision();
  /// Step (7): one more member fits, and one more group fits the account.
  bool has_room_for(const Account& user);
  /// Step (7): the account is not in as many groups as the plan allows.
  bool within_joined_quota(const Account& user);

  /// Records an event and folds it into the rows, so that what follows sees it.
  template <class E>
  void record(E event) {
    fold_in(accepted_.events.emplace_back(std::in_place_type<E>, std::move(event)));
  }
  /// How a notice of the category is delivered in this group: by the app's policy, else by the type's rule;
  /// never while the group is inactive.
  [[nodiscard]] Delivery delivery_of(NoticeCategory category) const;
  /// The same, with the message number that a stored notice takes.
  [[nodiscard]] Announcement announce(NoticeCategory category) const {
    return announce(delivery_of(category));
  }
  [[nodiscard]] Announcement announce(Delivery delivery) const;
  /// The delivery of notices that no policy turns off: stored, but for groups that are inactive.
  [[nodiscard]] Delivery always_stored() const;

  void answer(Verdict result) { accepted_.outcome.result = result; }
  void answer(std::vector<ItemResult> results) { accepted_.outcome.results = std::move(results); }
  [[nodiscard]] Refusal refusal() && { return std::move(*refusal_); }

 private:
  void fold_in(const Event& event);

  Overlay& rows_;
  const Context& context_;
  const Subject& subject_;
  Accepted& accepted_;
  std::optional<Refusal> refusal_;
  mutable const GroupRow* group_ = nullptr;  // until the next event is recorded
};

/// Whether the account's counted groups reach the plan's limit, exactly; the row's bound is asked first.
bool joined_quota_reached(const View& rows, const Rules& rules, const Account& account);
/// The result of an item that `rule` refuses.
inline ItemResult refused_item(const Account& user, Slug rule) {
  return {user, Verdict::ok, rule.info().error};
}
/// Whether the group has a row of every member: its type's rules say so, and did when it was made.
inline bool keeps_members(const Judgement& j) {
  return j.type().member_profiles && j.group().traits.member_profiles;
}
/// The rank of an account in the judged group: Anyone when it is not in it.
Level rank_of(const Judgement& j, const Account& account);
/// What becomes of custom values that a command sets, on top of the present ones: the entries that differ.
/// announced  whether members may read the field of a key
CustomChanges custom_changes(const CustomValues& present, const std::optional<CustomValues>& set,
                             const std::function<bool(const CustomKey&)>& announced);

// Each command's judgement, which refuses or is true, and its deed, which records its events.
bool judge(Judgement& j, const CreateGroup& command);
void perform(Judgement& j, const CreateGroup& command);
bool judge(Judgement& j, const JoinGroup& command);
void perform(Judgement& j, const JoinGroup& command);
bool judge(Judgement& j, const AcceptApplication& command);
void perform(Judgement& j, const AcceptApplication& command);
bool judge(Judgement& j, const QuitGroup& command);
void perform(Judgement& j, const QuitGroup& command);
bool judge(Judgement& j, const PostMessage& command);
void perform(Judgement& j, const PostMessage& command);
bool judge(Judgement& j, const DismissGroup& command);
void perform(Judgement& j, const DismissGroup& command);
bool judge(Judgement& j, const TransferGroup& command);
void perform(Judgement& j, const TransferGroup& command);
bool judge(Judgement& j, const InviteUsers& command);
void perform(Judgement& j, const InviteUsers& command);
bool judge(Judgement& j, const RefuseApplication& command);
void perform(Judgement& j, const RefuseApplication& command);
bool judge(Judgement& j, const KickMembers& command);
void perform(Judgement& j, const KickMembers& command);
bool judge(Judgement& j, const SetMemberRole& command);
void perform(Judgement& j, const SetMemberRole& command);
bool judge(Judgement& j, const SetGroupInfo& command);
void perform(Judgement& j, const SetGroupInfo& command);
bool judge(Judgement& j, const MuteMember& command);
void perform(Judgement& j, const MuteMember& command);
bool judge(Judgement& j, const SetMemberInfo& command);
void perform(Judgement& j, const SetMemberInfo& command);
bool judge(Judgement& j, const SetReceiveOption& command);
void perform(Judgement& j, const SetReceiveOption& command);
bool judge(Judgement& j, const MarkMessagesRead& command);
void perform(Judgement& j, const MarkMessagesRead& command);

/// Everybody has left a group that had an owner, or the owner has left an inactive one.
bool is_emptied(const Judgement& j);
void recycle_emptied(Judgement& j);

}  // namespace muster
