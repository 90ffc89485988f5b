#include <atomic>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include <muster/eventstore/codec.hpp>
#include <muster/projections/row_codec.hpp>

#include "support/engines.hpp"

// A copy of a store is a store: whole, its own, and as far as the position that was told.
namespace muster::test {
namespace {

class Checkpoint : public testing::TestWithParam<Backing> {
 protected:
  std::unique_ptr<Engine> open() { return open_engine(GetParam(), folder.path(), test_options()); }
  void work(Engine& engine, int from, int to) {
    for (int i = from; i < to; ++i) {
      const Account account{"u" + std::to_string(i)};
      if (i == 0) answered(engine, request(olive, creation(BaseType::meeting)));
      answered(engine, request(account, JoinGroup{.group = g, .message = {}}, t0.ms + i));
    }
  }
  [[nodiscard]] std::filesystem::path copy() const { return folder.path() / "copies" / "one"; }
  TempFolder folder;
};
INSTANTIATE_TEST_SUITE_P(OnDisk, Checkpoint, testing::Values(Backing::joined, Backing::split),
                         [](const auto& test) { return to_string(test.param); });

TEST_P(Checkpoint, ACopyHasEveryCommitAndRowUpToItsPosition) {
  auto engine = open();
  work(*engine, 0, 50);
  EXPECT_EQ(engine->checkpoint(copy()), 51U);
  work(*engine, 50, 60);
  engine->close();
  expect_whole(copy());
  const auto original = open_store(folder.path() / "db", {.read_only = true});
  const auto copied = open_store(copy(), {.read_only = true});
  EXPECT_EQ(copied->log().last(), 51U);
  EXPECT_EQ(original->log().last(), 61U);
  auto commits = stored_commits(original->log());
  commits.resize(51);
  EXPECT_EQ(stored_commits(copied->log()), commits);
}

TEST_P(Checkpoint, ACopyGoesItsOwnWayAndRemembersWhatWasAnswered) {
  Request twice = request(mia, JoinGroup{.group = g, .message = {}});
  twice.id = CommandId{"join-mia"};
  auto engine = open();
  work(*engine, 0, 3);
  answered(*engine, twice);
  engine->checkpoint(copy());
  engine->close();
  const auto restored = Engine::open(copy(), test_options());
  EXPECT_EQ(restored->recovery_notes(), std::vector<std::string>{});
  EXPECT_TRUE(answered(*restored, twice).replayed);
  EXPECT_EQ(answered(*restored, request(otto, JoinGroup{.group = g, .message = {}})).position, 6U);
  restored->close();
  expect_whole(copy());
  expect_whole(folder.path() / "db");
}

TEST_P(Checkpoint, WhatAFailedDiskTookFromTheOriginalTheCopyStillHas) {
  auto engine = open();
  work(*engine, 0, 20);
  engine->checkpoint(copy());
  engine->close();
  std::filesystem::remove_all(folder.path() / "db");
  std::filesystem::rename(copy(), folder.path() / "db");
  engine = open();
  EXPECT_EQ(engine->snapshot().position(), 21U);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 21U);
}

// A block that the disk loses is lost to all links, and to none of the copies.
TEST_P(Checkpoint, TablesAreLinkedOrCopiedAsAsked) {
  auto engine = open();
  work(*engine, 0, 20);
  engine->checkpoint(folder.path() / "linked", CopyTables::link);
  engine->checkpoint(folder.path() / "copied", CopyTables::copy);
  const auto tables_shared = [&](const char* name) {
    std::set<bool> shared;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder.path() / name})
      if (entry.path().extension() == ".sst") shared.insert(entry.hard_link_count() > 1);
    return shared;
  };
  EXPECT_TRUE(tables_shared("linked").contains(true));
  EXPECT_EQ(tables_shared("copied"), std::set<bool>{false});
}

TEST_P(Checkpoint, IsMadeWhileCommandsCome) {
  auto engine = open();
  work(*engine, 0, 1);
  std::atomic<bool> stop{false};
  auto busy = std::async(std::launch::async, [&] {
    for (int i = 1; !stop; ++i) {
      // Submitted, so that the writer always finds more to do.
      const auto ignore = [](const Result&) {};
      Request post = request(olive, PostMessage{.group = g, .message_id = {}, .topic = {}}, t0.ms + i);
      if (engine->submit(std::move(post), ignore)) static_cast<void>(engine->execute(std::move(post)));
    }
  });
  Position before = 0;
  for (int i = 0; i < 5; ++i) {
    while (engine->snapshot().position() <= before) std::this_thread::yield();
    const auto to = folder.path() / ("copy" + std::to_string(i));
    const Position position = engine->checkpoint(to);
    EXPECT_GT(position, before);
    before = position;
    EXPECT_EQ(open_store(to, {.read_only = true})->log().last(), position);
  }
  stop = true;
  busy.get();
  engine->close();
  for (int i = 0; i < 5; ++i) expect_whole(folder.path() / ("copy" + std::to_string(i)));
  expect_whole(folder.path() / "db");
}

TEST_P(Checkpoint, AnEmptyStoreHasAnEmptyCopy) {
  auto engine = open();
  EXPECT_EQ(engine->checkpoint(copy()), 0U);
  engine->close();
  EXPECT_EQ(Engine::open(copy(), test_options())->snapshot().position(), 0U);
}

TEST_P(Checkpoint, NothingThatIsThereIsWrittenOver) {
  auto engine = open();
  work(*engine, 0, 3);
  const auto refusal = [&](const std::filesystem::path& to) -> std::string {
    try {
      engine->checkpoint(to);
      return "none";
    } catch (const StoreError& error) {
      EXPECT_EQ(error.code(), StoreErrorCode::not_writable);
      return error.what();
    }
  };
  std::filesystem::create_directories(copy());
  EXPECT_NE(refusal(copy()).find("is there already"), std::string::npos);
  EXPECT_NE(refusal(folder.path() / "db").find("is there already"), std::string::npos);
  const auto left = folder.path() / "left.partial";
  std::filesystem::create_directories(left);
  EXPECT_NE(refusal(folder.path() / "left").find("interrupted copy"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(left));
  // RocksDB would empty the name that it makes its part under.
  const auto others = folder.path() / "free.partial.tmp";
  std::filesystem::create_directories(others / "precious");
  EXPECT_NE(refusal(folder.path() / "free").find("free.partial.tmp` is there already"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(others / "precious"));
  std::filesystem::remove_all(others);
  EXPECT_NE(refusal(folder.path() / "db" / "log"), "none") << "which would make it look like a split store";
  for (const char* inside : {"copy", "backups/monday", "../db/backup"})
    EXPECT_NE(refusal(folder.path() / "db" / inside).find("in the store itself"), std::string::npos)
        << inside;
  // And the engine goes on as if nothing had been asked.
  work(*engine, 3, 6);
  EXPECT_EQ(engine->checkpoint(folder.path() / "free"), 7U);
}

TEST_P(Checkpoint, WhatItCannotMakeLeavesNothingBehind) {
  auto engine = open();
  work(*engine, 0, 3);
  { std::ofstream file{folder.path() / "file"}; }
  EXPECT_THROW(engine->checkpoint(folder.path() / "file" / "copy"), StoreError);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
    names.insert(entry.path().filename());
  EXPECT_EQ(names, (std::set<std::string>{"db", "file"}));
  work(*engine, 3, 6);
  engine->close();
  expect_whole(folder.path() / "db");
}

TEST_P(Checkpoint, FoldersAboveItAreMade) {
  auto engine = open();
  work(*engine, 0, 3);
  EXPECT_EQ(engine->checkpoint(folder.path() / "a" / "b" / "c"), 4U);
  EXPECT_EQ(open_store(folder.path() / "a" / "b" / "c", {.read_only = true})->log().last(), 4U);
}

TEST(CheckpointInMemory, IsRefused) {
  const TempFolder folder;
  auto engine = open_engine(Backing::memory, folder.path(), test_options());
  EXPECT_THROW(engine->checkpoint(folder.path() / "copy"), StoreError);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "copy"));
}

TEST(CheckpointOfAClosedEngine, IsAnError) {
  const TempFolder folder;
  auto engine = open_engine(Backing::joined, folder.path(), test_options());
  engine->close();
  EXPECT_THROW(engine->checkpoint(folder.path() / "copy"), std::logic_error);
}

}  // namespace
}  // namespace muster::test
