#include <variant>

#include <muster/engine/in_flight.hpp>

namespace muster {
namespace {

/// The bytes that a command holds outside of itself.
std::size_t text_bytes(const std::string& text) { return text.size(); }
std::size_t text_bytes(const CustomValues& custom) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : custom) bytes += sizeof(key) + value.size();
  return bytes;
}
template <class T>
std::size_t text_bytes(const T& value) {
  if constexpr (requires { value.value.size(); })
    return text_bytes(value.value);
  else if constexpr (requires { value.has_value(); })
    return value ? text_bytes(*value) : 0;
  else if constexpr (requires { T::items_max; })
    return value.size() * sizeof(value[0]);
  else if constexpr (Described<T>) {
    std::size_t bytes = 0;
    for_each_member(value, [&](const char*, const auto& member) { bytes += text_bytes(member); });
    return bytes;
  } else
    return 0;
}
std::size_t bytes_of(const Request& request) {
  return sizeof(Request) +
         std::visit([](const auto& command) { return text_bytes(command); }, request.command);
}

}  // namespace

std::unique_ptr<InFlight> make_in_flight(Request& request, Lane lane) {
  auto command = std::make_unique<InFlight>();
  command->bytes = bytes_of(request);
  command->request.emplace(std::move(request));
  command->lane = lane;
  command->taken = std::chrono::steady_clock::now();
  return command;
}

}  // namespace muster
