#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace muster::cli {

/// Adds `muster can`: would a command be accepted now, and if not, why and what would have to be different;
/// or, with
/// `--who`, who could give it. Parsing it sets `chosen` as add_show() does.
void add_can(CLI::App& app, std::function<int()>& chosen);

}  // namespace muster::cli
