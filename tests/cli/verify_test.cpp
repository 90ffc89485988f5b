#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/engines.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

// docs/operations.md, "Checking a store".
namespace muster::test {
namespace {

class VerifyTool : public testing::Test {
 protected:
  VerifyTool() {
    EXPECT_EQ(
        run_muster({"apply", "--db", db}, read_file(source_dir().string() + "/examples/book-club.jsonl"))
            .status,
        0);
  }
  [[nodiscard]] Ran verify() const { return run_muster({"verify", "--db", db}); }
  [[nodiscard]] std::filesystem::path a_table() const {
    for (const auto& entry : std::filesystem::directory_iterator{db})
      if (entry.path().extension() == ".sst") return entry.path();
    return {};
  }
  TempFolder folder;
  std::string db = (folder.path() / "db").string();
};

TEST_F(VerifyTool, FindsNothingWrongWithAStoreOrItsBackup) {
  const Ran ran = verify();
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.error, "");
  EXPECT_EQ(ran.output.find(R"({"commits":)"), 0U) << ran.output;
  EXPECT_NE(ran.output.find(R"("findings":0})"), std::string::npos) << ran.output;
  const std::string backup = (folder.path() / "backup").string();
  ASSERT_EQ(run_muster({"backup", "--db", db, "--to", backup}).status, 0);
  EXPECT_EQ(run_muster({"verify", "--db", backup}).output, ran.output);
}

TEST_F(VerifyTool, NamesADamagedFileAndExitsWithThree) {
  const std::filesystem::path table = a_table();
  std::string bytes = read_file(table.string());
  bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 0x10);
  std::ofstream{table, std::ios::binary} << bytes;
  const Ran ran = verify();
  EXPECT_EQ(ran.status, 3);
  EXPECT_NE(ran.output.find(R"("findings":)"), std::string::npos) << ran.output;
  EXPECT_EQ(ran.output.find(R"("findings":0)"), std::string::npos) << ran.output;
}

TEST_F(VerifyTool, ExitsWithThreeForAStoreThatDoesNotOpen) {
  std::filesystem::resize_file(db + "/HEAD", 5);
  const Ran ran = verify();
  EXPECT_EQ(ran.status, 3);
  EXPECT_EQ(ran.output.find(R"({"finding":"store","message":"corrupt: )"), 0U) << ran.output;
  EXPECT_NE(ran.output.find("{\"commits\":0,\"rows\":0,\"findings\":1}\n"), std::string::npos) << ran.output;
}

TEST_F(VerifyTool, WhatIsNoDamageIsAnErrorOfTheTool) {
  const Ran none = run_muster({"verify", "--db", (folder.path() / "nowhere").string()});
  EXPECT_EQ(none.status, 1);
  EXPECT_NE(none.error.find("not found: "), std::string::npos) << none.error;
  EXPECT_EQ(none.output, "");
  EXPECT_EQ(run_muster({"verify"}).status, 2);
  const auto writer = Engine::open(db);
  const Ran locked = verify();
  EXPECT_EQ(locked.status, 1);
  EXPECT_NE(locked.error.find("locked: "), std::string::npos) << locked.error;
}

}  // namespace
}  // namespace muster::test
