#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include <muster/eventstore/ports.hpp>

namespace muster::test {

/// A commit as these tests write it: of one of a few groups' streams, with bytes that say which one it is, so
/// that whoever reads can tell a right answer from a wrong one by the position alone.
inline StreamId stream_at(Position position) {
  return StreamId::of(GroupId{fmt::format("@TGS#{}", position % 3)});
}
inline Revision revision_at(Position position) { return (position + 2) / 3; }
inline std::string bytes_at(Position position, std::size_t padding = 20) {
  std::string bytes = fmt::format("commit {} ", position);
  for (std::size_t i = 0; i < padding; ++i)
    bytes.push_back(static_cast<char>((position * 31 + i * 7) & 0xff));
  return bytes;
}
inline EncodedCommit commit_at(Position position, std::size_t padding = 20) {
  return {stream_at(position), revision_at(position), bytes_at(position, padding)};
}
/// The `count` commits after a position.
inline std::vector<EncodedCommit> commits_after(Position position, std::size_t count,
                                                std::size_t padding = 20) {
  std::vector<EncodedCommit> commits;
  for (std::size_t i = 1; i <= count; ++i) commits.push_back(commit_at(position + i, padding));
  return commits;
}

}  // namespace muster::test
