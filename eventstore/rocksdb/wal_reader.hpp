#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A strict reader of RocksDB's log files: write-ahead logs and manifests. RocksDB's own reader accepts
/// damage that this one reports: it takes a fragment of an unexpected type, or a header of zeros, for the end
/// of the file and continues with the next one (docs/architecture.md, "Recovery").
///
/// The format: blocks of 32 KiB, each a sequence of fragments
///   masked crc32c of type and data, 4 bytes | length, 2 bytes | type, 1 byte | data    numbers little-endian
/// A record is one fragment (full) or several (first, middle..., last). The last bytes of a block are zero
/// where no header fits.
namespace muster {

/// Reads the records of one file from its beginning and stops at the first byte that is not as RocksDB writes
/// it: another fragment type than the four, a wrong checksum, fragments out of order, a trailer that is not
/// zero.
/// Threads  one at a time
class WalReader {
 public:
  /// `file` must outlive the reader.
  explicit WalReader(std::string_view file) : file_(file) {}

  /// The next record; none at the end of the sound part. Valid until the next call.
  std::optional<std::string_view> next();
  /// The end of the last record that next() returned.
  [[nodiscard]] std::size_t sound_bytes() const { return sound_; }
  /// Once next() has returned none: whether the file ends with its last record.
  [[nodiscard]] bool ends_cleanly() const { return sound_ == file_.size(); }

 private:
  std::string_view file_;
  std::size_t sound_ = 0;
  std::string assembled_;  // a record of several fragments
};

/// Calls `visit` with every whole record behind damage at `from`, as far as one can be recognized: it tries
/// again at the start of each block, and in between where `starts` (in order) says that a record begins, or,
/// if that is empty, at every byte of the block of `from`. Takes time linear in the size of the file. Stops
/// early when `visit` returns false.
void salvage_records(std::string_view file, std::size_t from, const std::vector<std::size_t>& starts,
                     const std::function<bool(std::string_view record)>& visit);

/// Calls `visit` with the `size` bytes that begin with `pattern` and where they begin in the file, for each
/// place after `from` that has them, also where a record continues in the next block. It looks at bytes, not
/// at fragments, so damage elsewhere does not hide them. Takes time linear in the size of the file.
void find_in_records(std::string_view file, std::size_t from, std::string_view pattern, std::size_t size,
                     const std::function<void(std::size_t offset, std::string_view found)>& visit);

/// The size of a fragment's header: its data begins so many bytes after it.
inline constexpr std::size_t fragment_header_bytes = 7;

}  // namespace muster
