#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace muster::cli {

/// Adds `muster show`, with a subcommand for each question, and `muster search`. Parsing one of them sets
/// `chosen` to what asks the question: it prints the answer on standard output and returns the exit status.
/// A refused question is an answer, too. `chosen` must outlive the parsing and may throw StoreError.
void add_show(CLI::App& app, std::function<int()>& chosen);

}  // namespace muster::cli
