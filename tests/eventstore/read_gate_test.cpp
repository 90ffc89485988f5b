#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include <muster/eventstore/read_gate.hpp>
#include <muster/eventstore/store_error.hpp>

namespace muster::test {
namespace {

using namespace std::chrono_literals;

StoreErrorCode code_of_read(ReadGate& gate) {
  try {
    const ReadGate::Read read{gate};
    return {};
  } catch (const StoreError& error) {
    return error.code();
  }
}

// Reads use memory that is freed as soon as closing returns.
TEST(ReadGates, ClosingReturnsWhenTheLastReadHasEnded) {
  ReadGate gate;
  std::atomic<bool> reading = true;
  std::future<bool> closer;
  {
    const ReadGate::Read read{gate};
    closer = std::async(std::launch::async, [&] {
      gate.close();
      return !reading;
    });
    while (!gate.closed()) std::this_thread::yield();
    EXPECT_EQ(closer.wait_for(100ms), std::future_status::timeout) << "it returned during a read";
    reading = false;
  }
  EXPECT_TRUE(closer.get());
}

TEST(ReadGates, AClosedGateLetsNoReadIn) {
  ReadGate gate;
  EXPECT_EQ(code_of_read(gate), StoreErrorCode{});
  gate.close();
  EXPECT_EQ(code_of_read(gate), StoreErrorCode::closed);
}

TEST(ReadGates, AReadInsideAnotherIsLetInWhileTheGateCloses) {
  ReadGate gate;
  std::future<void> closer;
  {
    const ReadGate::Read read{gate};
    closer = std::async(std::launch::async, [&] { gate.close(); });
    while (!gate.closed()) std::this_thread::yield();
    EXPECT_EQ(code_of_read(gate), StoreErrorCode{});
    EXPECT_EQ(std::async(std::launch::async, [&] { return code_of_read(gate); }).get(),
              StoreErrorCode::closed)
        << "another thread's read is not inside";
  }
  closer.get();
}

TEST(ReadGates, ClosingFromInsideAReadIsAnError) {
  ReadGate gate;
  {
    const ReadGate::Read read{gate};
    EXPECT_THROW(gate.close(), std::logic_error);
    EXPECT_FALSE(gate.closed());
  }
  EXPECT_NO_THROW(gate.close());
}

}  // namespace
}  // namespace muster::test
