#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <muster/domain/commands.hpp>
#include <muster/domain/core/strings.hpp>
#include <muster/domain/core/values.hpp>
#include <muster/json/base64.hpp>

namespace muster {

template <NamedEnum E>
boost::json::string_view json_name(E value) {
  const std::string_view name = name_of(value);
  return {name.data(), name.size()};
}

template <class T>
boost::json::value json_of(const T& value);

/// Every member of a described struct, by its name.
template <Described T>
boost::json::object json_of_members(const T& object) {
  boost::json::object json;
  for_each_member(object, [&](const char* name, const auto& member) { json[name] = json_of(member); });
  return json;
}
/// The same, without the optional members that are not set.
template <Described T>
boost::json::object json_of_set_members(const T& object) {
  boost::json::object json;
  for_each_member(object, [&]<class M>(const char* name, const M& member) {
    if constexpr (muster::detail::is_optional<M>) {
      if (member) json[name] = json_of(*member);
    } else {
      json[name] = json_of(member);
    }
  });
  return json;
}

/// Text that is safe to print on a terminal: control bytes become `\\xNN`.
std::string printable(std::string_view text);

/// Valid UTF-8 as a string, any other bytes as {"base64": …}.
inline boost::json::value json_of_bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return boost::json::string(boost::json::string_view{bytes.data(), bytes.size()});
  return boost::json::object{{"base64", to_base64(bytes)}};
}

template <class T>
boost::json::value json_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value;
  else if constexpr (NamedEnum<T>)
    return json_name(value);
  else if constexpr (std::is_integral_v<T>)
    return value;
  else if constexpr (std::is_same_v<T, TimeMs>)
    return value.ms;
  else if constexpr (std::is_same_v<T, std::string>)
    return json_of_bytes(value);
  else if constexpr (muster::detail::is_id<T>)
    return json_of_bytes(value.view());
  else if constexpr (muster::detail::is_text<T>)
    return json_of_bytes(value.value);
  else if constexpr (muster::detail::is_bytes<T>)
    return boost::json::value(to_base64({reinterpret_cast<const char*>(value.data()), value.size()}));
  else if constexpr (muster::detail::is_optional<T>)
    return value ? json_of(*value) : boost::json::value(nullptr);
  else if constexpr (muster::detail::is_map<T>) {
    boost::json::object object;
    for (const auto& [key, entry] : value) object[key.view()] = json_of(entry);
    return object;
  } else if constexpr (muster::detail::Sequence<T>) {
    boost::json::array array;
    for (const auto& item : value) array.push_back(json_of(item));
    return array;
  } else
    return json_of_members(value);
}

/// A whole event: its name, then its members.
boost::json::object json_of_event(const Event& event);

}  // namespace muster
