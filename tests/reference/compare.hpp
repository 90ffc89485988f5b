#pragma once

#include <string>
#include <vector>

#include <muster/domain/overlay.hpp>
#include <muster/engine/engine.hpp>

#include "reference/model.hpp"
#include "support/world.hpp"

/// What the model and the library have in common, brought into one shape and compared.
namespace muster::reference {

Verdict verdict_of(const test::Tried& tried, Position position);
/// The same of an engine's answer, which must not be a failure.
Verdict verdict_of(const Result& result);

std::string to_string(const Verdict& verdict);

/// Where the rows are not as the model has it, a sentence for each field.
std::vector<std::string> differences(const State& model, const MemoryRows& rows);

}  // namespace muster::reference
