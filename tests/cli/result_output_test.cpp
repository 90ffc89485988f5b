#include <gtest/gtest.h>

#include <muster/cli/result_output.hpp>

// docs/protocol.md: the lines of `apply`; those of answers and refusals are in tests/json/.
namespace muster::cli {
namespace {

TEST(ResultJson, AFailureIsNoRefusal) {
  EXPECT_EQ(result_line(Failure{FailureKind::store_failed, "outcome unknown"}, "g1", false),
            R"({"ok":false,"group":"g1","error":"StoreFailed","message":"outcome unknown"})");
}

}  // namespace
}  // namespace muster::cli
