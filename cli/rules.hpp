#pragma once

#include <muster/cli/options.hpp>

namespace muster::cli {

/// `muster rules export|check|diff`: rules documents as files. None of them needs a store.
void add_rules(CLI::App& app, Action& chosen);

}  // namespace muster::cli
