#include <muster/cli/json_writer.hpp>

namespace muster::cli {

boost::json::object json_of_event(const Event& event) {
  boost::json::object json{{"event", boost::json::string_view{name_of(event).data(), name_of(event).size()}}};
  std::visit(
      [&](const auto& e) {
        for (auto& member : json_of_members(e)) json[member.key()] = std::move(member.value());
      },
      event);
  return json;
}

}  // namespace muster::cli
