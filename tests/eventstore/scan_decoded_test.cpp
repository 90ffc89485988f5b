#include <gtest/gtest.h>

#include <muster/eventstore/memory/memory_log.hpp>
#include <muster/eventstore/scan_decoded.hpp>

#include "support/world.hpp"

// Reading a log with a thread that decodes ahead.
namespace muster::test {
namespace {

/// A log of so many commits, each with a message that says which one it is.
void fill(MemoryLog& log, std::size_t count) {
  CommitEncoder encoder;
  std::vector<EncodedCommit> commits;
  for (std::size_t i = 1; i <= count; ++i) {
    Commit commit;
    commit.head = {.stream = StreamId::of(g), .revision = i, .caller = user(mia)};
    commit.command = PostMessage{.group = g, .message_id = {}, .topic = {}};
    commit.events.push_back(MessagePosted{.seq = i, .message_id = {}, .topic = {}});
    commits.push_back(encoder.encode(commit, Digest{}).first);
  }
  ASSERT_FALSE(log.append(0, commits).error);
}

std::vector<Position> visited(const CommitLog& log, Position from, Want want = Want::events) {
  std::vector<Position> positions;
  scan_decoded(log, from, want, [&](Position position, const DecodedCommit& decoded) {
    positions.push_back(position);
    EXPECT_EQ(std::get<MessagePosted>(decoded.commit.events.at(0)).seq, position);
    EXPECT_EQ(decoded.commit.head.revision, position);
    EXPECT_EQ(decoded.commit.command.has_value(), want == Want::all);
  });
  return positions;
}

TEST(ScanDecoded, VisitsEveryCommitInOrder) {
  for (const std::size_t count : {0U, 1U, 127U, 128U, 129U, 128U * 3, 1000U}) {
    MemoryLog log;
    fill(log, count);
    std::vector<Position> expected;
    for (Position position = 1; position <= count; ++position) expected.push_back(position);
    EXPECT_EQ(visited(log, 1), expected);
    EXPECT_EQ(visited(log, 1, Want::all), expected);
  }
}

TEST(ScanDecoded, StartsWhereItIsTold) {
  MemoryLog log;
  fill(log, 300);
  EXPECT_EQ(visited(log, 299), (std::vector<Position>{299, 300}));
  EXPECT_TRUE(visited(log, 301).empty());
}

TEST(ScanDecoded, ThrowsForDamageWhereItStands) {
  MemoryLog log;
  fill(log, 200);
  EncodedCommit damaged{StreamId::of(g), 201, "no commit"};
  ASSERT_FALSE(log.append(200, {&damaged, 1}).error);
  std::size_t seen = 0;
  try {
    scan_decoded(log, 1, Want::events, [&](Position, const DecodedCommit&) { ++seen; });
    ADD_FAILURE() << "no error";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
    EXPECT_NE(std::string{error.what()}.find("position 201"), std::string::npos) << error.what();
  }
  EXPECT_EQ(seen, 200U);
}

TEST(ScanDecoded, EndsWhenTheVisitorThrows) {
  MemoryLog log;
  fill(log, 2000);
  std::size_t seen = 0;
  const auto visit = [&](Position, const DecodedCommit&) {
    if (++seen == 200) throw std::runtime_error{"enough"};
  };
  EXPECT_THROW(scan_decoded(log, 1, Want::events, visit), std::runtime_error);
  EXPECT_EQ(seen, 200U);
}

}  // namespace
}  // namespace muster::test
