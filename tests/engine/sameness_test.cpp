#include <future>

#include "support/engines.hpp"

// However commands are batched and cached and wherever they are kept, they come to the same.
namespace muster::test {
namespace {

struct Came {
  std::vector<Result> results;
  std::vector<std::string> commits;
  StoredRows rows;
};

std::string told(const Result& result) {
  if (const auto* refusal = std::get_if<Refusal>(&result))
    return std::string{refusal->rule.slug()} + ' ' + message_of(*refusal);
  if (const auto* failure = std::get_if<Failure>(&result)) return "failed: " + failure->message;
  const auto& answer = std::get<Answer>(result);
  std::string text = answer.replayed ? "replayed" : "answered";
  for (const Event& event : answer.events) text += ' ' + std::string{name_of(event)};
  return text;
}
bool same(const Result& a, const Result& b) {
  if (a.index() != b.index()) return false;
  if (const auto* answer = std::get_if<Answer>(&a)) return *answer == std::get<Answer>(b);
  if (const auto* refusal = std::get_if<Refusal>(&a)) return *refusal == std::get<Refusal>(b);
  return false;
}

Came come_of(Backing backing, std::size_t batch, std::size_t cached_rows, const std::vector<Move>& moves) {
  const TempFolder folder;
  EngineOptions options = test_options();
  options.batch_commits_max = batch;
  options.cached_rows = cached_rows;
  options.store.durability = Durability::os;
  auto store =
      backing == Backing::memory ? make_memory_store() : open_store(folder.path() / "db", options.store);
  Store& kept = *store;
  auto engine = Engine::open(std::move(store), options);
  Came outcome;
  outcome.results.resize(moves.size());
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const auto refused = engine->submit(
        request(moves[i]), [&outcome, i](Result result) { outcome.results[i] = std::move(result); });
    EXPECT_FALSE(refused);
  }
  // The last one waits for all before it; its own answer does not count.
  [[maybe_unused]] const auto drained = engine->execute(request(olive, QuitGroup{GroupId{"drain"}}));
  std::promise<void> delivered;
  EXPECT_FALSE(engine->submit(request(olive, QuitGroup{GroupId{"drain"}}),
                              [&](const Result&) { delivered.set_value(); }));
  delivered.get_future().wait();
  outcome.commits = stored_commits(kept.log());
  outcome.rows = stored_rows(kept.rows());
  expect_whole(kept);
  return outcome;
}

TEST(Sameness, FiveThousandCommandsComeToTheSameHoweverTheyAreBatchedCachedAndKept) {
  const std::vector<Move> moves = generated_moves(20'261'120, 5000);
  const Came first = come_of(Backing::memory, 1, 0, moves);
  std::size_t accepted = 0;
  for (const Result& result : first.results) accepted += std::holds_alternative<Answer>(result) ? 1 : 0;
  EXPECT_GT(accepted, 1000U) << "a history in which nothing happens proves nothing";
  EXPECT_GT(first.commits.size(), 1000U);
  for (const Backing backing : {Backing::memory, Backing::joined})
    for (const std::size_t batch : {1, 7, 512})
      for (const std::size_t cached_rows : {0, 100'000}) {
        const Came other = come_of(backing, batch, cached_rows, moves);
        const std::string which =
            to_string(backing) + " batch " + std::to_string(batch) + " cache " + std::to_string(cached_rows);
        for (std::size_t i = 0; i < moves.size(); ++i)
          ASSERT_TRUE(same(first.results[i], other.results[i]))
              << which << ", command " << i << ": " << told(first.results[i]) << " / "
              << told(other.results[i]);
        ASSERT_TRUE(first.commits == other.commits) << which;
        ASSERT_TRUE(first.rows == other.rows) << which;
      }
}

}  // namespace
}  // namespace muster::test
