#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/rocksdb/store_folder.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/faulty_file_system.hpp"
#include "support/temp_folder.hpp"

// What a store holds after the machine is gone in the middle of something.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

// Rows as these tests fold them: `row <n>` is there for each commit.
RowBatch rows_for(Position after, std::size_t count) {
  RowBatch rows;
  for (Position position = after + 1; position <= after + count; ++position)
    rows.put(fmt::format("row {}", position), bytes_at(position));
  if (count != 0) rows.applied = after + count;
  return rows;
}

/// A store that goes down, and what it had acknowledged until then.
class Victim {
 public:
  explicit Victim(StoreSetup options) : options_(std::move(options)) { options_.env = disk.env.get(); }

  TempFolder folder;
  FaultyDisk disk;
  Position acknowledged = 0;
  Position attempted = 0;
  std::optional<StoreErrorCode> failure;
  std::uint64_t crash_at_change = FaultyFileSystem::never;  // counted from when the store is open
  bool power_lost_after_writing = false;                    // nothing more is recorded

  /// Writes until something fails: `portions` says how many commits at a time.
  void run(const std::vector<std::size_t>& portions, std::size_t padding) {
    try {
      const auto store = open_store_as(folder.path(), options_);
      attempted = acknowledged = store->log().last();
      if (crash_at_change != FaultyFileSystem::never) disk.files->crash_at_change(crash_at_change);
      for (const std::size_t count : portions)
        if (!write(*store, count, padding)) return;
      if (power_lost_after_writing) return disk.files->crash_at_change(1);
      store->close();
    } catch (const StoreError& error) {
      failure = error.code();
    }
  }

  /// The store as it is after the crash, on a disk without faults.
  std::unique_ptr<Store> reopen() const {
    StoreSetup options = options_;
    options.env = sound_disk_.env.get();
    options.between_writes = nullptr;
    return open_store_as(folder.path(), options);
  }

 private:
  bool write(Store& store, std::size_t count, std::size_t padding) {
    attempted = acknowledged + count;
    const AppendResult result =
        store.write(acknowledged, commits_after(acknowledged, count, padding), rows_for(acknowledged, count));
    if (result.error) failure = result.error->code();
    if (result.error) return false;
    acknowledged = result.last;
    if (acknowledged % 4 == 0) store.record_head();
    return true;
  }

  StoreSetup options_;
  FaultyDisk sound_disk_;  // without faults, and its syncs cost nothing
};

// All that was acknowledged is there, of the rest a prefix, and the rows are not ahead.
std::string what_is_wrong(Store& store, const Victim& victim, std::size_t padding) {
  const Position last = store.log().last();
  if (last < victim.acknowledged) return fmt::format("{} acknowledged, {} there", victim.acknowledged, last);
  if (last > victim.attempted) return fmt::format("{} attempted, {} there", victim.attempted, last);
  for (Position position = 1; position <= last; ++position) {
    if (store.log().read(position) != bytes_at(position, padding))
      return fmt::format("other bytes at {}", position);
    if (store.log().position_of(stream_at(position), revision_at(position)) != position)
      return fmt::format("{} is not indexed", position);
  }
  const Position folded = applied_of(store.rows());
  if (folded > last) return fmt::format("rows at {}, log at {}", folded, last);
  for (Position position = 1; position <= last; ++position)
    if (store.rows().get(fmt::format("row {}", position)).has_value() != (position <= folded))
      return fmt::format("rows say {}, but row {} does not", folded, position);
  return {};
}

std::vector<std::size_t> some_portions() {
  return *rc::gen::container<std::vector<std::size_t>>(*rc::gen::inRange<std::size_t>(1, 20),
                                                       rc::gen::inRange<std::size_t>(1, 6));
}

void crash_anywhere(bool split) {
  // With small buffers, tables are written and write-ahead logs come and go while it runs.
  Victim victim{{.split = split, .write_buffer_bytes = *rc::gen::element<std::size_t>(0, 65'536)}};
  const std::vector<std::size_t> portions = some_portions();
  const std::size_t padding = *rc::gen::element<std::size_t>(10, 300, 20'000);
  const bool closed_once = *rc::gen::arbitrary<bool>();
  if (closed_once) victim.run(some_portions(), padding);
  const Position before = victim.acknowledged;
  const bool while_opening = *rc::gen::inRange(0, 4) == 0;
  const std::uint64_t change = *rc::gen::inRange<std::uint64_t>(1, 100);
  if (while_opening) {
    victim.disk.files->crash_at_change(change);
  } else {
    victim.crash_at_change = change;
  }
  victim.run(portions, padding);
  victim.acknowledged = std::max(victim.acknowledged, before);
  victim.attempted = std::max(victim.attempted, before);
  RC_CLASSIFY(victim.disk.files->crashed(), "crashed");
  RC_CLASSIFY(victim.acknowledged > before && victim.disk.files->crashed(),
              "crashed after an acknowledged write");
  if (*rc::gen::arbitrary<bool>()) {
    victim.disk.files->forget_unsynced(*rc::gen::element<std::uint64_t>(0, 0, 1, 7, 50, 4000, 40'000));
  } else {
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    victim.disk.files->lose_power(random);
  }

  for (int opening = 0; opening < 2; ++opening) {
    const auto store = victim.reopen();
    RC_ASSERT(what_is_wrong(*store, victim, padding) == "");
    const Position last = store->log().last();
    RC_ASSERT(!store->write(last, commits_after(last, 1, padding), rows_for(last, 0)).error);
    victim.acknowledged = victim.attempted = last + 1;
  }
}

RC_GTEST_PROP(Crash, OneDatabaseKeepsWhatItAcknowledged, ()) { crash_anywhere(false); }
RC_GTEST_PROP(Crash, TwoDatabasesKeepWhatTheyAcknowledged, ()) { crash_anywhere(true); }

TEST(Crash, AFailedSyncLeavesTheOutcomeOpenAndFailsTheStore) {
  for (const bool split : {false, true}) {
    for (std::uint64_t nth = 1; nth <= 4; ++nth) {
      Victim victim{{.split = split}};
      victim.run({2}, 10);  // made and closed
      victim.disk.files->fail_wal_sync(nth);
      victim.run({1, 1, 1, 1}, 10);
      EXPECT_EQ(victim.failure, StoreErrorCode::io);
      EXPECT_EQ(victim.acknowledged, 2 + nth - 1);
      const auto store = victim.reopen();
      EXPECT_EQ(what_is_wrong(*store, victim, 10), "");
    }
  }
}

TEST(Crash, AfterAFailedWriteEverythingFails) {
  const TempFolder folder;
  const FaultyDisk disk;
  const auto store = open_store_as(folder.path(), {.env = disk.env.get()});
  EXPECT_FALSE(store->write(0, commits_after(0, 2), rows_for(0, 2)).error);
  disk.files->fail_wal_sync(1);
  EXPECT_EQ(store->write(2, commits_after(2, 1), rows_for(2, 1)).error->code(), StoreErrorCode::io);
  const auto refused = store->write(2, commits_after(2, 1), rows_for(2, 1)).error;
  EXPECT_EQ(refused->code(), StoreErrorCode::failed);
  EXPECT_NE(std::string{refused->what()}.find("a sync that fails"), std::string::npos) << refused->what();
  EXPECT_EQ(store->log().append(2, commits_after(2, 1)).error->code(), StoreErrorCode::failed);
  EXPECT_THROW(store->rows().write(rows_for(2, 1)), StoreError);
  EXPECT_THROW(store->begin_generation(), StoreError);
  EXPECT_THROW(store->record_head(), StoreError);
  EXPECT_EQ(store->log().last(), 2U);
  EXPECT_EQ(store->log().read(2), bytes_at(2)) << "reading goes on";
  EXPECT_EQ(applied_of(store->rows()), 2U);
  store->close();
}

TEST(Crash, AFullDiskIsCalledFull) {
  for (const bool split : {false, true}) {
    for (const std::uint64_t bytes : {0, 100, 5'000, 50'000}) {
      Victim victim{{.split = split}};
      victim.run({2}, 1000);
      victim.disk.files->limit_bytes(bytes + 100'000);  // opening takes its part
      victim.run(std::vector<std::size_t>(200, 1), 1000);
      EXPECT_EQ(victim.failure, StoreErrorCode::full);
      victim.disk.files->limit_bytes(FaultyFileSystem::never);
      const auto store = victim.reopen();
      EXPECT_EQ(what_is_wrong(*store, victim, 1000), "");
    }
  }
}

TEST(Crash, AFullDiskCannotBeOpenedToWrite) {
  Victim victim{{}};
  victim.run({2}, 1000);
  victim.disk.files->limit_bytes(10);
  victim.run({1}, 1000);
  EXPECT_EQ(victim.failure, StoreErrorCode::full);
  victim.disk.files->limit_bytes(FaultyFileSystem::never);
  EXPECT_EQ(what_is_wrong(*victim.reopen(), victim, 1000), "");
}

// RocksDB ends the process when a database is closed that could not make its next write-ahead log, and when a
// log is synced that it could not write.
TEST(Crash, NoFileThatCannotBeOpenedOrSyncedEndsTheProcess) {
  for (const Durability durability : {Durability::fsync, Durability::os}) {
    for (std::uint64_t nth = 0; nth < 24; ++nth) {
      Victim victim{{.options = {.durability = durability}, .write_buffer_bytes = 65'536}};
      victim.run({2}, 9'000);
      if (nth % 2 == 0)
        victim.disk.files->fail_openings(nth / 2, 4);
      else
        victim.disk.files->fail_sync(nth / 2 + 1);
      victim.run(std::vector<std::size_t>(80, 1), 9'000);
      victim.disk.files->mend();
      const auto store = victim.reopen();
      ASSERT_EQ(what_is_wrong(*store, victim, 9'000), "") << "fault " << nth;
    }
  }
}

// RocksDB leaves it to the file system that a new manifest is there when `CURRENT` names it.
TEST(Crash, ACurrentThatIsKeptHasItsManifest) {
  for (std::uint64_t change = 1; change <= 40; ++change) {
    for (std::uint64_t seed = 0; seed < 2; ++seed) {
      Victim victim{{}};
      victim.run({3}, 300);
      const Position acknowledged = victim.acknowledged;
      victim.disk.files->crash_at_change(change);
      victim.run({}, 300);
      std::mt19937_64 random{seed};
      victim.disk.files->lose_power(random);
      victim.acknowledged = victim.attempted = acknowledged;
      ASSERT_EQ(what_is_wrong(*victim.reopen(), victim, 300), "") << "change " << change << ", seed " << seed;
    }
  }
}

// The mark that a store is being made is gone for the process, and the disk never promised that. Of a split
// store, RocksDB syncs no name in the folder that has the mark.
TEST(Crash, AMarkOfMakingThatWasRemovedDoesNotComeBack) {
  int removed_unsynced = 0;
  std::mt19937_64 random{1};
  for (std::uint64_t nth = 20; nth <= 36; ++nth) {
    for (int attempt = 0; attempt < 10; ++attempt) {
      Victim victim{{.split = true}};
      victim.disk.files->fail_sync(nth);
      victim.run({}, 10);
      victim.disk.files->mend();
      if (!victim.failure || fs::exists(victim.folder.path() / making_file_name)) break;
      ++removed_unsynced;
      victim.failure.reset();
      victim.power_lost_after_writing = true;
      victim.run({2, 1}, 10);
      ASSERT_EQ(victim.acknowledged, 3U) << "sync " << nth;
      victim.disk.files->lose_power(random);
      ASSERT_EQ(what_is_wrong(*victim.reopen(), victim, 10), "") << "sync " << nth;
    }
  }
  EXPECT_GT(removed_unsynced, 0) << "making never ended while the mark was being removed";
}

struct Killed {};

// Between the two writes of a split store the rows are behind, for a crash of the process and of the machine
// alike.
TEST(Crash, RowsAreNeverAheadOfTheLog) {
  for (const std::uint64_t torn : {std::uint64_t{0}, std::uint64_t{1'000'000}}) {
    TempFolder folder;
    FaultyDisk disk;
    int writes = 0;
    const auto kill = [&] {
      if (++writes == 3) throw Killed{};
    };
    {
      const auto store =
          open_store_as(folder.path(), {.split = true, .env = disk.env.get(), .between_writes = kill});
      EXPECT_FALSE(store->write(0, commits_after(0, 2), rows_for(0, 2)).error);
      EXPECT_FALSE(store->write(2, commits_after(2, 2), rows_for(2, 2)).error);
      EXPECT_THROW((void)store->write(4, commits_after(4, 2), rows_for(4, 2)), Killed);
      EXPECT_EQ(store->log().last(), 4U) << "not shown before the rows have it";
      EXPECT_EQ(store->write(4, commits_after(4, 1), {}).error->code(), StoreErrorCode::failed);
      disk.files->crash_at_change(1);
    }
    disk.files->forget_unsynced(torn);
    const auto store = open_store(folder.path());
    EXPECT_EQ(store->log().last(), 6U);
    EXPECT_EQ(applied_of(store->rows()), torn == 0 ? 0U : 4U);
  }
}

// The store goes down at each change of the file system between starting a generation and finishing it.
void crash_in_a_generation(bool split, std::uint64_t torn) {
  for (std::uint64_t change = 1;; ++change) {
    Victim victim{{.split = split}};
    victim.run({3, 2}, 10);
    bool finished = false;
    {
      const auto store = open_store_as(victim.folder.path(), {.split = split, .env = victim.disk.env.get()});
      victim.disk.files->crash_at_change(change);
      try {
        RowStore& fresh = store->begin_generation();
        for (Position position = 0; position < 5; ++position) fresh.write(rows_for(position, 1));
        RowBatch mark;
        mark.put("generation", "second");
        fresh.write(mark);
        store->finish_generation();
        finished = true;
        (void)store->write(5, {}, RowBatch{});
      } catch (const StoreError&) {
      }
    }
    const bool crashed = victim.disk.files->crashed();
    victim.disk.files->forget_unsynced(torn);
    const auto store = victim.reopen();
    ASSERT_EQ(what_is_wrong(*store, victim, 10), "") << "crash at change " << change;
    ASSERT_EQ(applied_of(store->rows()), 5U) << "crash at change " << change;
    if (finished) {
      ASSERT_EQ(store->rows().get("generation"), "second");
    }
    ASSERT_EQ(applied_of(store->begin_generation()), 0U);
    if (!crashed) return;
  }
}
TEST(Crash, AGenerationIsFinishedOrNot) {
  crash_in_a_generation(false, 0);
  crash_in_a_generation(false, 100);
}
TEST(Crash, AGenerationOfASplitStoreIsFinishedOrNot) {
  crash_in_a_generation(true, 0);
  crash_in_a_generation(true, 100);
}

TEST(Crash, AnUnfinishedGenerationIsDroppedAndSaid) {
  const TempFolder folder;
  {
    const auto store = open_store(folder.path());
    EXPECT_FALSE(store->write(0, commits_after(0, 1), rows_for(0, 1)).error);
    store->begin_generation().write(rows_for(7, 1));
    store->close();
  }
  const auto store = open_store(folder.path());
  EXPECT_EQ(applied_of(store->rows()), 1U);
  ASSERT_EQ(store->opening().notes.size(), 1U);
  EXPECT_NE(store->opening().notes[0].find("rows.2"), std::string::npos);
}

// Where only the operating system has the data, HEAD must still not promise more than the disk has.
TEST(Crash, AHeadIsNeverAheadOfTheDisk) {
  TempFolder folder;
  FaultyDisk disk;
  {
    const auto store =
        open_store_as(folder.path(), {.options = {.durability = Durability::os}, .env = disk.env.get()});
    EXPECT_FALSE(store->log().append(0, commits_after(0, 4)).error);
    store->record_head();
    EXPECT_FALSE(store->log().append(4, commits_after(4, 4)).error);
    disk.files->crash_at_change(1);
  }
  disk.files->forget_unsynced(0);
  const auto store = open_store(folder.path());
  EXPECT_EQ(store->log().last(), 4U);
}

}  // namespace
}  // namespace muster::test
