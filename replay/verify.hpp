#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <muster/domain/core/kinds.hpp>
#include <muster/domain/rows.hpp>
#include <muster/eventstore/store.hpp>

namespace muster {

/// What can be found wrong with a store. docs/operations.md, "Checking a store", says what to do about each.
enum class FindingKind : std::uint8_t {
  store = 1,     // it does not open
  file = 2,      // a file of tables is not what was written
  position = 3,  // a position without a commit, or a key that is no position
  commit = 4,    // a commit that cannot be read
  chain = 5,     // a commit's hash does not follow from its content and the commit before it
  revision = 6,  // a stream's revisions do not count up one by one
  time = 7,      // a commit is earlier than the one before it in its stream
  rules =
      8,  // a commit names rules that were not installed before it, or a document is not what its digest says
  index = 9,  // an entry of the index of streams is missing, wrong or one too many
  row = 10,   // a row is missing, differs from what the commits produce, or is one too many
  entry = 11  // an entry where nothing of a store belongs
};
// clang-format off
template <> inline constexpr std::array names<FindingKind>{
    Named{FindingKind::store, "store"}, Named{FindingKind::file, "file"}, Named{FindingKind::position, "position"},
    Named{FindingKind::commit, "commit"}, Named{FindingKind::chain, "chain"}, Named{FindingKind::revision, "revision"},
    Named{FindingKind::time, "time"}, Named{FindingKind::rules, "rules"}, Named{FindingKind::index, "index"},
    Named{FindingKind::row, "row"}, Named{FindingKind::entry, "entry"}};
// clang-format on

/// One thing that is wrong.
struct Finding {
  FindingKind kind = FindingKind::store;
  std::optional<Position> position;
  std::optional<GroupId> group;
  std::string message;
};
using TakeFinding = std::function<void(const Finding&)>;

/// What was checked.
struct Verified {
  std::uint64_t commits = 0;
  std::uint64_t rows = 0;  // that were compared with what the commits fold to
  std::uint64_t findings = 0;
  std::vector<std::string> notes;  // what was not checked, and why, a sentence each
};

/// Checks all that a store holds: every file of tables, every position and commit with its place in the hash
/// chain, the index, every row against what the commits fold to, and that there is nothing else. Calls
/// `found` for each thing that is wrong, and goes on. In memory it holds the rows that the commits fold to,
/// decoded and encoded, and an entry of the index for each commit. Nothing may be written to the store
/// meanwhile.
Verified verify(Store& store, const TakeFinding& found);

/// The same of the store in a folder, which is opened to read only. A store that is too damaged to be opened
/// is a finding. Throws StoreError for what is not damage: not_found, not_a_store, locked, newer_format.
Verified verify(const std::filesystem::path& folder, const TakeFinding& found);

}  // namespace muster
