#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <muster/cli/rule_pages.hpp>
#include <muster/domain/lifecycle/machines.hpp>

namespace muster::cli {
namespace {

/// The moves between two states, and what makes them.
using Moves = std::map<std::pair<GroupState, GroupState>, std::vector<std::string_view>>;

struct Machine {
  Moves moves;
  std::vector<std::string_view> staying;  // commands that move nothing, in any state
};

Machine machine_of(BaseType base) {
  Machine machine;
  for (const lifecycle::RowInfo& row : lifecycle::rows_of(base)) {
    if (row.any_state)
      machine.staying.push_back(row.command);
    else
      machine.moves[{row.from, row.to}].push_back(row.command.empty() ? row.condition : row.command);
  }
  return machine;
}

std::string mermaid(BaseType base) {
  const Machine machine = machine_of(base);
  std::string text = fmt::format("%% {}\nstateDiagram-v2\n", name_of(base));
  for (const auto& [move, causes] : machine.moves)
    text += fmt::format("  {} --> {}: {}\n", move.first == GroupState::absent ? "[*]" : name_of(move.first),
                        name_of(move.second), fmt::join(causes, ", "));
  for (const GroupState end : {GroupState::dismissed, GroupState::recycled})
    text += fmt::format("  {} --> [*]\n", name_of(end));
  text += fmt::format("  note right of active\n    in every living state: {}\n  end note\n",
                      fmt::join(machine.staying, ", "));
  return text;
}

std::string dot(BaseType base) {
  const Machine machine = machine_of(base);
  std::string text = fmt::format(
      "digraph {} {{\n  rankdir=LR;\n  node [shape=box, style=rounded];\n  absent [shape=point];\n",
      name_of(base));
  for (const auto& [move, causes] : machine.moves)
    text += fmt::format("  {} -> {} [label=\"{}\"];\n", name_of(move.first), name_of(move.second),
                        fmt::join(causes, "\\n"));
  return text + fmt::format("  label=\"In every living state: {}\";\n}}\n", fmt::join(machine.staying, ", "));
}

// ---- SVG: the states have fixed places, so that the picture does not depend on fonts

struct Place {
  int x;
  int y;
};
constexpr int box_width = 110, box_height = 40, width = 860, text_height = 18;

Place place_of(GroupState state) {
  switch (state) {
    case GroupState::absent: return {40, 150};
    case GroupState::inactive: return {240, 150};
    case GroupState::active: return {470, 150};
    case GroupState::dismissed: return {760, 60};
    case GroupState::recycled: return {760, 240};
  }
  return {};
}

/// An arrow, bent where a straight one would run through a state between.
std::string arrow(const std::pair<GroupState, GroupState>& move, const std::vector<std::string_view>& causes,
                  bool has_inactive) {
  const auto [from, to] = move;
  const Place a = place_of(from);
  const Place b = place_of(to);
  int bend = 0;
  if (from == GroupState::inactive && to != GroupState::active)
    bend = to == GroupState::dismissed ? -110 : 110;
  if (from == GroupState::absent && to == GroupState::active && has_inactive) bend = -100;
  const int start_x = from == GroupState::absent ? a.x + 8 : a.x + box_width / 2;
  const int end_x = b.x - box_width / 2;
  const int mid_x = (start_x + end_x) / 2;
  const int mid_y = (a.y + b.y) / 2 + bend;
  std::string text = fmt::format(
      "  <path d=\"M {} {} Q {} {} {} {}\" fill=\"none\" stroke=\"#444\" marker-end=\"url(#end)\"/>\n",
      start_x, a.y, mid_x, mid_y, end_x, b.y);
  // The curve's middle is half way to its control point.
  int y = (a.y + 2 * mid_y + b.y) / 4 - 6 - text_height / 2 * static_cast<int>(causes.size() - 1);
  for (const std::string_view cause : causes) {
    text += fmt::format(
        "  <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#222\" stroke=\"#fff\" stroke-width=\"4\" "
        "paint-order=\"stroke\">{}</text>\n",
        mid_x, y, cause);
    y += text_height - 4;
  }
  return text;
}

std::string svg(BaseType base) {
  const Machine machine = machine_of(base);
  std::vector<std::string> lines{"In every living state: "};
  constexpr std::size_t line_chars = 110;
  for (const std::string_view command : machine.staying) {
    if (lines.back().size() + command.size() > line_chars) lines.emplace_back();
    lines.back() += fmt::format("{}{}", command, command == machine.staying.back() ? "" : ", ");
  }
  const int height = 300 + text_height * static_cast<int>(lines.size());
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
      "font-size=\"13\">\n"
      "  <title>The states of a {2} group</title>\n"
      "  <defs><marker id=\"end\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" orient=\"auto\">"
      "<path d=\"M 0 0 L 9 4 L 0 8 z\" fill=\"#444\"/></marker></defs>\n"
      "  <rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n",
      width, height, name_of(base));
  bool has_inactive = false;
  for (const auto& [move, causes] : machine.moves) has_inactive |= move.second == GroupState::inactive;
  for (const auto& [move, causes] : machine.moves) text += arrow(move, causes, has_inactive);
  for (const auto& [state, name] : names<GroupState>) {
    const Place at = place_of(state);
    if (state == GroupState::absent) {
      text += fmt::format("  <circle cx=\"{}\" cy=\"{}\" r=\"8\" fill=\"#222\"/>\n", at.x, at.y);
    } else if (state != GroupState::inactive || has_inactive) {
      text += fmt::format(
          "  <rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#eef3fa\" stroke=\"#335\"/>\n"
          "  <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-weight=\"bold\">{}</text>\n",
          at.x - box_width / 2, at.y - box_height / 2, box_width, box_height, at.x, at.y + 5, name);
    }
  }
  int y = 300;
  for (const std::string& line : lines) {
    text += fmt::format("  <text x=\"20\" y=\"{}\" fill=\"#222\">{}</text>\n", y, line);
    y += text_height;
  }
  return text + "</svg>\n";
}

}  // namespace

std::string state_diagram(BaseType base, Diagram as) {
  switch (as) {
    case Diagram::mermaid: return mermaid(base);
    case Diagram::dot: return dot(base);
    case Diagram::svg: break;
  }
  return svg(base);
}

}  // namespace muster::cli
