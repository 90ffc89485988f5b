#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <muster/domain/commit.hpp>
#include <muster/domain/overlay.hpp>
#include <muster/engine/engine.hpp>
#include <muster/eventstore/ports.hpp>

namespace muster {

/// What is decided one after another and becomes durable together.
struct Batch {
  /// Refusals wait for their batch too, as they may rest on a commit of it; so many results are kept at most.
  static constexpr std::size_t decided_max = 8192;

  struct Decided {
    std::optional<Result> result;  // none when it was committed
    std::size_t commit = 0;        // then: index into `commits`
  };

  explicit Batch(const View* base) : rows(base) { decided.reserve(decided_max); }

  /// Forgets everything but where it starts.
  void clear() {
    decided.clear();
    commits.clear();
    encoded.clear();
    rows.clear();
    bytes = 0;
  }
  /// The position that the next commit gets.
  [[nodiscard]] Position next() const { return first + commits.size(); }

  std::vector<Decided> decided;  // never more than decided_max, so that adding one needs no memory
  std::vector<Commit> commits;
  std::vector<EncodedCommit> encoded;
  Overlay rows;           // what the commits wrote, on the batch before or on the stored rows
  std::size_t bytes = 0;  // encoded
  Position first = 1;     // that the first commit gets
};

}  // namespace muster
