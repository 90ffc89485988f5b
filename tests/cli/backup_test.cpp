#include <filesystem>

#include <gtest/gtest.h>

#include "support/engines.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

// docs/operations.md: `muster backup`, and how to restore what it made.
namespace muster::test {
namespace {

class Backup : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const char* name) const { return (folder.path() / name).string(); }
  [[nodiscard]] Ran apply(const char* store) const {
    return run_muster({"apply", "--db", path(store)},
                      read_file(source_dir().string() + "/examples/book-club.jsonl"));
  }
  [[nodiscard]] std::string dump(const char* store) const {
    return run_muster({"dump", "--db", path(store)}).output;
  }
  TempFolder folder;
};

TEST_F(Backup, AStoreIsLostAndRestoredFromIt) {
  ASSERT_EQ(apply("db").status, 0);
  const std::string before = dump("db");
  const Ran backup = run_muster({"backup", "--db", path("db"), "--to", path("monday")});
  EXPECT_EQ(backup.status, 0) << backup.error;
  EXPECT_EQ(backup.error, "");
  EXPECT_EQ(backup.output.find("{\"backup\":\"" + path("monday") + "\",\"position\":"), 0U) << backup.output;
  EXPECT_EQ(dump("monday"), before);

  std::filesystem::remove_all(folder.path() / "db");
  std::filesystem::rename(folder.path() / "monday", folder.path() / "db");
  EXPECT_EQ(dump("db"), before);
  const Ran more = run_muster(
      {"apply", "--db", path("db")},
      R"({"command":"CreateGroup","caller":"zoe","at":1700009999000,"group":"later","type":"Public","name":"Later"})");
  EXPECT_EQ(more.status, 0);
  EXPECT_NE(more.output.find("\"ok\":true"), std::string::npos) << more.output;
  expect_whole(folder.path() / "db");
}

TEST_F(Backup, LeavesWhatTheStoreComesTo) {
  ASSERT_EQ(apply("db").status, 0);
  const std::string before = dump("db");
  ASSERT_EQ(run_muster({"backup", "--db", path("db"), "--to", path("copy")}).status, 0);
  EXPECT_EQ(dump("db"), before);
}

// Where tables are linked, one damaged block would damage store and backup alike.
TEST_F(Backup, SharesTablesWithTheStoreUnlessAskedToCopy) {
  ASSERT_EQ(apply("db").status, 0);
  ASSERT_EQ(run_muster({"backup", "--db", path("db"), "--to", path("linked")}).status, 0);
  ASSERT_EQ(run_muster({"backup", "--db", path("db"), "--to", path("copied"), "--copy"}).status, 0);
  const auto shared = [&](const char* copy) {
    std::size_t links = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path() / copy})
      if (entry.path().extension() == ".sst" && entry.hard_link_count() > 1) ++links;
    return links;
  };
  EXPECT_GT(shared("linked"), 0U);
  EXPECT_EQ(shared("copied"), 0U);
  EXPECT_EQ(dump("copied"), dump("db"));
}

TEST_F(Backup, SaysWhatIsWrong) {
  const Ran none = run_muster({"backup", "--db", path("nowhere"), "--to", path("copy")});
  EXPECT_EQ(none.status, 1);
  EXPECT_NE(none.error.find("not found: "), std::string::npos) << none.error;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "nowhere"));

  ASSERT_EQ(apply("db").status, 0);
  const Ran onto = run_muster({"backup", "--db", path("db"), "--to", path("db")});
  EXPECT_EQ(onto.status, 1);
  EXPECT_NE(onto.error.find("is there already"), std::string::npos) << onto.error;

  const auto writer = Engine::open(folder.path() / "db");
  const Ran locked = run_muster({"backup", "--db", path("db"), "--to", path("copy")});
  EXPECT_EQ(locked.status, 1);
  EXPECT_NE(locked.error.find("locked: "), std::string::npos) << locked.error;

  EXPECT_EQ(run_muster({"backup", "--db", path("db")}).status, 2);
}

TEST_F(Backup, ALineThatCannotBeWrittenIsAFailure) {
  ASSERT_EQ(apply("store").status, 0);
  const std::string command =
      muster_binary() + " backup --db " + path("store") + " --to " + path("copy") + " >/dev/full";
  const Ran ran = run_program({"/bin/bash", "-c", command});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.error.find("cannot write the output"), std::string::npos) << ran.error;
}

}  // namespace
}  // namespace muster::test
