#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/memory/memory_row_store.hpp>
#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "support/faulty_file_system.hpp"
#include "support/temp_folder.hpp"

namespace muster::test {
namespace {

using Rows = std::map<std::string, std::string>;

Rows rows_of(const RowReader& reader, std::string_view prefix = {}, std::string_view from = {}) {
  Rows rows;
  std::string before;
  reader.scan(prefix, from, [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(rows.empty() || before < key) << "a scan is out of order";
    before = key;
    rows.emplace(key, value);
    return true;
  });
  return rows;
}

enum class Kind { memory, joined, split };

class AnyRowStore : public ::testing::TestWithParam<Kind> {
 protected:
  RowStore& rows() { return store_->rows(); }
  void put(std::string key, std::string value) {
    RowBatch batch;
    batch.put(std::move(key), std::move(value));
    rows().write(batch);
  }
  void erase(std::string key) {
    RowBatch batch;
    batch.erase(std::move(key));
    rows().write(batch);
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_ = GetParam() == Kind::memory
                                      ? make_memory_store()
                                      : open_store_as(folder_.path(), {.split = GetParam() == Kind::split});
};
std::string name_of_kind(const ::testing::TestParamInfo<Kind>& tested) {
  constexpr std::array kinds{"Memory", "Joined", "Split"};
  return kinds[static_cast<std::size_t>(tested.param)];
}
INSTANTIATE_TEST_SUITE_P(Stores, AnyRowStore, ::testing::Values(Kind::memory, Kind::joined, Kind::split),
                         name_of_kind);

TEST_P(AnyRowStore, KeepsTheLastValue) {
  EXPECT_EQ(rows().get("a"), std::nullopt);
  put("a", "1");
  put("a", "2");
  put("empty", "");
  EXPECT_EQ(rows().get("a"), "2");
  EXPECT_EQ(rows().get("empty"), "");
  erase("a");
  erase("never there");
  EXPECT_EQ(rows().get("a"), std::nullopt);
}

TEST_P(AnyRowStore, ScansPrefixesInTheOrderOfBytes) {
  const std::string zero(1, '\0'), top = "\xff";
  for (const std::string& key : {"b" + top, std::string{"b"}, "b" + zero, std::string{"bb"}, std::string{"a"},
                                 "a" + top, std::string{"c"}, top, top + top, top + "a"})
    put(key, key);
  EXPECT_EQ(rows_of(rows(), "b"),
            (Rows{{"b", "b"}, {"b" + zero, "b" + zero}, {"bb", "bb"}, {"b" + top, "b" + top}}));
  EXPECT_EQ(rows_of(rows(), "b", "ba"), (Rows{{"bb", "bb"}, {"b" + top, "b" + top}}));
  EXPECT_EQ(rows_of(rows(), "b", "a"), rows_of(rows(), "b"));
  EXPECT_EQ(rows_of(rows(), "b", "c"), Rows{});
  EXPECT_EQ(rows_of(rows(), top), (Rows{{top, top}, {top + "a", top + "a"}, {top + top, top + top}}));
  EXPECT_EQ(rows_of(rows()).size(), 10U);
}

TEST_P(AnyRowStore, StopsAScanWhenTold) {
  for (const char* key : {"a", "b", "c"}) put(key, "");
  int visited = 0;
  rows().scan("", "", [&](std::string_view, std::string_view) { return ++visited < 2; });
  EXPECT_EQ(visited, 2);
}

TEST_P(AnyRowStore, LetsAVisitorWrite) {
  for (int i = 0; i < 600; ++i) put(fmt::format("k{}", 1000 + i), "");
  int visited = 0;
  rows().scan("k", "", [&](std::string_view key, std::string_view) {
    put(std::string{key} + "x", "");
    ++visited;
    return true;
  });
  EXPECT_EQ(visited, 600) << "a scan is of one moment";
}

TEST_P(AnyRowStore, SnapshotsAreUnmovedByLaterWrites) {
  put("kept", "1");
  put("changed", "1");
  put("erased", "1");
  const auto before = store_->rows().snapshot();
  const Rows then = rows_of(*before);
  put("changed", "2");
  put("new", "1");
  erase("erased");
  const auto between = store_->rows().snapshot();
  erase("kept");
  put("erased", "again");
  EXPECT_EQ(rows_of(*before), then);
  EXPECT_EQ(before->get("erased"), "1");
  EXPECT_EQ(before->get("new"), std::nullopt);
  EXPECT_EQ(rows_of(*between), (Rows{{"kept", "1"}, {"changed", "2"}, {"new", "1"}}));
  EXPECT_EQ(rows_of(rows()), (Rows{{"changed", "2"}, {"new", "1"}, {"erased", "again"}}));
}

TEST_P(AnyRowStore, TakesCommitsAndRowsTogether) {
  RowBatch batch;
  batch.put("applied", "2");
  EXPECT_FALSE(store_->write(0, commits_after(0, 2), batch).error);
  EXPECT_EQ(store_->log().last(), 2U);
  EXPECT_EQ(rows().get("applied"), "2");

  batch.writes.clear();
  batch.put("applied", "9");
  EXPECT_EQ(store_->write(1, commits_after(1, 1), batch).error->code(), StoreErrorCode::wrong_position);
  EXPECT_EQ(rows().get("applied"), "2") << "rows of a refused append";
  EXPECT_FALSE(store_->write(2, {}, batch).error);
  EXPECT_EQ(rows().get("applied"), "9") << "rows need no commits";
}

TEST_P(AnyRowStore, StartsAGenerationEmptyAndFinishesIt) {
  put("a", "old");
  RowStore& fresh = store_->begin_generation();
  EXPECT_EQ(rows_of(fresh), Rows{});
  RowBatch batch;
  batch.put("a", "new");
  fresh.write(batch);
  EXPECT_EQ(rows().get("a"), "old") << "not before it is finished";
  store_->finish_generation();
  EXPECT_EQ(rows().get("a"), "new");

  put("b", "1");
  store_->begin_generation().write(batch);
  EXPECT_EQ(rows_of(store_->begin_generation()), Rows{}) << "one that is begun again is empty again";
  store_->finish_generation();
  EXPECT_EQ(rows_of(rows()), Rows{});
}

TEST_P(AnyRowStore, OnceClosedIsNotReadAnyMore) {
  put("a", "1");
  const auto snapshot = rows().snapshot();
  RowStore& held = rows();
  store_->close();
  const auto closed = [](const auto& read) {
    try {
      read();
    } catch (const StoreError& error) {
      return error.code() == StoreErrorCode::closed;
    }
    return false;
  };
  const auto read_all = [&] {
    EXPECT_TRUE(closed([&] { (void)held.get("a"); }));
    EXPECT_TRUE(closed([&] { (void)rows_of(held); }));
    EXPECT_TRUE(closed([&] { (void)held.snapshot(); }));
    EXPECT_TRUE(closed([&] { (void)snapshot->get("a"); }));
  };
  read_all();
  // Nor by somebody who is reading another store.
  const auto other = make_memory_store();
  RowBatch batch;
  batch.put("b", "2");
  other->rows().write(batch);
  int visited = 0;
  other->rows().scan({}, {}, [&](std::string_view, std::string_view) {
    ++visited;
    read_all();
    return true;
  });
  EXPECT_EQ(visited, 1);
}

// Any writes, any snapshots on the way: each snapshot shows what a map of that moment shows.
RC_GTEST_PROP(RowVersionProperties, SnapshotsAreMapsOfTheirMoment, ()) {
  MemoryRowStore rows;
  Rows now;
  std::vector<std::pair<std::shared_ptr<const RowReader>, Rows>> moments;
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    RowBatch batch;
    const std::string keys = *rc::gen::container<std::string>(rc::gen::inRange('a', 'h'));
    for (const char key : std::set<char>{keys.begin(), keys.end()}) {
      const std::string row(1, key);
      if (*rc::gen::inRange(0, 3) == 0) {
        batch.erase(row);
        now.erase(row);
      } else {
        batch.put(row, std::to_string(step));
        now[row] = std::to_string(step);
      }
    }
    rows.write(batch);
    if (*rc::gen::inRange(0, 3) == 0) moments.emplace_back(rows.snapshot(), now);
    if (!moments.empty() && *rc::gen::inRange(0, 4) == 0)
      moments.erase(moments.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(moments)));
    RC_ASSERT(rows_of(rows) == now);
    for (const auto& [snapshot, expected] : moments) RC_ASSERT(rows_of(*snapshot) == expected);
  }
  moments.clear();
  RC_ASSERT(rows.versions_kept() == now.size());  // nothing is kept for snapshots that are gone
}

}  // namespace
}  // namespace muster::test
