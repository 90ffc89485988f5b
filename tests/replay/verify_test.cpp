#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <muster/eventstore/codec.hpp>
#include <muster/eventstore/rocksdb/rocks_database.hpp>
#include <muster/eventstore/store_keys.hpp>
#include <muster/replay/verify.hpp>

#include "support/engines.hpp"
#include "support/faulty_file_system.hpp"
#include "support/paths.hpp"
#include "support/store_files.hpp"

// Whatever of a store is not what was written, verify() names.
namespace muster::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ItemStatus {
  Verified verified;
  std::vector<Finding> findings;
  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> kinds;
    for (const Finding& finding : findings) kinds.emplace_back(name_of(finding.kind));
    return kinds;
  }
};
template <class Subject>
ItemStatus verdict_on(Subject&& subject) {
  ItemStatus verdict;
  verdict.verified = verify(subject, [&](const Finding& finding) { verdict.findings.push_back(finding); });
  EXPECT_EQ(verdict.verified.findings, verdict.findings.size());
  return verdict;
}

void fill(Backing backing, const std::filesystem::path& folder, std::size_t commands) {
  const auto engine = open_engine(backing, folder, test_options());
  for (const Move& move : generated_moves(5, commands)) (void)engine->execute(request(move));
  engine->close();
}

TEST(Verify, FindsNothingInASoundStore) {
  for (const Backing backing : {Backing::joined, Backing::split}) {
    const TempFolder folder;
    fill(backing, folder.path(), 600);
    const ItemStatus verdict = verdict_on(folder.path() / "db");
    EXPECT_THAT(verdict.kinds(), IsEmpty()) << verdict.findings[0].message;
    EXPECT_THAT(verdict.verified.notes, IsEmpty());
    const auto store = open_store(folder.path() / "db", {.create = false, .read_only = true});
    EXPECT_EQ(verdict.verified.commits, store->log().last());
    std::size_t rows = 0;
    for (const auto& [key, value] : stored_rows(store->rows())) rows += key.starts_with('\0') ? 0 : 1;
    EXPECT_EQ(verdict.verified.rows, rows);
  }
}

TEST(Verify, FindsNothingInAnEmptyStore) {
  const TempFolder folder;
  open_store(folder.path() / "db")->close();
  EXPECT_THAT(verdict_on(folder.path() / "db").kinds(), IsEmpty());
  EXPECT_THAT(verdict_on(*make_memory_store()).kinds(), IsEmpty());
}

/// A store whose tables can be changed behind its back.
class Tampered : public testing::Test {
 protected:
  explicit Tampered(std::size_t commands = 300) {
    fill(Backing::joined, folder.path(), commands);
    sound = files_in(path);
  }
  /// Does something to the tables of the sound store, and verifies it.
  template <class Change>
  ItemStatus after(Change&& change) {
    write_files(path, sound);
    {
      std::unique_ptr<Database> database;
      const auto status = Database::open({.path = path.string()}, database);
      EXPECT_TRUE(status.ok()) << status.ToString();
      change(*database);
      EXPECT_TRUE(database->flush().ok());
    }
    return verdict_on(path);
  }
  ItemStatus after_put(const std::string& family, const std::string& key, const std::string& value) {
    return after([&](Database& database) {
      EXPECT_TRUE(database.db().Put(unlogged(), database.family(family).get(), key, value).ok());
    });
  }
  ItemStatus after_erase(const std::string& family, const std::string& key) {
    return after([&](Database& database) {
      EXPECT_TRUE(database.db().Delete(unlogged(), database.family(family).get(), key).ok());
    });
  }
  std::map<std::string, std::string> entries(const std::string& family) {
    write_files(path, sound);
    std::map<std::string, std::string> all;
    const auto store = open_store(path, {.create = false, .read_only = true});
    store->scan_family(family, [&](std::string_view key, std::string_view value) {
      all.emplace(key, value);
      return true;
    });
    return all;
  }
  static rocksdb::WriteOptions unlogged() {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    return options;
  }

  TempFolder folder;
  std::filesystem::path path = folder.path() / "db";
  Files sound;
};

/// Opening a store looks at its last thousand commits already.
class TamperedLong : public Tampered {
 protected:
  TamperedLong() : Tampered(7000) {}
};

TEST_F(TamperedLong, AMissingCommitIsNamedByItsPosition) {
  const ItemStatus verdict = after_erase("default", position_bytes(7));
  ASSERT_EQ(verdict.findings.size(), 2U);
  EXPECT_EQ(verdict.findings[0].kind, FindingKind::position);
  EXPECT_EQ(verdict.findings[0].position, 7U);
  EXPECT_EQ(verdict.findings[0].message, "there is no commit at position 7");
  EXPECT_EQ(verdict.findings[1].kind, FindingKind::index) << "its entry in the index leads nowhere";
  EXPECT_EQ(verdict.verified.notes.size(), 1U) << "rows are not compared";
}

TEST_F(TamperedLong, ACommitWithOtherBytesIsNamed) {
  const auto commits = entries("default");
  ASSERT_GT(commits.size(), 1100U);
  for (const Position position : {Position{1}, Position{5}, Position{commits.size()}}) {
    std::string bytes = commits.at(position_bytes(position));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    const ItemStatus verdict = after_put("default", position_bytes(position), bytes);
    ASSERT_FALSE(verdict.findings.empty()) << position;
    EXPECT_EQ(verdict.findings[0].kind, FindingKind::commit);
    EXPECT_EQ(verdict.findings[0].position, position);
  }
}

// A commit that is whole, but of another history.
TEST_F(TamperedLong, ACommitOfAnotherHistoryBreaksItsChain) {
  const auto commits = entries("default");
  Position position = 9;
  const auto commit_at = [&](Position at) {
    return decode_commit_at(at, commits.at(position_bytes(at))).commit;
  };
  while (commit_at(position).head.stream.kind != StreamKind::group) ++position;
  Commit commit = commit_at(position);
  commit.head.correlation = Correlation{"forged"};
  Digest previous{};
  for (Position before = 1; before < position; ++before) {
    const auto decoded = decode_commit_at(before, commits.at(position_bytes(before)));
    if (decoded.commit.head.stream == commit.head.stream) previous = decoded.hash;
  }
  // Its own hash is right, so that only the next commit of the stream tells.
  const auto [encoded, hash] = CommitEncoder{}.encode(commit, previous);
  const ItemStatus verdict = after_put("default", position_bytes(position), encoded.bytes);
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_EQ(verdict.findings[0].kind, FindingKind::chain);
  EXPECT_GT(verdict.findings[0].position, position);
  EXPECT_EQ(StreamId::of(*verdict.findings[0].group), commit.head.stream);
}

TEST_F(Tampered, EveryEntryOfEveryFamilyCounts) {
  std::size_t trial = 0;
  for (const std::string family : {"streams", "rows.1"}) {
    const std::string kind = family == "streams" ? "index" : "row";
    std::map<char, std::size_t> seen;
    for (const auto& [key, value] : entries(family)) {
      // Some of each kind of row.
      if (++seen[key.front()] > 6) continue;
      if (key.starts_with('\0')) continue;
      EXPECT_THAT(after_erase(family, key).kinds(), ElementsAre(kind)) << key;
      EXPECT_THAT(after_put(family, key, value + "x").kinds(), ElementsAre(kind)) << key;
      EXPECT_THAT(after_put(family, key + "x", value).kinds(), ElementsAre(kind)) << key;
      ++trial;
    }
    if (family == "rows.1") {
      EXPECT_GT(seen.size(), 12U) << "kinds of rows";
    }
  }
  EXPECT_GT(trial, 50U);
}

TEST_F(Tampered, AnEntryThatNobodyKnowsIsNamed) {
  EXPECT_THAT(after_put("default", std::string(3, '\0'), "x").kinds(), ElementsAre("entry"));
  const ItemStatus verdict = after([](Database& database) {
    const auto family = database.create_family("other");
    EXPECT_TRUE(database.db().Put(unlogged(), family.get(), "stray", "x").ok());
  });
  EXPECT_THAT(verdict.kinds(), ElementsAre("entry"));
  EXPECT_EQ(verdict.findings[0].message, "`other` has an entry `stray`, where nothing belongs");
}

TEST_F(Tampered, RowsOfAnUnfinishedUpgradeAreNoFinding) {
  const ItemStatus verdict = after([](Database& database) { (void)database.create_family("rows.2"); });
  EXPECT_THAT(verdict.kinds(), IsEmpty());
  EXPECT_EQ(verdict.verified.notes.size(), 1U);
}

TEST_F(Tampered, EveryFlippedByteOfATableIsNamed) {
  std::size_t trials = 0;
  for (const auto& [name, bytes] : sound) {
    if (!name.ends_with(".sst")) continue;
    for (std::size_t offset = trials % 7; offset < bytes.size(); offset += 1 + bytes.size() / 25) {
      Files damaged = sound;
      damaged[name][offset] = static_cast<char>(damaged[name][offset] ^ (1 << (offset % 8)));
      write_files(path, damaged);
      const ItemStatus verdict = verdict_on(path);
      EXPECT_FALSE(verdict.findings.empty()) << name << " at " << offset;
      ++trials;
    }
  }
  EXPECT_GT(trials, 50U);
}

TEST_F(Tampered, AStoreThatDoesNotOpenIsAFinding) {
  Files damaged = sound;
  damaged["HEAD"][20] ^= 1;
  write_files(path, damaged);
  EXPECT_THAT(verdict_on(path).kinds(), ElementsAre("store"));
  EXPECT_THROW(verdict_on(folder.path() / "nowhere"), StoreError);
}

// A store from before tables had a checksum of their own.
TEST(VerifyOld, StoresOfEarlierVersionsAreSoundToo) {
  for (const auto& entry :
       std::filesystem::directory_iterator{source_dir().string() + "/tests/stores/format-1"}) {
    if (!entry.is_directory()) continue;
    const TempFolder folder;
    std::filesystem::copy(entry.path(), folder.path() / "db");
    EXPECT_THAT(verdict_on(folder.path() / "db").kinds(), IsEmpty()) << entry.path();
  }
}

/// Commits by hand, into a store in memory.
class ByHand : public testing::Test {
 protected:
  void append(Commit commit) {
    auto [encoded, hash] = encoder.encode(commit, previous);
    previous = hash;
    ASSERT_FALSE(store->log().append(store->log().last(), std::vector{std::move(encoded)}).error);
  }
  static Commit commit_of(Revision revision, std::int64_t time) {
    Commit commit;
    commit.head.stream = StreamId::of(mia);
    commit.head.revision = revision;
    commit.head.time = {time};
    commit.head.caller = user(mia);
    commit.head.rules = genesis_rules_digest();
    commit.command = Command{MarkApplicationsRead{}};
    commit.events.push_back(ApplicationsRead{});
    return commit;
  }
  std::vector<std::string> kinds() {
    auto all = verdict_on(*store).kinds();
    std::erase(all, "row");  // nobody has folded anything
    return all;
  }
  std::unique_ptr<Store> store = make_memory_store();
  CommitEncoder encoder;
  Digest previous{};
};

TEST_F(ByHand, InOrderIsSound) {
  append(commit_of(1, 10));
  append(commit_of(2, 10));
  EXPECT_THAT(kinds(), IsEmpty());
}

TEST_F(ByHand, ARevisionThatIsLeftOutIsNamed) {
  append(commit_of(1, 10));
  append(commit_of(3, 10));
  EXPECT_THAT(kinds(), ElementsAre("revision"));
}

TEST_F(ByHand, ATimeThatRunsBackwardsIsNamed) {
  append(commit_of(1, 10));
  append(commit_of(2, 9));
  EXPECT_THAT(kinds(), ElementsAre("time"));
}

TEST_F(ByHand, AHashThatDoesNotFollowIsNamed) {
  append(commit_of(1, 10));
  previous[0] ^= 1;
  append(commit_of(2, 10));
  EXPECT_THAT(kinds(), ElementsAre("chain"));
}

TEST_F(ByHand, RulesThatNobodyInstalledAreNamed) {
  Commit commit = commit_of(1, 10);
  commit.head.rules[0] ^= 1;
  append(commit);
  EXPECT_THAT(kinds(), ElementsAre("rules"));
}

TEST_F(ByHand, RulesThatAreNotWhatTheirDigestSaysAreNamed) {
  Commit commit = commit_of(1, 10);
  commit.head.stream = StreamId::app();
  commit.events.clear();
  commit.events.push_back(RulesInstalled{std::string(32, 'x'), encode_rules(default_rules())});
  append(commit);
  EXPECT_THAT(kinds(), ElementsAre("rules"));
}

}  // namespace
}  // namespace muster::test
