#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <muster/eventstore/scan_decoded.hpp>

namespace muster {
namespace {

constexpr std::size_t commits_per_chunk = 128;
constexpr std::size_t chunks_ahead = 3;

// Decoded commits between the thread that decodes and the one that visits: a ring of chunks.
class Ahead {
 public:
  struct Chunk {
    std::vector<DecodedCommit> commits{commits_per_chunk};
    std::vector<Position> positions;
    bool last = false;
  };

  /// The next chunk to be filled; null when nobody visits any more.
  Chunk* to_fill() {
    std::unique_lock lock{mutex_};
    moved_.wait(lock, [this] { return filled_ - visited_ < chunks_ahead || stopped_; });
    if (stopped_) return nullptr;
    Chunk& chunk = ring_[filled_ % chunks_ahead];
    chunk.positions.clear();
    return &chunk;
  }
  void fill_done() { move(filled_); }
  const Chunk& to_visit() {
    std::unique_lock lock{mutex_};
    moved_.wait(lock, [this] { return filled_ > visited_; });
    return ring_[visited_ % chunks_ahead];
  }
  void visit_done() { move(visited_); }
  void stop() {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    moved_.notify_all();
  }

 private:
  void move(std::size_t& count) {
    const std::lock_guard lock{mutex_};
    ++count;
    moved_.notify_all();
  }

  std::array<Chunk, chunks_ahead> ring_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::size_t filled_ = 0;
  std::size_t visited_ = 0;
  bool stopped_ = false;
};

void decode_ahead(const CommitLog& log, Position from, Want want, Ahead& ahead, std::exception_ptr& problem) {
  Ahead::Chunk* chunk = ahead.to_fill();
  if (chunk == nullptr) return;
  try {
    log.scan(from, [&](Position position, std::string_view bytes) {
      decode_commit_at(position, bytes, chunk->commits[chunk->positions.size()], want);
      chunk->positions.push_back(position);
      if (chunk->positions.size() < commits_per_chunk) return true;
      ahead.fill_done();
      chunk = ahead.to_fill();
      return chunk != nullptr;
    });
  } catch (...) {
    problem = std::current_exception();
  }
  if (chunk == nullptr) return;
  chunk->last = true;
  ahead.fill_done();
}

}  // namespace

void scan_decoded(const CommitLog& log, Position from, Want want,
                  const std::function<void(Position, const DecodedCommit&)>& visit) {
  Ahead ahead;
  std::exception_ptr problem;  // of the other thread, set before the last chunk
  std::jthread decoding{[&] { decode_ahead(log, from, want, ahead, problem); }};
  try {
    while (true) {
      const Ahead::Chunk& chunk = ahead.to_visit();
      for (std::size_t i = 0; i < chunk.positions.size(); ++i) visit(chunk.positions[i], chunk.commits[i]);
      if (chunk.last) break;
      ahead.visit_done();
    }
  } catch (...) {
    ahead.stop();
    throw;
  }
  decoding.join();
  if (problem) std::rethrow_exception(problem);
}

}  // namespace muster
