#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <muster/eventstore/commit_log.hpp>
#include <muster/eventstore/row_store.hpp>

namespace muster {

/// The newest format of a store that this muster writes and reads (docs/format.md).
inline constexpr std::uint32_t store_format = 1;

/// When a commit counts as durable (docs/operations.md, "Durability").
enum class Durability : std::uint8_t {
  fsync = 1,  // answered when the disk has it
  os = 2  // answered when the operating system has it: survives a crash of the process, not of the machine
};

/// How a store is opened.
struct StoreOptions {
  /// When a commit counts as kept.
  Durability durability = Durability::fsync;
  /// Make the store when there is none.
  bool create = true;
  /// Open only to read: leaves every file byte-identical, and writes nothing at all, a log of its own
  /// included.
  bool read_only = false;
};

/// A log and the rows folded from it, in one place. The rows may be behind the log after a crash, never
/// ahead: whoever opens a store folds what the log has beyond them.
/// Threads  as CommitLog and RowStore; write, the generations, checkpoint and close by the one writer
class Store {
 public:
  virtual ~Store() = default;

  [[nodiscard]] virtual CommitLog& log() = 0;
  /// The current generation.
  [[nodiscard]] virtual RowStore& rows() = 0;

  /// Appends commits and applies the rows folded from them. In one atomic write where both share a database,
  /// else the log first; the promises and errors are those of CommitLog::append.
  [[nodiscard]] virtual AppendResult write(Position after, std::span<const EncodedCommit> commits,
                                           const RowBatch& rows) = 0;

  /// Starts a new, empty generation of rows beside the current one, for whoever finds that those were folded
  /// by other code. A generation that was started and not finished is dropped when the store is next opened.
  [[nodiscard]] virtual RowStore& begin_generation() = 0;
  /// Makes the started generation the current one, durably, and drops the old one. Snapshots of the old one
  /// must be gone.
  virtual void finish_generation() = 0;

  /// What opening had to mend, a sentence each for an operator; empty when nothing.
  [[nodiscard]] virtual std::vector<std::string> recovery_notes() const = 0;

  /// What HEAD said when the store was opened: the log reached this position, whose commit had this chain
  /// hash. None for a store without commits, or in memory.
  struct RecordedHead {
    Position position = 0;
    Digest hash{};
  };
  [[nodiscard]] virtual std::optional<RecordedHead> recorded_head() const = 0;
  /// Records that the log reaches `last`, whose chain hash is `hash`, in the file `HEAD`: recovering less
  /// than that is a lost tail. Cheap enough for once a second; nothing happens on a read-only store.
  virtual void record_head(Position last, const Digest& hash) = 0;
  /// Copies the store, which ends at `last` with the chain hash `hash`, to `folder`: a whole store of its
  /// own, durable on return. Tables are linked, not copied, where both are on one disk. Nothing may be
  /// written meanwhile.
  /// Throws StoreError  not_writable (something is there already, it is in the store itself, or the store is in
  ///                    memory), full, io
  virtual void checkpoint(const std::filesystem::path& folder, Position last, const Digest& hash) = 0;
  /// Flushes and closes; nothing may be called after it but the destructor.
  virtual void close() = 0;
};

/// Opens a RocksDB store in `folder`, recovering from a crash.
/// Throws StoreError  not_found (create is false or read_only), locked, not_writable, newer_format, corrupt,
///                    lost_tail, full, io
std::unique_ptr<Store> open_store(const std::filesystem::path& folder, const StoreOptions& options = {});

/// A store in memory, for tests and for what-if; gone with the pointer.
std::unique_ptr<Store> make_memory_store();

}  // namespace muster
