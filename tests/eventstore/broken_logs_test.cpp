#include <set>

#include <gtest/gtest.h>

#include <muster/eventstore/memory/memory_log.hpp>

#include "eventstore/log_conformance.hpp"

// The conformance suite is itself put to the test: each broken log must be caught, by the promise that it
// breaks.
namespace muster::test {
namespace {

/// A log that keeps all promises, with the hooks that the suite asks for. Each broken log overrides a little
/// of it.
class HonestLog : public CommitLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    if (failed_) return {last(), StoreError{StoreErrorCode::failed, "an earlier append failed"}};
    if (after != inner_.last()) return inner_.append(after, commits);
    before_durable();
    if (failing_) return fail(after);
    return inner_.append(after, commits);
  }
  std::optional<std::string> read(Position position) const override { return inner_.read(position); }
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override {
    return inner_.position_of(stream, revision);
  }
  void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const override {
    inner_.scan(from, visit);
  }
  Position last() const override { return inner_.last(); }
  bool wait_beyond(Position position, std::chrono::milliseconds timeout) const override {
    return inner_.wait_beyond(position, timeout);
  }

  void set_hook(std::function<void()> hook) { hook_ = std::move(hook); }
  void fail_next() { failing_ = true; }

 protected:
  void before_durable() const {
    if (hook_) hook_();
  }
  AppendResult fail(Position after) {
    failing_ = false;
    failed_ = true;
    return {after, StoreError{StoreErrorCode::io, "the disk is gone"}};
  }
  MemoryLog inner_;
  std::function<void()> hook_;
  bool failing_ = false;
  bool failed_ = false;
};

class LogWithAHole : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    AppendResult result = HonestLog::append(shown_before(after), commits);
    result.last = shown(result.last);
    return result;
  }
  std::optional<std::string> read(Position position) const override {
    return position == 3 ? std::nullopt : HonestLog::read(shown_before(position));
  }
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override {
    const auto found = HonestLog::position_of(stream, revision);
    return found ? std::optional{shown(*found)} : std::nullopt;
  }
  Position last() const override { return shown(HonestLog::last()); }

 private:
  static Position shown(Position position) { return position < 3 ? position : position + 1; }
  static Position shown_before(Position position) { return position <= 3 ? position : position - 1; }
};

class LogThatShowsEarly : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    if (failed_ || failing_ || after != inner_.last()) return HonestLog::append(after, commits);
    const AppendResult result = inner_.append(after, commits);
    before_durable();
    return result;
  }
};

class LogWithoutAnIndexEntry : public HonestLog {
 public:
  std::optional<Position> position_of(const StreamId& stream, Revision revision) const override {
    const auto found = HonestLog::position_of(stream, revision);
    return found == Position{5} ? std::nullopt : found;
  }
};

class LogWithoutTheBytes : public HonestLog {
 public:
  std::optional<std::string> read(Position position) const override {
    return position == 5 ? std::nullopt : HonestLog::read(position);
  }
};

class LogThatTakesAStaleAfter : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    return HonestLog::append(after < last() ? last() : after, commits);
  }
};

class LogThatWakesEarly : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    begun_ = after + commits.size();
    return HonestLog::append(after, commits);
  }
  bool wait_beyond(Position position, std::chrono::milliseconds timeout) const override {
    return begun_ > position || HonestLog::wait_beyond(position, timeout);
  }

 private:
  std::atomic<Position> begun_ = 0;
};

class LogThatForgetsItsFailure : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    const AppendResult result = HonestLog::append(after, commits);
    failed_ = false;
    return result;
  }
};

class LogThatTakesAnything : public HonestLog {
 public:
  AppendResult append(Position after, std::span<const EncodedCommit> commits) override {
    std::vector<EncodedCommit> cut{commits.begin(), commits.end()};
    for (EncodedCommit& commit : cut)
      if (commit.bytes.size() > commit_bytes_max) commit.bytes.resize(commit_bytes_max);
    return HonestLog::append(after, cut);
  }
};

class LogThatScansOn : public HonestLog {
 public:
  void scan(Position from, const std::function<bool(Position, std::string_view)>& visit) const override {
    HonestLog::scan(from, [&](Position position, std::string_view bytes) {
      visit(position, bytes);
      return true;
    });
  }
};

template <class Log>
LogUnderTest log_under_test() {
  const auto log = std::make_shared<Log>();
  LogUnderTest test{.owner = log, .log = log.get()};
  test.before_durable = [log = log.get()](std::function<void()> hook) { log->set_hook(std::move(hook)); };
  test.fail_next = [log = log.get()] { log->fail_next(); };
  return test;
}

using Promises = std::set<std::string, std::less<>>;

template <class Log>
Promises broken_by() {
  Promises broken;
  for (const std::string& violation : check_commit_log(log_under_test<Log>))
    broken.insert(violation.substr(0, violation.find(':')));
  return broken;
}

Promises only(std::initializer_list<std::string_view> promises) { return {promises.begin(), promises.end()}; }

TEST(BrokenLogs, AnHonestOneIsNotAccused) { EXPECT_EQ(broken_by<HonestLog>(), only({})); }
TEST(BrokenLogs, AHoleIsCaught) { EXPECT_TRUE(broken_by<LogWithAHole>().contains(promise::gapless)); }
TEST(BrokenLogs, EarlyVisibilityIsCaught) {
  EXPECT_EQ(broken_by<LogThatShowsEarly>(), only({promise::durable_first, promise::wakes_in_time}));
}
TEST(BrokenLogs, ACommitWithoutIndexIsCaught) {
  EXPECT_EQ(broken_by<LogWithoutAnIndexEntry>(), only({promise::whole}));
}
TEST(BrokenLogs, ACommitWithoutBytesIsCaught) {
  EXPECT_EQ(broken_by<LogWithoutTheBytes>(), only({promise::whole}));
}
TEST(BrokenLogs, AStaleAfterThatIsTakenIsCaught) {
  EXPECT_TRUE(broken_by<LogThatTakesAStaleAfter>().contains(promise::compare_and_set));
}
TEST(BrokenLogs, WakingEarlyIsCaught) {
  EXPECT_EQ(broken_by<LogThatWakesEarly>(), only({promise::wakes_in_time}));
}
TEST(BrokenLogs, AForgottenFailureIsCaught) {
  EXPECT_EQ(broken_by<LogThatForgetsItsFailure>(), only({promise::sticky}));
}
TEST(BrokenLogs, ACommitThatIsTooLargeIsCaught) {
  EXPECT_EQ(broken_by<LogThatTakesAnything>(), only({promise::bounded}));
}
TEST(BrokenLogs, AScanThatDoesNotStopIsCaught) {
  EXPECT_EQ(broken_by<LogThatScansOn>(), only({promise::scans}));
}

}  // namespace
}  // namespace muster::test
