#include <gtest/gtest.h>

#include <muster/eventstore/rocksdb/head_file.hpp>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/store_files.hpp"

// Stores that earlier versions have written (tests/stores/) open and show the same, now and after they have
// been written to.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

const fs::path stores = source_dir() / "tests" / "stores";

class OldStore : public testing::TestWithParam<std::string> {
 protected:
  OldStore() { write_files(folder.path(), files_in(stores / GetParam())); }
  [[nodiscard]] std::string dump() const {
    const Ran ran = run_muster({"dump", "--db", folder.path()});
    EXPECT_EQ(ran.status, 0) << ran.error;
    return ran.output;
  }
  [[nodiscard]] std::string expected() const {
    return read_file((stores / GetParam()).parent_path() / "dump.jsonl");
  }
  TempFolder folder;
};
INSTANTIATE_TEST_SUITE_P(All, OldStore, testing::Values("format-1/closed", "format-1/killed"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase_if(name,
                                         [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
                           return name;
                         });

TEST_P(OldStore, ShowsTheSameAndIsLeftAsItIs) {
  const Files before = files_in(folder.path());
  EXPECT_EQ(dump(), expected());
  EXPECT_EQ(files_in(folder.path()), before);
}

TEST_P(OldStore, ShowsTheSameAfterItWasUpgraded) {
  {
    const auto engine = Engine::open(folder.path(), test_options());
    EXPECT_EQ(engine->snapshot().position(), 31U);
  }
  EXPECT_EQ(read_head(folder.path()).format, store_format);
  EXPECT_EQ(dump(), expected());
  expect_whole(folder.path());
}

TEST_P(OldStore, GoesOnWhereItWas) {
  {
    const auto engine = Engine::open(folder.path(), test_options());
    const Answer answer = answered(
        *engine, request(Account{"olive"},
                         PostMessage{.group = GroupId{"readers"}, .message_id = {}, .topic = {}}, t0.ms * 2));
    EXPECT_EQ(answer.position, 32U);
  }
  const auto engine = Engine::open(folder.path(), test_options());
  EXPECT_EQ(engine->recovery_notes(), std::vector<std::string>{});
  EXPECT_EQ(engine->snapshot().position(), 32U);
  engine->close();
  expect_whole(folder.path());
}

// The upgrade is stopped after each change of the file system.
TEST_P(OldStore, SurvivesAnInterruptedUpgrade) {
  const Files before = files_in(folder.path());
  for (std::uint64_t change = 1;; ++change) {
    write_files(folder.path(), before);
    FaultyDisk disk;
    disk.files->crash_at_change(change);
    bool opened = false;
    try {
      (void)open_store_as(folder.path(), {.env = disk.env.get()});
      opened = true;
    } catch (const StoreError&) {
    }
    disk.files->forget_unsynced(change % 2 == 0 ? 0 : 100);
    ASSERT_EQ(dump(), expected()) << "stopped at change " << change;
    { const auto engine = Engine::open(folder.path(), test_options()); }
    ASSERT_EQ(dump(), expected()) << "stopped at change " << change;
    if (opened) return;
  }
}

// Nothing marks where a batch of the first format begins, so its logs are searched for whole batches.
TEST(OldLog, EveryBitOfEveryHeaderCounts) {
  const Files sound = files_in(stores / "format-1" / "killed");
  const std::string log = named(sound, ".log").back();
  const auto ends = record_ends(sound.at(log));
  const TempFolder folder;
  for (const std::size_t start : fragments_of(sound.at(log))) {
    for (std::size_t bit = 0; bit < 56; ++bit) {
      const Damage damage{.kind = Damage::Kind::flip_bit,
                          .file = log,
                          .offset = start + bit / 8,
                          .bits = static_cast<std::uint8_t>(1 << bit % 8)};
      write_files(folder.path(), damaged(sound, damage, {}));
      try {
        const auto store = open_store(folder.path(), {.create = false, .read_only = true});
        EXPECT_EQ(start, ends[ends.size() - 2])
            << "only the last write may be dropped: " << to_string(damage);
        EXPECT_EQ(store->log().last(), 30U);
        EXPECT_EQ(store->opening().notes.size(), 1U);
      } catch (const StoreError& error) {
        EXPECT_TRUE(error.code() == StoreErrorCode::corrupt || error.code() == StoreErrorCode::lost_tail)
            << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace muster::test
