#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <muster/engine/engine.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "support/generators.hpp"
#include "support/temp_folder.hpp"

/// Engines for tests: requests, generated histories, and what must hold of a store afterwards.
namespace muster::test {

/// Where an engine keeps its log and rows.
enum class Backing { memory, joined, split };
inline std::string to_string(Backing backing) {
  return backing == Backing::memory ? "Memory" : backing == Backing::joined ? "Joined" : "Split";
}

/// Options for a generated past: any `at` is taken.
EngineOptions test_options();
std::unique_ptr<Engine> open_engine(Backing backing, const std::filesystem::path& folder,
                                    EngineOptions options, StoreSetup setup = {});

Request request(const Caller& caller, Command command, std::int64_t at_ms = t0.ms);
Request request(const Account& account, Command command, std::int64_t at_ms = t0.ms);
Request request(const Move& move);

/// Gives the group that a command names another name, by a suffix, and its topic likewise.
void rename_groups(Command& command, std::string suffix);
/// The same commands for the same seed, on every machine.
std::vector<Move> generated_moves(std::uint64_t seed, std::size_t count);

/// Executes and returns the answer; fails the test for anything else.
Answer answered(Engine& engine, Request request);

/// One stored row by its key, as bytes.
using StoredRows = std::map<std::string, std::string>;
StoredRows stored_rows(const RowReader& rows);
std::vector<std::string> stored_commits(const CommitLog& log);

/// Fails the test unless the store holds together: positions and revisions gapless, the index and the hash
/// chains right, times not running backwards, the rows what the log folds to, every count what it counts.
void expect_whole(Store& store);
/// The same of the store in a folder, opened to read.
void expect_whole(const std::filesystem::path& folder);

}  // namespace muster::test
