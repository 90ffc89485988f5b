#pragma once

#include <optional>
#include <vector>

#include <muster/domain/context.hpp>

namespace muster {

/// Step (1) of the precedence: everything that can be judged without any state. None when all is well.
/// The first of: an ill-formed argument, an over-long list (which is not looked into), an ill-formed group
/// id.
/// Source  docs/rules.md sections 3 and 4
std::optional<Refusal> check_arguments(const Command& command, const Context& context);

/// The same for what a question names: an account, a group, keys of custom fields.
std::optional<Refusal> check_question(const Caller& caller, const GroupId& group,
                                      const std::vector<CustomKey>& fields = {});

}  // namespace muster
