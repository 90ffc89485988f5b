#include <utility>

#include <muster/domain/core/refusal.hpp>
#include <muster/domain/core/strings.hpp>

namespace muster {
namespace {

template <class T>
std::string shown(const T& value) {
  if constexpr (NamedEnum<T>)
    return std::string{name_of(value)};
  else if constexpr (std::is_same_v<T, TimeMs>)
    return concat(value.ms);
  else
    return concat(value);
}

}  // namespace

Refusal refusal(const Rule& rule, Facts facts) {
  return {.error = rule.error, .code = code_of(rule.error), .rule = rule, .facts = std::move(facts)};
}

Refusal bad_argument(const Rule& rule, std::string field, std::string detail) {
  Refusal refused = refusal(rule);
  refused.field = std::move(field);
  refused.detail = std::move(detail);
  return refused;
}

std::string message_of(const Refusal& refusal) {
  if (!refusal.detail.empty()) {
    return refusal.field.empty() ? refusal.detail : concat("`", refusal.field, "` ", refusal.detail);
  }
  std::string text{refusal.rule.rule().message};
  const char* before = " (";
  for_each_member(refusal.facts, [&](std::string_view name, const auto& fact) {
    if (!fact) return;
    text += concat(before, name, " ", shown(*fact));
    before = ", ";
  });
  if (*before == ',') text += ')';
  return text;
}

}  // namespace muster
