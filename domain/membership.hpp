#pragma once

#include <cstdint>
#include <optional>

#include <muster/domain/kinds.hpp>
#include <muster/domain/view.hpp>

namespace muster {

/// Where an account stands towards a group.
enum class Phase : std::uint8_t { outside = 1, applicant = 2, member = 3, admin = 4, owner = 5 };
template <>
inline constexpr std::array names<Phase>{Named{Phase::outside, "outside"},
                                         Named{Phase::applicant, "applicant"}, Named{Phase::member, "member"},
                                         Named{Phase::admin, "admin"}, Named{Phase::owner, "owner"}};

/// What can happen to an account there. `apply` asks to be let in, `enter` comes in by whatever way.
/// `leave` is of one's own will, `remove` is not; `grant` and `revoke` make an admin and a member of one;
/// `succeed` makes the owner, `step_down` a member of the one before.
enum class Step : std::uint8_t {
  apply = 1,
  enter = 2,
  leave = 3,
  remove = 4,
  grant = 5,
  revoke = 6,
  succeed = 7,
  step_down = 8
};
template <>
inline constexpr std::array names<Step>{Named{Step::apply, "apply"},     Named{Step::enter, "enter"},
                                        Named{Step::leave, "leave"},     Named{Step::remove, "remove"},
                                        Named{Step::grant, "grant"},     Named{Step::revoke, "revoke"},
                                        Named{Step::succeed, "succeed"}, Named{Step::step_down, "step_down"}};

/// Why a step is not taken: the machine has no such row, or the row's guard refused it.
enum class StepRefused : std::uint8_t { no_row = 1, by_guard = 2 };

/// The account's phase, read from its rows.
Phase phase_of(const View& rows, const GroupId& group, const Account& account);

struct StepResult {
  std::optional<StepRefused> refused;
  Phase phase = Phase::outside;  // after the step; the same as before when it is refused
};
/// Takes one step of the membership machine, the same for all types.
/// owner_may_leave  the type lets its owner go
StepResult take_step(Phase from, Step step, bool owner_may_leave);

}  // namespace muster
