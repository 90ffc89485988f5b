#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <muster/eventstore/ports.hpp>

namespace muster::test {

/// An empty log to be tested, and the ways in which the suite may meddle with it.
struct LogUnderTest {
  std::shared_ptr<void> owner;  // keeps `log`
  CommitLog* log = nullptr;
  /// Has a function called in each append, in the moment before the commits are durable; null where there is
  /// no such moment.
  std::function<void(std::function<void()>)> before_durable;
  /// Makes the next append fail on its way to the disk; null where none can.
  std::function<void()> fail_next;
};
using LogFactory = std::function<LogUnderTest()>;

/// What CommitLog promises, tried on fresh logs. Answers what was broken, each as `<promise>: <what was
/// seen>`, where <promise> is one of the names below; empty when all is kept.
std::vector<std::string> check_commit_log(const LogFactory& make);

namespace promise {
inline constexpr std::string_view gapless = "gapless";              // positions count from 1 without a hole
inline constexpr std::string_view whole = "whole";                  // bytes and index, or neither
inline constexpr std::string_view durable_first = "durable first";  // nothing is visible before it is durable
inline constexpr std::string_view compare_and_set = "compare and set";
inline constexpr std::string_view bounded = "bounded";  // a commit has 1..commit_bytes_max bytes
inline constexpr std::string_view wakes_in_time = "wakes in time";
inline constexpr std::string_view sticky = "sticky";  // after a failure all later appends fail
inline constexpr std::string_view scans = "scans";    // in order, from where asked, until told to stop
}  // namespace promise

}  // namespace muster::test
