#include "eventstore/log_conformance.hpp"

#include <thread>

#include <fmt/format.h>

#include "eventstore/commits.hpp"

namespace muster::test {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds at_once{0};
constexpr milliseconds long_enough{20'000};  // only ever waited for by a log that fails the suite

class Suite {
 public:
  explicit Suite(const LogFactory& make) : make_(make) {}

  std::vector<std::string> run() {
    counts_from_one();
    starts_empty();
    appends_nothing();
    keeps_many();
    refuses_a_stale_after();
    refuses_what_is_out_of_bounds();
    scans_in_order();
    shows_nothing_early();
    wakes_those_who_wait();
    stays_failed();
    return std::move(violations_);
  }

 private:
  template <class... Args>
  void expect(bool kept, std::string_view promised, fmt::format_string<Args...> seen, Args&&... args) {
    if (!kept)
      violations_.push_back(fmt::format("{}: {}", promised, fmt::format(seen, std::forward<Args>(args)...)));
  }

  // A broken log may also throw where it should answer.
  template <class Check>
  void guarded(std::string_view promised, Check check) {
    try {
      check();
    } catch (const std::exception& error) {
      violations_.push_back(fmt::format("{}: threw `{}`", promised, error.what()));
    }
  }

  bool append(CommitLog& log, std::size_t count) {
    const Position after = log.last();
    const AppendResult result = log.append(after, commits_after(after, count));
    expect(!result.error, promise::gapless, "an append after {} was refused", after);
    expect(result.last == after + count, promise::gapless, "{} commits after {} ended at {}", count, after,
           result.last);
    return !result.error;
  }

  // All that a reader can ask about the positions up to `last`, and about the one beyond.
  void expect_exactly(const CommitLog& log, Position last) {
    expect(log.last() == last, promise::gapless, "last() is {} and not {}", log.last(), last);
    expect(!log.read(0), promise::gapless, "there are bytes at position 0");
    for (Position position = 1; position <= last; ++position) expect_commit(log, position);
    expect_absent(log, last + 1, promise::gapless);
  }
  void expect_commit(const CommitLog& log, Position position) {
    const auto bytes = log.read(position);
    const auto indexed = log.position_of(stream_at(position), revision_at(position));
    if (!bytes && !indexed) return expect(false, promise::gapless, "nothing at position {}", position);
    expect(bytes.has_value(), promise::whole, "position {} is indexed but has no bytes", position);
    expect(indexed.has_value(), promise::whole, "position {} has bytes but is not indexed", position);
    expect(!bytes || *bytes == bytes_at(position), promise::whole, "other bytes at position {}", position);
    expect(!indexed || *indexed == position, promise::whole, "position {} is indexed as {}", position,
           indexed.value_or(0));
  }
  void expect_absent(const CommitLog& log, Position position, std::string_view promised) {
    expect(!log.read(position), promised, "bytes can be read at {}", position);
    expect(!log.position_of(stream_at(position), revision_at(position)), promised, "the index has {}",
           position);
    bool visited = false;
    log.scan(position, [&](Position, std::string_view) { return visited = true; });
    expect(!visited, promised, "a scan comes to {}", position);
  }

  void starts_empty() {
    guarded(promise::gapless, [&] { expect_exactly(*make_().log, 0); });
  }
  void counts_from_one() {
    guarded(promise::gapless, [&] {
      const LogUnderTest test = make_();
      for (const std::size_t count : {1U, 1U, 3U, 7U}) append(*test.log, count);
      expect_exactly(*test.log, 12);
    });
  }
  void appends_nothing() {
    guarded(promise::gapless, [&] {
      const LogUnderTest test = make_();
      append(*test.log, 0);
      append(*test.log, 2);
      append(*test.log, 0);
      expect_exactly(*test.log, 2);
    });
  }
  void keeps_many() {
    guarded(promise::whole, [&] {
      const LogUnderTest test = make_();
      for (std::size_t count = 1; count < 40; ++count) append(*test.log, count);
      expect_exactly(*test.log, 780);
    });
  }

  void refuses_a_stale_after() {
    guarded(promise::compare_and_set, [&] {
      const LogUnderTest test = make_();
      append(*test.log, 5);
      for (const Position after : {Position{0}, Position{4}, Position{6}, ~Position{0}}) {
        const AppendResult result = test.log->append(after, commits_after(5, 1));
        expect(is(result, StoreErrorCode::wrong_position), promise::compare_and_set,
               "with 5 commits in, an append after {} was taken or refused otherwise", after);
        expect(result.last == 5, promise::compare_and_set, "the refusal gives {} as the last of 5",
               result.last);
      }
      expect(test.log->last() == 5, promise::compare_and_set, "a refused append moved last()");
      const AppendResult nothing = test.log->append(3, {});
      expect(is(nothing, StoreErrorCode::wrong_position), promise::compare_and_set,
             "a stale append of nothing is taken");
    });
  }

  void refuses_what_is_out_of_bounds() {
    guarded(promise::bounded, [&] {
      const LogUnderTest test = make_();
      std::vector<EncodedCommit> commits = commits_after(0, 3);
      for (const std::string& bytes : {std::string{}, std::string(commit_bytes_max + 1, 'x')}) {
        commits[2].bytes = bytes;
        const AppendResult result = test.log->append(0, commits);
        expect(is(result, StoreErrorCode::too_large), promise::bounded, "a commit of {} bytes is taken",
               bytes.size());
      }
      expect(test.log->last() == 0 && !test.log->read(1), promise::bounded,
             "a refused append left something");
      commits[2].bytes.assign(commit_bytes_max, 'x');
      const AppendResult largest = test.log->append(0, commits);
      expect(!largest.error && test.log->read(3) == commits[2].bytes, promise::bounded,
             "the largest commit is not kept");
    });
  }

  void scans_in_order() {
    guarded(promise::scans, [&] {
      const LogUnderTest test = make_();
      append(*test.log, 9);
      for (Position from = 0; from <= 11; ++from) expect_scan(*test.log, from, 9);
      Position visited = 0;
      test.log->scan(2, [&](Position, std::string_view) { return ++visited < 3; });
      expect(visited == 3, promise::scans, "a scan that should stop after 3 went on to {}", visited);
      visited = 0;
      test.log->scan(
          1, [&](Position, std::string_view) { return ++visited == 1 ? append(*test.log, 4) : true; });
      expect(visited == 9, promise::scans, "a scan visits {} of the 9 commits that there were when it began",
             visited);
    });
  }
  void expect_scan(const CommitLog& log, Position from, Position last) {
    Position next = std::max<Position>(from, 1);
    log.scan(from, [&](Position position, std::string_view bytes) {
      expect(position == next, promise::scans, "a scan from {} visits {} where {} is next", from, position,
             next);
      expect(bytes == bytes_at(position), promise::scans, "a scan has other bytes at {}", position);
      ++next;
      return true;
    });
    expect(next == std::max<Position>(last + 1, std::max<Position>(from, 1)), promise::scans,
           "a scan from {} ended before {}", from, next);
  }

  void shows_nothing_early() {
    guarded(promise::durable_first, [&] {
      const LogUnderTest test = make_();
      if (!test.before_durable) return;
      append(*test.log, 2);
      int looks = 0;
      test.before_durable([&] {
        ++looks;
        guarded(promise::durable_first, [&] { expect_invisible(*test.log, 2); });
      });
      append(*test.log, 3);
      test.before_durable(nullptr);
      expect(looks != 0, promise::durable_first, "the append never came to be made durable");
      expect_exactly(*test.log, 5);
    });
  }
  void expect_invisible(const CommitLog& log, Position last) {
    expect(log.last() == last, promise::durable_first, "last() is {} already", log.last());
    for (Position position = last + 1; position <= last + 3; ++position)
      expect_absent(log, position, promise::durable_first);
    expect(!log.wait_beyond(last, at_once), promise::wakes_in_time,
           "a wait is over before the commit is durable");
  }

  void wakes_those_who_wait() {
    guarded(promise::wakes_in_time, [&] {
      const LogUnderTest test = make_();
      expect(!test.log->wait_beyond(0, at_once), promise::wakes_in_time,
             "a wait on an empty log is over at once");
      std::vector<Waiter> waiters(4);
      for (Position beyond = 0; beyond < waiters.size(); ++beyond) waiters[beyond].start(*test.log, beyond);
      for (int i = 0; i < 4; ++i) append(*test.log, 1);
      for (Position beyond = 0; beyond < waiters.size(); ++beyond) {
        waiters[beyond].thread.join();
        expect(waiters[beyond].woken, promise::wakes_in_time, "nobody woke a wait beyond {}", beyond);
        expect(waiters[beyond].seen > beyond, promise::wakes_in_time, "a wait beyond {} is over at {}",
               beyond, waiters[beyond].seen);
      }
      expect(test.log->wait_beyond(3, at_once), promise::wakes_in_time, "a wait for what is in is not over");
      expect(!test.log->wait_beyond(4, at_once), promise::wakes_in_time, "a wait beyond the end is over");
    });
  }
  struct Waiter {
    std::thread thread;
    bool woken = false;
    Position seen = 0;
    void start(const CommitLog& log, Position beyond) {
      thread = std::thread([this, &log, beyond] {
        woken = log.wait_beyond(beyond, long_enough);
        seen = log.last();
      });
    }
  };

  void stays_failed() {
    guarded(promise::sticky, [&] {
      const LogUnderTest test = make_();
      if (!test.fail_next) return;
      append(*test.log, 2);
      test.fail_next();
      const AppendResult failed = test.log->append(2, commits_after(2, 2));
      expect(failed.error.has_value(), promise::sticky, "an append whose write failed is answered as done");
      expect(failed.last == 2, promise::sticky, "a failed append gives {} as the last", failed.last);
      expect(is(failed, StoreErrorCode::io) || is(failed, StoreErrorCode::full), promise::sticky,
             "a failed append is not answered with io or full");
      const bool refused = is(test.log->append(2, commits_after(2, 1)), StoreErrorCode::failed);
      expect(refused, promise::sticky, "an append after a failed one is not answered with failed");
      if (refused) expect_exactly(*test.log, 2);
    });
  }

  static bool is(const AppendResult& result, StoreErrorCode code) {
    return result.error && result.error->code() == code;
  }

  const LogFactory& make_;
  std::vector<std::string> violations_;
};

}  // namespace

std::vector<std::string> check_commit_log(const LogFactory& make) { return Suite{make}.run(); }

}  // namespace muster::test
