#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/rocksdb/wal_reader.hpp>

#include "support/store_files.hpp"
#include "support/wal.hpp"

// Our own reader of RocksDB's logs: what it takes, and that it takes nothing else.
namespace muster::test {
namespace {

std::vector<std::string> read(std::string_view file, std::size_t* sound = nullptr) {
  std::vector<std::string> records;
  WalReader reader{file};
  while (const auto record = reader.next()) records.emplace_back(*record);
  if (sound != nullptr) *sound = reader.sound_bytes();
  EXPECT_EQ(reader.ends_cleanly(), reader.sound_bytes() == file.size());
  return records;
}
std::vector<std::string> salvage(std::string_view file, std::size_t from) {
  std::vector<std::string> records;
  salvage_records(file, from, {}, [&](std::string_view record) {
    records.emplace_back(record);
    return true;
  });
  return records;
}

/// Records of sizes around those where blocks end.
std::vector<std::string> some_records() {
  const auto sizes = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 100), rc::gen::inRange<std::size_t>(32'700, 32'800),
                     rc::gen::inRange<std::size_t>(60'000, 100'000)));
  std::vector<std::string> records;
  for (std::size_t i = 0; i < sizes.size(); ++i)
    records.emplace_back(sizes[i], static_cast<char>('a' + i % 26));
  return records;
}

RC_GTEST_PROP(WalReader, ReadsEveryRecordOfASoundFile, ()) {
  const auto records = some_records();
  const std::string file = wal_of(records);
  std::size_t sound = 0;
  const bool all = read(file, &sound) == records;
  RC_ASSERT(all);
  RC_ASSERT(sound == file.size());
  const bool salvaged = salvage(file, 0) == records;
  RC_ASSERT(salvaged);
}

RC_GTEST_PROP(WalReader, StopsBeforeTheRecordThatIsCut, ()) {
  const auto records = some_records();
  const std::string file = wal_of(records);
  const std::size_t length = *rc::gen::inRange<std::size_t>(0, file.size() + 1);
  std::size_t sound = 0;
  const auto found = read(std::string_view{file}.substr(0, length), &sound);
  RC_ASSERT(sound <= length);
  const bool prefix = std::equal(found.begin(), found.end(), records.begin());
  RC_ASSERT(prefix);
  const auto ends = record_ends(file);
  RC_ASSERT(found.size() == static_cast<std::size_t>(std::count_if(ends.begin(), ends.end(),
                                                                   [&](auto end) { return end <= length; })));
}

RC_GTEST_PROP(WalReader, NeverReadsARecordInWhichABitHasFlipped, ()) {
  const auto records = some_records();
  RC_PRE(!records.empty());
  std::string file = wal_of(records);
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, file.size());
  file[at] = static_cast<char>(static_cast<unsigned char>(file[at]) ^ (1U << *rc::gen::inRange(0U, 8U)));
  std::size_t sound = 0;
  const auto found = read(file, &sound);
  RC_ASSERT(sound <= at);
  const bool prefix = std::equal(found.begin(), found.end(), records.begin());
  RC_ASSERT(prefix);
  RC_ASSERT(found.size() < records.size());
}

TEST(WalReader, TakesOnlyTheFourTypesOfFragments) {
  const std::string record(100, 'x');
  for (int type = 0; type < 256; ++type) {
    const std::string file = fragment_of(type, record);
    EXPECT_EQ(read(file).size(), type == 1 ? 1U : 0U) << type;
    // Nor as a part of a record.
    const std::string parts = fragment_of(2, record) + fragment_of(type, record) + fragment_of(4, record);
    EXPECT_EQ(read(parts).size(), type == 3 || type == 4 ? 1U : 0U) << type;
  }
}

TEST(WalReader, TakesFragmentsOnlyInOrder) {
  const auto read_types = [](const std::vector<int>& types) {
    std::string file;
    for (const int type : types) file += fragment_of(type, "abc");
    return read(file).size();
  };
  EXPECT_EQ(read_types({2, 4}), 1U);
  EXPECT_EQ(read_types({2, 3, 3, 4, 1}), 2U);
  EXPECT_EQ(read_types({3}), 0U);
  EXPECT_EQ(read_types({4}), 0U);
  EXPECT_EQ(read_types({2, 1}), 0U);
  EXPECT_EQ(read_types({2, 2, 4}), 0U);
  EXPECT_EQ(read_types({1, 4, 1}), 1U);
}

TEST(WalReader, TakesZerosOnlyWhereAHeaderDoesNotFit) {
  const std::string first(32'768 - 7 - 5, 'x');  // five bytes are left in the block
  std::string file = wal_of({first, "next"});
  EXPECT_EQ(read(file).size(), 2U);
  for (std::size_t i = 1; i <= 5; ++i) {
    std::string other = file;
    other[32'768 - i] = 'z';
    EXPECT_EQ(read(other).size(), 1U);
  }
  std::size_t sound = 0;
  EXPECT_EQ(read(wal_of({"one"}) + std::string(100, '\0') + wal_of({"two"}), &sound).size(), 1U);
  EXPECT_EQ(sound, 10U);
}

TEST(WalReader, SalvagesWhatIsWholeBehindDamage) {
  std::vector<std::string> records;
  for (int i = 0; i < 100; ++i) records.emplace_back(1000, static_cast<char>('a' + i % 26));
  std::string file = wal_of(records);
  file[7 + 1000 + 4] ^= 1;  // the length of the second record
  std::size_t sound = 0;
  EXPECT_EQ(read(file, &sound).size(), 1U);
  const auto salvaged = salvage(file, sound);
  EXPECT_EQ(salvaged, (std::vector<std::string>{records.begin() + 2, records.end()}));
  EXPECT_TRUE(salvage(std::string(1'000'000, '\0'), 0).empty());
  EXPECT_TRUE(salvage(std::string(1'000'000, '\1'), 0).empty());
}

TEST(FindInRecords, FindsAPatternAlsoWhereItContinuesInTheNextBlock) {
  const std::string pattern = "0123456789abcdef";
  for (std::size_t before = 32'700; before < 32'800; ++before) {
    const std::string file = wal_of({std::string(before, 'x'), pattern + "PAYLOAD"});
    std::vector<std::string> found;
    find_in_records(file, 0, pattern, pattern.size() + 7, [&](std::size_t offset, std::string_view bytes) {
      found.emplace_back(bytes);
      EXPECT_EQ(file[offset], pattern[0]);
    });
    ASSERT_EQ(found, std::vector<std::string>{pattern + "PAYLOAD"}) << before;
  }
}

TEST(WalReader, SalvagesWhereItIsToldThatRecordsBegin) {
  std::vector<std::string> records;
  for (int i = 0; i < 100; ++i) records.emplace_back(1000, static_cast<char>('a' + i % 26));
  std::string file = wal_of(records);
  std::vector<std::size_t> starts;
  for (const std::size_t end : record_ends(file)) starts.push_back(end);
  file.replace(32'768, 4096, 4096, '\0');  // the second block's first page
  std::vector<std::string> salvaged;
  salvage_records(file, 32'221, starts, [&](std::string_view record) {
    salvaged.emplace_back(record);
    return true;
  });
  EXPECT_EQ(salvaged, (std::vector<std::string>{records.begin() + 37, records.end()}));
}

}  // namespace
}  // namespace muster::test
