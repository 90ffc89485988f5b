#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <muster/eventstore/rocksdb/wal_batch.hpp>
#include <muster/eventstore/store_keys.hpp>

// What a record of a write-ahead log may be. RocksDB's own reader ends the process for some that it may not.
namespace muster::test {
namespace {

const FamilyNumbers families{.commits = 0, .chain = 1};

std::string header(std::uint32_t count) {
  std::string bytes(12, '\0');
  bytes[0] = 9;
  bytes[8] = static_cast<char>(count);
  return bytes;
}

TEST(WalBatch, ReadsWhatRocksDbWrites) {
  rocksdb::WriteBatch written;
  written.PutLogData(encode(BatchMark{.ordinal = 4, .last = 17}));
  written.Put(position_bytes(18), std::string(100, 'c'));
  written.Put(std::string(300, 'k'), "");
  const std::string& bytes = written.Data();
  WalBatch batch;
  EXPECT_FALSE(batch.parse(bytes, families)) << "a key of commits is a position";
  EXPECT_TRUE(batch.parse(bytes, {.commits = 5, .chain = 6}));
  EXPECT_EQ(batch.count, 2U);
  EXPECT_TRUE(batch.writes);
  ASSERT_TRUE(batch.mark);
  EXPECT_EQ(batch.mark->last, 17U);
}

TEST(WalBatch, AnEmptyOneIsRocksDbsOwn) {
  WalBatch batch;
  EXPECT_TRUE(batch.parse(header(0), families));
  EXPECT_TRUE(batch.is_empty());
  EXPECT_EQ(batch.sequence, 9U);
  EXPECT_FALSE(batch.parse(header(1), families)) << "it counts what is not there";
  EXPECT_FALSE(batch.parse(header(0).substr(1), families));
}

TEST(WalBatch, NoTagButOursIsRead) {
  const std::string parts = std::string{"\1k\1v\1x", 6};
  for (int tag = 0; tag < 256; ++tag) {
    WalBatch batch;
    const std::string record = header(1) + static_cast<char>(tag);
    const bool erases = tag == 0;
    EXPECT_EQ(batch.parse(record + "\1k", {.commits = 8, .chain = 9}), erases) << tag;
    EXPECT_FALSE(batch.parse(record, families)) << tag;
    EXPECT_FALSE(batch.parse(record + parts, families)) << tag;
  }
}

TEST(WalBatch, NoCutOfOneIsRead) {
  rocksdb::WriteBatch written;
  written.Put(std::string(200, 'k'), std::string(20'000, 'v'));
  written.Delete("gone");
  const std::string bytes = written.Data();
  WalBatch batch;
  const FamilyNumbers rows{.commits = {}, .chain = 7};
  EXPECT_TRUE(batch.parse(bytes, rows));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(batch.parse(std::string_view{bytes}.substr(0, size), rows)) << size;
}

TEST(WalBatch, ALengthOverTheRecordOrOverFiveBytesIsRefused) {
  WalBatch batch;
  const FamilyNumbers rows{.commits = {}, .chain = 7};
  EXPECT_FALSE(batch.parse(header(1) + std::string{"\0\xff\xff\xff\xff\x0f", 6}, rows));
  EXPECT_FALSE(batch.parse(header(1) + std::string{"\0\xff\xff\xff\xff\xff\xff\x01", 8}, rows));
}

}  // namespace
}  // namespace muster::test
