#include <fmt/format.h>

#include <muster/json/writer.hpp>

namespace muster {

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      shown += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else
      shown += c;
  }
  return shown;
}

boost::json::object json_of_event(const Event& event) {
  boost::json::object json{{"event", boost::json::string_view{name_of(event).data(), name_of(event).size()}}};
  std::visit(
      [&](const auto& e) {
        for (auto& member : json_of_members(e)) json[member.key()] = std::move(member.value());
      },
      event);
  return json;
}

}  // namespace muster
