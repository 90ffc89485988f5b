#include <cstdlib>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sys/wait.h>
#include <unistd.h>

#include <muster/eventstore/rocksdb/head_file.hpp>
#include <muster/eventstore/rocksdb/store_record.hpp>
#include <muster/eventstore/sealed.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/faulty_file_system.hpp"
#include "support/store_files.hpp"
#include "support/temp_folder.hpp"

// Who may open what, and what a look leaves behind.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

// The code with which opening is refused, and what it says; `opened` when it is not.
std::string refusal(const fs::path& folder, const StoreOptions& options = {}) {
  try {
    (void)open_store(folder, options);
    return "opened";
  } catch (const StoreError& error) {
    return error.what();
  }
}
bool starts(const std::string& text, StoreErrorCode code) {
  return text.starts_with(std::string{name_of(code)} + ": ");
}
#define EXPECT_REFUSED(code, text) EXPECT_TRUE(starts(text, StoreErrorCode::code)) << (text)

// The files that are not as they were. Only their names: GoogleTest would compare the bytes line by line.
using Names = std::vector<std::string>;
Names changed(const Files& before, const fs::path& folder) {
  const Files now = files_in(folder);
  Names names;
  for (const auto& [name, bytes] : before)
    if (const auto found = now.find(name); found == now.end() || found->second != bytes)
      names.push_back(name);
  for (const auto& [name, bytes] : now)
    if (!before.contains(name)) names.push_back(name);
  return names;
}

void make_with_commits(const fs::path& folder, bool close, bool split = false) {
  const auto store = open_store_as(folder, {.split = split});
  ASSERT_FALSE(store->write(0, commits_after(0, 5), {}).error);
  store->record_head();
  ASSERT_FALSE(store->write(5, commits_after(5, 5), {}).error);
  if (close) store->close();
}

TEST(Opening, MakesAStoreWhereThereIsNone) {
  const TempFolder folder;
  const fs::path path = folder.path() / "deep" / "down";
  EXPECT_REFUSED(not_found, refusal(path, {.create = false}));
  EXPECT_REFUSED(not_found, refusal(path, {.read_only = true}));
  EXPECT_FALSE(fs::exists(path)) << "a refusal makes no folder";
  EXPECT_EQ(refusal(path), "opened");
  EXPECT_EQ(refusal(path, {.create = false}), "opened");
  EXPECT_EQ(refusal(path, {.read_only = true}), "opened");
}

// A store whose process is killed again and again never gets to record HEAD otherwise, and the end of its log
// could be lost unnoticed once RocksDB has deleted the write-ahead log.
TEST(Opening, RecordsInHeadWhatTheLogsBroughtIn) {
  for (const Durability durability : {Durability::fsync, Durability::os}) {
    const TempFolder folder;
    StoreSetup setup;
    setup.options.durability = durability;
    const auto store = open_store_as(folder.path() / "db", setup);
    ASSERT_FALSE(store->write(0, commits_after(0, 5), {}).error);
    const TempFolder killed;
    write_files(killed.path(), files_in(folder.path() / "db"));
    EXPECT_EQ(read_head(killed.path()).position, 0U);
    {
      const auto reader = open_store(killed.path(), {.read_only = true});
      EXPECT_EQ(reader->log().last(), 5U);
      EXPECT_EQ(read_head(killed.path()).position, 0U) << "a reader writes nothing";
    }
    const auto again = open_store_as(killed.path(), setup);
    EXPECT_EQ(read_head(killed.path()).position, 5U);
    EXPECT_EQ(again->recorded_head(), 5U);
  }
}

// Files are written by their paths: a store that was moved away must not write into the one that is there
// now.
class Displaced : public testing::TestWithParam<bool> {
 protected:
  [[nodiscard]] std::unique_ptr<Store> open(const fs::path& at) const {
    return open_store_as(at, {.split = GetParam()});
  }
  TempFolder folder;
  fs::path path = folder.path() / "db";
};
INSTANTIATE_TEST_SUITE_P(Databases, Displaced, testing::Bool(),
                         [](const auto& test) { return test.param ? "Two" : "One"; });

TEST_P(Displaced, AStoreThatWasReplacedLeavesTheOtherOneAlone) {
  auto displaced = open(path);
  ASSERT_FALSE(displaced->write(0, commits_after(0, 3), {}).error);
  displaced->record_head();
  const auto other = open(folder.path() / "other");
  ASSERT_FALSE(other->write(0, commits_after(0, 7), {}).error);
  other->close();
  fs::rename(path, folder.path() / "moved");
  fs::rename(folder.path() / "other", path);
  const Files before = files_in(path);
  const AppendResult refused = displaced->write(3, commits_after(3, 1), {});
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code(), StoreErrorCode::not_found);
  EXPECT_NE(std::string{refused.error->what()}.find("moved, removed or replaced"), std::string::npos);
  EXPECT_EQ(displaced->write(3, commits_after(3, 1), {}).error->code(), StoreErrorCode::failed);
  EXPECT_THROW(displaced->record_head(), StoreError);
  displaced.reset();
  EXPECT_EQ(changed(before, path), Names{});
  EXPECT_EQ(open(path)->log().last(), 7U);
  EXPECT_EQ(open(folder.path() / "moved")->log().last(), 3U);
}

TEST_P(Displaced, ClosingSaysSoAndWritesNothing) {
  const auto displaced = open(path);
  ASSERT_FALSE(displaced->write(0, commits_after(0, 3), {}).error);
  fs::rename(path, folder.path() / "moved");
  const Files before = files_in(folder.path() / "moved");
  EXPECT_THROW(displaced->close(), StoreError);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(changed(before, folder.path() / "moved"), Names{});
}

TEST_P(Displaced, ItsHeadAndCopiesAreRefusedToo) {
  const auto displaced = open(path);
  ASSERT_FALSE(displaced->write(0, commits_after(0, 3), {}).error);
  fs::rename(path, folder.path() / "moved");
  EXPECT_THROW(displaced->checkpoint(folder.path() / "copy", CopyTables::link, {}), StoreError);
  EXPECT_FALSE(fs::exists(folder.path() / "copy"));
}

TEST(Opening, MakesNoStoreAmongOtherFiles) {
  const TempFolder folder;
  std::ofstream{folder.path() / "holiday.jpg"} << "sun";
  const auto before = files_in(folder.path());
  for (const bool read_only : {false, true}) {
    const std::string said = refusal(folder.path(), {.read_only = read_only});
    EXPECT_REFUSED(not_a_store, said);
    EXPECT_NE(said.find("holiday.jpg"), std::string::npos) << said;
  }
  EXPECT_EQ(changed(before, folder.path()), Names{});
  EXPECT_REFUSED(not_a_store, refusal(folder.path() / "holiday.jpg"));
}

// The machine stops at each change of the file system on the way to a new store.
TEST(Opening, StartsOverWhatWasNeverFinished) {
  for (std::uint64_t change = 1;; ++change) {
    const TempFolder folder;
    FaultyDisk disk;
    disk.files->crash_at_change(change);
    bool made = false;
    try {
      made = open_store_as(folder.path(), {.env = disk.env.get()})->opening().made;
    } catch (const StoreError&) {
    }
    const bool unmade = fs::exists(folder.path() / "MAKING.muster");
    if (unmade) {
      EXPECT_REFUSED(not_found, refusal(folder.path(), {.read_only = true}));
    }
    const bool begun = fs::exists(folder.path() / "CURRENT");
    const auto store = open_store(folder.path());
    EXPECT_EQ(store->opening().made, unmade || !begun) << "change " << change;
    EXPECT_EQ(store->log().last(), 0U);
    EXPECT_FALSE(store->write(0, commits_after(0, 1), {}).error);
    if (made) return;
  }
}

// Git keeps a file of that name in every repository.
TEST(Opening, AFileThatIsCalledHeadMakesNoStore) {
  const TempFolder folder;
  std::ofstream{folder.path() / "HEAD"} << "ref: refs/heads/main\n";
  fs::create_directories(folder.path() / "objects");
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(not_a_store, refusal(folder.path(), {.read_only = read_only}));
  EXPECT_EQ(files_in(folder.path()).size(), 1U) << "nothing was left in it";
}

// Making a store was killed, and a backup was copied into that folder: the mark is still there.
TEST(Opening, NeverStartsOverWhereThereAreCommits) {
  for (const bool split : {false, true}) {
    for (const bool closed : {false, true}) {
      const TempFolder folder;
      make_with_commits(folder.path(), closed, split);
      const auto without = files_in(folder.path());
      std::ofstream{folder.path() / "MAKING.muster"};
      const auto before = files_in(folder.path());
      for (const bool read_only : {true, false}) {
        const std::string said = refusal(folder.path(), {.read_only = read_only});
        EXPECT_REFUSED(corrupt, said);
        EXPECT_NE(said.find("MAKING.muster"), std::string::npos) << said;
        EXPECT_NE(said.find("position 10"), std::string::npos) << said;
      }
      EXPECT_EQ(changed(before, folder.path()), Names{});
      fs::remove(folder.path() / "MAKING.muster");
      EXPECT_EQ(open_store(folder.path())->log().last(), 10U);
    }
  }
}

TEST(Opening, NeverStartsOverACommitThatHeadDoesNotKnow) {
  for (const bool with_head : {true, false}) {
    const TempFolder folder;
    {
      const auto store = open_store(folder.path());
      ASSERT_FALSE(store->write(0, commits_after(0, 3), {}).error);
    }
    if (!with_head) fs::remove(folder.path() / "HEAD");
    std::ofstream{folder.path() / "MAKING.muster"};
    fs::remove(folder.path() / "CURRENT");
    const auto before = files_in(folder.path());
    EXPECT_REFUSED(corrupt, refusal(folder.path()));
    EXPECT_EQ(changed(before, folder.path()), Names{});
  }
}

TEST(Opening, LeavesADatabaseOfAnotherProgramAlone) {
  const TempFolder folder;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder.path().string(), &db).ok());
  ASSERT_TRUE(db->Put({}, "their", "own").ok());
  delete db;
  const auto before = files_in(folder.path());
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(not_a_store, refusal(folder.path(), {.read_only = read_only}));
  EXPECT_EQ(changed(before, folder.path()), Names{});
}

TEST(Opening, SaysWhetherTheStoreIsNewAndWhereItEnds) {
  const TempFolder folder;
  {
    const auto store = open_store(folder.path());
    EXPECT_TRUE(store->opening().made);
    EXPECT_EQ(store->opening().last, 0U);
    ASSERT_FALSE(store->write(0, commits_after(0, 3), {}).error);
  }
  for (const bool read_only : {true, false}) {
    const auto store = open_store(folder.path(), {.read_only = read_only});
    EXPECT_FALSE(store->opening().made);
    EXPECT_EQ(store->opening().last, 3U);
    EXPECT_EQ(store->opening().notes, std::vector<std::string>{});
  }
}

TEST(Opening, IsForOneWriterOrManyReaders) {
  const TempFolder folder;
  {
    const auto writer = open_store(folder.path());
    for (const bool read_only : {false, true}) {
      const std::string said = refusal(folder.path(), {.read_only = read_only});
      EXPECT_REFUSED(locked, said);
      EXPECT_NE(said.find(folder.path().string()), std::string::npos) << said;
    }
    writer->close();
    EXPECT_EQ(refusal(folder.path()), "opened") << "closing lets go";
  }
  const auto reader = open_store(folder.path(), {.read_only = true});
  EXPECT_EQ(refusal(folder.path(), {.read_only = true}), "opened");
  EXPECT_REFUSED(locked, refusal(folder.path()));
}

TEST(Opening, IsRefusedToAnotherProcess) {
  const TempFolder folder;
  const auto writer = open_store(folder.path());
  const pid_t child = ::fork();
  if (child == 0) ::_exit(starts(refusal(folder.path()), StoreErrorCode::locked) ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Opening, ToReadLeavesEveryFileAsItIs) {
  for (const bool split : {false, true}) {
    for (const bool closed : {false, true}) {
      const TempFolder folder;
      make_with_commits(folder.path(), closed, split);
      const auto before = files_in(folder.path());
      {
        const auto store = open_store(folder.path(), {.read_only = true});
        EXPECT_EQ(store->log().last(), 10U);
        EXPECT_EQ(store->log().read(10), bytes_at(10));
        EXPECT_EQ(store->log().position_of(stream_at(7), revision_at(7)), 7U);
        (void)store->rows().snapshot()->get("x");
        EXPECT_EQ(store->log().append(10, commits_after(10, 1)).error->code(), StoreErrorCode::not_writable);
        EXPECT_THROW(store->rows().write({}), StoreError);
        EXPECT_THROW(store->begin_generation(), StoreError);
        store->record_head();
        EXPECT_EQ(changed(before, folder.path()), Names{});
        store->close();
      }
      EXPECT_EQ(changed(before, folder.path()), Names{});
    }
  }
}

TEST(Opening, ToReadNeedsNoLockFile) {
  const TempFolder folder;
  make_with_commits(folder.path(), true);
  fs::remove(folder.path() / "LOCK.muster");
  EXPECT_EQ(open_store(folder.path(), {.read_only = true})->log().last(), 10U);
  EXPECT_FALSE(fs::exists(folder.path() / "LOCK.muster"));
}

// Root may write everywhere, so that the test becomes somebody else for a while.
class Nobody {
 public:
  Nobody() : became_(::geteuid() == 0 && ::setresuid(65534, 65534, 0) == 0) {}
  ~Nobody() {
    if (became_ && ::setresuid(0, 0, 0) != 0) std::abort();
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  bool became_;
};

TEST(Opening, ToWriteNeedsAFolderThatMayBeWritten) {
  const TempFolder folder;
  const fs::path path = folder.path() / "store";
  make_with_commits(path, true);
  fs::permissions(folder.path(), fs::perms{0755});
  fs::permissions(path, fs::perms{0555});
  bool judged = false;
  {
    const Nobody nobody;
    judged = ::geteuid() != 0;
    if (judged) {
      EXPECT_REFUSED(not_writable, refusal(path));
      EXPECT_REFUSED(not_writable, refusal(path / "new"));
      EXPECT_EQ(open_store(path, {.read_only = true})->log().last(), 10U);
    }
  }
  fs::permissions(path, fs::perms{0755});
  if (!judged) GTEST_SKIP() << "root may write everywhere, and may not become somebody else here";
}

TEST(Opening, RefusesANewerHeadUntouched) {
  const TempFolder folder;
  make_with_commits(folder.path(), false);
  std::ofstream{folder.path() / "HEAD", std::ios::binary}
      << seal("mstrHEAD", {store_format + 1, "of another shape"});
  const auto before = files_in(folder.path());
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(newer_format, refusal(folder.path(), {.read_only = read_only}));
  EXPECT_EQ(changed(before, folder.path()), Names{});
}

// Changes the database behind the store's back.
void meddle(const fs::path& folder, const std::function<void(rocksdb::WriteBatch&)>& change) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "streams", "rows.1"})
    families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ASSERT_TRUE(rocksdb::DB::Open({}, folder.string(), families, &handles, &db).ok());
  rocksdb::WriteBatch batch;
  change(batch);
  EXPECT_TRUE(db->Write({}, &batch).ok());
  EXPECT_TRUE(db->Flush({}, handles).ok());  // into tables, where no mark says who wrote it
  for (rocksdb::ColumnFamilyHandle* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
  delete db;
}
void overwrite_record(const fs::path& folder, const std::string& bytes) {
  meddle(folder, [&](rocksdb::WriteBatch& batch) { batch.Put(position_bytes(0), bytes); });
}

TEST(Opening, RefusesALogWithAHole) {
  for (const Position missing : {1, 6, 9}) {
    const TempFolder folder;
    make_with_commits(folder.path(), true);
    meddle(folder.path(), [&](rocksdb::WriteBatch& batch) { batch.Delete(position_bytes(missing)); });
    for (const bool read_only : {true, false})
      EXPECT_REFUSED(corrupt, refusal(folder.path(), {.read_only = read_only}));
  }
}

TEST(Opening, RefusesAnIndexThatIsNotWhereTheLogIs) {
  const TempFolder folder;
  make_with_commits(folder.path(), true);
  // As if the index had lost its last tables.
  meddle(folder.path(), [&](rocksdb::WriteBatch& batch) { batch.Delete(position_bytes(10)); });
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(corrupt, refusal(folder.path(), {.read_only = read_only}));
}

TEST(Opening, RefusesRowsThatAreNotThere) {
  const TempFolder folder;
  make_with_commits(folder.path(), true);
  overwrite_record(folder.path(), encode(StoreRecord{store_format, 2}));
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(corrupt, refusal(folder.path(), {.read_only = read_only}));
}

TEST(Opening, RefusesANewerRecordUntouched) {
  const TempFolder folder;
  make_with_commits(folder.path(), true);
  overwrite_record(folder.path(), seal("mstrSTOR", {store_format + 1, "of another shape"}));
  const auto before = files_in(folder.path());
  for (const bool read_only : {true, false})
    EXPECT_REFUSED(newer_format, refusal(folder.path(), {.read_only = read_only}));
  EXPECT_EQ(changed(before, folder.path()), Names{});
}

TEST(Opening, RefusesADamagedRecord) {
  const std::string sound = seal("mstrSTOR", {store_format, std::string(7, '\0') + '\1'});
  for (std::size_t offset = 0; offset < sound.size(); ++offset) {
    std::string damaged = sound;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 4);
    EXPECT_THROW(unseal("mstrSTOR", damaged, "the record"), StoreError) << offset;
    EXPECT_THROW(unseal("mstrSTOR", sound.substr(0, offset), "the record"), StoreError) << offset;
  }
  const TempFolder folder;
  make_with_commits(folder.path(), true);
  overwrite_record(folder.path(), "nonsense");
  EXPECT_REFUSED(corrupt, refusal(folder.path()));
}

}  // namespace
}  // namespace muster::test
