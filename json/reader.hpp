#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/arguments.hpp>
#include <muster/json/base64.hpp>

namespace muster {

/// Reads described structs from JSON objects, by their description: every key must be a member, every member
/// that is not optional must be there. Says which field is wrong, where in lists, and what would be right.
/// Only shapes are judged here; lengths and grammars are the domain's.
class JsonReader {
 public:
  /// The first problem found; none when all is well.
  [[nodiscard]] const std::optional<Refusal>& problem() const { return problem_; }

  void refuse(std::string field, std::string detail) {
    if (!problem_) problem_ = bad_argument(arguments_json, std::move(field), std::move(detail));
  }

  /// Fills a struct from an object. Keys in `also` are somebody else's.
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
    for (const auto& entry : from) {
      bool known = also.contains(entry.key());
      for_each_member(into, [&](const char* name, const auto&) { known = known || entry.key() == name; });
      if (!known) refuse(join(path, entry.key()), "is no field of this");
    }
  }

  template <class T>
  void field(const boost::json::value* value, const std::string& path, T& into) {
    if constexpr (muster::detail::is_optional<T>) {
      if (value != nullptr) read(*value, path, into.emplace());
    } else {
      if (value != nullptr)
        read(*value, path, into);
      else
        refuse(path, "is missing");
    }
  }

  template <class T>
  void read(const boost::json::value& value, const std::string& path, T& into) {
    if constexpr (std::is_same_v<T, bool>) {
      if (const bool* flag = value.if_bool())
        into = *flag;
      else
        refuse(path, "must be true or false");
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
        refuse(path, "must be a string");
    } else if constexpr (muster::detail::is_text<T>) {
      if (const auto* text = value.if_string())
        into.value.assign(text->data(), text->size());
      else
        refuse(path, "must be a string");
    } else if constexpr (muster::detail::is_map<T>) {
      map(value, path, into);
    } else if constexpr (muster::detail::Sequence<T>) {
      list(value, path, into);
    } else {
      if (const auto* from = value.if_object())
        object(*from, path, into);
      else
        refuse(path, "must be an object");
    }
  }

  static std::string join(std::string_view path, std::string_view name) {
    return path.empty() ? std::string{name} : fmt::format("{}.{}", path, name);
  }

 private:
  /// By its name, or by the one that the service's SDK has for it.
  template <class E>
  static std::optional<E> from_any_name(std::string_view name) {
    if constexpr (std::is_same_v<E, MsgFlag>) {
      if (name == "V2TIM_RECEIVE_MESSAGE") return MsgFlag::accept_and_notify;
      if (name == "V2TIM_RECEIVE_NOT_NOTIFY_MESSAGE") return MsgFlag::accept_not_notify;
      if (name == "V2TIM_NOT_RECEIVE_MESSAGE") return MsgFlag::discard;
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
    refuse(path, "must be one of " + choices);
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
      refuse(path, fmt::format("must be a whole number from 0 to {}, without fraction or exponent", largest));
  }

  /// Any bytes: a string, or {"base64": …}.
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
      refuse(path, "must be a string or {\"base64\":\"…\"}");
  }

  template <class T>
  void map(const boost::json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_object();
    if (from == nullptr) return refuse(path, "must be an object");
    for (const auto& entry : *from) {
      const std::string at = join(path, entry.key());
      const typename T::key_type key{std::string_view{entry.key()}};
      if (key.overlong())
        refuse(at, fmt::format("is a key of over {} bytes", T::key_type::bytes_max));
      else
        read(entry.value(), at, into[key]);
    }
  }

  template <class T>
  void list(const boost::json::value& value, const std::string& path, T& into) {
    const auto* from = value.if_array();
    if (from == nullptr) return refuse(path, "must be a list");
    if constexpr (requires { T::items_max; }) {
      // An over-long list is not looked into; the domain refuses it for its length.
      if (from->size() > T::items_max) {
        into.resize(T::items_max + 1);
        return;
      }
    }
    for (std::size_t i = 0; i < from->size(); ++i)
      read((*from)[i], fmt::format("{}[{}]", path, i), into.emplace_back());
  }

  std::optional<Refusal> problem_;
};

}  // namespace muster
