#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/projections/row_cache.hpp>

#include "support/allocations.hpp"

// What is known of rows without asking the store for them.
namespace muster::test {
namespace {

Account numbered(int number) { return Account{"user" + std::to_string(number)}; }
AccountRow counting(int joined) {
  AccountRow row;
  row.joined = static_cast<std::uint32_t>(joined);
  return row;
}
std::vector<int> known(RowCache<AccountRow>& cache, int end) {
  std::vector<int> numbers;
  for (int i = 0; i < end; ++i)
    if (cache.find(numbered(i)) != nullptr) numbers.push_back(i);
  return numbers;
}

TEST(RowCache, KnowsWhatWasAddedAndThatARowIsAbsent) {
  RowCache<AccountRow> cache;
  EXPECT_EQ(cache.find(numbered(1)), nullptr);
  cache.place(numbered(1)) = counting(7);
  cache.place(numbered(2)) = std::nullopt;
  ASSERT_NE(cache.find(numbered(1)), nullptr);
  EXPECT_EQ(*cache.find(numbered(1)), counting(7));
  ASSERT_NE(cache.find(numbered(2)), nullptr);
  EXPECT_EQ(*cache.find(numbered(2)), std::nullopt);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(RowCache, LetsGoOfWhatNobodyAskedForFirst) {
  RowCache<AccountRow> cache;
  for (int i = 0; i < 10; ++i) cache.place(numbered(i)) = counting(i);
  cache.find(numbered(5));
  cache.evict(9);
  EXPECT_EQ(known(cache, 10), std::vector{5});
  cache.evict(8);
  EXPECT_EQ(cache.size(), 0U) << "asked for or not, when there is nothing else";
}

// It happens after a batch was written, where nothing may fail.
TEST(RowCache, EvictingAllocatesNothing) {
  RowCache<AccountRow> cache;
  for (const int size : {1, 3, 500, 501, 2000}) {
    for (int i = 0; i < size; ++i) cache.place(numbered(i));
    const std::uint64_t before = allocations();
    cache.evict(cache.size());
    EXPECT_EQ(allocations(), before) << size;
  }
}

TEST(RowCache, UsesAPlaceAgain) {
  RowCache<AccountRow> cache;
  std::set<const void*> places;
  for (int i = 0; i < 100; ++i) places.insert(&cache.place(numbered(i)));
  for (int i = 100; i < 1000; ++i) {
    cache.evict(1);
    EXPECT_TRUE(places.contains(&cache.place(numbered(i))));
  }
  EXPECT_EQ(cache.size(), 100U);
}

TEST(RowCache, KeepsRowsWhereTheyAreWhileItGrows) {
  RowCache<AccountRow> cache;
  const std::optional<AccountRow>* first = &(cache.place(numbered(0)) = counting(0));
  for (int i = 1; i < 10'000; ++i) cache.place(numbered(i)) = counting(i);
  EXPECT_EQ(cache.find(numbered(0)), first);
  EXPECT_EQ(*first, counting(0));
}

TEST(RowCache, ForgetsEverythingAndStartsAnew) {
  RowCache<AccountRow> cache;
  for (int i = 0; i < 1000; ++i) cache.place(numbered(i)) = counting(i);
  cache.evict(10);
  cache.clear();
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(known(cache, 1000), std::vector<int>{});
  cache.place(numbered(3)) = counting(3);
  EXPECT_EQ(known(cache, 1000), std::vector{3});
}

// It may forget, but what it knows is what was last written.
RC_GTEST_PROP(RowCache, KnowsNothingButTheTruth, ()) {
  RowCache<AccountRow> cache;
  std::map<int, std::optional<AccountRow>> written;
  std::size_t most = 0;
  std::size_t found = 0;
  const int steps = *rc::gen::inRange(1, 400);
  for (int step = 0; step < steps; ++step) {
    const int number = *rc::gen::inRange(0, 100);
    const std::size_t before = cache.size();
    const int what = *rc::gen::inRange(0, 200);
    if (what == 0) {
      cache.clear();
      RC_ASSERT(cache.size() == 0U);
    } else if (what < 10) {
      const auto count = *rc::gen::inRange<std::size_t>(0, 20);
      cache.evict(count);
      RC_ASSERT(cache.size() == before - std::min(before, count));
    } else {
      const auto row = step % 3 == 0 ? std::nullopt : std::optional{counting(step)};
      written[number] = row;
      cache.place(numbered(number)) = row;
    }
    most = std::max(most, cache.size());
    for (int i = step % 2; i < 100; i += 2) {
      const auto* there = cache.find(numbered(i));
      if (there == nullptr) continue;
      ++found;
      RC_ASSERT(*there == written.at(i));
    }
  }
  RC_CLASSIFY(most > 32, "grew");
  RC_CLASSIFY(found > 100, "found a hundred times");
}

}  // namespace
}  // namespace muster::test
