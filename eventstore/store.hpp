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

#include <muster/eventstore/ports.hpp>

namespace muster {

/// The newest format of a store that this muster writes and reads (docs/format.md).
inline constexpr std::uint32_t store_format = 2;
/// From this one on, every batch in the write-ahead logs carries a mark.
inline constexpr std::uint32_t marked_format = 2;

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

/// What opening a store found.
struct Opening {
  bool made = false;  // there was no store: this is a new one
  /// The position that the log ended at. A write-ahead log that was cut at the end of a write, after `HEAD`
  /// was last written, cannot be told from a shorter one: compare this with what you know.
  Position last = 0;
  /// The rows have commits that the log has lost; only under Durability::os. They must be folded anew.
  bool rows_ahead = false;
  std::vector<std::string> notes;  // what had to be repaired, a sentence each; empty when nothing
};

/// How a copy of a store gets its tables.
enum class CopyTables : std::uint8_t {
  link = 1,  // linked where both are on one disk: quick, but one damaged block damages both
  copy = 2   // copied
};

/// What a family of stored entries is for.
enum class FamilyUse : std::uint8_t {
  commits = 1,  // by position, eight bytes of big endian
  streams = 2,  // the position of each commit, by stream_key() of its stream and revision
  rows = 3,     // of the current generation, with the rows that say how they were folded
  old_rows =
      4,    // of a generation that was not finished, or not yet removed; the next opening to write removes it
  none = 5  // has no entries
};
struct StoredFamily {
  std::string name;  // docs/format.md
  FamilyUse use = FamilyUse::none;
};

/// A log and the rows folded from it, in one place. The rows may be behind the log after a crash: whoever
/// opens a store folds what the log has beyond them.
/// Threads  as CommitLog and RowStore; write, the generations and close by the one writer; record_head and
///          checkpoint by one thread at a time each, beside the writer
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

  [[nodiscard]] virtual const Opening& opening() const = 0;
  [[nodiscard]] virtual bool read_only() const = 0;

  /// Records how far the log reaches, with the hash of the last commit, in the file `HEAD`: recovering less
  /// than that is a lost tail. Cheap enough for once a second; nothing happens on a read-only store. Throws
  /// StoreError when the file cannot be written; the store goes on, and the file says what it said, or
  /// already what it should. Under Durability::os the log is synced first; when that fails, the store has
  /// failed.
  virtual void record_head() = 0;
  /// The position that `HEAD` names; 0 in memory.
  [[nodiscard]] virtual Position recorded_head() const = 0;
  /// Copies the store to `folder`: a whole store of its own, durable on return. Commands may be written
  /// meanwhile. Returns the position that the copy ends at.
  /// complete  called with the copy, open to write, before it gets its name
  /// Throws StoreError  not_writable (something is there already, it is in the store itself, or the store is in
  ///                    memory), full, io; nothing is then left of it, but folders
  ///                    above it that had to be made
  virtual Position checkpoint(const std::filesystem::path& folder, CopyTables tables,
                              const std::function<void(Store&)>& complete) = 0;

  // For whoever checks a store.

  /// Every family of entries that there is.
  [[nodiscard]] virtual std::vector<StoredFamily> families() const = 0;
  /// Calls `visit(key, value)` for every entry of a family, in order of keys, but for what the store keeps
  /// about itself, which opening has checked; stops when `visit` says false. Throws StoreError (corrupt, io).
  virtual void scan_family(const std::string& name,
                           const std::function<bool(std::string_view, std::string_view)>& visit) const = 0;
  /// Reads every file of tables whole; a sentence for each that is damaged.
  [[nodiscard]] virtual std::vector<std::string> damaged_files() const = 0;

  /// Waits for reads in progress, flushes and closes; reading then throws StoreError (closed), and writing
  /// answers it. Throws StoreError when flushing fails, with everything released nevertheless, and again
  /// whenever it is called again; std::logic_error from inside a read.
  virtual void close() = 0;
};

/// Opens a RocksDB store in `folder`, recovering from a crash.
/// Throws StoreError  not_found (create is false or read_only), not_a_store, locked, not_writable,
///                    newer_format, corrupt, lost_tail, full, io
std::unique_ptr<Store> open_store(const std::filesystem::path& folder, const StoreOptions& options = {});

/// A store in memory, for tests and for what-if; gone with the pointer.
std::unique_ptr<Store> make_memory_store();

}  // namespace muster
