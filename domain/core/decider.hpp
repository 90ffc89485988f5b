#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <muster/domain/core/command_spec.hpp>
#include <muster/domain/core/refusal.hpp>
#include <muster/domain/evolve.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/domain/step.hpp>

namespace muster {

/// The result of an item of a list that `rule` refuses.
inline ItemResult refused_item(const Account& user, const Rule& rule) {
  return {user, ItemStatus::ok, rule.error};
}

/// Decides one command: what it may read, who calls, and the outcome. The checks and `emit` of a
/// command refuse and record events through it.
/// Threads  one at a time
class Decider {
 public:
  struct Subject {
    StreamId stream;                  // that the commit goes to
    GroupId group;                    // empty for commands that name none
    const TypeRules* type = nullptr;  // the rules of the group's type; null for commands that name no group
    GroupState state = GroupState::absent;  // before the command
    TimeMs at;                              // the command's own time
    TimeMs time;                            // effective: never before the stream's last
    Level level = Level::anyone;            // that the caller holds in the group
  };
  /// All references must outlive the decider. The events and the reply are gathered in `commit`.
  Decider(Overlay& rows, const Request& request, const Env& env, const Subject& subject, Commit& commit)
      : rows_(rows), request_(request), env_(env), subject_(subject), commit_(commit) {}
  virtual ~Decider() = default;
  Decider(const Decider&) = delete;
  Decider& operator=(const Decider&) = delete;

  // The pipeline.

  /// Walks the steps from 3 on, in their order. False when one of them refused.
  bool check();
  /// Records the command's events.
  virtual void emit() = 0;
  /// The type has no such command: what step 3 refuses when no row of the state machine takes it.
  void refuse_unsupported();

  // What the command is decided on.

  [[nodiscard]] const Overlay& rows() const { return rows_; }
  [[nodiscard]] const Rules& rules() const { return env_.rules->rules; }
  [[nodiscard]] const TypeRules& type() const { return *subject_.type; }
  [[nodiscard]] const PlanRules& plan() const { return rules().plan(rows_.app().edition); }
  [[nodiscard]] const GroupId& group_id() const { return subject_.group; }
  /// The command's own time, which may be before the stream's last.
  [[nodiscard]] TimeMs at() const { return subject_.at; }
  /// The effective time.
  [[nodiscard]] TimeMs time() const { return subject_.time; }
  [[nodiscard]] const Account& caller() const { return request_.caller.account; }
  [[nodiscard]] CallerKind kind() const { return request_.caller.kind; }
  [[nodiscard]] Level level() const { return subject_.level; }
  /// The id of a topic that a command leaves unnamed.
  [[nodiscard]] const TopicId& new_topic() const { return env_.assigned.topic; }
  /// The group's current row; only for groups that exist.
  [[nodiscard]] const GroupRow& group() const {
    if (group_ == nullptr) group_ = rows_.find<GroupRow>(subject_.group);
    return *group_;
  }
  /// The level that an account's role gives it in the group; Anyone when it is not a member.
  [[nodiscard]] Level rank_of(const Account& account) const;
  [[nodiscard]] bool is_member(const Account& account) const { return rank_of(account) != Level::anyone; }

  // The outcome.

  /// Refuses, for a check to return: always false. The type, the state and the caller's level are added to
  /// the facts.
  /// field  the argument that the rule is about; empty: none
  bool refuse(const Rule& rule, Facts facts = {}, std::string_view field = {});
  /// Replaces the code of the refusal.
  void override_code(std::uint32_t code) { refusal_->code = code; }
  /// Records an event and folds it into the rows, so that what follows sees it.
  template <class E>
  void record(E event) {
    fold_in(commit_.events.emplace_back(std::in_place_type<E>, std::move(event)));
  }
  void reply(ItemStatus result) { commit_.reply.result = result; }
  void reply(std::vector<ItemResult> results) { commit_.reply.results = std::move(results); }
  /// Records the events of a creation.
  /// state  that the group begins in
  void create_in(GroupState state) {
    first_state_ = state;
    emit();
  }
  [[nodiscard]] GroupState first_state() const { return first_state_; }

  // How its events are announced.

  /// How a notice of the category is delivered in this group: by the app's policy, else by the type's rule;
  /// never while the group is inactive.
  [[nodiscard]] Delivery delivery_of(NoticeCategory category) const;
  /// The same, with the message number that a stored notice takes.
  [[nodiscard]] Announcement announce(NoticeCategory category) const {
    return announce(delivery_of(category));
  }
  [[nodiscard]] Announcement announce(Delivery delivery) const;
  /// The delivery of notices that no policy turns off: stored, unless the group is inactive.
  [[nodiscard]] Delivery always_stored() const;

  [[nodiscard]] Refusal refusal() && { return std::move(*refusal_); }

 private:
  // From the command's specification.
  [[nodiscard]] virtual Callers callers() const = 0;
  [[nodiscard]] virtual Requirements requirements() const = 0;
  [[nodiscard]] virtual const Rule* unsupported_rule() const = 0;
  [[nodiscard]] virtual const Rule* outside_rule() const = 0;
  [[nodiscard]] virtual const Rule* below_rule() const = 0;
  [[nodiscard]] virtual bool expects_revision() const = 0;
  virtual bool check_supported() = 0;
  virtual bool check_permitted() = 0;
  virtual bool check_state() = 0;
  virtual bool check_capacity() = 0;

  template <class Holds>
  bool step(Step step, Holds holds);
  bool supported(const Requirements& requirements);
  bool kind_may_call();
  bool level_suffices(const Requirements& requirements);
  bool at_expected_revision();
  void fold_in(const Event& event);

  Overlay& rows_;
  const Request& request_;
  const Env& env_;
  const Subject& subject_;
  Commit& commit_;
  std::optional<Refusal> refusal_;
  GroupState first_state_ = GroupState::absent;
  mutable const GroupRow* group_ = nullptr;  // until the next event is recorded
};

/// The rules that every command can meet.
extern const std::span<const Rule* const> pipeline_rules;

/// The decider of a command, by its specification.
template <class C>
class DeciderOf final : public Decider {
 public:
  DeciderOf(Overlay& rows, const Request& request, const Env& env, const Subject& subject, Commit& commit,
            const C& command)
      : Decider(rows, request, env, subject, commit), command_(command) {}
  void emit() override { C::spec.emit(*this, command_); }

 private:
  Requirements requirements() const override {
    Requirements needed{{.least = C::spec.least}};
    if (C::spec.cell.of != nullptr) {
      const Permission permission = C::spec.cell.of(type());
      needed.push_back(
          {.supported = permission.supported, .least = permission.least, .cell = C::spec.cell.name});
    }
    if (C::spec.require != nullptr) C::spec.require(*this, command_, needed);
    return needed;
  }
  Callers callers() const override { return C::spec.callers; }
  const Rule* unsupported_rule() const override { return C::spec.unsupported; }
  const Rule* outside_rule() const override { return C::spec.outside; }
  const Rule* below_rule() const override { return C::spec.below; }
  bool expects_revision() const override { return answers_with_revision<C>(); }
  bool check_supported() override { return holds(C::spec.supported); }
  bool check_permitted() override { return holds(C::spec.permitted); }
  bool check_state() override { return holds(C::spec.state); }
  bool check_capacity() override { return holds(C::spec.capacity); }
  bool holds(typename CommandSpec<C>::Check one) { return one == nullptr || one(*this, command_); }

  const C& command_;
};

}  // namespace muster
