#include <utility>

#include <muster/domain/refusal.hpp>
#include <muster/domain/say.hpp>

namespace muster {
namespace {

template <class T>
std::string shown(const T& value) {
  if constexpr (NamedEnum<T>)
    return std::string{name_of(value)};
  else if constexpr (std::is_same_v<T, TimeMs>)
    return say(value.ms);
  else
    return say(value);
}

}  // namespace

Refusal refusal(Slug rule, Facts facts) {
  const Error error = rule.info().error;
  return {.error = error, .code = code_of(error), .rule = rule, .facts = std::move(facts)};
}

Refusal bad_argument(Slug rule, std::string field, std::string detail) {
  Refusal refused = refusal(rule);
  refused.field = std::move(field);
  refused.detail = std::move(detail);
  return refused;
}

std::string message_of(const Refusal& refusal) {
  if (!refusal.detail.empty()) {
    return refusal.field.empty() ? refusal.detail : say("`", refusal.field, "` ", refusal.detail);
  }
  std::string text{refusal.rule.info().says};
  const char* before = " (";
  for_each_member(refusal.facts, [&](std::string_view name, const auto& fact) {
    if (!fact) return;
    text += say(before, name, " ", shown(*fact));
    before = ", ";
  });
  if (*before == ',') text += ')';
  return text;
}

}  // namespace muster
