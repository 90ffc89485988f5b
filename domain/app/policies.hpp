#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <muster/domain/app/rows.hpp>
#include <muster/domain/core/kinds.hpp>
#include <muster/domain/rules/rules.hpp>

/// The app's policies, one for a type (and a category): what a command sets, others ask for.
namespace muster {

/// The policy of a type; null where none was set.
template <class Policy>
const Policy* find_policy(const std::vector<Policy>& policies, const TypeName& type) {
  const auto found = std::ranges::find(policies, type, &Policy::type);
  return found == policies.end() ? nullptr : &*found;
}
inline const NoticePolicy* find_policy(const std::vector<NoticePolicy>& policies, const TypeName& type,
                                       NoticeCategory category) {
  const auto found = std::ranges::find_if(policies, [&](const NoticePolicy& policy) {
    return policy.type == type && policy.category == category;
  });
  return found == policies.end() ? nullptr : &*found;
}

/// Puts a policy in the place of `present`, or behind all others when that is null; none removes it.
template <class Policy>
void set_policy(std::vector<Policy>& policies, const Policy* present, std::optional<Policy> policy) {
  const auto at = policies.begin() + (present == nullptr ? static_cast<std::ptrdiff_t>(policies.size())
                                                         : present - policies.data());
  if (!policy) {
    if (present != nullptr) policies.erase(at);
  } else if (present != nullptr) {
    *at = *std::move(policy);
  } else {
    policies.push_back(*std::move(policy));
  }
}

/// After how many idle seconds groups of the type may be recycled; 0: never.
inline std::uint64_t idle_seconds_of(const AppRow& app, const TypeName& type) {
  const RecyclePolicy* policy = find_policy(app.recycle, type);
  return policy == nullptr ? 0 : policy->idle_seconds;
}

/// Whether members of the type's groups may be swept.
inline bool sweeps(const AppRow& app, const TypeName& type) {
  return std::ranges::find(app.sweep, type) != app.sweep.end();
}

/// Whether newcomers to the type's groups may read what was said before they joined.
inline bool reads_before_joining(const AppRow& app, const TypeRules& type) {
  const HistoryPolicy* policy = find_policy(app.history, type.name);
  return policy == nullptr ? type.earlier_history == EarlierHistory::on : policy->before_join;
}

}  // namespace muster
