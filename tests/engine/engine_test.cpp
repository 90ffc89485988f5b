#include <array>
#include <atomic>
#include <future>
#include <latch>
#include <limits>
#include <set>
#include <thread>

#include <muster/eventstore/codec.hpp>

#include "support/engines.hpp"

// The engine, over a store in memory, one database and two.
namespace muster::test {
namespace {

class AnyEngine : public testing::TestWithParam<Backing> {
 protected:
  std::unique_ptr<Engine> open(EngineOptions options) {
    return open_engine(GetParam(), folder.path(), std::move(options));
  }
  std::unique_ptr<Engine> open() { return open(test_options()); }
  [[nodiscard]] bool on_disk() const { return GetParam() != Backing::memory; }
  /// Closes, and looks at what is on the disk.
  void close_and_check(std::unique_ptr<Engine> engine) {
    engine->close();
    engine.reset();
    if (on_disk()) expect_whole(folder.path() / "db");
  }
  TempFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Backings, AnyEngine,
                         testing::Values(Backing::memory, Backing::joined, Backing::split),
                         [](const auto& test) { return to_string(test.param); });

const JoinGroup join{.group = g, .message = {}};
const PostMessage post{.group = g, .message_id = {}, .topic = {}};

Refusal refused_by(Engine& engine, Request request) {
  Result result = engine.execute(std::move(request));
  if (auto* refusal = std::get_if<Refusal>(&result)) return *refusal;
  ADD_FAILURE() << "not refused";
  return {};
}

TEST_P(AnyEngine, AnswersWithGroupRevisionPositionAndEvents) {
  auto engine = open();
  const Answer first = answered(*engine, request(olive, creation(BaseType::meeting)));
  EXPECT_EQ(first.group, g);
  EXPECT_EQ(first.revision, 1U);
  EXPECT_EQ(first.position, 1U);
  ASSERT_EQ(first.events.size(), 1U);
  EXPECT_EQ(name_of(first.events[0]), "GroupCreated");
  const Answer second = answered(*engine, request(mia, join));
  EXPECT_EQ(second.revision, 2U);
  EXPECT_EQ(second.position, 2U);
  EXPECT_EQ(second.reply.result, ItemStatus::joined);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, ARefusalIsAnAnswerAndTakesNoPosition) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::public_)));
  EXPECT_EQ(refused_by(*engine, request(mia, post)).rule.slug(), "post.member");
  EXPECT_EQ(answered(*engine, request(olive, post)).position, 2U);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, ACommandThatChangesNothingAnswersWithTheRevisionAndNoPosition) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::public_)));
  answered(*engine, request(mia, join));
  const Answer again = answered(*engine, request(mia, join));
  EXPECT_EQ(again.revision, 2U);
  EXPECT_EQ(again.position, std::nullopt);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(again.reply.result, ItemStatus::pending);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, KeepsEverythingThroughReopening) {
  if (!on_disk()) GTEST_SKIP() << "a store in memory is gone with its engine";
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  Request named = request(mia, join);
  named.id = CommandId{"once"};
  answered(*engine, named);
  close_and_check(std::move(engine));
  engine = open();
  EXPECT_TRUE(engine->recovery_notes().empty());
  const Answer again = answered(*engine, named);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.position, 2U);
  EXPECT_EQ(again.reply.result, ItemStatus::joined);
  EXPECT_EQ(answered(*engine, request(mia, post)).position, 3U);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, ALogThatIsNotTheOneThatHeadNamesIsCorrupt) {
  if (!on_disk()) GTEST_SKIP() << "a store in memory has no HEAD";
  for (const char* name : {"one", "two"}) {
    const TempFolder other;
    auto engine = open_engine(GetParam(), other.path(), test_options());
    CreateGroup create = creation(BaseType::meeting);
    create.name = GroupName{name};
    answered(*engine, request(olive, create));
    engine.reset();
    std::filesystem::copy(other.path() / "db", folder.path() / name,
                          std::filesystem::copy_options::recursive);
  }
  std::filesystem::copy_file(folder.path() / "two" / "HEAD", folder.path() / "one" / "HEAD",
                             std::filesystem::copy_options::overwrite_existing);
  try {
    Engine::open(folder.path() / "one", test_options());
    FAIL() << "opened";
  } catch (const StoreError& error) {
    EXPECT_EQ(error.code(), StoreErrorCode::corrupt);
  }
  EXPECT_NO_THROW(Engine::open(folder.path() / "two", test_options()));
}

TEST_P(AnyEngine, AnEngineThatIsDroppedHasClosed) {
  open();
  if (on_disk()) expect_whole(folder.path() / "db");
}

TEST_P(AnyEngine, ReadsOfASnapshotDoNotMove) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  {
    const Snapshot before = engine->snapshot();
    answered(*engine, request(mia, join));
    EXPECT_EQ(before.position(), 1U);
    EXPECT_EQ(before.group(g)->member_num, 1U);
    EXPECT_EQ(before.member(g, mia), std::nullopt);
    const Snapshot after = engine->snapshot();
    EXPECT_EQ(after.position(), 2U);
    EXPECT_EQ(after.group(g)->member_num, 2U);
    EXPECT_NE(after.member(g, mia), std::nullopt);
    EXPECT_EQ(after.membership(mia, g)->role, Role::member);
    EXPECT_EQ(after.profile(g)->name.value, "Readers");
    EXPECT_EQ(after.group(GroupId{"nothing"}), std::nullopt);
  }
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, MembersAreReadInPages) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  for (const Account& account : {mia, adam, otto}) answered(*engine, request(account, join));
  const auto first = engine->snapshot().members(g, Account{}, 2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].first, adam);
  EXPECT_EQ(first[1].first, mia);
  const auto rest = engine->snapshot().members(g, first.back().first, 10);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].first, olive);
  EXPECT_EQ(rest[1].first, otto);
}

// Command ids.

TEST_P(AnyEngine, TheSameIdInOneBatchCommitsOnce) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  Request named = request(mia, join);
  named.id = CommandId{"once"};
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 20; ++i) {
    auto promise = std::make_shared<std::promise<Result>>();
    results.push_back(promise->get_future());
    Request copy = named;
    ASSERT_FALSE(
        engine->submit(std::move(copy), [promise](Result result) { promise->set_value(std::move(result)); }));
  }
  int fresh = 0;
  for (auto& result : results) {
    const auto answer = std::get<Answer>(result.get());
    EXPECT_EQ(answer.position, 2U);
    if (!answer.replayed) ++fresh;
  }
  EXPECT_EQ(fresh, 1);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, AssignedGroupIdsStartAsTheyMustAndAreAllDifferent) {
  auto engine = open();
  std::set<GroupId> seen;
  for (const BaseType type : all_types) {
    for (int i = 0; i < 5; ++i) {
      CreateGroup create = creation(type);
      create.group.reset();
      const Answer answer = answered(*engine, request(olive, create));
      EXPECT_TRUE(answer.group->view().starts_with(type == BaseType::community ? "@TGS#_" : "@TGS#"));
      EXPECT_EQ(answer.group->view().starts_with("@TGS#_"), type == BaseType::community);
      EXPECT_TRUE(seen.insert(*answer.group).second);
    }
  }
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, AnAssignedIdFollowsFromCallerAndCommandId) {
  CreateGroup create = creation(BaseType::public_);
  create.group.reset();
  const auto assigned = [&](const Caller& caller, const char* id) {
    auto engine = open_engine(Backing::memory, {}, test_options());
    Request named = request(caller, create);
    named.id = CommandId{id};
    return *answered(*engine, named).group;
  };
  EXPECT_EQ(assigned(user(olive), "a"), assigned(user(olive), "a"));
  EXPECT_NE(assigned(user(olive), "a"), assigned(user(olive), "b"));
  EXPECT_NE(assigned(user(olive), "a"), assigned(user(mia), "a"));
  EXPECT_NE(assigned(user(olive), "a"), assigned(app_admin(olive), "a"));
}

// Time.

EngineOptions with_clock(std::int64_t now) {
  EngineOptions options = test_options();
  options.allow_future = false;
  options.clock = [now] { return TimeMs{now}; };
  return options;
}

TEST_P(AnyEngine, TheClockStampsACommandWithoutATime) {
  auto engine = open(with_clock(t0.ms));
  Request unstamped = request(olive, creation(BaseType::public_));
  unstamped.at.reset();
  answered(*engine, unstamped);
  EXPECT_EQ(engine->snapshot().group(g)->create_time, t0);
}

TEST_P(AnyEngine, ATimeMoreThanFiveMinutesAheadOfTheClockIsRefused) {  // arguments.time
  constexpr std::int64_t five_minutes = 300'000;
  auto engine = open(with_clock(t0.ms));
  const Refusal refusal =
      refused_by(*engine, request(olive, creation(BaseType::public_), t0.ms + five_minutes + 1));
  EXPECT_EQ(refusal.rule.slug(), "arguments.time");
  EXPECT_EQ(refusal.field, "at");
  EXPECT_EQ(refused_by(*engine,
                       request(olive, creation(BaseType::public_), std::numeric_limits<std::int64_t>::min()))
                .rule.slug(),
            "arguments.time");
  answered(*engine, request(olive, creation(BaseType::public_), t0.ms + five_minutes));
}

TEST_P(AnyEngine, AnOptionTakesTimesAheadOfTheClock) {
  EngineOptions options = with_clock(t0.ms);
  options.allow_future = true;
  auto engine = open(std::move(options));
  answered(*engine, request(olive, creation(BaseType::public_), time_max.ms));
}

// Submitting.

TEST_P(AnyEngine, CallbacksComeInTheOrderOfTaking) {
  EngineOptions options = with_clock(t0.ms);
  auto engine = open(std::move(options));
  answered(*engine, request(olive, creation(BaseType::meeting)));
  std::vector<int> order;
  for (int i = 0; i < 1000; ++i) {
    // Some are refused without being judged; they wait for their turn too.
    Request one = request(olive, post, i % 10 == 0 ? time_max.ms : t0.ms);
    ASSERT_FALSE(engine->submit(std::move(one), [&order, i](const Result& result) {
      EXPECT_EQ(std::holds_alternative<Refusal>(result), i % 10 == 0);
      order.push_back(i);
    }));
  }
  engine->close();
  ASSERT_EQ(order.size(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_P(AnyEngine, ACallbackMayCallTheEngineButNotCloseIt) {
  auto engine = open();
  std::promise<Answer> inner;
  std::promise<bool> close_threw;
  ASSERT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), [&](const Result&) {
    inner.set_value(answered(*engine, request(mia, join)));
    bool threw = false;
    try {
      engine->close();
    } catch (const std::logic_error&) {
      threw = true;
    }
    close_threw.set_value(threw);
  }));
  EXPECT_EQ(inner.get_future().get().position, 2U);
  EXPECT_TRUE(close_threw.get_future().get());
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, AFullQueueAnswersOverloadedAndTakesNothing) {
  EngineOptions options = test_options();
  options.queue_commands_max = 2;
  auto engine = open(std::move(options));
  std::latch release{1};
  std::atomic<int> told{0};
  const auto wait = [&](const Result&) {
    release.wait();
    ++told;
  };
  ASSERT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), wait));
  ASSERT_FALSE(engine->submit(request(mia, join), wait));
  Request third = request(adam, join);
  Engine::Done done = wait;
  const auto refused = engine->submit(std::move(third), std::move(done));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->kind, FailureKind::overloaded);
  EXPECT_TRUE(done) << "the arguments are as they were";
  EXPECT_EQ(third.at, t0);
  release.count_down();
  engine->close();
  EXPECT_EQ(told, 2);
}

TEST_P(AnyEngine, CloseAnswersWhatWasTakenAndTakesNothingMore) {
  auto engine = open();
  std::atomic<int> told{0};
  ASSERT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), [&](const Result&) { ++told; }));
  for (int i = 0; i < 500; ++i)
    ASSERT_FALSE(engine->submit(request(olive, post), [&](const Result&) { ++told; }));
  engine->close();
  EXPECT_EQ(told, 501);
  EXPECT_EQ(std::get<Failure>(engine->execute(request(olive, post))).kind, FailureKind::closed);
  EXPECT_EQ(engine->submit(request(olive, post), [](const Result&) {})->kind, FailureKind::closed);
  engine->close();
}

// Many at once.

TEST_P(AnyEngine, ACapacityOfNWithTwiceAsManyJoinsAdmitsExactlyN) {
  auto engine = open();
  constexpr int capacity = 50;
  CreateGroup create = creation(BaseType::meeting);
  create.max_member_num = capacity + 1;
  answered(*engine, request(olive, create));
  std::atomic<int> joined{0};
  std::atomic<int> full{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2 * capacity / 4; ++i) {
        const Result result =
            engine->execute(request(Account{"u" + std::to_string(t) + "-" + std::to_string(i)}, join));
        if (std::holds_alternative<Answer>(result))
          ++joined;
        else if (std::get<Refusal>(result).error == Error::group_full)
          ++full;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(joined, capacity);
  EXPECT_EQ(full, capacity);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, capacity + 1U);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, OfAcceptingAndRefusingAtOnceOneWinsAndTheOtherHearsSo) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::public_)));
  for (int round = 0; round < 20; ++round) {
    const Account applicant{"a" + std::to_string(round)};
    answered(*engine, request(applicant, join));
    Result accepted;
    Result refused;
    std::thread accepting{[&] {
      accepted = engine->execute(request(olive, AcceptApplication{g, applicant, {}}));
    }};
    std::thread refusing{[&] {
      refused = engine->execute(request(app_admin(), RefuseApplication{g, applicant, {}}));
    }};
    accepting.join();
    refusing.join();
    const bool came_in = std::holds_alternative<Answer>(accepted);
    EXPECT_NE(came_in, std::holds_alternative<Answer>(refused));
    EXPECT_EQ(std::get<Refusal>(came_in ? refused : accepted).error, Error::application_handled);
    EXPECT_EQ(engine->snapshot().membership(applicant, g).has_value(), came_in);
  }
  close_and_check(std::move(engine));
}

// Admins rank alike, so neither removes the other (docs/rules.md section 7). Where one outranks the other,
// and when both act for the backend, the order decides: who was removed first is no member when its own
// command comes.
TEST_P(AnyEngine, OfTwoWhoRemoveEachOtherAtOnceTheOrderDecides) {
  auto engine = open();
  CreateGroup create = creation(BaseType::public_);
  create.members = {{InitialMember{adam, Role::admin}, InitialMember{mia, Role::admin}}};
  answered(*engine, request(olive, create));
  const auto at_once = [&](const Caller& one, const Account& first, const Caller& other,
                           const Account& second) {
    std::array<Result, 2> results;
    std::thread a{[&] { results[0] = engine->execute(request(one, KickMembers{g, {first}, {}})); }};
    std::thread b{[&] { results[1] = engine->execute(request(other, KickMembers{g, {second}, {}})); }};
    a.join();
    b.join();
    return results;
  };
  const auto equals = at_once(user(adam), mia, user(mia), adam);
  for (const Result& result : equals)
    EXPECT_EQ(std::get<Answer>(result).reply.results.at(0).refused, Error::not_permitted);
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 3U);

  const auto unequal = at_once(user(olive), adam, user(adam), olive);
  EXPECT_EQ(std::get<Answer>(unequal[0]).reply.results.at(0).refused, std::nullopt);
  if (const auto* answer = std::get_if<Answer>(&unequal[1])) {
    EXPECT_EQ(answer->reply.results.at(0).refused, Error::not_permitted);
  } else {
    EXPECT_EQ(std::get<Refusal>(unequal[1]).rule.slug(), "kick.member");
  }
  EXPECT_EQ(engine->snapshot().group(g)->member_num, 2U);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, AClosedEngineHasNothingToRead) {
  auto engine = open();
  engine->close();
  EXPECT_THROW(static_cast<void>(engine->snapshot()), std::logic_error);
}

TEST_P(AnyEngine, OfTwoWhoHandTheGroupOverAtOnceOneWins) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  for (const Account& account : {mia, adam}) answered(*engine, request(account, join));
  Result to_mia;
  Result to_adam;
  std::thread one{[&] { to_mia = engine->execute(request(olive, TransferGroup{g, mia})); }};
  std::thread two{[&] { to_adam = engine->execute(request(olive, TransferGroup{g, adam})); }};
  one.join();
  two.join();
  EXPECT_NE(std::holds_alternative<Answer>(to_mia), std::holds_alternative<Answer>(to_adam));
  EXPECT_EQ(engine->snapshot().group(g)->owner, std::holds_alternative<Answer>(to_mia) ? mia : adam);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, ReadersSeeWholeCommitsWhileOthersWrite) {
  auto engine = open();
  answered(*engine, request(olive, creation(BaseType::meeting)));
  std::atomic<bool> done{false};
  std::thread reader{[&] {
    Position last = 0;
    while (!done) {
      const Snapshot snapshot = engine->snapshot();
      EXPECT_GE(snapshot.position(), last);
      last = snapshot.position();
      EXPECT_EQ(snapshot.group(g)->member_num, snapshot.members(g, Account{}, 1000).size());
      EXPECT_EQ(snapshot.group(g)->head.revision, snapshot.position());
    }
  }};
  for (int i = 0; i < 200; ++i) answered(*engine, request(Account{"u" + std::to_string(i)}, join));
  done = true;
  reader.join();
  close_and_check(std::move(engine));
}

// Rules.

TEST_P(AnyEngine, RulesThatTheStoreDoesNotKnowAreInstalledBeforeTheFirstCommitUnderThem) {
  Rules rules = default_rules();
  rules.types[2].join_group = false;
  EngineOptions options = test_options();
  options.rules = rules;
  auto engine = open(options);
  EXPECT_EQ(refused_by(*engine, request(mia, join)).rule.slug(), "group.visible");
  EXPECT_EQ(engine->snapshot().position(), 0U) << "a refusal installs nothing";
  const Answer created = answered(*engine, request(olive, creation(BaseType::meeting)));
  EXPECT_EQ(created.position, 2U);
  EXPECT_EQ(created.revision, 1U);
  EXPECT_EQ(answered(*engine, request(olive, post)).position, 3U);
  EXPECT_EQ(refused_by(*engine, request(mia, join)).rule.slug(), "join.type");
  close_and_check(std::move(engine));
  if (!on_disk()) return;
  engine = open(options);
  EXPECT_EQ(answered(*engine, request(olive, post)).position, 4U) << "known by now";
  close_and_check(std::move(engine));
  const auto store = open_store(folder.path() / "db", {.create = false, .read_only = true});
  const Commit installed = decode_commit_at(1, *store->log().read(1)).commit;
  ASSERT_EQ(installed.events.size(), 1U);
  const auto& event = std::get<RulesInstalled>(installed.events[0]);
  EXPECT_EQ(std::get<Rules>(decode_rules(event.document)), rules);
  EXPECT_EQ(event.digest, bytes_of(digest_of(rules)));
  EXPECT_EQ(decode_commit_at(2, *store->log().read(2)).commit.head.rules, digest_of(rules));
  EXPECT_EQ(decode_commit_at(2, *store->log().read(2)).commit.head.app_revision, 1U);
}

TEST_P(AnyEngine, TakesOneCommandABatchWhenNoMoreIsLet) {
  EngineOptions options = test_options();
  options.batch_bytes_max = 1;
  options.batch_commits_max = 1;
  auto engine = open(std::move(options));
  std::vector<std::future<Result>> results;
  for (int i = 0; i < 20; ++i) {
    auto told = std::make_shared<std::promise<Result>>();
    results.push_back(told->get_future());
    Request one = i == 0 ? request(olive, creation(BaseType::meeting))
                         : request(Account{"u" + std::to_string(i)}, join);
    EXPECT_FALSE(
        engine->submit(std::move(one), [told](Result result) { told->set_value(std::move(result)); }));
  }
  for (Position i = 0; i < 20; ++i) EXPECT_EQ(std::get<Answer>(results[i].get()).position, i + 1);
  close_and_check(std::move(engine));
}

/// Calls the engine when it goes.
struct Parting {
  Engine* engine;
  std::promise<Result>* told;
  Parting(Engine& its_engine, std::promise<Result>& its_told) : engine(&its_engine), told(&its_told) {}
  Parting(const Parting&) = delete;
  Parting& operator=(const Parting&) = delete;
  ~Parting() { told->set_value(engine->execute(request(mia, join))); }
};

TEST_P(AnyEngine, WhatACallbackHoldsMayCallTheEngineWhenItGoes) {
  auto engine = open();
  std::promise<Result> told;
  {
    Engine::Done done = [held = std::make_shared<Parting>(*engine, told)](const Result&) {};
    EXPECT_FALSE(engine->submit(request(olive, creation(BaseType::meeting)), std::move(done)));
  }
  EXPECT_EQ(std::get<Answer>(told.get_future().get()).position, 2U);
  close_and_check(std::move(engine));
}

TEST_P(AnyEngine, FaultyRulesAreRefusedAtOnce) {
  EngineOptions options = test_options();
  options.rules.types[0].join_group = true;
  EXPECT_THROW(open(options), std::invalid_argument);
}

}  // namespace
}  // namespace muster::test
