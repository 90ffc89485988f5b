#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <muster/eventstore/rocksdb/batch_mark.hpp>
#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/rocksdb/wal_batch.hpp>
#include <muster/eventstore/rocksdb/wal_reader.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/store_files.hpp"
#include "support/temp_folder.hpp"
#include "support/wal.hpp"

// What opening makes of a write-ahead log, by the durability it was written under and by what is in it.
namespace muster::test {
namespace {

EncodedCommit commit_with(Position position, std::string bytes) {
  return {stream_at(position), revision_at(position), std::move(bytes)};
}

/// The files of a store that was left open after it wrote these commits, one at a time.
Files files_after(const std::vector<std::string>& commits, const StoreOptions& options = {},
                  Position head = 0) {
  const TempFolder folder;
  const auto store = open_store(folder.path(), options);
  for (Position position = 1; position <= commits.size(); ++position) {
    EXPECT_FALSE(
        store->write(position - 1, std::vector{commit_with(position, commits[position - 1])}, {}).error);
    if (position == head) store->record_head();
  }
  return files_in(folder.path());
}
std::vector<std::string> commits_of(std::size_t count, std::size_t bytes) {
  std::vector<std::string> commits;
  for (Position position = 1; position <= count; ++position) commits.push_back(bytes_at(position, bytes));
  return commits;
}

struct Opened {
  std::optional<StoreErrorCode> refused;
  Position last = 0;
  std::vector<std::string> notes;
};
Opened open_files(const Files& files, const StoreOptions& options = {.create = false}) {
  const TempFolder folder;
  write_files(folder.path(), files);
  try {
    const auto store = open_store(folder.path(), options);
    return {.refused = {}, .last = store->log().last(), .notes = store->opening().notes};
  } catch (const StoreError& error) {
    return {.refused = error.code(), .last = 0, .notes = {error.what()}};
  }
}

// A text that is itself a sound fragment with a batch that commits position 99.
std::string forged() { return fragment_of(1, batch_of(1'000'000, position_bytes(99), "")); }

TEST(Recovery, ATextThatLooksLikeALogSteersNothing) {
  std::vector<std::string> commits = commits_of(5, 100);
  commits.push_back("a message: " + forged() + std::string(200, '.') + forged() + std::string(100, '.'));
  ASSERT_LE(forged().size(), 31U);
  const Files whole = files_after(commits);
  EXPECT_EQ(open_files(whole).last, 6U);
  const std::string log = named(whole, ".log").back();
  const auto ends = record_ends(whole.at(log));
  // However much of the last write is there, it was torn.
  for (std::size_t length = ends[ends.size() - 2] + 1; length < whole.at(log).size(); length += 7) {
    Files torn = whole;
    torn.at(log).resize(length);
    const Opened outcome = open_files(torn);
    EXPECT_EQ(outcome.refused, std::nullopt) << outcome.notes.front();
    EXPECT_EQ(outcome.last, 5U);
    EXPECT_EQ(outcome.notes.size(), 1U);
  }
}

TEST(Recovery, ALostPageUnderFsyncIsDamage) {
  Files files = files_after(commits_of(40, 1000));
  const std::string log = named(files, ".log").back();
  files.at(log).replace(8192, 4096, 4096, '\0');
  EXPECT_EQ(open_files(files).refused, StoreErrorCode::corrupt);
}

// The system had not written one page, but had written those behind it.
TEST(Recovery, ALostPageUnderOsLosesTheTailAndSaysHowMuch) {
  const Files whole = files_after(commits_of(40, 1000), {.durability = Durability::os});
  const std::string log = named(whole, ".log").back();
  Position least = 40;
  for (std::size_t page = 0; page + 4096 <= whole.at(log).size(); page += 4096) {
    Files files = whole;
    files.at(log).replace(page, 4096, 4096, '\0');
    for (const Durability durability : {Durability::os, Durability::fsync}) {
      const Opened outcome = open_files(files, {.durability = durability, .create = false});
      ASSERT_EQ(outcome.refused, std::nullopt) << outcome.notes.front();
      EXPECT_LT(outcome.last, 40U);
      ASSERT_EQ(outcome.notes.size(), 1U);
      least = std::min(least, outcome.last);
      // A batch or more is in the lost page, all others are whole.
      const auto gone = 40 - outcome.last;
      bool told = outcome.notes[0].find("incomplete") != std::string::npos && gone <= 5;
      for (Position whole_ones = gone > 6 ? gone - 6 : 1; whole_ones < gone; ++whole_ones)
        told =
            told || outcome.notes[0].find(fmt::format("{} whole commits", whole_ones)) != std::string::npos;
      EXPECT_TRUE(told) << outcome.notes[0] << " of " << gone;
    }
  }
  EXPECT_EQ(least, 0U);
}

// The damaged log stays until something is written after it, and HEAD may name another durability by then.
TEST(Recovery, DamageThatWasDroppedIsNotJudgedAgain) {
  Files files = files_after(commits_of(40, 1000), {.durability = Durability::os});
  const std::string log = named(files, ".log").back();
  files.at(log).replace(0, 4096, 4096, '\0');
  for (const Durability durability : {Durability::os, Durability::fsync}) {
    const TempFolder folder;
    write_files(folder.path(), files);
    const auto store = open_store(folder.path(), {.durability = durability, .create = false});
    EXPECT_EQ(store->opening().notes.size(), 1U);
    // Killed before it has written anything.
    const Opened again =
        open_files(files_in(folder.path()), {.durability = Durability::fsync, .create = false});
    ASSERT_EQ(again.refused, std::nullopt) << again.notes.front();
    EXPECT_EQ(again.last, 0U);
    EXPECT_TRUE(again.notes.empty()) << again.notes.front();
  }
}

TEST(Recovery, WhatHeadNamesIsNeverLostUnderOsEither) {
  const Files whole = files_after(commits_of(40, 1000), {.durability = Durability::os}, 30);
  const std::string log = named(whole, ".log").back();
  std::set<Position> kept;
  int refused = 0;
  for (std::size_t page = 0; page + 4096 <= whole.at(log).size(); page += 4096) {
    Files files = whole;
    files.at(log).replace(page, 4096, 4096, '\0');
    const Opened outcome = open_files(files);
    if (outcome.refused == StoreErrorCode::lost_tail)
      ++refused;
    else
      kept.insert(outcome.last);
  }
  EXPECT_GT(refused, 4);
  EXPECT_GT(kept.size(), 1U);
  EXPECT_GE(*kept.begin(), 30U);
}

TEST(Recovery, ABatchThatIsWholeAndOldIsCorruptUnderOsToo) {
  Files files = files_after(commits_of(10, 1000), {.durability = Durability::os});
  files["000900.log"] = files.at(named(files, ".log").back());
  EXPECT_EQ(open_files(files).refused, StoreErrorCode::corrupt);
}

// Each number of a batch is checked by itself.
TEST(Recovery, ABatchWithAWrongNumberIsDamage) {
  const Files whole = files_after(commits_of(5, 100));
  const std::string log = named(whole, ".log").back();
  std::vector<std::string> records;
  WalReader reader{whole.at(log)};
  while (const auto record = reader.next()) records.emplace_back(*record);
  const auto opened_with = [&](const std::string& last) {
    std::vector<std::string> changed = records;
    changed.back() = last;
    Files files = whole;
    files.at(log) = wal_of(changed);
    return open_files(files).refused;
  };
  const std::string last = records.back();
  ASSERT_EQ(opened_with(last), std::nullopt);

  // The commit's own key, its entry in the index, or the chain key: none may say another position.
  int places = 0;
  for (auto at = last.find(position_bytes(5)); at != std::string::npos;
       at = last.find(position_bytes(5), at + 1)) {
    std::string elsewhere = last;
    elsewhere.replace(at, position_bytes(4).size(), position_bytes(4));
    EXPECT_EQ(opened_with(elsewhere), StoreErrorCode::corrupt) << "at byte " << at;
    ++places;
  }
  EXPECT_GE(places, 2);

  std::string skipping = last;
  ++skipping[0];  // of the sequence number, little-endian
  ASSERT_NE(skipping[0], '\0');
  EXPECT_EQ(opened_with(skipping), StoreErrorCode::corrupt);

  constexpr std::size_t mark_at = 14;  // behind the batch's header, a tag and a length
  BatchMark mark = decode_mark(last.substr(mark_at, mark_bytes)).value();
  std::string later = last;
  const std::string chain_key = encode(ChainKey{5, mark.ordinal});
  const auto chain_at = later.find(chain_key, mark_at + mark_bytes);
  ASSERT_NE(chain_at, std::string::npos);
  ++mark.ordinal;
  later.replace(mark_at, mark_bytes, encode(mark));
  later.replace(chain_at, chain_key.size(), encode(ChainKey{5, mark.ordinal}));
  EXPECT_EQ(opened_with(later), StoreErrorCode::corrupt);
}

TEST(Recovery, HeadNamesTheDurabilityBeforeAnythingIsWrittenUnderIt) {
  const TempFolder folder;
  for (const Durability durability : {Durability::fsync, Durability::os, Durability::fsync}) {
    const auto store = open_store(folder.path(), {.durability = durability});
    EXPECT_EQ(read_head(folder.path()).durability, durability);
    const Position last = store->log().last();
    ASSERT_FALSE(store->write(last, commits_after(last, 3), {}).error);
    store->record_head();
    EXPECT_EQ(read_head(folder.path()).position, last + 3);
    EXPECT_EQ(read_head(folder.path()).durability, durability);
  }
  { const auto reader = open_store(folder.path(), {.durability = Durability::os, .read_only = true}); }
  EXPECT_EQ(read_head(folder.path()).durability, Durability::fsync) << "reading changes nothing";
}

TEST(Recovery, AHeadOfAnotherStoreIsCorrupt) {
  Files files = files_after(commits_of(5, 100), {}, 5);
  const Files other = files_after(commits_of(5, 100), {}, 5);
  EXPECT_EQ(open_files(files).last, 5U);
  files.at("HEAD") = other.at("HEAD");
  EXPECT_EQ(open_files(files).refused, StoreErrorCode::corrupt);
}

TEST(Recovery, ALogOfAnotherStoreIsCorrupt) {
  Files files = files_after(commits_of(5, 100));
  const Files other = files_after(commits_of(5, 100));
  const std::string log = named(files, ".log").back();
  ASSERT_TRUE(other.contains(log));
  files.at(log) = other.at(log);
  EXPECT_EQ(open_files(files).refused, StoreErrorCode::corrupt);
}

// The rows of a store that lost its tail under `os` may have been written to tables before. What counts is
// the durability that they were written under, not the one that the store is opened with.
TEST(Recovery, RowsThatAreAheadOfTheLogAreReportedUnderOsAndCorruptUnderFsync) {
  for (const Durability written : {Durability::os, Durability::fsync}) {
    for (const Durability opened : {Durability::os, Durability::fsync}) {
      const TempFolder folder;
      {
        const auto store = open_store(folder.path(), {.durability = written});
        RowBatch rows;
        rows.put("row", "of commits that are gone");
        rows.applied = 7;
        ASSERT_FALSE(store->write(0, commits_after(0, 5), rows).error);
        store->close();
      }
      if (written == Durability::fsync) {
        EXPECT_EQ(open_files(files_in(folder.path()), {.durability = opened}).refused,
                  StoreErrorCode::corrupt);
        continue;
      }
      // The machine may stop before they have been folded anew: nothing is different the next time.
      for (int opening = 0; opening < 2; ++opening)
        EXPECT_TRUE(open_store(folder.path(), {.durability = opened})->opening().rows_ahead);
      {
        const auto store = open_store(folder.path(), {.durability = opened});
        EXPECT_EQ(applied_of(store->begin_generation()), 0U);
        store->finish_generation();
        EXPECT_FALSE(store->opening().rows_ahead);
        EXPECT_EQ(read_head(folder.path()).durability, opened);
      }
      EXPECT_FALSE(open_store(folder.path(), {.durability = opened})->opening().rows_ahead);
    }
  }
}

// A refusal that names a wrong commit, or a hole, comes before RocksDB may write anything.
TEST(Recovery, ARefusalLeavesEveryFileAsItWas) {
  const Files sound = files_after(commits_of(5, 100), {}, 5);
  const TempFolder folder;
  Files mixed = sound;
  HeadNote head;
  {
    write_files(folder.path(), sound);
    head = read_head(folder.path());
    head.hash[0] ^= 1;
    write_head(folder.path(), head);
    mixed.at("HEAD") = files_in(folder.path()).at("HEAD");
  }
  write_files(folder.path(), mixed);
  EXPECT_THROW(open_store(folder.path()), StoreError);
  Files after = files_in(folder.path());
  after.erase("LOCK.muster");
  for (const auto& [name, bytes] : mixed) {
    if (!name.starts_with("LOG") && name != "LOCK.muster") {
      EXPECT_EQ(after[name], bytes) << name;
    }
  }
}

}  // namespace
}  // namespace muster::test
