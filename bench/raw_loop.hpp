#pragma once

#include <memory>
#include <vector>

#include <muster/eventstore/store.hpp>

#include "measure.hpp"

namespace muster::bench {

/// What an engine wrote in one atomic write.
struct WrittenBatch {
  std::vector<EncodedCommit> commits;
  RowBatch rows;
};
using Recording = std::vector<WrittenBatch>;

/// How long a loop took, and each of its rounds in microseconds.
struct Timings {
  double seconds = 0;
  std::vector<double> latencies;
};

/// A store that remembers what is written through it.
std::unique_ptr<Store> recording_store(std::unique_ptr<Store> store, std::shared_ptr<Recording> recording);

/// Writes the same batches to a fresh RocksDB database with the store's options and nothing else: no judging,
/// no encoding, no reading. `before` is written first and not timed.
Timings raw_loop(const std::filesystem::path& folder, const Recording& before, const Recording& recording);

/// Appends as many bytes as each batch has to a file and calls fdatasync after each.
Timings sync_loop(const std::filesystem::path& folder, const Recording& recording);

}  // namespace muster::bench
