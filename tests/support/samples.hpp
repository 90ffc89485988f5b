#pragma once

#include <string>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/rules/rules.hpp>

/// One full value of every command and event, with every member set to something of its own, for tests of
/// bytes.
namespace muster::test {

std::vector<Command> sample_commands();
std::vector<Event> sample_events();
/// A commit with everything in it.
Commit sample_commit();
/// A short history on all five types, as the engine would commit it; heads and times as given.
std::vector<Commit> sample_history();

std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view hex);

/// Compares `text` with the file of the name in tests/golden; with MUSTER_GOLDEN=write in the environment it
/// writes the file instead, for a change of the bytes that is meant.
void expect_golden(const std::string& name, const std::string& text);
/// The lines of a file in tests/golden.
std::vector<std::string> golden_lines(const std::string& name);
/// The same for `name tag schema hex` lines. With MUSTER_GOLDEN=write new lines are added at the end; a line
/// that is there is never changed or removed, since stores hold its bytes: other bytes need a higher schema.
void expect_golden_records(const std::string& name, const std::vector<std::string>& lines);

}  // namespace muster::test
