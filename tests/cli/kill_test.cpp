#include <charconv>
#include <map>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <muster/eventstore/codec.hpp>

#include "support/engines.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

// `muster apply`, killed under load: what it has answered is there, nothing is half there, and it starts
// again.
namespace muster::test {
namespace {

std::optional<std::uint64_t> number_in(const std::string& line, const std::string& key) {
  const auto at = line.find('"' + key + "\":");
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t number = 0;
  const char* from = line.data() + at + key.size() + 3;
  std::from_chars(from, line.data() + line.size(), number);
  return number;
}
std::string group_in(const std::string& line) {
  const std::string key = R"("group":")";
  const auto at = line.find(key) + key.size();
  return line.substr(at, line.find('"', at) - at);
}

/// Load for one round: groups of its own, and joins, messages and leavings in them.
std::string load(int round, int commands) {
  std::string text;
  for (int i = 0; i < commands; ++i) {
    const std::string group = "r" + std::to_string(round) + "-" + std::to_string(i / 40);
    const std::string caller = i % 4 == 3 ? "u" + std::to_string(i % 40 - 1) : "u" + std::to_string(i % 40);
    const char* command = i % 40 == 0  ? "CreateGroup"
                          : i % 4 == 3 ? "QuitGroup"
                          : i % 4 == 1 ? "JoinGroup"
                                       : "PostMessage";
    text += std::string{R"({"command":")"} + command + R"(","caller":")" + caller + R"(","group":")" + group +
            '"';
    if (i % 40 == 0) text += R"(,"type":"Meeting","name":"m")";
    if (i % 4 == 2) text += R"(,"caller_kind":"app_admin")";
    text += R"(,"id":")" + std::to_string(round) + "." + std::to_string(i) + "\"}\n";
  }
  return text;
}

/// Everything that may have been taken is sent once more, under its id: what was answered is answered the
/// same, and nothing is stored twice.
void expect_repeatable(const std::string& db,
                       const std::vector<std::vector<std::optional<Position>>>& answers) {
  constexpr int taken_ahead = 8192;  // what apply reads before it answers
  for (std::size_t round = 0; round < answers.size(); ++round) {
    const int sent = std::min(20'000, static_cast<int>(answers[round].size()) + taken_ahead);
    const std::vector<std::string> again =
        lines_of(run_muster({"apply", "--db", db}, load(static_cast<int>(round), sent)).output);
    ASSERT_EQ(again.size(), static_cast<std::size_t>(sent));
    for (std::size_t i = 0; i < answers[round].size(); ++i) {
      if (!answers[round][i]) continue;
      EXPECT_EQ(number_in(again[i], "position"), answers[round][i]) << again[i];
      EXPECT_NE(again[i].find(R"("replayed":true)"), std::string::npos) << again[i];
    }
  }
  std::set<std::string> ids;
  const auto store = open_store(db, {.create = false, .read_only = true});
  store->log().scan(1, [&](Position position, std::string_view bytes) {
    const CommitHead head = decode_commit_at(position, bytes).commit.head;
    EXPECT_TRUE(head.id.empty() || ids.emplace(head.id.view()).second)
        << head.id.view() << " is stored twice";
    return true;
  });
  EXPECT_GT(ids.size(), 10'000U);
}

TEST(Killed, TwentyTimesUnderLoadNothingAnsweredIsLost) {
  const TempFolder folder;
  const std::string db = (folder.path() / "db").string();
  std::map<Position, std::pair<std::string, Revision>> answered;
  std::vector<std::vector<std::optional<Position>>> answers(
      20);  // of each round's commands, as far as they came
  for (int round = 0; round < 20; ++round) {
    Process process{{muster_binary(), "apply", "--db", db}, (folder.path() / "stderr").string()};
    const std::string text = load(round, 20'000);
    std::thread writer{[&] { process.write(text); }};
    const int enough = 50 + 97 * round;
    int lines = 0;
    const auto note = [&](const std::string& line) {
      const auto position = number_in(line, "position");
      answers[round].push_back(position);
      if (!position) return;
      EXPECT_TRUE(
          answered.emplace(*position, std::pair{group_in(line), *number_in(line, "revision")}).second);
    };
    while (lines < enough) {
      const auto line = process.read_line();
      ASSERT_TRUE(line) << "round " << round << ": " << read_file((folder.path() / "stderr").string());
      note(*line);
      ++lines;
    }
    process.kill();
    // What it had written before it was killed has been answered as well; a last line may be cut.
    while (const auto line = process.read_line())
      if (line->ends_with('}')) note(*line);
    EXPECT_EQ(process.wait(), -9);
    writer.join();

    const auto store = open_store(db, {.create = false, .read_only = true});
    expect_whole(*store);
    ASSERT_GE(store->log().last(), answered.rbegin()->first);
  }
  ASSERT_GT(answered.size(), 1000U);
  {
    const auto store = open_store(db, {.create = false, .read_only = true});
    for (const auto& [position, what] : answered) {
      const auto bytes = store->log().read(position);
      ASSERT_TRUE(bytes) << position;
      const CommitHead head = decode_commit_at(position, *bytes).commit.head;
      EXPECT_EQ(head.stream.group().view(), what.first);
      EXPECT_EQ(head.revision, what.second);
    }
  }
  expect_repeatable(db, answers);
}

TEST(Killed, TheNextStartIsClean) {
  const TempFolder folder;
  const std::string db = (folder.path() / "db").string();
  {
    Process process{{muster_binary(), "apply", "--db", db}};
    ASSERT_TRUE(process.write(load(0, 100)));
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(process.read_line());
    process.kill();
    process.wait();
  }
  const Ran ran = run_muster({"apply", "--db", db}, load(1, 40));
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.error.find("muster: opened `" + db + "` at position "), 0U);
  EXPECT_EQ(ran.error.find('\n'), ran.error.size() - 1) << "no repair expected: " << ran.error;
  expect_whole(db);
}

}  // namespace
}  // namespace muster::test
