#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/values.hpp>
#include <muster/json/base64.hpp>
#include <muster/json/parse.hpp>
#include <muster/json/suggestions.hpp>

namespace muster {

/// Fills described structs from JSON objects. Every key must be a member, and every member that is not
/// optional must be present. Checks types only; the domain checks lengths and formats.
class JsonReader {
 public:
  /// The first problem found; none when all is well.
  [[nodiscard]] const std::optional<JsonProblem>& problem() const { return problem_; }

  /// Reports a problem with a field. Only the first one is kept.
  void fail(const std::string& field, std::string message) {
    if (!problem_) problem_ = JsonProblem{.message = std::move(message), .field = field};
  }
  /// The same for a value of the wrong type. `requirement` completes the sentence, as in "must be a string".
  void fail_type(const std::string& field, std::string_view requirement) {
    fail(field, fmt::format("`{}` {}", shortened(field), requirement));
  }
  /// The same for a key of the object at `path` that is not among the known ones.
  void fail_unknown(const std::string& path, std::string_view key,
                    const std::vector<std::string_view>& known) {
    const std::string field = join(path, key);
    fail(field, fmt::format("unknown field `{}`{}", shortened(field), did_you_mean(key, known)));
  }

  /// Fills a struct from an object. Keys in `also` are allowed and skipped.
  template <Described T>
  void object(const boost::json::object& from, const std::string& path, T& into,
              const std::set<std::string_view>& also = {}) {
    std::size_t used = 0;
    for_each_member(into, [&](const char* name, auto& member) {
      const auto* value = from.if_contains(name);
      used += value == nullptr ? 0 : 1;
      field(value, join(path, name), member);
    });
    for (const auto& entry : from) used += also.contains(entry.key()) ? 1 : 0;
    if (used == from.size()) return;
    std::vector<std::string_view> known{also.begin(), also.end()};
    for_each_member(into, [&](std::string_view name, const auto&) { known.push_back(name); });
    for (const auto& entry : from)
      if (std::ranges::find(known, std::string_view{entry.key()}) == known.end())
        fail_unknown(path, entry.key(), known);
  }

  template <class T>
  void field(const boost::json::value* value, const std::string& path, T& into) {
    if constexpr (muster::detail::is_optional<T>) {
      if (value != nullptr) read(*value, path, into.emplace());
    } else {
      if (value != nullptr)
        read(*value, path, into);
      else
        fail(path, fmt::format("missing field `{}`", path));
    }
  }

  template <class T>
  void read(const boost::json::value& value, const std::string& path, T& into) {
    if constexpr (std::is_same_v<T, bool>) {
      if (const bool* flag = value.if_bool())
        into = *flag;
      else
        fail_type(path, "must be true or false");
    } else if constexpr (NamedEnum<T>) {
      named(value, path, into);
    } else if constexpr (std::is_same_v<T, TimeMs>) {
      std::uint64_t ms = 0;
      read(value, path, ms);
      into.ms = static_cast<std::int64_t>(ms);
    } else if constexpr (std::is_unsigned_v<T>) {
      integer(value, path, into);
    } else if constexpr (std::is_same_v<T, std::string>) {
      bytes(value, path, into);
    } else if constexpr (muster::detail::is_id<T>) {
      if (const auto* text = value.if_string())
        into = T{std::string_view{*text}};
      else
        fail_type(path, "must be a string");
    } else if constexpr (muster::detail::is_text<T>) {
      if (const auto* text = value.if_string())
        into.value.assign(text->data(), text->size());
      else
        fail_type(path, "must be a string");
    } else if constexpr (muster::detail::is_map<T>) {
      map(value, path, into);
    } else if constexpr (muster::detail::Sequence<T>) {
      list(value, path, into);
    } else {
      if (const auto* from = value.if_object())
        object(*from, path, into);
      else
        fail_type(path, "must be an object");
    }
  }

  static std::string join(std::string_view path, std::string_view name) {
    return path.empty() ? std::string{name} : fmt::format("{}.{}", path, name);
  }

 private:
  /// Accepts the names of the service's SDK too.
  template <class E>
  static std::optional<E> from_any_name(std::string_view name) {
    if constexpr (std::is_same_v<E, MsgFlag>) {
      if (name == "V2TIM_RECEIVE_MESSAGE") return MsgFlag::accept_and_notify;
      if (name == "V2TIM_RECEIVE_NOT_NOTIFY_MESSAGE") return MsgFlag::accept_not_notify;
      if (name == "V2TIM_NOT_RECEIVE_MESSAGE") return MsgFlag::discard;
    } else if constexpr (std::is_same_v<E, JoinOption>) {
      if (name == "V2TIM_GROUP_ADD_ANY" || name == "JOIN_OPTIONS_FREE_ACCESS") return JoinOption::free_access;
      if (name == "V2TIM_GROUP_ADD_AUTH" || name == "JOIN_OPTIONS_NEED_PERMISSION")
        return JoinOption::need_permission;
      if (name == "V2TIM_GROUP_ADD_FORBID" || name == "JOIN_OPTIONS_DISABLE_APPLY")
        return JoinOption::disable_apply;
    } else if constexpr (std::is_same_v<E, InviteOption>) {
      if (name == "INVITE_OPTIONS_FREE_ACCESS") return InviteOption::free_access;
      if (name == "INVITE_OPTIONS_NEED_PERMISSION") return InviteOption::need_permission;
      if (name == "INVITE_OPTIONS_DISABLE_INVITE") return InviteOption::disable_invite;
    }
    return from_name<E>(name);
  }

  template <class E>
  void named(const boost::json::value& value, const std::string& path, E& into) {
    const auto* text = value.if_string();
    const auto found = text == nullptr ? std::nullopt : from_any_name<E>(std::string_view{*text});
    if (found) {
      into = *found;
      return;
    }
    std::string choices;
    for (const auto& entry : names<E>)
      choices += fmt::format("{}`{}`", choices.empty() ? "" : ", ", entry.name);
    fail_type(path, "must be one of " + choices);
  }

  template <class T>
  void integer(const boost::json::value& value, const std::string& path, T& into) {
    constexpr std::uint64_t largest = std::min<std::uint64_t>(integer_max, static_cast<T>(-1));
    std::optional<std::uint64_t> number;
    if (const auto* whole = value.if_uint64())
      number = *whole;
    else if (const auto* sign = value.if_int64(); sign != nullptr && *sign >= 0)
      number = static_cast<std::uint64_t>(*sign);
    if (number && *number <= largest)
      into = static_cast<T>(*number);
    else
      fail_type(path,
                fmt::format("must be an integer from 0 to {}, without a fraction or exponent", largest));
  }

  /// Arbitrary bytes: a string, or {"base64": …}.
  void bytes(const boost::json::value& value, const std::string& path, std::string& into) {
    if (const auto* text = value.if_string()) {
      into.assign(text->data(), text->size());
      return;
    }
    const auto* wrapped = value.if_object();
    const auto* coded = wrapped != nullptr && wrapped->size() == 1 ? wrapped->if_contains("base64") : nullptr;
    const auto decoded = coded != nullptr && coded->is_string()
                             ? from_base64(std::string_view{coded->get_string()})
                             : std::nullopt;
    if (decoded)
      into = *decoded;
    else
      fail_type(path, "must be a string or {\"base64\":\"…\"}");
  }

  template <class T>
  void map(const boost::json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_object();
    if (from == nullptr) return fail_type(path, "must be an object");
    for (const auto& entry : *from) {
      const std::string at = join(path, entry.key());
      const typename T::key_type key{std::string_view{entry.key()}};
      if (key.overlong())
        fail(at,
             fmt::format("key `{}` is longer than {} bytes", shortened(entry.key()), T::key_type::bytes_max));
      else
        read(entry.value(), at, into[key]);
    }
  }

  template <class T>
  void list(const boost::json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_array();
    if (from == nullptr) return fail_type(path, "must be an array");
    if constexpr (requires { T::items_max; }) {
      // The items of an over-long list are not read: the domain refuses it for its length.
      if (from->size() > T::items_max) {
        into.resize(T::items_max + 1);
        return;
      }
    }
    for (std::size_t i = 0; i < from->size(); ++i)
      read((*from)[i], fmt::format("{}[{}]", path, i), into.emplace_back());
  }

  std::optional<JsonProblem> problem_;
};

}  // namespace muster
