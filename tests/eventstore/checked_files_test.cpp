#include <fstream>

#include <gtest/gtest.h>

#include <muster/eventstore/rocksdb/checked_files.hpp>
#include <muster/eventstore/store.hpp>

#include "eventstore/commits.hpp"
#include "support/store_files.hpp"
#include "support/temp_folder.hpp"

// What RocksDB is shown of a database's files.
namespace muster::test {
namespace {

namespace fs = std::filesystem;

/// The file of one table.
class OneTable : public testing::Test {
 protected:
  OneTable() {
    const auto store = open_store(folder.path() / "db");
    EXPECT_FALSE(store->write(0, commits_after(0, 20), {}).error);
    store->close();
    const Files files = files_in(folder.path() / "db");
    sound = files.at(named(files, ".sst").front());
  }
  /// How a table with these bytes is opened.
  rocksdb::IOStatus open(const std::string& bytes) {
    const fs::path path = folder.path() / "damaged.sst";
    std::ofstream{path, std::ios::binary} << bytes;
    CheckedFiles files{rocksdb::FileSystem::Default()};
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    rocksdb::IOStatus status = files.NewRandomAccessFile(path.string(), {}, &file, nullptr);
    EXPECT_EQ(file != nullptr, status.ok());
    return status;
  }
  /// Expects that the table is refused, by its name, when the byte is changed.
  void expect_damaged(std::size_t at, const std::string& what) {
    ASSERT_LT(at, sound.size());
    std::string bytes = sound;
    bytes[at] ^= 1;
    const rocksdb::IOStatus status = open(bytes);
    EXPECT_TRUE(status.IsCorruption()) << status.ToString();
    EXPECT_NE(status.ToString().find("damaged.sst` is damaged: " + what), std::string::npos)
        << status.ToString();
  }
  TempFolder folder;
  std::string sound;
};

TEST_F(OneTable, IsOpenedWhenItIsSound) { EXPECT_TRUE(open(sound).ok()); }

// RocksDB takes these blocks apart before it compares their checksums; what is garbled in them can end the
// process.
TEST_F(OneTable, IsRefusedWhenABlockAtItsEndIsDamaged) {
  expect_damaged(sound.rfind("rocksdb.block.based.table"), "the block of its properties");
  expect_damaged(sound.rfind("rocksdb.properties"), "the block that tells where others are");
}

TEST_F(OneTable, IsRefusedWhenItIsTooShort) {
  const rocksdb::IOStatus status = open(sound.substr(0, 52));
  EXPECT_TRUE(status.IsCorruption());
  EXPECT_NE(status.ToString().find("too short"), std::string::npos) << status.ToString();
}

TEST(CheckedFilesLinks, AreMadeUnlessTheyAreForbidden) {
  const TempFolder folder;
  const std::string from = (folder.path() / "from").string();
  std::ofstream{from} << "bytes";
  CheckedFiles files{rocksdb::FileSystem::Default()};
  files.allow_links(false);
  EXPECT_TRUE(files.LinkFile(from, (folder.path() / "not").string(), {}, nullptr).IsNotSupported());
  EXPECT_FALSE(fs::exists(folder.path() / "not"));
  files.allow_links(true);
  EXPECT_TRUE(files.LinkFile(from, (folder.path() / "linked").string(), {}, nullptr).ok());
  EXPECT_TRUE(fs::equivalent(from, folder.path() / "linked"));
}

}  // namespace
}  // namespace muster::test
