#include <fstream>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/faulty_file_system.hpp"
#include "support/store_files.hpp"
#include "support/temp_folder.hpp"

// Files that are not what was written. Whatever is damaged: either a named error, or all that was
// acknowledged is there and right; never a wrong answer, and nothing is lost without a word.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

enum class Left { closed, open };  // how the store was left: in order, or as by a crash

constexpr Position commits_in_all = 40;

/// A store with commits in tables and in the write-ahead log, as files that can be damaged again and again.
class Patient {
 public:
  /// head  up to where HEAD says that the log reaches
  Patient(Left left, Position head, std::size_t padding = 60, std::size_t write_buffer_bytes = 0)
      : padding_(padding), write_buffer_bytes_(write_buffer_bytes) {
    TempFolder folder;
    {
      const auto store = open_store_as(folder.path(), options());
      fill(*store, 20);
      store->close();
    }
    const auto store = open_store_as(folder.path(), options());
    fill(*store, head);
    if (head != 0) store->record_head();
    earlier = files_in(folder.path());
    fill(*store, commits_in_all);
    if (left == Left::closed) store->close();
    sound = files_in(folder.path());
  }

  Files sound;
  Files earlier;  // when HEAD was written

  /// The name of the largest file that ends or starts so.
  [[nodiscard]] std::string largest(std::string_view affix) const {
    std::string found;
    for (const auto& [name, bytes] : sound)
      if ((name.ends_with(affix) || name.starts_with(affix)) &&
          (found.empty() || bytes.size() > sound.at(found).size()))
        found = name;
    return found;
  }

  /// Puts the files on a disk and reads them: a code's name, `right`, `prefix <n>` when the first n commits
  /// are right and no more are there and opening reported that, `prefix <n> untold` when it did not, or
  /// `WRONG ...`.
  std::string outcome(const Files& files, bool read_only) {
    write_files(folder_.path(), files);
    StoreSetup chosen = options();
    chosen.options.read_only = read_only;
    chosen.options.create = false;
    try {
      const auto store = open_store_as(folder_.path(), chosen);
      return judge(*store);
    } catch (const StoreError& error) {
      return std::string{name_of(error.code())};
    } catch (const std::exception& error) {
      return fmt::format("WRONG exception {}", error.what());
    }
  }

 private:
  StoreSetup options() const { return {.env = disk_.env.get(), .write_buffer_bytes = write_buffer_bytes_}; }

  void fill(Store& store, Position until) const {
    while (store.log().last() < until) {
      const Position last = store.log().last();
      RowBatch rows;
      rows.put(fmt::format("row {}", last), bytes_at(last));
      ASSERT_FALSE(store.write(last, commits_after(last, 2, padding_), rows).error);
    }
  }

  std::string judge(Store& store) const {
    const Position last = store.log().last();
    Position scanned = 0;
    std::string wrong;
    store.log().scan(1, [&](Position position, std::string_view bytes) {
      if (position != ++scanned || bytes != bytes_at(position, padding_))
        wrong = fmt::format("WRONG scan {}", position);
      return wrong.empty();
    });
    for (Position position = 1; position <= last; ++position) {
      if (store.log().read(position) != bytes_at(position, padding_))
        wrong = fmt::format("WRONG read {}", position);
      if (store.log().position_of(stream_at(position), revision_at(position)) != position)
        wrong = fmt::format("WRONG index {}", position);
    }
    if (scanned != last) wrong = fmt::format("WRONG scan ended at {} of {}", scanned, last);
    if (wrong.empty()) wrong = judge_rows(store, last);
    if (!wrong.empty()) return wrong;
    if (store.opening().last != last) return fmt::format("WRONG last position {}", store.opening().last);
    if (last == commits_in_all) return "right";
    return fmt::format("prefix {}{}", last, store.opening().notes.empty() ? " untold" : "");
  }
  static std::string judge_rows(Store& store, Position last) {
    for (Position position = 0; position < last; position += 2)
      if (store.rows().get(fmt::format("row {}", position)) != bytes_at(position))
        return fmt::format("WRONG row {}", position);
    return {};
  }

  std::size_t padding_;
  std::size_t write_buffer_bytes_;
  FaultyDisk disk_;
  TempFolder folder_;
};

using Outcomes = std::map<std::string, int>;
std::string text_of(const Outcomes& outcomes) {
  std::string text;
  for (const auto& [outcome, count] : outcomes) text += fmt::format("{}: {}; ", outcome, count);
  return text;
}

// Flips bits of every `step`-th byte of a file, one at a time, and expects of each no outcome but those
// allowed.
Outcomes flip(Patient& patient, const std::string& name, std::size_t step, bool read_only,
              const std::set<std::string>& allowed) {
  Outcomes outcomes;
  for (std::size_t offset = 0; offset < patient.sound.at(name).size(); offset += step) {
    for (const char bits : {'\x01', '\x80'}) {
      Files damaged = patient.sound;
      damaged.at(name)[offset] = static_cast<char>(damaged.at(name)[offset] ^ bits);
      const std::string outcome = patient.outcome(damaged, read_only);
      ++outcomes[outcome];
      EXPECT_TRUE(allowed.contains(outcome)) << name << " flipped at " << offset << ": " << outcome;
    }
  }
  return outcomes;
}

const std::set<std::string> named_or_right{"right", "corrupt", "lost tail", "newer format",
                                           "input/output error"};

TEST(Damage, AnUndamagedStoreIsRight) {
  for (const Left left : {Left::closed, Left::open}) {
    Patient patient{left, commits_in_all};
    EXPECT_EQ(patient.outcome(patient.sound, false), "right");
    EXPECT_EQ(patient.outcome(patient.sound, true), "right");
  }
}

TEST(Damage, AFlippedByteInTheWalIsNamed) {
  Patient patient{Left::open, commits_in_all};
  const Outcomes seen = flip(patient, patient.largest(".log"), 31, true, named_or_right);
  EXPECT_GT(seen.at("corrupt"), 0) << text_of(seen);
  EXPECT_GT(seen.at("lost tail"), 0) << text_of(seen);
}

// Without help from HEAD: what stands whole behind the damage shows that more was lost than a torn tail. Only
// the very last write cannot be told from one that was torn.
TEST(Damage, AFlippedByteInTheWalIsNamedWithoutAHead) {
  Patient patient{Left::open, 0};
  const std::string last_but_one = fmt::format("prefix {}", commits_in_all - 2);
  for (const bool read_only : {true, false}) {
    const Outcomes seen = flip(patient, patient.largest(".log"), read_only ? 11 : 61, read_only,
                               {"right", "corrupt", last_but_one});
    EXPECT_GT(seen.at("corrupt"), 0) << text_of(seen);
    EXPECT_GT(seen.at(last_but_one), 0) << text_of(seen);
  }
}

// The same where records span blocks of the log.
TEST(Damage, AFlippedByteInALargeWalIsNamedWithoutAHead) {
  Patient patient{Left::open, 0, 9'000};
  const std::string last_but_one = fmt::format("prefix {}", commits_in_all - 2);
  flip(patient, patient.largest(".log"), 4'001, true, {"right", "corrupt", last_but_one});
}

TEST(Damage, AWalThatIsCutIsALostTail) {
  Patient patient{Left::open, commits_in_all};
  const std::string wal = patient.largest(".log");
  for (std::size_t length = 0; length < patient.sound.at(wal).size(); length += 13) {
    Files damaged = patient.sound;
    damaged.at(wal).resize(length);
    EXPECT_EQ(patient.outcome(damaged, true), "lost tail") << "cut to " << length;
  }
}

// With a HEAD that knows of less: what is beyond it may be gone, for that is how a torn last write looks.
TEST(Damage, AWalThatIsCutKeepsAPrefixNotShorterThanHead) {
  Patient patient{Left::open, 30};
  const std::string wal = patient.largest(".log");
  std::set<std::string> allowed{"lost tail", "right"};
  for (Position position = 30; position <= commits_in_all; position += 2) {
    allowed.insert(fmt::format("prefix {}", position));
    // At the end of a record nothing shows that there was more.
    allowed.insert(fmt::format("prefix {} untold", position));
  }
  for (const bool read_only : {true, false}) {
    for (std::size_t length = 0; length <= patient.sound.at(wal).size(); length += read_only ? 17 : 61) {
      Files damaged = patient.sound;
      damaged.at(wal).resize(length);
      const std::string outcome = patient.outcome(damaged, read_only);
      EXPECT_TRUE(allowed.contains(outcome)) << "cut to " << length << ": " << outcome;
    }
  }
}

TEST(Damage, ATornLastWriteIsDroppedAndSaid) {
  Patient patient{Left::open, commits_in_all - 2};
  const std::string wal = patient.largest(".log");
  Files torn = patient.sound;
  torn.at(wal).resize(torn.at(wal).size() - 5);
  TempFolder folder;
  write_files(folder.path(), torn);
  {
    const auto store = open_store(folder.path());
    EXPECT_EQ(store->log().last(), commits_in_all - 2);
    ASSERT_EQ(store->opening().notes.size(), 1U);
    EXPECT_NE(store->opening().notes[0].find("incomplete"), std::string::npos);
    EXPECT_FALSE(store->log().append(commits_in_all - 2, commits_after(commits_in_all - 2, 1)).error);
  }
  const auto store = open_store(folder.path());
  EXPECT_EQ(store->log().last(), commits_in_all - 1);
  EXPECT_EQ(store->opening().notes, std::vector<std::string>{}) << "it was mended the first time";
}

TEST(Damage, ADeletedWalIsALostTail) {
  Patient patient{Left::open, commits_in_all};
  Files damaged = patient.sound;
  damaged.erase(patient.largest(".log"));
  EXPECT_EQ(patient.outcome(damaged, true), "lost tail");
  EXPECT_EQ(patient.outcome(damaged, false), "lost tail");
}

// Small buffers leave several write-ahead logs, of which each family needs others.

class SeveralLogs : public testing::Test {
 protected:
  SeveralLogs() {
    for (const std::string& name : named(patient.sound, ".log"))
      if (!patient.sound.at(name).empty()) logs.push_back(name);
  }
  /// Expects a refusal that names what is wrong. Where it can be the last write that was torn, `then` as
  /// well.
  void expect_noticed(const Damage& damage, bool read_only, const std::set<std::string>& then = {}) {
    const Files after = damaged(patient.sound, damage, patient.earlier);
    const std::string outcome = patient.outcome(after, read_only);
    ++outcomes[outcome];
    EXPECT_TRUE(refused.contains(outcome) || after == patient.sound || then.contains(outcome))
        << to_string(damage) << ": " << outcome;
  }
  /// What is left when the last log is shorter by whole writes.
  [[nodiscard]] std::set<std::string> without_last_log(std::string_view told) const {
    std::set<std::string> prefixes;
    const Position in_it = 2 * record_ends(patient.sound.at(logs.back())).size();
    for (Position last = commits_in_all - in_it; last < commits_in_all; last += 2)
      prefixes.insert(fmt::format("prefix {}{}", last, told));
    return prefixes;
  }

  Patient patient{Left::open, 20, 9'000, 65'536};
  std::vector<std::string> logs;
  Outcomes outcomes;
  const std::set<std::string> refused{"corrupt", "lost tail"};
};

TEST_F(SeveralLogs, EveryBitOfEveryHeaderCounts) {
  ASSERT_GT(logs.size(), 2U);
  const auto ends = record_ends(patient.sound.at(logs.back()));
  const std::size_t last_write = ends.size() < 2 ? 0 : ends[ends.size() - 2];
  std::size_t trial = 0;
  for (const std::string& log : logs) {
    for (const std::size_t start : fragments_of(patient.sound.at(log))) {
      std::set<std::string> then;
      if (log == logs.back() && start >= last_write) then = {fmt::format("prefix {}", commits_in_all - 2)};
      for (std::size_t byte = 0; byte < 7; ++byte)
        for (int bit = 0; bit < 8; ++bit)
          expect_noticed({.kind = Damage::Kind::flip_bit,
                          .file = log,
                          .offset = start + byte,
                          .bits = static_cast<std::uint8_t>(1 << bit)},
                         ++trial % 16 != 0, then);
    }
  }
  EXPECT_GT(outcomes["corrupt"], 0) << text_of(outcomes);
}

// Zeros up to the end of the last log may be a torn write, of which the disk has nothing.
TEST_F(SeveralLogs, ZerosAreNoticed) {
  std::size_t trial = 0;
  for (const std::string& log : logs) {
    const std::size_t size = patient.sound.at(log).size();
    const auto then = log == logs.back() ? without_last_log("") : std::set<std::string>{};
    expect_noticed({.kind = Damage::Kind::zero_file, .file = log}, false, then);
    for (const std::size_t start : fragments_of(patient.sound.at(log)))
      for (const std::size_t length : {std::size_t{7}, std::size_t{100}, size})
        expect_noticed({.kind = Damage::Kind::zero_run, .file = log, .offset = start, .length = length},
                       ++trial % 4 != 0, then);
    for (std::size_t page = 0; page < size; page += 4096)
      expect_noticed({.kind = Damage::Kind::zero_page, .file = log, .offset = page}, ++trial % 4 != 0, then);
  }
}

// Each fragment of a log has a checksum, a record of several has none: whole fragments in the wrong place
// make records that were never written. RocksDB's own reader ends the process for some of them.
TEST(MisdirectedBlocks, AreNoticedAndEndNothing) {
  const TempFolder folder;
  const std::string fragments = [] {
    std::string bytes;
    for (int tag = 0; tag < 256; ++tag) bytes += static_cast<char>(tag);
    return bytes;
  }();
  const auto store = open_store(folder.path());
  for (Position at = 0; at < 40; ++at) {
    std::vector<EncodedCommit> commits = commits_after(at, 1);
    while (commits.front().bytes.size() < 60'000) commits.front().bytes += fragments;
    ASSERT_FALSE(store->write(at, commits, {}).error);
  }
  const Files sound = files_in(folder.path());
  std::mt19937_64 random{7};
  std::map<std::string, int> outcomes;
  for (int trial = 0; trial < 100; ++trial) {
    const Damage damage{.kind = Damage::Kind::misdirect,
                        .file = named(sound, ".log").back(),
                        .offset = random() % sound.at(named(sound, ".log").back()).size(),
                        .seed = random()};
    const TempFolder copy;
    write_files(copy.path(), damaged(sound, damage, sound));
    try {
      const Position last = open_store(copy.path(), {.read_only = true})->log().last();
      EXPECT_GE(last, 39U) << "the last write may have been torn";
      ++outcomes[last == 40 ? "right" : "shorter"];
    } catch (const StoreError& error) {
      ++outcomes[std::string{name_of(error.code())}];
    }
  }
  EXPECT_GT(outcomes["corrupt"], 50);
}

// Only a last log that is gone, with all that came after HEAD, looks like a store that has less.
TEST_F(SeveralLogs, NoneMayBeMissingOrExchangedOrOlder) {
  for (const std::string& log : logs) {
    const auto then = log == logs.back() ? without_last_log(" untold") : std::set<std::string>{};
    for (const bool read_only : {true, false}) {
      expect_noticed({.kind = Damage::Kind::remove, .file = log}, read_only, then);
      for (const std::string& other : logs)
        if (other != log)
          expect_noticed({.kind = Damage::Kind::swap, .file = log, .other = other}, read_only);
      if (log != logs.back()) expect_noticed({.kind = Damage::Kind::older, .file = log}, read_only);
      expect_noticed({.kind = Damage::Kind::duplicate, .file = log, .other = "000900.log"}, read_only);
    }
  }
}

TEST_F(SeveralLogs, NoneButTheLastMayBeShorter) {
  for (const std::string& log : logs) {
    if (log == logs.back()) continue;
    for (const std::size_t end : record_ends(patient.sound.at(log)))
      for (const std::size_t length : {end, end - 1, end - 100})
        if (length < patient.sound.at(log).size())
          expect_noticed({.kind = Damage::Kind::cut, .file = log, .offset = length}, true);
  }
}

// A kind and a place at random. What HEAD names is never lost, and what is lost is reported, unless the last
// log was cut at the end of a record, or is not there at all.
TEST(Damage, AtRandomLosesNothingSilently) {
  std::mt19937_64 random{4711};
  for (const Left left : {Left::open, Left::closed}) {
    Patient patient{left, 20, 9'000, 65'536};
    for (int trial = 0; trial < 250; ++trial) {
      const Damage damage = random_damage(random, patient.sound);
      const std::string outcome =
          patient.outcome(damaged(patient.sound, damage, patient.earlier), trial % 4 != 0);
      const bool shorter = damage.kind == Damage::Kind::cut || damage.kind == Damage::Kind::cut_at_record ||
                           damage.kind == Damage::Kind::remove || damage.kind == Damage::Kind::older;
      bool fine = named_or_right.contains(outcome);
      for (Position last = 20; last <= commits_in_all; last += 2)
        fine = fine || outcome == fmt::format("prefix {}", last) ||
               (shorter && outcome == fmt::format("prefix {} untold", last));
      EXPECT_TRUE(fine) << to_string(damage) << ": " << outcome;
    }
  }
}

// A refusal touches nothing, so that the missing file can still be put back.
TEST(Damage, ALostTailThatIsPutBackIsWhole) {
  Patient patient{Left::open, commits_in_all};
  const std::string wal = patient.largest(".log");
  Files damaged = patient.sound;
  damaged.erase(wal);
  TempFolder folder;
  write_files(folder.path(), damaged);
  EXPECT_THROW(open_store(folder.path()), StoreError);
  Files after = files_in(folder.path());
  after[wal] = patient.sound.at(wal);
  EXPECT_EQ(patient.outcome(after, false), "right");
}

TEST(Damage, AFlippedByteInATableIsNamedOrDoesNotMatter) {
  Patient patient{Left::closed, commits_in_all, 400};
  for (const auto& [name, bytes] : patient.sound)
    if (name.ends_with(".sst"))
      flip(patient, name, std::max<std::size_t>(1, bytes.size() / 25), true, named_or_right);
}

// RocksDB takes the blocks at a table's end apart before it compares their checksums, and Debian's ends the
// process when they are garbled.
TEST(Damage, AGarbledEndOfATableIsNamed) {
  Patient patient{Left::closed, commits_in_all, 400};
  std::mt19937_64 random{3};
  Outcomes outcomes;
  for (const std::string& name : named(patient.sound, ".sst")) {
    const std::size_t size = patient.sound.at(name).size();
    for (int trial = 0; trial < 60; ++trial) {
      const std::size_t length = 1 + random() % std::min<std::size_t>(size, 1500);
      const Damage damage{.kind = Damage::Kind::garble,
                          .file = name,
                          .offset = size - length,
                          .length = 1 + random() % length,
                          .seed = random()};
      const std::string outcome =
          patient.outcome(damaged(patient.sound, damage, patient.earlier), trial % 2 == 0);
      ++outcomes[outcome];
      EXPECT_TRUE(named_or_right.contains(outcome)) << to_string(damage) << ": " << outcome;
    }
  }
  EXPECT_GT(outcomes["corrupt"], 100) << text_of(outcomes);
}

TEST(Damage, ADeletedTableIsCorrupt) {
  Patient patient{Left::closed, commits_in_all};
  for (const auto& [name, bytes] : patient.sound) {
    if (!name.ends_with(".sst")) continue;
    Files damaged = patient.sound;
    damaged.erase(name);
    EXPECT_EQ(patient.outcome(damaged, true), "corrupt") << name;
    EXPECT_EQ(patient.outcome(damaged, false), "corrupt") << name;
  }
}

TEST(Damage, AFlippedByteInTheManifestIsNamed) {
  for (const Left left : {Left::closed, Left::open}) {
    Patient patient{left, commits_in_all};
    const Outcomes seen = flip(patient, patient.largest("MANIFEST-"), 5, true, named_or_right);
    EXPECT_GT(seen.at("corrupt"), 0) << text_of(seen);
  }
}

TEST(Damage, AManifestThatIsCutIsNamed) {
  for (const Left left : {Left::closed, Left::open}) {
    Patient patient{left, commits_in_all};
    const std::string manifest = patient.largest("MANIFEST-");
    for (std::size_t length = 0; length < patient.sound.at(manifest).size(); length += 9) {
      Files damaged = patient.sound;
      damaged.at(manifest).resize(length);
      const std::string outcome = patient.outcome(damaged, true);
      EXPECT_TRUE(named_or_right.contains(outcome)) << "cut to " << length << ": " << outcome;
    }
  }
}

TEST(Damage, AFlippedByteInCurrentIsNamed) {
  Patient patient{Left::open, commits_in_all};
  flip(patient, "CURRENT", 1, true, {"corrupt", "input/output error"});
  flip(patient, "CURRENT", 3, false, {"corrupt", "input/output error"});
}

TEST(Damage, AnyFlippedByteInHeadIsCorrupt) {
  Patient patient{Left::closed, commits_in_all};
  flip(patient, "HEAD", 1, true, {"corrupt"});
}

TEST(Damage, AMissingFileIsNamed) {
  Patient patient{Left::open, commits_in_all};
  for (const std::string& name :
       {std::string{"CURRENT"}, std::string{"HEAD"}, patient.largest("MANIFEST-")}) {
    Files damaged = patient.sound;
    damaged.erase(name);
    EXPECT_EQ(patient.outcome(damaged, true), "corrupt") << name;
    EXPECT_EQ(patient.outcome(damaged, false), "corrupt") << name;
  }
}

TEST(Damage, AMessageSaysWhichFileIsDamaged) {
  Patient patient{Left::closed, commits_in_all};
  Files damaged = patient.sound;
  damaged.at("HEAD")[20] ^= 1;
  TempFolder folder;
  write_files(folder.path(), damaged);
  try {
    (void)open_store(folder.path());
    FAIL() << "it opened";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
    EXPECT_NE(std::string{error.what()}.find((folder.path() / "HEAD").string()), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace muster::test
