#include <thread>

#include <dirent.h>
#include <sys/resource.h>

#include "support/engines.hpp"
#include "support/gate.hpp"

// What an engine says of itself, and that it goes on or stops as it says.
namespace muster::test {
namespace {

using namespace std::chrono_literals;

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

TEST(EngineHealth, TellsHowFarItIsAndWhatWaits) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  answered(*engine, request(mia, join));
  const Health health = engine->health();
  EXPECT_TRUE(health.writable) << health.reason;
  EXPECT_EQ(health.durable, 2U);
  EXPECT_EQ(health.applied, 2U);
  EXPECT_LE(health.head, 2U);
  EXPECT_EQ(health.head_problem, "");
  EXPECT_EQ(health.queued_bulk + health.queued_interactive + health.queued_bytes, 0U);
  EXPECT_GT(health.last_write.count(), 0);
  EXPECT_EQ(health.recovery_notes, std::vector<std::string>{});
  EXPECT_TRUE(engine->opening().made);
  engine->close();
  EXPECT_EQ(engine->health().head, 2U);
  EXPECT_FALSE(engine->health().writable);
  EXPECT_EQ(engine->health().code, StoreErrorCode::closed);
}

TEST(EngineHealth, TellsHowLongTheOldestWaits) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  gate.close();
  EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), {}));
  gate.wait_for_write(1);
  for (int i = 0; i < 20'000; ++i) EXPECT_FALSE(engine->submit(request(olive, post), {}));
  while (engine->health().oldest_waits < 20ms) std::this_thread::yield();
  EXPECT_GT(engine->health().queued_bulk, 10'000U);
  EXPECT_GT(engine->health().queued_bytes, 10'000U * sizeof(Command));
  gate.open();
}

TEST(EngineHealth, SaysWhyItHasStopped) {
  Gate gate;
  const auto engine = Engine::open(gate.store(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  gate.failure = StoreError{StoreErrorCode::full, "no room left"};
  const Failure failed = std::get<Failure>(engine->execute(request(mia, join)));
  EXPECT_EQ(failed.kind, FailureKind::store_failed);
  EXPECT_EQ(failed.code, StoreErrorCode::full);
  EXPECT_TRUE(failed.outcome_unknown);
  const Health health = engine->health();
  EXPECT_FALSE(health.writable);
  EXPECT_EQ(health.code, StoreErrorCode::full);
  EXPECT_NE(health.reason.find("no room left"), std::string::npos);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 1U) << "reading goes on";
}

/// `HEAD` cannot be replaced while a folder has the name of its successor.
class BlockedHead {
 public:
  explicit BlockedHead(const TempFolder& folder) : path_(folder.path() / "db" / "HEAD.new") {
    std::filesystem::create_directory(path_);
  }
  ~BlockedHead() { std::filesystem::remove(path_); }
  BlockedHead(const BlockedHead&) = delete;
  BlockedHead& operator=(const BlockedHead&) = delete;

 private:
  std::filesystem::path path_;
};

TEST(FailingHead, IsReportedAndTriedAgainWhileCommandsGoOn) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  {
    const BlockedHead blocked{folder};
    answered(*engine, request(mia, join));
    while (engine->health().head_problem.empty()) std::this_thread::yield();
    EXPECT_TRUE(engine->health().writable);
    EXPECT_NE(engine->health().head_problem.find("HEAD"), std::string::npos) << engine->health().head_problem;
    answered(*engine, request(adam, join));
  }
  while (!engine->health().head_problem.empty()) std::this_thread::yield();
  EXPECT_EQ(engine->health().head, 3U);
}

TEST(FailingHead, StopsTheEngineInTheEnd) {
  const TempFolder folder;
  EngineOptions options = test_options();
  options.head_lag_max = 1s;
  {
    const auto engine = open_engine(Backing::joined, folder.path(), options);
    answered(*engine, request(olive, creation(BaseType::meeting)));
    const BlockedHead blocked{folder};
    answered(*engine, request(mia, join));
    while (engine->health().writable) std::this_thread::yield();
    const Failure failure = std::get<Failure>(engine->execute(request(adam, join)));
    EXPECT_EQ(failure.kind, FailureKind::not_stored) << "it was not handed to the disk";
    EXPECT_NE(failure.message.find("HEAD"), std::string::npos) << failure.message;
    EXPECT_TRUE(failure.code.has_value());
  }
  EXPECT_EQ(open_engine(Backing::joined, folder.path(), test_options())->snapshot().position(), 2U);
}

TEST(DisplacedEngine, StopsBeforeItWritesIntoAnotherStore) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  std::filesystem::rename(folder.path() / "db", folder.path() / "moved");
  const Result result = engine->execute(request(mia, join));
  EXPECT_TRUE(std::holds_alternative<Failure>(result));
  while (engine->health().writable) std::this_thread::yield();
  EXPECT_EQ(engine->health().code, StoreErrorCode::not_found);
  EXPECT_NE(engine->health().reason.find("moved, removed or replaced"), std::string::npos);
  engine->close();
  std::filesystem::rename(folder.path() / "moved", folder.path() / "db");
  EXPECT_EQ(open_engine(Backing::joined, folder.path(), test_options())->snapshot().position(), 1U);
}

TEST(DisplacedEngine, WithoutCommandsNoticesWhenItRecordsHead) {
  const TempFolder folder;
  const auto engine = open_engine(Backing::joined, folder.path(), test_options());
  std::filesystem::rename(folder.path() / "db", folder.path() / "moved");
  while (engine->health().writable) std::this_thread::yield();
  EXPECT_EQ(engine->health().code, StoreErrorCode::not_found);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// What needs no new file goes on. RocksDB itself stops when it wants to make one, and then nothing is lost.
TEST(NoDescriptors, ASecondWithoutThemIsSurvivedOrEndsTheEngine) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP()
      << "UBSan opens a pipe before it looks at the type of an object, and reports it when it cannot";
#endif
  const TempFolder folder;
  auto engine = open_engine(Backing::joined, folder.path(), test_options());
  answered(*engine, request(olive, creation(BaseType::meeting)));
  answered(*engine, request(mia, join));
  std::this_thread::sleep_for(200ms);  // RocksDB compacts its first tables, usually in a few milliseconds
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GT(open_descriptors(), 3U);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  Position acknowledged = 2;
  for (int i = 0; engine->health().writable && engine->health().head_problem.empty(); ++i)
    if (std::holds_alternative<Answer>(engine->execute(request(Account{"u" + std::to_string(i)}, join))))
      ++acknowledged;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  if (engine->health().writable) {
    const auto caught_up = [&](const Health& health) {
      return health.head >= acknowledged && health.head_problem.empty();
    };
    for (Health now = engine->health(); now.writable && !caught_up(now); now = engine->health())
      std::this_thread::yield();
  }
  engine.reset();
  engine = open_engine(Backing::joined, folder.path(), test_options());
  EXPECT_GE(engine->snapshot().position(), acknowledged);
  engine->close();
  expect_whole(folder.path() / "db");
}

}  // namespace
}  // namespace muster::test
