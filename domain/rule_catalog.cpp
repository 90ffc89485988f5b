#include <algorithm>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/domain/core/command_spec.hpp>
#include <muster/domain/core/decider.hpp>
#include <muster/domain/core/visibility.hpp>
#include <muster/domain/disclose.hpp>
#include <muster/domain/rule_catalog.hpp>

namespace muster {

const std::vector<const Rule*>& all_rules() {
  static const std::vector<const Rule*> rules = [] {
    std::vector<const Rule*> found;
    const auto add = [&](std::span<const Rule* const> more) {
      found.insert(found.end(), more.begin(), more.end());
    };
    add(arguments_rules);
    add(visibility_rules);
    add(pipeline_rules);
    add(query_rules);
    boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Command>>(
        [&]<class C>(std::type_identity<C>) { add(C::spec.rules); });
    std::ranges::sort(found, {}, &Rule::slug);
    const auto last = std::unique(found.begin(), found.end());
    found.erase(last, found.end());
    return found;
  }();
  return rules;
}

const Rule* find_rule(std::string_view slug) {
  const auto found = std::ranges::find(all_rules(), slug, &Rule::slug);
  return found == all_rules().end() ? nullptr : *found;
}

}  // namespace muster
