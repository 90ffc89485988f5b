#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <muster/eventstore/head_file.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/faulty_file_system.hpp"
#include "support/temp_folder.hpp"

// Files that are not what was written. Whatever is damaged: either a named error, or all that was
// acknowledged is there and right; never a wrong answer.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

Files files_in(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in{entry.path(), std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    files.emplace(fs::relative(entry.path(), folder).string(), bytes.str());
  }
  return files;
}

void write_files(const fs::path& folder, const Files& files) {
  for (const auto& entry : fs::directory_iterator{folder}) fs::remove_all(entry.path());
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream{folder / name, std::ios::binary} << bytes;
  }
}

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
    fill(*store, commits_in_all);
    if (head != 0) store->record_head(head, {});
    if (left == Left::closed) store->close();
    sound = files_in(folder.path());
  }

  Files sound;

  /// The name of the largest file that ends or starts so.
  [[nodiscard]] std::string largest(std::string_view affix) const {
    std::string found;
    for (const auto& [name, bytes] : sound)
      if ((name.ends_with(affix) || name.starts_with(affix)) &&
          (found.empty() || bytes.size() > sound.at(found).size()))
        found = name;
    return found;
  }

  /// Puts the files on a disk and says what comes of reading them: a code's name, `right`, `prefix <n>` when
  /// the first n commits are right and no more are there, or `WRONG ...`.
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
    return last == commits_in_all ? "right" : fmt::format("prefix {}", last);
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

TEST(Damage, AnUndamagedPatientIsRight) {
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
  for (Position position = 30; position <= commits_in_all; position += 2)
    allowed.insert(fmt::format("prefix {}", position));
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
    ASSERT_EQ(store->recovery_notes().size(), 1U);
    EXPECT_NE(store->recovery_notes()[0].find("torn"), std::string::npos);
    EXPECT_FALSE(store->log().append(commits_in_all - 2, commits_after(commits_in_all - 2, 1)).error);
  }
  const auto store = open_store(folder.path());
  EXPECT_EQ(store->log().last(), commits_in_all - 1);
  EXPECT_EQ(store->recovery_notes(), std::vector<std::string>{}) << "it was mended the first time";
}

TEST(Damage, ADeletedWalIsALostTail) {
  Patient patient{Left::open, commits_in_all};
  Files damaged = patient.sound;
  damaged.erase(patient.largest(".log"));
  EXPECT_EQ(patient.outcome(damaged, true), "lost tail");
  EXPECT_EQ(patient.outcome(damaged, false), "lost tail");
}

// Small buffers leave several write-ahead logs, of which the log's own family needs only the last ones, but
// the index and the rows all.
TEST(Damage, NoneOfSeveralWalsMayBeDeletedOrDamaged) {
  Patient patient{Left::open, commits_in_all, 9'000, 65'536};
  int wals = 0;
  for (const auto& [name, bytes] : patient.sound) {
    if (!name.ends_with(".log") || bytes.empty()) continue;
    ++wals;
    Files damaged = patient.sound;
    damaged.erase(name);
    for (const bool read_only : {true, false}) {
      const std::string outcome = patient.outcome(damaged, read_only);
      EXPECT_TRUE(outcome == "corrupt" || outcome == "lost tail") << name << " deleted: " << outcome;
    }
    flip(patient, name, std::max<std::size_t>(1, bytes.size() / 30), true, named_or_right);
  }
  EXPECT_GT(wals, 2);
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
