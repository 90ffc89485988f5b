#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <muster/eventstore/store_setup.hpp>

#include "eventstore/commits.hpp"
#include "eventstore/log_conformance.hpp"
#include "support/faulty_file_system.hpp"
#include "support/temp_folder.hpp"

namespace muster::test {
namespace {

LogUnderTest memory_log() {
  const std::shared_ptr<Store> store = make_memory_store();
  return {.owner = store, .log = &store->log()};
}

// A store on a disk of its own, in a folder of its own.
struct OwnStore {
  TempFolder folder;
  FaultyDisk disk;
  std::unique_ptr<Store> store;
};

LogUnderTest rocks_log(bool split) {
  const auto own = std::make_shared<OwnStore>();
  own->store = open_store_as(own->folder.path(), {.split = split, .env = own->disk.env.get()});
  LogUnderTest test{.owner = own, .log = &own->store->log()};
  test.before_durable = [files = own->disk.files](std::function<void()> hook) {
    files->on_wal_sync(std::move(hook));
  };
  test.fail_next = [files = own->disk.files] { files->fail_wal_sync(1); };
  return test;
}

void expect_kept(const LogFactory& make) {
  for (const std::string& violation : check_commit_log(make)) ADD_FAILURE() << violation;
}

TEST(CommitLogPromises, AreKeptInMemory) { expect_kept(memory_log); }
TEST(CommitLogPromises, AreKeptByOneDatabase) {
  expect_kept([] { return rocks_log(false); });
}
TEST(CommitLogPromises, AreKeptByTwoDatabases) {
  expect_kept([] { return rocks_log(true); });
}

// Whatever is appended, in whatever portions and whatever is refused in between, a log in memory and one on a
// disk answer alike, also after reopening.
RC_GTEST_PROP(CommitLogProperties, DiskAndMemoryAnswerAlike, ()) {
  const TempFolder folder;
  const FaultyDisk quick;  // its syncs cost nothing
  const StoreSetup options{.env = quick.env.get()};
  const auto memory = make_memory_store();
  auto disk = open_store_as(folder.path(), options);
  const int steps = *rc::gen::inRange(1, 12);
  for (int step = 0; step < steps; ++step) {
    const Position last = memory->log().last();
    const Position after = *rc::gen::weightedElement<Position>({{8, last}, {1, last + 1}, {1, last / 2}});
    const auto commits =
        commits_after(last, *rc::gen::inRange<std::size_t>(0, 20), *rc::gen::inRange<std::size_t>(0, 400));
    const AppendResult expected = memory->log().append(after, commits);
    const AppendResult actual = disk->log().append(after, commits);
    RC_ASSERT(actual.last == expected.last);
    RC_ASSERT(actual.error.has_value() == expected.error.has_value());
    if (*rc::gen::inRange(0, 4) == 0) {
      disk->close();
      disk = open_store_as(folder.path(), options);
    }
  }
  RC_ASSERT(disk->log().last() == memory->log().last());
  for (Position position = 0; position <= memory->log().last() + 1; ++position) {
    RC_ASSERT(disk->log().read(position) == memory->log().read(position));
    RC_ASSERT(disk->log().position_of(stream_at(position), revision_at(position)) ==
              memory->log().position_of(stream_at(position), revision_at(position)));
  }
}

}  // namespace
}  // namespace muster::test
