#include "support/world.hpp"

// Rows on top of rows.
namespace muster::test {
namespace {

constexpr TimeMs early{1};
constexpr TimeMs late{2};

/// A base with one mute, of mia.
struct Based {
  Based() { rows.put<MuteRow>({g, mia}, {early}); }
  MemoryRows rows;
};

TEST(Overlay, ShowsItsOwnRowsBeforeTheBases) {
  Based base;
  Overlay overlay{&base.rows};
  EXPECT_EQ(overlay.find<MuteRow>({g, mia})->until, early);
  EXPECT_EQ(overlay.find<MuteRow>({g, otto}), nullptr);
  overlay.edit<MuteRow>({g, mia}).until = late;
  overlay.put<MuteRow>({g, otto}, {late});
  EXPECT_EQ(overlay.find<MuteRow>({g, mia})->until, late);
  EXPECT_EQ(overlay.find<MuteRow>({g, otto})->until, late);
  EXPECT_EQ(base.rows.find<MuteRow>({g, mia})->until, early);
  EXPECT_EQ(base.rows.find<MuteRow>({g, otto}), nullptr);
  EXPECT_EQ(overlay.written(), 2U);
}

TEST(Overlay, ErasesWhatIsThereAndNothingElse) {
  Based base;
  Overlay overlay{&base.rows};
  overlay.erase<MuteRow>({g, otto});
  EXPECT_EQ(overlay.written(), 0U) << "there was none";
  overlay.erase<MuteRow>({g, mia});
  EXPECT_EQ(overlay.find<MuteRow>({g, mia}), nullptr);
  overlay.remove<MuteRow>({g, adam});
  EXPECT_EQ(overlay.written(), 2U) << "remove believes that it was there";
  EXPECT_EQ(overlay.edit<MuteRow>({g, mia}).until, TimeMs{}) << "a row that comes back is a fresh one";
  overlay.put<MuteRow>({g, adam}, {late});
  EXPECT_EQ(overlay.find<MuteRow>({g, adam})->until, late);
}

TEST(Overlay, MergesIntoTheOneBelow) {
  Based base;
  Overlay batch{&base.rows};
  batch.put<MuteRow>({g, otto}, {early});
  Overlay command{&batch};
  EXPECT_NE(command.find<MuteRow>({g, mia}), nullptr);
  command.erase<MuteRow>({g, mia});
  command.put<MuteRow>({g, otto}, {late});
  command.merge_into(batch);
  EXPECT_EQ(command.written(), 0U);
  for (const View* rows : {static_cast<const View*>(&batch), static_cast<const View*>(&command)}) {
    EXPECT_EQ(rows->find<MuteRow>({g, mia}), nullptr);
    EXPECT_EQ(rows->find<MuteRow>({g, otto})->until, late);
  }
}

TEST(Overlay, ForgetsWhatItAskedWhenItIsClearedOrRebased) {
  Based base;
  Overlay overlay{&base.rows};
  EXPECT_NE(overlay.find<MuteRow>({g, mia}), nullptr);
  base.rows.put<MuteRow>({g, mia}, {late});
  overlay.clear();
  EXPECT_EQ(overlay.find<MuteRow>({g, mia})->until, late);
  Based other;
  overlay.put<MuteRow>({g, otto}, {late});
  overlay.rebase(&other.rows);
  EXPECT_EQ(overlay.find<MuteRow>({g, mia})->until, early);
  EXPECT_EQ(overlay.find<MuteRow>({g, otto})->until, late) << "what it wrote stays";
}

// Joining looks at memberships of one account, however many others are written in the same batch.
TEST(Overlay, FindsTheRowsOfAnAccountWithoutLookingAtOthers) {
  RowTable<MembershipRow> table;
  std::size_t added = 0;
  for (int group = 0; group < 30; ++group) {
    for (const Account& account : {olive, mia, otto}) {
      if (account == mia && group % 10 != 0) continue;
      table.add({account, GroupId{"g" + std::to_string(group)}}, MembershipRow{});
      ++added;
      std::size_t found = 0;
      table.for_each_of(account, [&](const auto& entry) {
        EXPECT_EQ(entry.key.first, account);
        ++found;
      });
      EXPECT_EQ(found, account == mia ? 1 + group / 10 : 1 + group) << added;
    }
  }
  table.for_each_of(root, [](const auto&) { ADD_FAILURE() << "nothing of hers was written"; });
  table.clear();
  table.for_each_of(olive, [](const auto&) { ADD_FAILURE() << "it was cleared"; });
}

TEST(Overlay, FindsEveryOneOfManyRows) {
  Based base;
  Overlay overlay{&base.rows};
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) overlay.put<MuteRow>({g, Account{"u" + std::to_string(i)}}, {{i}});
    for (int i = 0; i < 100; i += 2) overlay.erase<MuteRow>({g, Account{"u" + std::to_string(i)}});
    EXPECT_EQ(overlay.written(), 100U);
    for (int i = 0; i < 100; ++i) {
      const MuteRow* row = overlay.find<MuteRow>({g, Account{"u" + std::to_string(i)}});
      ASSERT_EQ(row == nullptr, i % 2 == 0) << i;
      if (row != nullptr) {
        EXPECT_EQ(row->until.ms, i);
      }
    }
    overlay.clear();
    EXPECT_EQ(overlay.find<MuteRow>({g, Account{"u1"}}), nullptr);
  }
}

}  // namespace
}  // namespace muster::test
