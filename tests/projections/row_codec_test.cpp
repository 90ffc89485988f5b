#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/store.hpp>
#include <muster/projections/catch_up.hpp>
#include <muster/projections/row_codec.hpp>
#include <muster/projections/row_view.hpp>

#include "support/generators.hpp"
#include "support/samples.hpp"
#include "support/watched_rows.hpp"

// docs/format.md: the keys and values of rows.
namespace muster::test {
namespace {

/// Folds a history and tells every row written, as stored.
std::map<std::string, std::string> rows_of(const std::vector<Commit>& history) {
  MemoryRows none;
  Overlay overlay{&none};
  for (std::size_t i = 0; i < history.size(); ++i) fold(overlay, history[i], i + 1, Digest{});
  std::map<std::string, std::string> rows;
  const RowBatch batch = batch_of(overlay, history.size());
  for (const RowBatch::Write& write : batch.writes)
    if (write.value) rows[write.key] = *write.value;
  rows[std::string{applied_key}] = encode_applied(batch.applied.value());
  return rows;
}

TEST(RowCodec, TheRowsOfAGoldenHistoryAreAsTheyWere) {
  // When this fails and it is meant, raise projection_version: stores then fold their rows anew.
  std::string text = "fold " + std::to_string(projection_version) + "\nshape " +
                     to_hex(bytes_of(row_schema_digest())) + '\n';
  for (const auto& [key, value] : rows_of(sample_history())) text += to_hex(key) + ' ' + to_hex(value) + '\n';
  expect_golden("rows.txt", text);
}

TEST(RowCodec, AGroupsHotRowIsSmall) {
  // 32 bytes of hash, the owner, a type name, four times and some counts.
  GroupRow row;
  row.head = {.revision = 1'000'000, .time = t0, .hash = {}};
  row.type = TypeName{"AVChatRoom"};
  row.owner = Account{std::string(24, 'o')};
  row.member_num = row.max_member_num = 100'000;
  row.create_time = row.last_info_time = row.last_msg_time = t0;
  row.info_seq = row.next_msg_seq = 10'000'000;
  EXPECT_LE(detail::row_value(row).size(), 128U);
}

TEST(RowCodec, KeysSortByTheirParts) {
  const std::vector<std::string> keys{row_key<MemberProfileRow>({GroupId{"a"}, Account{"z"}}),
                                      row_key<MemberProfileRow>({GroupId{"a "}, Account{"a"}}),
                                      row_key<MemberProfileRow>({GroupId{"ab"}, Account{"a"}}),
                                      row_key<MemberProfileRow>({GroupId{"b"}, Account{"a"}})};
  EXPECT_TRUE(std::ranges::is_sorted(keys));
}

RC_GTEST_PROP(RowCodec, KeysComeBackAndSortAsTheirParts, ()) {
  const auto text = rc::gen::suchThat(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f)),
                                      [](const std::string& s) { return !s.empty() && s.size() <= 32; });
  const GroupAccount one{GroupId{*text}, Account{*text}};
  const GroupAccount two{GroupId{*text}, Account{*text}};
  RC_ASSERT(key_of<MemberProfileRow>(row_key<MemberProfileRow>(one)) == one);
  const bool before =
      std::pair{one.first.view(), one.second.view()} < std::pair{two.first.view(), two.second.view()};
  RC_ASSERT((row_key<MemberProfileRow>(one) < row_key<MemberProfileRow>(two)) == before);
}

TEST(RowCodec, ADamagedRowIsNamedNotMisread) {
  const std::string key = row_key<MuteRow>({g, mia});
  EXPECT_EQ(decode_row<MuteRow>(key, detail::row_value(MuteRow{t0})), MuteRow{t0});
  for (const std::string& bad : {std::string{}, detail::row_value(MuteRow{t0}) + "x"}) {
    try {
      decode_row<MuteRow>(key, bad);
      FAIL() << "no error";
    } catch (const StoreError& error) {
      EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
    }
  }
}

// Catching up.

/// A store whose log has the history and whose rows are as they happen to be.
std::unique_ptr<Store> store_with(const std::vector<Commit>& history) {
  auto store = make_memory_store();
  CommitEncoder encoder;
  std::map<StreamId, Digest> hashes;
  std::vector<EncodedCommit> encoded;
  for (const Commit& commit : history) {
    auto [bytes, hash] = encoder.encode(commit, hashes[commit.head.stream]);
    hashes[commit.head.stream] = hash;
    encoded.push_back(std::move(bytes));
  }
  EXPECT_FALSE(store->log().append(0, encoded).error);
  return store;
}
std::map<std::string, std::string> all_rows(const RowReader& rows) {
  std::map<std::string, std::string> all;
  rows.scan("", "", [&](std::string_view key, std::string_view value) {
    all.emplace(key, value);
    return true;
  });
  return all;
}

TEST(CatchUp, FoldsWhatTheLogHasBeyondTheRows) {
  const auto whole = store_with(sample_history());
  EXPECT_EQ(catch_up(*whole).size(), 1U);
  EXPECT_EQ(applied_of(whole->rows()), sample_history().size());
  EXPECT_TRUE(catch_up(*whole).empty());

  std::vector<Commit> half = sample_history();
  half.resize(half.size() / 2);
  const auto stepwise = store_with(half);
  catch_up(*stepwise);
  const std::vector<Commit> history = sample_history();
  CommitEncoder encoder;
  std::map<StreamId, Digest> hashes;
  std::vector<EncodedCommit> rest;
  for (const Commit& commit : history) {
    auto [bytes, hash] = encoder.encode(commit, hashes[commit.head.stream]);
    hashes[commit.head.stream] = hash;
    rest.push_back(std::move(bytes));
  }
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(half.size()));
  ASSERT_FALSE(stepwise->log().append(half.size(), rest).error);
  catch_up(*stepwise);
  EXPECT_EQ(all_rows(stepwise->rows()), all_rows(whole->rows()));
}

TEST(CatchUp, RowsFoldedByOtherCodeAreFoldedAnew) {
  const auto store = store_with(sample_history());
  catch_up(*store);
  const auto right = all_rows(store->rows());
  // What another version left behind: another shape, and a row that this one would not have.
  RowBatch foreign;
  foreign.put(std::string{detail::row_schema_key}, "something else");
  foreign.put(row_key<GroupRow>(GroupId{"ghost"}), detail::row_value(GroupRow{}));
  store->rows().write(foreign);
  EXPECT_FALSE(is_current(store->rows()));
  const ReadableRows readable{*store};
  EXPECT_EQ(all_rows(readable.rows()), right);
  EXPECT_EQ(catch_up(*store).size(), 1U);
  EXPECT_EQ(all_rows(store->rows()), right);
}

RC_GTEST_PROP(CatchUp, ComesToTheSameHoweverManyRowsAreWrittenAtATime, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  const auto whole = store_with(world.log());
  catch_up(*whole);
  for (const std::size_t rows_at_once : {std::size_t{1}, std::size_t{7}}) {
    const auto stepwise = store_with(world.log());
    catch_up(*stepwise, rows_at_once);
    RC_ASSERT(all_rows(stepwise->rows()) == all_rows(whole->rows()));
  }
  if (world.log().empty()) return;
  RC_ASSERT(all_rows(fold_where(whole->log(), {})->rows()) == all_rows(whole->rows()));
  MemoryRows at_once;
  fold_in_memory(whole->log(), {}, at_once);
  for (const std::size_t rows_at_once : {std::size_t{1}, std::size_t{7}}) {
    MemoryRows stepwise;
    RC_ASSERT(fold_in_memory(whole->log(), {}, stepwise, rows_at_once).upto == world.log().size());
    RC_ASSERT(stepwise == at_once);
  }
}

TEST(CatchUp, WhatIsWantedOfALogFoldsAsIfTheRestHadNotBeen) {
  const auto whole = store_with(sample_history());
  std::vector<Commit> beginning = sample_history();
  const Position last = beginning.size() / 2;
  beginning.resize(last);
  const auto half = store_with(beginning);
  catch_up(*half);
  const auto folded = fold_where(whole->log(), [&](Position at, const CommitHead&) { return at <= last; });
  auto rows = all_rows(folded->rows());
  auto expected = all_rows(half->rows());
  EXPECT_EQ(applied_of(folded->rows()), sample_history().size()) << "it has all been looked at";
  rows.erase(std::string{applied_key});
  expected.erase(std::string{applied_key});
  EXPECT_EQ(rows, expected);
}

TEST(CatchUp, RowsAheadOfTheLogAreDamage) {
  const auto store = make_memory_store();
  MemoryRows none;
  store->rows().write(batch_of(Overlay{&none}, 5));
  EXPECT_THROW(catch_up(*store), StoreError);
}

TEST(RowView, AsksTheStoreOnceAndLetsGoOfWhatIsTooMuch) {
  const auto store = store_with(sample_history());
  catch_up(*store);
  const WatchedRows rows{store->rows()};
  RowView view{rows, 100};
  const auto ask = [&](int number) {
    return view.find<AccountRow>(Account{"user" + std::to_string(number)});
  };
  for (int i = 0; i < 100; ++i) ask(i);
  view.trim();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(i), nullptr);
  EXPECT_EQ(rows.asked, 100U) << "absent rows are known too";
  for (int i = 100; i < 1000; ++i) {
    ask(i);
    ask(7);
    view.trim();
  }
  EXPECT_EQ(rows.asked, 1000U) << "what is asked for again and again stays";
  for (int i = 0; i < 50; ++i)
    if (i != 7) ask(i);
  EXPECT_EQ(rows.asked, 1049U) << "what nobody asked for went";
}

TEST(RowView, KindsThatAreAskedForLessMakeRoom) {
  const auto store = store_with(sample_history());
  catch_up(*store);
  const WatchedRows rows{store->rows()};
  RowView view{rows, 6400};
  for (int i = 0; i < 6400; ++i)
    static_cast<void>(view.find<AccountRow>(Account{"user" + std::to_string(i)}));
  view.trim();
  for (int i = 0; i < 64'000; ++i) {
    static_cast<void>(view.find<GroupRow>(GroupId{"group" + std::to_string(i)}));
    view.trim();
  }
  const std::size_t before = rows.asked;
  for (int i = 64'000 - 6200; i < 64'000; ++i)
    static_cast<void>(view.find<GroupRow>(GroupId{"group" + std::to_string(i)}));
  EXPECT_EQ(rows.asked, before) << "nearly all of the cache is the new kind's";
}

TEST(RowView, ARowThatCouldNotBeReadIsNotTakenToBeAbsent) {
  const auto store = store_with(sample_history());
  catch_up(*store);
  WatchedRows rows{store->rows()};
  rows.failing = true;
  const RowView view{rows, 100};
  const GroupId group = sample_history().front().head.stream.group();
  EXPECT_THROW(static_cast<void>(view.find<GroupRow>(group)), StoreError);
  rows.failing = false;
  EXPECT_NE(view.find<GroupRow>(group), nullptr);
}

TEST(RowView, KnowsWhatWasWrittenOnlyOnceItIsTakenOver) {
  const auto store = store_with(sample_history());
  catch_up(*store);
  RowView view{store->rows(), 100};
  const Account nobody{"nobody"};
  EXPECT_EQ(view.find<AccountRow>(nobody), nullptr);
  Overlay overlay{&view};
  overlay.edit<AccountRow>(nobody).joined = 3;
  EXPECT_EQ(view.find<AccountRow>(nobody), nullptr);
  view.take_over(overlay);
  ASSERT_NE(view.find<AccountRow>(nobody), nullptr);
  EXPECT_EQ(view.find<AccountRow>(nobody)->joined, 3U);
  overlay.remove<AccountRow>(nobody);
  view.take_over(overlay);
  EXPECT_EQ(view.find<AccountRow>(nobody), nullptr);
}

RC_GTEST_PROP(RowView, CachedOrNotItReadsWhatIsThere, (const std::vector<Move>& moves)) {
  World world;
  for (const Move& move : moves) world.tries(move.caller, move.command, move.with);
  const auto store = store_with(world.log());
  catch_up(*store);
  for (const std::size_t cached : {std::size_t{0}, std::size_t{2}, std::size_t{1000}}) {
    RowView view{store->rows(), cached};
    for (int round = 0; round < 2; ++round) {
      world.rows().for_each([&]<class K, class Row>(const K& key, const Row& row) {
        const Row* found = view.find<Row>(key);
        RC_ASSERT(found != nullptr);
        Row expected = row;
        if constexpr (requires { expected.head.hash; }) expected.head.hash = found->head.hash;
        if constexpr (std::is_same_v<Row, AccountRow>) expected.head = found->head;
        RC_ASSERT(*found == expected);
        view.trim();
      });
      for (const Account& account : {olive, adam, mia, otto}) {
        for (const std::size_t limit : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
          for (GroupId after;;) {
            const auto stored = view.memberships(account, after, limit);
            const auto kept = world.rows().memberships(account, after, limit);
            RC_ASSERT(stored == kept);
            if (stored.empty()) break;
            after = stored.back().group;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace muster::test
